"""Delete what we promised to delete, by one table of how long each thing is kept."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import answers, drafts, logins, media, uploads
from store.database import Database
from store.files import Files
from store.models import (
    Broadcast,
    Choice,
    Draft,
    InboxRow,
    JobRow,
    MediaRow,
    Missed,
    OutboxRow,
    Question,
    Reminder,
    SharedMessage,
)

BATCH = 1000
RAW_UPDATES = timedelta(hours=48)
"""The platform's own words; only what makes a repeated update harmless stays after that."""
INBOX = timedelta(days=30)
CHOICES = timedelta(days=90)
WORDS = timedelta(days=365)
"""Questions, the texts of what was said to a person, broadcasts and who could not be told."""
DISCARDED = timedelta(days=30)
"""Drafts that were put away; what the office laid over the base is kept with its history."""
MADE = ("text/csv", "text/calendar")
"""Files that the assistant makes for somebody; whoever wants one again asks again."""
STRAYS = timedelta(hours=1)
"""A file that no row names may be one that is just coming in; after so long it is not."""
TOGETHER = 50
"""Files removed in one transaction."""


async def forget(database: Database, *, now: datetime) -> None:
    """Delete everything that is older than it may be, in batches that let others write between."""
    settled = InboxRow.state.in_(("done", "dead"))
    web = InboxRow.number > 0
    batches: list[Any] = [
        update(InboxRow)
        .where(
            _among(
                InboxRow, settled, InboxRow.received_at < now - RAW_UPDATES, InboxRow.raw != b""
            )
        )
        .values(raw=b""),
        delete(InboxRow).where(
            _among(InboxRow, settled, ~web, InboxRow.received_at < now - INBOX)
        ),
        delete(InboxRow).where(_among(InboxRow, settled, InboxRow.received_at < now - WORDS)),
        delete(Choice).where(_among(Choice, Choice.created_at < now - CHOICES)),
        delete(Question).where(_among(Question, Question.asked_at < now - WORDS)),
        delete(OutboxRow).where(_among(OutboxRow, OutboxRow.settled_at < now - WORDS)),
        delete(Missed).where(_among(Missed, Missed.at < now - WORDS)),
        delete(SharedMessage).where(
            _among(
                SharedMessage,
                SharedMessage.created_at < now - WORDS,
                ~exists().where(OutboxRow.shared_id == SharedMessage.id),
            )
        ),
        delete(Broadcast).where(_among(Broadcast, Broadcast.finished_at < now - WORDS)),
        delete(Reminder).where(
            _among(
                Reminder,
                Reminder.state.in_(("over", "cancelled")),
                Reminder.changed_at < now - INBOX,
            )
        ),
        delete(JobRow).where(_among(JobRow, JobRow.settled_at < now - INBOX)),
        delete(Draft).where(
            _among(Draft, Draft.state == "discarded", Draft.changed_at < now - DISCARDED)
        ),
    ]
    old = answers.QUESTION.c.asked_at < now - WORDS
    await database.write(partial(answers.let_wait_again, which=old), priority=2)
    for statement in batches:
        await _repeat(database, statement.execution_options(synchronize_session=False))
    await database.write(lambda session: logins.forget_old(session, now=now), priority=2)
    await database.write(lambda session: uploads.forget_expired(session, now=now), priority=2)


async def forget_media(database: Database, files: Files, *, now: datetime) -> None:
    """Let go of photos that are older than they may be, of the files of drafts that were closed
    so long ago, and remove files that nobody has.

    A death between the two leaves strays for the next time.
    """

    closed = select(Draft.media_id).where(
        Draft.media_id.is_not(None),
        Draft.state.not_in(drafts.OPEN),
        Draft.changed_at < now - media.KEPT,
    )
    sent = and_(MediaRow.account_id.is_not(None), MediaRow.created_at < now - media.KEPT)
    made = and_(MediaRow.type.in_(MADE), MediaRow.created_at < now - media.KEPT)

    async def let_go(session: AsyncSession) -> int:
        old = (
            select(MediaRow.id)
            .where(MediaRow.state != "gone", or_(sent, made, MediaRow.id.in_(closed)))
            .limit(BATCH)
        )
        ids = list(await session.scalars(old))
        await media.let_go(session, MediaRow.id.in_(ids))
        return len(ids)

    while await database.write(let_go, priority=2) >= BATCH:
        pass
    await asyncio.to_thread(files.sweep, before=now - STRAYS)
    await _remove_strays(database, files, now=now)


async def _remove_strays(database: Database, files: Files, *, now: datetime) -> None:
    found = await asyncio.to_thread(lambda: sorted(set(files.hashes(before=now - STRAYS))))
    for start in range(0, len(found), TOGETHER):
        some = found[start : start + TOGETHER]
        remove = partial(media.discard, files=files, hashes=some)
        await database.write(remove, priority=2)


def _among(table: Any, *conditions: Any) -> Any:
    return table.id.in_(select(table.id).where(*conditions).limit(BATCH))


async def _repeat(database: Database, statement: Any) -> None:
    async def work(session: AsyncSession) -> int:
        result = await session.execute(statement)
        return int(result.rowcount)  # type: ignore[attr-defined]

    while await database.write(work, priority=2) >= BATCH:
        pass
