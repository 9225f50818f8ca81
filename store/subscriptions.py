"""What a person wants to be told each day, and when they are next looked at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final, Literal, get_args

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import office
from store.database import INSERTS
from store.models import Subscription, table_of

Topic = Literal["core", "national", "organisation", "other", "deadlines", "news"]
"""core: days of dân vận and the Front. national: the great days. organisation: days of one's own
organisation. other: all other days. deadlines: of plans. news: what is new in the base.
"""
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
LEADS: Final = (14, 7, 3, 1, 0)
"""Days before an occasion on which it can be told."""
EARLIEST, LATEST = time(6, 0), time(21, 0)
"""Outside of these nothing is told unasked: the quiet hours."""
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
