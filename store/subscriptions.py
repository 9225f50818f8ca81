"""What a person wants to be told each day, and when they are next looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Any, Final, Literal, get_args

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import office
from store.database import INSERTS
from store.models import Person, Role, Subscription, Unit, table_of

Topic = Literal["core", "national", "organisation", "other", "deadlines", "news"]
"""core: days of dân vận and the Front. national: the great days. organisation: days of one's own
organisation. other: all other days. deadlines: of plans. news: what is new in the base.
"""
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
LEADS: Final = (14, 7, 3, 1, 0)
"""Days before an occasion on which it can be told."""
EARLIEST, LATEST = time(6, 0), time(21, 0)
"""Outside of these nothing is told unasked: the quiet hours."""


def is_quiet(now: datetime, zone: tzinfo | None) -> bool:
    """Say whether these are the quiet hours, where `zone` is (else where `now` is)."""
    return not EARLIEST <= now.astimezone(zone or now.tzinfo).time() < LATEST


DEFAULTS = "wishes"
"""The office setting that holds what a person receives who chose nothing."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to be told, at which local time, so many days before.

    `stopped`: nothing unasked at all, broadcasts too. `paused_until`: nothing before that day.
    """

    at: time = time(7, 0)
    topics: frozenset[Topic] = frozenset(TOPICS) - {"other"}
    leads: tuple[int, ...] = (7, 1, 0)
    stopped: bool = False
    paused_until: date | None = None

    def silent(self, day: date) -> bool:
        """Say whether nothing unasked may be told on a day."""
        return self.stopped or (self.paused_until is not None and day < self.paused_until)

    def as_json(self) -> dict[str, Any]:
        """Give all of it as JSON values."""
        return {
            "at": f"{self.at:%H:%M}",
            "topics": sorted(self.topics),
            "leads": list(self.leads),
            "stopped": self.stopped,
            "paused_until": self.paused_until.isoformat() if self.paused_until else None,
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A person who is to be looked at, since when, and what they want to be told."""

    person_id: int
    since: datetime
    wishes: Wishes
    is_active: bool


@dataclass(frozen=True, slots=True)
class Background:
    """The units at which a person holds a role, by name, and a province of theirs."""

    units: tuple[str, ...] = ()
    province: str = ""


def read_wishes(content: Mapping[str, Any] | None, defaults: Wishes) -> Wishes:
    """Read what `as_json` gave; what is not there is as by default."""
    given = content or {}
    until = given.get("paused_until")
    topics = frozenset(one for one in TOPICS if one in given.get("topics", defaults.topics))
    return replace(
        defaults,
        at=time.fromisoformat(given["at"]) if "at" in given else defaults.at,
        topics=topics,
        leads=tuple(given.get("leads", defaults.leads)),
        stopped=bool(given.get("stopped", False)),
        paused_until=date.fromisoformat(until) if until else None,
    )


async def defaults(session: AsyncSession) -> Wishes:
    """Give what the office chose for those who chose nothing."""
    return read_wishes(await office.find(session, DEFAULTS), Wishes())


async def find(session: AsyncSession, person_id: int) -> Wishes:
    """Give what a person wants to be told."""
    found = await session.scalar(
        select(Subscription.wishes).where(Subscription.person_id == person_id)
    )
    return read_wishes(found, await defaults(session))


async def silent(session: AsyncSession, people: Collection[int], *, today: date) -> frozenset[int]:
    """Give those of some people who are to be told nothing unasked today."""
    rows = await session.execute(
        select(Subscription.person_id, Subscription.wishes).where(
            Subscription.person_id.in_(people)
        )
    )
    usual = Wishes()
    return frozenset(
        person for person, wishes in rows if wishes and read_wishes(wishes, usual).silent(today)
    )


async def begin(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """Let a person receive the default reminders from now on; who receives already goes on so."""
    insert = INSERTS[session.get_bind().dialect.name]
    await session.execute(
        insert(table_of(Subscription))
        .values(person_id=person_id, wishes={}, next_at=now)
        .on_conflict_do_nothing()
    )


async def put(session: AsyncSession, person_id: int, wishes: Wishes, *, now: datetime) -> None:
    """Keep what a person wants to be told from now on."""
    await begin(session, person_id, now=now)
    await session.execute(
        update(Subscription)
        .where(Subscription.person_id == person_id)
        .values(wishes=wishes.as_json(), next_at=now)
        .execution_options(synchronize_session=False)
    )


async def waits(session: AsyncSession, *, now: datetime, beyond: datetime) -> bool:
    """Say whether anybody is to be looked at now, or not before a time beyond all sense."""
    next_at = Subscription.next_at
    found = await session.scalar(
        select(Subscription.person_id).where(or_(next_at <= now, next_at > beyond)).limit(1)
    )
    return found is not None


async def due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Due]:
    """Take people who are to be looked at, those first who have been so the longest.

    They stay locked until the commit, and other processes take others.
    """
    usual = await defaults(session)
    rows = await session.execute(
        select(Subscription.person_id, Subscription.next_at, Subscription.wishes, Person.state)
        .join(Person, Person.id == Subscription.person_id)
        .where(Subscription.next_at <= now)
        .order_by(Subscription.next_at, Subscription.person_id)
        .limit(limit)
        .with_for_update(of=Subscription, skip_locked=True)
    )
    return [
        Due(person, at, read_wishes(wishes, usual) if wishes else usual, state == "active")
        for person, at, wishes, state in rows
    ]


async def far_ahead(
    session: AsyncSession, *, beyond: datetime, limit: int
) -> Sequence[tuple[int, datetime]]:
    """Take people who are to be looked at only after a time, with when; locked as by `due`."""
    rows = await session.execute(
        select(Subscription.person_id, Subscription.next_at)
        .where(Subscription.next_at > beyond)
        .order_by(Subscription.next_at, Subscription.person_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(person, at) for person, at in rows]


async def move_on(session: AsyncSession, next_at: Mapping[datetime, Collection[int]]) -> None:
    """Say when people are looked at next."""
    for at, people in next_at.items():
        await session.execute(
            update(Subscription)
            .where(Subscription.person_id.in_(people))
            .values(next_at=at)
            .execution_options(synchronize_session=False)
        )


async def skip_due(session: AsyncSession, *, now: datetime) -> None:
    """Let everybody who is due wait for their next moment, without being told of the last."""
    await session.execute(
        update(Subscription)
        .where(Subscription.next_at < now)
        .values(next_at=now)
        .execution_options(synchronize_session=False)
    )


async def backgrounds(session: AsyncSession, people: Collection[int]) -> Mapping[int, Background]:
    """Give where some people hold roles; nothing is known of one who holds none."""
    rows = await session.execute(
        select(Role.person_id, Unit.name, Unit.province)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.person_id.in_(people))
        .order_by(Role.person_id, Role.id)
    )
    units: dict[int, tuple[str, ...]] = dict.fromkeys(people, ())
    provinces: dict[int, str] = {}
    for person, unit, province in rows:
        units[person] += (unit,)
        if province:
            provinces.setdefault(person, province)
    return {one: Background(some, provinces.get(one, "")) for one, some in units.items()}
