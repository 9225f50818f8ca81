"""The curators' side of questions: what waits, and how one is answered, merged or dismissed.

A refused question waits by itself; one that its asker passed on, or whose answer was disliked,
waits as `open`. An answer is an edit of the base, made in the same transaction. Who asked is told
by whoever finds the row here untold, once the base in service has the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import edits
from store.database import wake_after
from store.models import Address, Feedback, Question, table_of

QUESTION = table_of(Question)
_q = QUESTION.c
UNANSWERED = or_(_q.state == "open", and_(_q.state == "new", _q.kind == "refuse"))
WAITS = and_(UNANSWERED, _q.text != "")
DISLIKED = (
    select(Feedback.id)
    .where(Feedback.question_id == _q.id, Feedback.verdict == "bad")
    .correlate(QUESTION)
    .exists()
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One question that waits: what was said to it, and how many asked the same."""

    id: int
    text: str
    kind: str
    docs: tuple[str, ...]
    answer: str
    passed_on: bool
    disliked: bool
    times: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions wait, and of these how many a person wants answered."""

    waiting: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Untold:
    """One who asked and was not told yet: the curated answer `edit_key`, or the words `reply`."""

    id: int
    text: str
    edit_key: str
    reply: str
    closed_at: datetime
    address_id: int
    channel: str
    account_id: int | None


def key_of(question_id: int) -> str:
    """Give the key of the edit that answers a question."""
    return f"q{question_id}"


async def waiting(session: AsyncSession, *, limit: int, after: int = 0) -> list[Waiting]:
    """Give the questions that wait, wanted ones first, oldest first; `after` skips so many."""
    merged = QUESTION.alias("merged")
    times = (
        select(func.count())
        .select_from(merged)
        .where(merged.c.merged_into_id == _q.id)
        .correlate(QUESTION)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(_q.id, _q.text, _q.kind, _q.docs, _q.answer, _q.state, DISLIKED, times, _q.asked_at)
        .where(WAITS)
        .order_by((_q.state == "open").desc(), _q.id)
        .limit(limit)
        .offset(after)
    )
    return [
        Waiting(
            id=row[0],
            text=row[1],
            kind=row[2],
            docs=tuple(row[3]),
            answer=row[4],
            passed_on=row[5] == "open" and not row[6],
            disliked=row[6],
            times=1 + row[7],
            asked_at=row[8],
        )
        for row in rows
    ]


async def count(session: AsyncSession) -> Counts:
    """Count the questions that wait."""
    row = (
        await session.execute(
            select(func.count(), func.count().filter(_q.state == "open"))
            .select_from(QUESTION)
            .where(WAITS)
        )
    ).one()
    return Counts(row[0], row[1])


async def find(session: AsyncSession, question_id: int) -> Question | None:
    """Give one question, whatever became of it."""
    return await session.get(Question, question_id)


async def texts(session: AsyncSession, question_id: int) -> Sequence[str]:
    """Give the question as all who asked it typed it, itself first."""
    same = or_(_q.id == question_id, _q.merged_into_id == question_id)
    rows = await session.scalars(
        select(_q.text).where(same, _q.text != "").order_by((_q.id == question_id).desc(), _q.id)
    )
    return rows.all()


async def answer(
    session: AsyncSession,
    question_id: int,
    content: dict[str, Any],
    *,
    person_id: int | None,
    now: datetime,
    again: bool = False,
) -> bool:
    """Answer a question by a curated one (knowledge.overlay.as_content), and all merged into it.

    False where it waits no longer; `again` replaces an answer and tells everybody anew.
    """
    key = key_of(question_id)
    done = {"state": "answered", "edit_key": key, "reply": "", "told_at": None}
    if not await _close(session, question_id, done, person_id, now, again=again):
        return False
    await edits.put(session, "question", key, content, person_id=person_id, now=now)
    return True


async def dismiss(
    session: AsyncSession, question_id: int, *, reply: str, person_id: int | None, now: datetime
) -> bool:
    """Put a question away; who asked is told only where there is a `reply`."""
    done = {"state": "dismissed", "reply": reply, "told_at": None if reply else now}
    if not await _close(session, question_id, done, person_id, now, again=False):
        return False
    wake_after(session, edits.TOPIC)
    return True


async def merge(session: AsyncSession, question_id: int, into_id: int, *, now: datetime) -> bool:
    """Let another question's answer answer this one. False where either is not there to merge.

    What was merged into it goes along. Where the other is answered already, everybody is told.
    """
    into = await session.get(Question, into_id, with_for_update=True)
    if into is None or question_id == into_id or into.state in {"merged", "dismissed"}:
        return False
    is_answered = into.state == "answered"
    values: dict[str, Any] = {"state": "merged", "merged_into_id": into_id}
    if is_answered:
        values |= {"state": "answered", "edit_key": into.edit_key, "closed_at": now}
    moved = await session.execute(
        update(QUESTION).where(_q.id == question_id, UNANSWERED).values(values)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    await session.execute(update(QUESTION).where(_q.merged_into_id == question_id).values(values))
    if is_answered:
        wake_after(session, edits.TOPIC)
    return True


async def uncompared(session: AsyncSession, *, limit: int) -> list[tuple[int, str]]:
    """Give waiting questions, by number and words, that nobody compared with the others yet."""
    rows = await session.execute(
        select(_q.id, _q.text).where(WAITS, _q.compared.is_(False)).order_by(_q.id).limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def set_compared(session: AsyncSession, ids: Sequence[int]) -> None:
    """Note that questions were compared."""
    await session.execute(update(QUESTION).where(_q.id.in_(ids)).values(compared=True))


async def untold(session: AsyncSession, *, limit: int) -> list[Untold]:
    """Give those who asked, whose question is closed, and who were not told; oldest first."""
    rows = await session.execute(
        select(
            _q.id, _q.text, _q.edit_key, _q.reply, _q.closed_at, Address.id, Address.channel,
            _q.account_id,
        )
        .join(Address, Address.id == _q.address_id)
        .where(_q.state.in_(("answered", "dismissed")), _q.told_at.is_(None))
        .order_by(_q.closed_at, _q.id)
        .limit(limit)
    )  # fmt: skip
    return [Untold(*row) for row in rows]


async def set_told(session: AsyncSession, question_id: int, *, now: datetime) -> bool:
    """Note that telling is queued; False where another process was faster."""
    result = await session.execute(
        update(QUESTION).where(_q.id == question_id, _q.told_at.is_(None)).values(told_at=now)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


async def _close(
    session: AsyncSession,
    question_id: int,
    values: dict[str, Any],
    person_id: int | None,
    now: datetime,
    *,
    again: bool,
) -> bool:
    open_still: ColumnElement[bool] = UNANSWERED
    if again:
        open_still = or_(UNANSWERED, _q.state.in_(("answered", "dismissed")))
    values = {**values, "closed_at": now, "closed_by_id": person_id}
    closed = await session.execute(
        update(QUESTION).where(_q.id == question_id, open_still).values(values)
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        return False
    await session.execute(update(QUESTION).where(_q.merged_into_id == question_id).values(values))
    return True
