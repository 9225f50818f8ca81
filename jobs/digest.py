"""The curators' morning: once a day, what waits for them and which documents soon end.

A tick: it may run twice and at once, each thing is told once.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from jobs import alerts
from jobs import answer_phrases as phrases
from jobs.channel import Channel
from knowledge.base import Base
from knowledge.document import Document
from knowledge.force import ended_by, last_day, period_of
from knowledge.mask import masked
from store import answers, drafts, office
from store.database import Database

BEGINS, ENDS = time(7, 30), time(18, 0)
"""When it may be told; who was not running in the morning says it later in the day."""
BEFORE_THE_END = timedelta(days=30)
SHOWN = 3
TOLD = "morning_told"
"""The office setting that names the last day on which it was looked what is to be told."""


async def morning(
    database: Database,
    channels: Mapping[str, Channel],
    base: Base,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Tell the curators, the first time of a day that it is time. `channels` by account."""
    local = now.astimezone(zone)
    if not BEGINS <= local.time() < ENDS:
        return
    today = {"day": local.date().isoformat()}
    async with database.read() as session:
        if await office.find(session, TOLD) == today:
            return
    await tell_waiting(database, channels, today=local.date(), now=now)
    await tell_endings(database, channels, base, today=local.date(), now=now)
    await database.write(partial(office.put, name=TOLD, value=today, now=now))


async def tell_waiting(
    database: Database, channels: Mapping[str, Channel], *, today: date, now: datetime
) -> None:
    """Tell what waits for a curator; nothing where nothing does."""
    async with database.read() as session:
        counts = await answers.count(session)
        ready = await drafts.count_ready(session)
        first = await answers.waiting(session, limit=SHOWN)
    if not (counts.waiting or ready):
        return
    text = phrases.digest(
        waiting=counts.waiting,
        wanted=counts.wanted,
        first=[masked(one.text) for one in first],
        drafts=ready,
    )
    await alerts.tell(database, channels, "curator", text, key=f"digest:{today}", now=now)


async def tell_endings(
    database: Database,
    channels: Mapping[str, Channel],
    base: Base,
    *,
    today: date,
    now: datetime,
) -> None:
    """Tell of every document whose period ends within 30 days, once for each last day."""
    for document in base.documents:
        end = _end(document, today)
        if end is None or not today <= end <= today + BEFORE_THE_END:
            continue
        text = phrases.period_ends(document=document.short, end=end, days=(end - today).days)
        key = f"period:{document.id}:{end}"
        await alerts.tell(database, channels, "curator", text, key=key, now=now)


def _end(document: Document, today: date) -> date | None:
    """Give the last day of a document that is in force; a bare year ends with its last day."""
    end = period_of(document, today).end
    return None if end is None or ended_by(document, today) else last_day(end)
