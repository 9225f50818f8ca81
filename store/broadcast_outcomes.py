"""What became of a broadcast: counted, and person by person."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import case, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.broadcasts import about
from store.models import (
    Address,
    Confirmation,
    Missed,
    OutboxRow,
    Person,
    Role,
    Unit,
)

Reason = Literal["blocked", "gone", "window", "nowhere", "stopped", "rejected"]
"""blocked: closed the chat. gone: the chat is no more. window: silent for so long that the
platform does not let us. nowhere: never began on any channel. stopped: wants nothing unasked.
rejected: refused for any other reason.
"""
Which = Literal["all", "unreached", "unconfirmed", "confirmed"]
MISSED: Final = "missed"
"""The state of who was reached nowhere when it was planned."""
NOT_REACHED: Final = ("failed", "unknown", "stale", "cancelled", "cleared")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is, counted by person (a group counts as one).

    `by_state`: states of the outbox, and "missed". `reasons`: of all that failed or were missed.
    """

    total: int
    by_state: Mapping[str, int]
    reasons: Mapping[Reason, int]
    confirmed: int

    def count(self, *states: str) -> int:
        """Count those in some states."""
        return sum(self.by_state.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it for one person, or for a group (without `person_id`).

    `number` is the place in the list, to go on from. `why` is '' where it arrived or may yet.
    """

    number: int
    person_id: int | None
    name: str
    unit: str
    channel: str
    state: str
    why: str
    confirmed_at: datetime | None


_WHY = case(
    (OutboxRow.state != "failed", ""),
    (OutboxRow.code == "window", "window"),
    (Address.state.in_(("blocked", "gone")), Address.state),
    else_="rejected",
)

_NOTHING, _MISSED_STATE, _NEVER = literal(""), literal(MISSED), null()


async def progress(session: AsyncSession, broadcast_id: int) -> Progress:
    """Count how far a broadcast is."""
    what = about(broadcast_id)
    by_state: Counter[str] = Counter()
    reasons: Counter[Any] = Counter()
    counted = select(OutboxRow.state, func.count()).where(OutboxRow.about == what)
    for state, count in await session.execute(counted.group_by(OutboxRow.state)):
        by_state[state] = count
    failed = (
        select(_WHY, func.count())
        .join_from(OutboxRow, Address, Address.id == OutboxRow.address_id)
        .where(OutboxRow.about == what, OutboxRow.state == "failed")
        .group_by(_WHY)
    )
    missed = select(Missed.why, func.count()).where(Missed.about == what).group_by(Missed.why)
    for why, count in await session.execute(failed):
        reasons[why] += count
    for why, count in await session.execute(missed):
        reasons[why] += count
        by_state[MISSED] += count
    confirmed = select(func.count()).where(Confirmation.broadcast_id == broadcast_id)
    return Progress(
        by_state.total(), dict(by_state), dict(reasons), int(await session.scalar(confirmed) or 0)
    )


async def outcomes(
    session: AsyncSession,
    broadcast_id: int,
    *,
    after: int = 0,
    limit: int,
    which: Which = "all",
) -> list[Outcome]:
    """Give the next in the list after a number: those it was sent to, then those it was not.

    unreached: to whom it did not come, or perhaps not. unconfirmed: to whom it came and who have
    not said so; confirmed: who have.
    """
    found: list[Outcome] = []
    if after >= 0:
        rows = await session.execute(_sent(broadcast_id, which, after).limit(limit))
        found = [Outcome(*row) for row in rows]
    left = limit - len(found)
    if left > 0 and which in {"all", "unreached"}:
        rows = await session.execute(_missed(broadcast_id, max(-after, 0)).limit(left))
        found += [Outcome(*row) for row in rows]
    units = await _units(session, {one.person_id for one in found if one.person_id})
    return [replace(one, unit=units.get(one.person_id or 0, "")) for one in found]


def _sent(broadcast_id: int, which: Which, after: int) -> Any:
    asked = (
        select(
            OutboxRow.id,
            OutboxRow.person_id,
            func.coalesce(Person.name, Address.name),
            _NOTHING,
            OutboxRow.channel,
            OutboxRow.state,
            _WHY,
            Confirmation.at,
        )
        .join_from(OutboxRow, Address, Address.id == OutboxRow.address_id)
        .outerjoin(Person, Person.id == OutboxRow.person_id)
        .outerjoin(
            Confirmation,
            (Confirmation.broadcast_id == broadcast_id)
            & (Confirmation.person_id == OutboxRow.person_id),
        )
        .where(OutboxRow.about == about(broadcast_id), OutboxRow.id > after)
        .order_by(OutboxRow.id)
    )
    match which:
        case "unreached":
            return asked.where(OutboxRow.state.in_(NOT_REACHED))
        case "unconfirmed":
            came = OutboxRow.state.in_(("sent", "unknown"))
            return asked.where(came, Confirmation.id.is_(None), OutboxRow.person_id.is_not(None))
        case "confirmed":
            return asked.where(Confirmation.id.is_not(None))
        case "all":
            return asked


def _missed(broadcast_id: int, after: int) -> Any:
    return (
        select(
            -Missed.id,
            Missed.person_id,
            Person.name,
            _NOTHING,
            _NOTHING,
            _MISSED_STATE,
            Missed.why,
            _NEVER,
        )
        .join(Person, Person.id == Missed.person_id)
        .where(Missed.about == about(broadcast_id), Missed.id > after)
        .order_by(Missed.id)
    )


async def _units(session: AsyncSession, people: Collection[int]) -> dict[int, str]:
    """Give the unit of each person's first role."""
    first = select(func.min(Role.id)).where(Role.person_id.in_(people)).group_by(Role.person_id)
    rows = await session.execute(
        select(Role.person_id, Unit.name)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.id.in_(first))
    )
    return {person_id: name for person_id, name in rows}  # noqa: C416 - rows are not pairs to mypy
