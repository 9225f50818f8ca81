"""What would happen if something were told now: who is reached, who is not and why, and quotas."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from jobs.elsewhere import outlook
from jobs.watch import OF_ONE_PERSON
from store import subscriptions, usage
from store.audiences import Audience, people_of
from store.forecasts import Forecast, Foresee, Shortage, Unreached
from store.models import Address, Person, Role, Unit

BATCH: Final = 500


def foreseer(
    channels: Mapping[str, Channel], now: Callable[[], datetime], zone: ZoneInfo
) -> Foresee:
    """Give what looks ahead on these channels (by channel account)."""

    async def foresee(session: AsyncSession, audience: Audience, parts: int) -> Forecast:
        return await _look(session, channels, audience, parts, now=now().astimezone(zone))

    return foresee


async def _look(
    session: AsyncSession,
    channels: Mapping[str, Channel],
    audience: Audience,
    parts: int,
    *,
    now: datetime,
) -> Forecast:
    """Look ahead, batch by batch; `now` in the office's zone."""
    needed: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    unreached: list[Unreached] = []
    after = 0
    while people := await people_of(session, audience, after=after, limit=BATCH):
        after = people[-1]
        silent = await subscriptions.silent(session, people, today=now.date())
        wanting = [one for one in people if one not in silent]
        seen = await outlook(session, channels, wanting, now=now)
        found = seen.reached.values()
        needed.update(one.address.channel for one in found)
        paid.update(one.address.channel for one in found if one.reach == "paid")
        whys = {**dict.fromkeys(silent, "stopped"), **seen.unreached}
        unreached += await _named(session, whys)
    reached = needed.total()
    groups = await _groups(session, audience, channels)
    needed.update(groups)
    shortages = []
    for account in sorted(needed):
        use = _Use(channels[account], needed[account] * parts, paid[account] * parts)
        shortages.append(await _shortage(session, use, now=now))
    short = tuple(one for one in shortages if one is not None)
    return Forecast(reached, paid.total(), len(groups), tuple(unreached), short)


async def _groups(
    session: AsyncSession, audience: Audience, channels: Collection[str]
) -> Sequence[str]:
    """Give the channel account of each group that is open to us."""
    if not audience.addresses:
        return ()
    rows = await session.scalars(
        select(Address.channel).where(
            Address.id.in_(audience.addresses),
            Address.state == "open",
            ~Address.private,
            Address.channel.in_(list(channels)),
        )
    )
    return rows.all()


async def _named(session: AsyncSession, whys: Mapping[int, str]) -> list[Unreached]:
    """Name people with the unit of their first role, lowest id first."""
    if not whys:
        return []
    first = select(func.min(Role.id)).group_by(Role.person_id)
    rows = await session.execute(
        select(Person.id, Person.name, func.coalesce(Unit.name, ""))
        .outerjoin(Role, (Role.person_id == Person.id) & Role.id.in_(first))
        .outerjoin(Unit, Unit.id == Role.unit_id)
        .where(Person.id.in_(whys))
        .order_by(Person.id)
    )
    return [Unreached(number, name, unit, whys[number]) for number, name, unit in rows]


@dataclass(frozen=True, slots=True)
class _Use:
    """How many messages would go out on a channel account, and how many of them at a price."""

    channel: Channel
    all: int
    paid: int


async def _shortage(session: AsyncSession, use: _Use, *, now: datetime) -> Shortage | None:
    """Hold what is needed against what is left this month; `now` in the office's zone.

    The platform's cap is on all messages; what it says is left to us is of those that are paid.
    """
    account, month = use.channel.account, usage.month(now)
    some = await usage.used(session, account, now=now)
    cap = use.channel.caps.messages
    if cap is not None:
        sent = sum(one.count for one in some if (one.kind, one.period) == (usage.MESSAGES, month))
        if use.all > cap - sent:
            return Shortage(account, use.all, max(cap - sent, 0))
    left = [one.count for one in some if _is_told_left(one, now)]
    if left and use.paid > sum(left):
        return Shortage(account, use.paid, max(sum(left), 0))
    return None


def _is_told_left(one: usage.Used, now: datetime) -> bool:
    """Say whether this is what the platform told this month of a quota that all share."""
    if not one.kind.startswith(usage.LEFT) or one.kind in OF_ONE_PERSON or one.at is None:
        return False
    return usage.month(one.at.astimezone(now.tzinfo)) == usage.month(now)
