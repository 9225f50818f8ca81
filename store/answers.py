"""The curators' side of questions: what waits, and how one is answered, merged or dismissed.

A refused question waits by itself; one that its asker passed on, or whose answer was disliked,
waits as `open`. An answer is an edit of the base, made in the same transaction. Who asked is told
by whoever finds the row here untold, once the base in service has the answer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, and_, func, or_, select, update
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


def id_of(key: str) -> int | None:
    """Give the question that an edit of that key answers; None where it answers none."""
    return int(key[1:]) if key[:1] == "q" and key[1:].isdecimal() else None


def _waiting() -> Select[Any]:
    merged = QUESTION.alias("merged")
    times = (
        select(func.count())
        .select_from(merged)
        .where(merged.c.merged_into_id == _q.id)
        .correlate(QUESTION)
        .scalar_subquery()
    )
    return select(
        _q.id, _q.text, _q.kind, _q.docs, _q.answer, _q.state, DISLIKED, times, _q.asked_at
    ).where(WAITS)


async def waiting(session: AsyncSession, *, limit: int, after: int = 0) -> list[Waiting]:
    """Give the questions that wait, wanted ones first, oldest first; `after` skips so many."""
    ordered = _waiting().order_by((_q.state == "open").desc(), _q.id).limit(limit).offset(after)
    return [_read(row) for row in await session.execute(ordered)]


async def find_waiting(session: AsyncSession, question_id: int) -> Waiting | None:
    """Give one question, if it still waits."""
    row = (await session.execute(_waiting().where(_q.id == question_id))).one_or_none()
    return None if row is None else _read(row)


def _read(row: Sequence[Any]) -> Waiting:
    return Waiting(
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
    held = await session.execute(
        select(_q.id, _q.state, _q.edit_key, WAITS.label("waits"))
        .where(_q.id.in_((question_id, into_id)))
        .order_by(_q.id)  # two merges that cross each other must not wait for one another
        .with_for_update()
    )
    rows = {row.id: row for row in held}
    one, into = rows.get(question_id), rows.get(into_id)
    if one is None or into is None or one is into:
        return False
    is_answered = not into.waits
    if is_answered and not await _is_given(session, into.state, into.edit_key):
        return False
    values: dict[str, Any] = {"state": "merged", "merged_into_id": into_id}
    if is_answered:
        values |= {"state": "answered", "edit_key": into.edit_key, "closed_at": now}
    still = update(QUESTION).where(_q.id == question_id, UNANSWERED)
    moved = await session.execute(still.values(values))
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    await session.execute(update(QUESTION).where(_q.merged_into_id == question_id).values(values))
    if is_answered:
        wake_after(session, edits.TOPIC)
    elif one.state == "open":
        await session.execute(_lift(_q.id == into_id))
    return True


async def takes_others(session: AsyncSession, question_id: int) -> bool:
    """Say whether others may be merged into a question: it waits, or its answer still counts."""
    asked = select(_q.state, _q.edit_key, WAITS.label("waits")).where(_q.id == question_id)
    row = (await session.execute(asked)).one_or_none()
    return row is not None and (row.waits or await _is_given(session, row.state, row.edit_key))


async def _is_given(session: AsyncSession, state: str, edit_key: str) -> bool:
    """Say whether a question has an answer that was not taken back."""
    return state == "answered" and await edits.find(session, "question", edit_key) is not None


async def let_wait_again(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Let go of what was merged into these questions, which wait and are about to be removed."""
    into = QUESTION.alias("into")
    going = select(_q.id).where(which, _q.state.in_(("new", "open")))
    state = select(into.c.state).where(into.c.id == _q.merged_into_id).scalar_subquery()
    await session.execute(
        update(QUESTION)
        .where(_q.state == "merged", _q.merged_into_id.in_(going))
        .values(state=state, merged_into_id=None, compared=False)
    )


async def untold(
    session: AsyncSession,
    *,
    limit: int,
    after: int = 0,
    channels: Collection[str] | None = None,
) -> list[Untold]:
    """Give those who asked, whose question is closed, and who were not told; oldest first.

    `after` skips so many; with `channels` only those count who asked on one of these accounts.
    """
    asked = (
        select(
            _q.id, _q.text, _q.edit_key, _q.reply, _q.closed_at, Address.id, Address.channel,
            _q.account_id,
        )
        .join(Address, Address.id == _q.address_id)
        .where(_q.state.in_(("answered", "dismissed")), _q.told_at.is_(None), _q.text != "")
        .order_by(_q.closed_at, _q.id)
        .limit(limit)
        .offset(after)
    )  # fmt: skip
    if channels is not None:
        asked = asked.where(Address.channel.in_(channels))
    return [Untold(*row) for row in await session.execute(asked)]


async def set_told(
    session: AsyncSession, question_id: int, *, now: datetime, closed_at: datetime | None = None
) -> bool:
    """Note that telling is queued; False where another process was faster.

    False, too, where it was erased meanwhile; with `closed_at` where it was answered anew since.
    """
    untold = (_q.id == question_id, _q.told_at.is_(None), _q.text != "")
    told = update(QUESTION).where(*untold).values(told_at=now)
    if closed_at is not None:
        told = told.where(_q.closed_at == closed_at)
    result = await session.execute(told)
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _lift(which: ColumnElement[bool]) -> Update:
    """A question into which a wanted one was merged is wanted as well."""
    return update(QUESTION).where(which, _q.state == "new").values(state="open")


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
