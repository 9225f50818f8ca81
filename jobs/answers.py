"""What follows when a curator answers: who asked is told, and questions that ask the same merge.

Both are ticks: they may run twice and at once, each thing is done once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import answer_phrases as phrases
from jobs.channel import Channel
from knowledge.alike import alike
from knowledge.base import Base
from store import answers, comparing, edits, outbox
from store.answers import Untold
from store.comparing import Compared
from store.database import Database
from store.messages import Message, Priority
from store.models import Account, Address, Person

AT_ONCE = 50
"""Questions that are looked at in one go."""
LATELY = timedelta(days=30)
"""How long an answer counts for those who asked the same before it was there."""
LOOKED_AT = 300
"""Other questions that new ones are compared with."""


@dataclass(frozen=True, slots=True)
class _News:
    """One who was not told yet; `answer` is the curated one that counts now, if there is one."""

    asked: Untold
    answer: str | None
    registered: bool


async def tell_askers(
    database: Database,
    channels: Mapping[str, Channel],
    base: Base,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> int:
    """Queue the answer to whoever asked and was not told. Give how many. `channels` by account.

    One whose answer `base` has not yet, or whose channel is switched off, waits for a later look.
    """
    today = now.astimezone(zone).date()
    told = skipped = 0
    while True:
        async with database.read() as session:
            news = await _news(session, list(channels), after=skipped)
        for one in news:
            message = _message(one, base, today)
            if message is None and not _is_needless(one):
                skipped += 1
                continue
            told += await _tell(database, channels[one.asked.channel], one.asked, message, now=now)
        if len(news) < AT_ONCE:
            return told


async def _news(session: AsyncSession, channels: Sequence[str], *, after: int) -> list[_News]:
    untold = await answers.untold(session, limit=AT_ONCE, after=after, channels=channels)
    registered = await _registered(session, untold)
    # Read after the questions: an answer given anew meanwhile is then not taken for the old one.
    laid = {key: await edits.find(session, "question", key) for key in _keys(untold)}
    return [
        _News(
            one,
            answer=str(content["answer"]).strip() if (content := laid.get(one.edit_key)) else None,
            registered=one.account_id in registered,
        )
        for one in untold
    ]


def _keys(untold: Sequence[Untold]) -> set[str]:
    return {one.edit_key for one in untold if one.edit_key and not one.reply}


async def _registered(session: AsyncSession, untold: Sequence[Untold]) -> set[int]:
    accounts = [one.account_id for one in untold if one.account_id is not None]
    return set(
        await session.scalars(
            select(Account.id)
            .join(Person, Person.id == Account.person_id)
            .where(Account.id.in_(accounts), Person.state == "active")
        )
    )


def _is_needless(one: _News) -> bool:
    """Say whether there is nothing to tell any more: the answer was taken back."""
    return one.answer is None and not one.asked.reply


def _message(one: _News, base: Base, today: date) -> Message | None:
    """Give the words; None where this base has not the answer that counts now."""
    you, asked = phrases.you(registered=one.registered), one.asked
    if asked.reply:
        return Message(phrases.dismissed(you=you, question=asked.text, reply=asked.reply))
    given = base.given_by_curator(asked.edit_key, today=today)
    if given is None or given.body != one.answer:
        return None
    text = phrases.answered(you=you, question=asked.text, answer=given.body)
    return Message(text, source=given.source)


async def _tell(
    database: Database, channel: Channel, one: Untold, message: Message | None, *, now: datetime
) -> bool:
    async def work(session: AsyncSession) -> bool:
        if not await answers.set_told(session, one.id, now=now, closed_at=one.closed_at):
            return False
        if message is None:
            return False
        await outbox.enqueue(
            session,
            Address(id=one.address_id, channel=one.channel),
            channel.split(message),
            key=f"answer:{one.id}:{one.closed_at.isoformat()}",
            now=now,
            priority=Priority.REMINDER,
            stored_is_sent=channel.stored_is_sent,
        )
        return True

    return await database.write(work)


async def merge_alike(database: Database, *, now: datetime) -> list[tuple[int, int]]:
    """Merge waiting questions that nobody compared yet into others that ask the same.

    Gives the pairs: what was merged, and into what.
    """
    async with database.read() as session:
        new = await comparing.uncompared(session, limit=AT_ONCE)
        if not new:
            return []
        some = await comparing.comparable(session, new, since=now - LATELY, limit=LOOKED_AT)
    pairs = await asyncio.to_thread(pairs_of, some, frozenset(new))

    async def work(session: AsyncSession) -> list[tuple[int, int]]:
        merged = [pair for pair in pairs if await answers.merge(session, *pair, now=now)]
        await comparing.set_compared(session, new)
        return merged

    return await database.write(work)


def pairs_of(some: Sequence[Compared], new: frozenset[int]) -> list[tuple[int, int]]:
    """Choose for each new question the first other that asks the same; never one that is merged.

    `some` are in the order in which they were asked.
    """
    there = [one for one in some if one.id not in new]
    pairs = []
    for one in some:
        if one.id not in new:
            continue
        into = next((other for other in there if _is_same(one, other)), None)
        if into is None:
            there.append(one)
        else:
            pairs.append((one.id, into.id))
    return pairs


def _is_same(one: Compared, other: Compared) -> bool:
    """Say whether one question waits for the other's answer.

    Words that lean on an earlier question mean another document there. And who dislikes an answer
    would only be told it again.
    """
    if other.answered and (one.kind != "refuse" or one.disliked):
        return False
    return one.docs[:1] == other.docs[:1] and alike(one.text, other.text)
