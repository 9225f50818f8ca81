"""Reminders that people asked for, told when they fall.

A tick: it may run twice and in several processes. A moment that is a little late is told at once;
one that is older would confuse and is only written down.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from jobs import reminding_phrases as phrases
from jobs.channel import Channel
from jobs.planning import BATCH, Telling, tell
from knowledge.reminding.schedule import from_json, next_after
from store import office, reminders, subscriptions
from store.audiences import Audience, people_of
from store.database import Database
from store.messages import Message, Priority
from store.reminders import Due
from store.sharing import Bulk

USEFUL = timedelta(hours=6)
"""How late a reminder may still be told."""
OLDEST = timedelta(days=7)
"""How far back it is looked for what was missed."""


async def remind(
    database: Database, channels: Mapping[str, Channel], *, now: datetime, zone: ZoneInfo
) -> None:
    """Tell what is due, batch by batch; nothing while sending is paused. `channels` by account."""
    async with database.read() as session:
        if await office.find(session, office.PAUSED) is not None:
            return
    step = partial(_tell_one, channels=channels, now=now, zone=zone)
    while await database.write(step, priority=2):
        pass


async def drop_due(session: AsyncSession, *, now: datetime, zone: ZoneInfo) -> int:
    """Let everything that is due wait for its next time without telling it. Give how many."""
    dropped = 0
    while (due := await reminders.take_due(session, now=now)) is not None:
        await reminders.move_on(session, due, next_after(from_json(due.schedule), now, zone))
        dropped += 1
    return dropped


async def _tell_one(
    session: AsyncSession, *, channels: Mapping[str, Channel], now: datetime, zone: ZoneInfo
) -> bool:
    """Tell the next batch of the reminder that is due the longest. False where none is."""
    due = await reminders.take_due(session, now=now)
    if due is None:
        return False
    if not due.owner_is_active:
        await reminders.rest(session, due)
        return True
    people = [due.person_id]
    if due.unit_id is not None:
        audience = Audience(units=(due.unit_id,))
        people = list(await people_of(session, audience, after=due.after, limit=BATCH))
    if due.at > now - OLDEST:
        today = now.astimezone(zone).date()
        silent = await subscriptions.silent(session, people, today=today)
        await tell(session, channels, _telling(due, now), people, now=now, silent=silent)
    if due.unit_id is not None and len(people) == BATCH:
        await reminders.told_up_to(session, due, people[-1])
    else:
        after = max(due.at, now - OLDEST)
        await reminders.move_on(session, due, next_after(from_json(due.schedule), after, zone))
    return True


def _telling(due: Due, now: datetime) -> Telling:
    text = phrases.own(text=due.text)
    if due.unit_id is not None:
        text = phrases.of_unit(person=due.person, unit=due.unit, text=due.text)
    bulk = Bulk(
        key=f"reminder:{due.id}:{due.at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        about=f"reminder:{due.id}",
        priority=Priority.REMINDER,
        policy="resend",
        due_at=due.at,
        stale_at=due.at + USEFUL,
        code="late" if now - due.at > USEFUL else "",
    )
    return Telling(Message(text), bulk)
