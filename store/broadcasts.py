"""Broadcasts: one text to an audience, made by a leader or by the operator.

waiting (a second leader must agree) -> scheduled -> running -> done; `pause` and `resume` stop and
let go what is scheduled or running; or refused, cancelled. Every change of state is conditional.
A broadcast whose `finished_at` is set is over: nothing of it is on its way any more, but for the
one gentle repeat. What became of it: store/broadcast_outcomes.py; who confirmed it:
store/broadcast_receipts.py; who else must agree: store/broadcast_judges.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import models, office
from store.audiences import Audience
from store.broadcast_phrases import RECEIVED
from store.database import wake_after
from store.messages import Message, shared_button
from store.models import Person, Role
from store.outbox import Policy

State = Literal["waiting", "scheduled", "running", "paused", "done", "refused", "cancelled"]
TOPIC: Final = "broadcasts"
"""The signal that a broadcast was made or changed its state."""
MOST_CHARACTERS: Final = 4000
LIMIT: Final = "broadcast_second"
"""The office setting above how many people a second leader must agree."""
DEFAULT_LIMIT: Final = 200
OPEN: Final = ("waiting", "scheduled", "running", "paused")
PREFIX: Final = "broadcast:"

ROW = models.Broadcast


class WrongState(Exception):
    """The broadcast is not in a state in which this can be done; `state` is '' for none at all."""

    def __init__(self, state: str) -> None:
        super().__init__(state or "no such broadcast")
        self.state = state


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """A broadcast as it is handed in; the message without the button "Đã nhận".

    `waits`: a second leader must agree first. Without an author it is the operator's.
    """

    message: Message
    audience: Audience
    send_at: datetime
    author_id: int | None = None
    author_address_id: int | None = None
    urgent: bool = False
    wants_receipt: bool = False
    policy: Policy = "hold"
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as it stands."""

    id: int
    message: Message
    """With the button "Đã nhận" where it is wanted, as people see it."""
    audience: Audience
    state: State
    policy: Policy
    urgent: bool
    wants_receipt: bool
    author_id: int | None
    author_name: str
    author_address_id: int | None
    approved_by_id: int | None
    send_at: datetime
    created_at: datetime
    started_at: datetime | None
    planned_at: datetime | None
    repeated_at: datetime | None
    finished_at: datetime | None
    version: int


def about(broadcast_id: int) -> str:
    """Give what the deliveries of a broadcast count for, which is where their keys begin too."""
    return f"{PREFIX}{broadcast_id}"


def about_again(broadcast_id: int) -> str:
    """Give the same for its gentle repeat."""
    return f"{PREFIX}{broadcast_id}:again"


def as_seen(message: Message, broadcast_id: int, *, wants_receipt: bool) -> Message:
    """Give a message as people see it: with the button where it is wanted."""
    if not wants_receipt:
        return replace(message, buttons=())
    return replace(message, buttons=((shared_button(RECEIVED, "received", str(broadcast_id)),),))


