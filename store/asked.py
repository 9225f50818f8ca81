"""What was asked in a span of time, for reports: no names, no addresses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.answers import DISLIKED, QUESTION

_q = QUESTION.c


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """One question; `doc` is the first document cited or offered, '' where none was."""

    at: datetime
    kind: str
    doc: str
    disliked: bool
    curated: bool
    text: str


async def asked_between(
    session: AsyncSession, since: datetime, until: datetime
) -> list[AskedOnce]:
    """Give what was asked from `since` on and before `until`, oldest first."""
    rows = await session.execute(
        select(_q.asked_at, _q.kind, _q.docs, DISLIKED, _q.state, _q.text)
        .where(_q.asked_at >= since, _q.asked_at < until)
        .order_by(_q.id)
    )
    return [
        AskedOnce(
            at=row[0],
            kind=row[1],
            doc=next(iter(row[2]), ""),
            disliked=row[3],
            curated=row[4] == "answered",
            text=row[5] if row[1] == "refuse" else "",
        )
        for row in rows
    ]
