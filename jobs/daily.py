"""The message of a day: each person is told once, at their hour, all that the day brings them.

A tick: it may run twice and in several processes. Whoever is due is told and put to their next
moment in one transaction; the key (day, person) makes the message unique whatever the clock does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from jobs.daily_moments import (
    DAY,
    LONGEST_AHEAD,
    OLDEST,
    Moment,
    day_began,
    due_moments,
    next_moment,
)
from jobs.daily_text import day_message
from jobs.planning import BATCH, Telling, tell
from knowledge.agenda import Almanac, Interests
from knowledge.base import Base
from knowledge.document import Document
from knowledge.organisations import Organisations
from store import clearing, edits, office, subscriptions
from store.database import Database
from store.messages import Message, Priority
from store.sharing import Bulk
from store.subscriptions import Background, Due

SETTLES = timedelta(minutes=1)
"""By then every process has a document that was approved."""
LATE: Final = "late"


async def tell_day(
    database: Database,
    channels: Mapping[str, Channel],
    base: Base,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Tell everybody whose moment has come, batch by batch; nothing while sending is paused.

    `channels` by account.
    """
    async with database.read() as session:
        if await office.find(session, office.PAUSED) is not None:
            return
        if not await subscriptions.waits(session, now=now, beyond=now + LONGEST_AHEAD):
            return
        laid = await edits.first_laid(session, "document", since=now - DAY * (OLDEST + 2))
    almanac = Almanac(base.occasions, base.documents, base.provinces)
    by_id = {one.id: one for one in base.documents}
    news = tuple((at, by_id[key]) for key, at in laid if key in by_id)
    day = _Day(channels, almanac, base.organisations, news, now, zone)
    while await database.write(day.pull_back, priority=2):
        pass
    while await database.write(day.tell_batch, priority=2):
        pass


def about(day: date) -> str:
    """Give what a person's message of a day counts for."""
    return f"day:{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class _Day:
    """What one tick knows; `said` and `named` remember what is the same for many people."""

    channels: Mapping[str, Channel]
    almanac: Almanac
    organisations: Organisations
    news: Sequence[tuple[datetime, Document]]
    now: datetime
    zone: ZoneInfo
    said: dict[tuple[Moment, Interests, datetime], Message | None] = field(default_factory=dict)
    named: dict[str, frozenset[str]] = field(default_factory=dict)

    async def pull_back(self, session: AsyncSession) -> bool:
        """Look anew at people whose next moment only a wrong clock can have made.

        What it wrote down as too late, of days that have not passed, is forgotten. False where
        nobody is left.
        """
        found = await subscriptions.far_ahead(
            session, beyond=self.now + LONGEST_AHEAD, limit=BATCH
        )
        began = day_began(self.now, self.zone)
        today = self.now.astimezone(self.zone).date()
        keys = [
            f"{about(day)}:{person}"
            for person, next_at in found
            for back in range(OLDEST + 2)
            if (day := next_at.astimezone(self.zone).date() - DAY * back) >= today
        ]
        await clearing.forget_stale(session, keys, code=LATE)
        await subscriptions.move_on(session, {began: [person for person, _ in found]})
        return bool(found)

    async def tell_batch(self, session: AsyncSession) -> bool:
        """Tell those who have been due the longest. False where nobody is."""
        due = await subscriptions.due(session, now=self.now, limit=BATCH)
        active = [one.person_id for one in due if one.is_active and not one.wishes.stopped]
        backgrounds = await subscriptions.backgrounds(session, active)
        tellings: dict[tuple[Message, Moment], list[int]] = {}
        next_at: dict[datetime, list[int]] = {}
        for one in due:
            at = next_moment(self.now, one.wishes.at, self.zone)
            next_at.setdefault(at, []).append(one.person_id)
            if one.person_id in backgrounds:
                for said in self._tellings(one, backgrounds[one.person_id]):
                    tellings.setdefault(said, []).append(one.person_id)
        for (message, moment), people in tellings.items():
            telling = Telling(message, _bulk(moment))
            await tell(session, self.channels, telling, people, now=self.now)
        await subscriptions.move_on(session, next_at)
        return bool(due)

    def _tellings(self, one: Due, background: Background) -> list[tuple[Message, Moment]]:
        """Give what somebody is to be told, and what they were to be told while nothing ran."""
        moments = due_moments(one.since, self.now, one.wishes.at, self.zone)
        interests = Interests(
            topics=frozenset(one.wishes.topics),
            leads=one.wishes.leads,
            organisations=frozenset().union(*map(self._in_unit, background.units)),
            home=background.province,
        )
        found = [
            (self._message(moment, interests, moments[0].due_at - DAY), moment)
            for moment in moments
            if not one.wishes.silent(moment.day)
        ]
        return [(message, moment) for message, moment in found if message is not None]

    def _in_unit(self, unit: str) -> frozenset[str]:
        """Give the organisations that a unit's name names."""
        if unit not in self.named:
            self.named[unit] = self.organisations.in_unit(unit)
        return self.named[unit]

    def _message(self, moment: Moment, interests: Interests, since: datetime) -> Message | None:
        """Write the message of a moment, with the news since an earlier one.

        News that nobody was told wait for a message that is told.
        """
        key = (moment, interests, since)
        if key not in self.said:
            is_told = "news" in interests.topics and not moment.is_late
            news = [
                document
                for at, document in self.news
                if is_told and since <= at + SETTLES < moment.due_at
            ]
            agenda = self.almanac.on(moment.day, interests)
            self.said[key] = day_message(moment.day, agenda, news)
        return self.said[key]


def _bulk(moment: Moment) -> Bulk:
    return Bulk(
        key=about(moment.day),
        about=about(moment.day),
        priority=Priority.REMINDER,
        policy="resend",
        due_at=moment.due_at,
        stale_at=moment.stale_at,
        code=LATE if moment.is_late else "",
    )