async def create(session: AsyncSession, new: NewBroadcast, *, now: datetime) -> int:
    """Keep a broadcast and wake who plans it. Give its number."""
    row = ROW(
        content=replace(new.message, buttons=()).as_json(),
        audience=new.audience.as_json(),
        state="waiting" if new.waits else "scheduled",
        policy=new.policy,
        urgent=new.urgent,
        wants_receipt=new.wants_receipt,
        author_id=new.author_id,
        author_address_id=new.author_address_id,
        send_at=new.send_at,
        last_person_id=0,
        version=0,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    wake_after(session, TOPIC)
    return int(row.id)


async def find(session: AsyncSession, broadcast_id: int) -> Broadcast | None:
    """Give a broadcast, None where there is none of that number."""
    row = (await session.execute(_selected().where(ROW.id == broadcast_id))).one_or_none()
    return None if row is None else _read(row)


async def listed(
    session: AsyncSession,
    author_units: Collection[int] | None = None,
    *,
    limit: int,
    only_open: bool = False,
) -> list[Broadcast]:
    """Give the newest broadcasts first: all, or those of authors who lead one of these units.

    With `only_open` those that are not over.
    """
    asked = _selected().order_by(ROW.id.desc()).limit(limit)
    if only_open:
        asked = asked.where(ROW.state.in_(OPEN))
    if author_units is not None:
        leads = select(Role.person_id).where(
            Role.unit_id.in_(author_units), Role.role.in_(("leader", "admin"))
        )
        asked = asked.where(ROW.author_id.in_(leads))
    return [_read(row) for row in await session.execute(asked)]


async def pause(session: AsyncSession, broadcast_id: int, *, now: datetime) -> None:
    """Hold what is not sent yet. Raises WrongState."""
    del now
    await _turn(session, broadcast_id, ("scheduled", "running"), {"state": "paused"})


async def resume(session: AsyncSession, broadcast_id: int, *, now: datetime) -> None:
    """Let a paused one go on; what was late by the pause is not late. Raises WrongState."""
    goes_on = {"send_at": _later(now)}
    begun = {"state": "running", **goes_on}
    not_begun = {"state": "scheduled", **goes_on}
    if await _change(session, broadcast_id, ("paused",), begun, ROW.started_at.is_not(None)):
        return
    await _turn(session, broadcast_id, ("paused",), not_begun)


async def cancel(session: AsyncSession, broadcast_id: int, *, now: datetime) -> None:
    """Send nothing more of it. Raises WrongState where it is over already.

    One that had not begun is over at once, else as soon as nothing of it waits any more.
    """
    over = {"state": "cancelled", "finished_at": now}
    if await _change(session, broadcast_id, OPEN, over, ROW.started_at.is_(None)):
        return
    await _turn(session, broadcast_id, OPEN, {"state": "cancelled"})


async def agree(
    session: AsyncSession, broadcast_id: int, person_id: int, *, now: datetime
) -> None:
    """Let one that waits be sent at its time, or at once where that has passed.

    Raises WrongState. Whether the person may: `broadcast_judges.may_judge`.
    """
    agreed = {"state": "scheduled", "approved_by_id": person_id, "send_at": _later(now)}
    await _turn(session, broadcast_id, ("waiting",), agreed)


async def refuse(
    session: AsyncSession, broadcast_id: int, person_id: int, *, now: datetime
) -> None:
    """Let one that waits never be sent. Raises WrongState."""
    refused = {"state": "refused", "approved_by_id": person_id, "finished_at": now}
    await _turn(session, broadcast_id, ("waiting",), refused)


async def held(session: AsyncSession, *, quiet: bool) -> list[str]:
    """Give what senders must leave alone now, by `about`: what is paused; in quiet hours also what
    runs and is not urgent. The repeat says itself until when it may be sent.
    """
    which = ROW.state == "paused"
    if quiet:
        which = or_(which, (ROW.state == "running") & ~ROW.urgent)
    paused = await session.execute(select(ROW.id, ROW.state).where(which).order_by(ROW.id))
    found = paused.all()
    return [about(number) for number, _ in found] + [
        about_again(number) for number, state in found if state == "paused"
    ]


async def second_limit(session: AsyncSession) -> int:
    """Say above how many people a leader's broadcast needs a second leader."""
    found = await office.find(session, LIMIT)
    return int(found["people"]) if found else DEFAULT_LIMIT


async def set_second_limit(session: AsyncSession, people: int, *, now: datetime) -> None:
    """Choose it anew."""
    await office.put(session, name=LIMIT, value={"people": people}, now=now)


def _later(now: datetime) -> Any:
    """Give the time of sending, or now where that has passed."""
    at = models.table_of(ROW).c.send_at
    moment = literal(now, at.type)
    return case((at > moment, at), else_=moment)


async def _turn(
    session: AsyncSession, broadcast_id: int, before: Collection[str], after: dict[str, Any]
) -> None:
    if not await _change(session, broadcast_id, before, after):
        state = await session.scalar(select(ROW.state).where(ROW.id == broadcast_id))
        raise WrongState(state or "")


async def _change(
    session: AsyncSession,
    broadcast_id: int,
    before: Collection[str],
    after: dict[str, Any],
    *conditions: Any,
) -> bool:
    changed = await session.execute(
        update(ROW)
        .where(ROW.id == broadcast_id, ROW.state.in_(before), *conditions)
        .values(**after, version=ROW.version + 1)
        .execution_options(synchronize_session=False)
    )
    wake_after(session, TOPIC)
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _selected() -> Select[models.Broadcast, str]:
    return select(ROW, func.coalesce(Person.name, "")).outerjoin(
        Person, Person.id == ROW.author_id
    )


def _read(found: Sequence[Any]) -> Broadcast:
    row: models.Broadcast = found[0]
    message = Message.from_json(row.content)
    return Broadcast(
        id=row.id,
        message=as_seen(message, row.id, wants_receipt=row.wants_receipt),
        audience=Audience.from_json(row.audience),
        state=row.state,  # type: ignore[arg-type]
        policy=row.policy,  # type: ignore[arg-type]
        urgent=row.urgent,
        wants_receipt=row.wants_receipt,
        author_id=row.author_id,
        author_name=found[1],
        author_address_id=row.author_address_id,
        approved_by_id=row.approved_by_id,
        send_at=row.send_at,
        created_at=row.created_at,
        started_at=row.started_at,
        planned_at=row.planned_at,
        repeated_at=row.repeated_at,
        finished_at=row.finished_at,
        version=row.version,
    )
