"""Questions to be compared with one another: those that wait, and those answered lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.answers import DISLIKED, QUESTION, WAITS
from store.models import Edit, table_of

_q = QUESTION.c


@dataclass(frozen=True, slots=True)
class Compared:
    """One question that is compared with others; `answered` is False where it waits."""

    id: int
    text: str
    kind: str
    docs: tuple[str, ...]
    answered: bool
    disliked: bool


_versions = table_of(Edit).alias("versions")
_NEWEST = (
    select(func.max(_versions.c.id))
    .where(_versions.c.kind == "question", _versions.c.key == _q.edit_key)
    .correlate(QUESTION)
    .scalar_subquery()
)
_GIVEN = (
    select(table_of(Edit).c.id)
    .where(table_of(Edit).c.id == _NEWEST, table_of(Edit).c.content.is_not(None))
    .correlate(QUESTION)
    .exists()
)


async def uncompared(session: AsyncSession, *, limit: int) -> list[int]:
    """Give the waiting questions that nobody compared with the others yet, oldest first."""
    new = select(_q.id).where(WAITS, _q.compared.is_(False)).order_by(_q.id).limit(limit)
    return list(await session.scalars(new))


async def set_compared(session: AsyncSession, ids: Sequence[int]) -> None:
    """Note that questions were compared."""
    await session.execute(update(QUESTION).where(_q.id.in_(ids)).values(compared=True))


async def comparable(
    session: AsyncSession, ids: Sequence[int], *, since: datetime, limit: int
) -> list[Compared]:
    """Give these questions, and the newest that wait or were answered `since`; oldest first.

    An answer that was taken back counts as none.
    """
    answered = (_q.state == "answered") & (_q.closed_at >= since) & (_q.text != "") & _GIVEN
    among = select(_q.id).where(or_(WAITS, answered)).order_by(_q.id.desc()).limit(limit)
    rows = await session.execute(
        select(_q.id, _q.text, _q.kind, _q.docs, _q.state, DISLIKED)
        .where(or_(_q.id.in_(ids), _q.id.in_(among)))
        .order_by(_q.id)
    )
    return [
        Compared(row[0], row[1], row[2], tuple(row[3]), row[4] == "answered", row[5])
        for row in rows
    ]
