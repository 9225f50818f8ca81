"""What an office laid over the files of the base: rows with history, the newest of a key counts.

Nothing is ever changed or removed here: a later row takes an earlier one's place, and one without
content takes it back. Every process reads them anew when the revision is another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import wake_after
from store.models import Edit, Person, table_of

TOPIC = "edits"

Kind = Literal["document", "question", "occasion"]
Revision = tuple[int, int]
"""The newest row and how many there are: a row that commits late counts as well."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One thing laid over the files, as it is now; `key` is unique among its kind."""

    kind: str
    key: str
    content: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history of a thing; no content where it was taken back."""

    revision: int
    content: dict[str, Any] | None
    by: str
    at: datetime


async def put(
    session: AsyncSession,
    kind: Kind,
    key: str,
    content: dict[str, Any] | None,
    *,
    person_id: int | None,
    now: datetime,
) -> int:
    """Lay something over the files, or take it back (None). Give the revision that it makes."""
    revision = await session.scalar(
        insert(table_of(Edit))
        .values(kind=kind, key=key, content=content, person_id=person_id, at=now)
        .returning(table_of(Edit).c.id)
    )
    wake_after(session, TOPIC)
    return int(revision or 0)


async def revision(session: AsyncSession) -> Revision:
    """Say where the office's edits stand."""
    row = (await session.execute(select(func.max(Edit.id), func.count()))).one()
    return int(row[0] or 0), int(row[1])


async def current(session: AsyncSession) -> list[Laid]:
    """Give all that counts now, in the order in which it was first laid."""
    newest = (
        select(func.max(Edit.id).label("id"), func.min(Edit.id).label("first"))
        .group_by(Edit.kind, Edit.key)
        .subquery()
    )
    rows = await session.execute(
        select(Edit.kind, Edit.key, Edit.content, Edit.at)
        .join(newest, newest.c.id == Edit.id)
        .order_by(newest.c.first)
    )
    return [Laid(*row) for row in rows if row.content is not None]


async def first_laid(
    session: AsyncSession, kind: Kind, *, since: datetime
) -> Sequence[tuple[str, datetime]]:
    """Give the keys that were laid for the first time since then, and when, oldest first."""
    first = func.min(Edit.at)
    rows = await session.execute(
        select(Edit.key, first.label("at"))
        .where(Edit.kind == kind)
        .group_by(Edit.key)
        .having(first >= since)
        .order_by(first, Edit.key)
    )
    return [(key, at) for key, at in rows]


async def find(session: AsyncSession, kind: Kind, key: str) -> dict[str, Any] | None:
    """Give what counts now under a key; None where nothing does."""
    return await session.scalar(
        select(Edit.content)
        .where(Edit.kind == kind, Edit.key == key)
        .order_by(Edit.id.desc())
        .limit(1)
    )


async def history(session: AsyncSession, kind: Kind, key: str) -> Sequence[Version]:
    """Give every version of one thing, newest first."""
    rows = await session.execute(
        select(Edit.id, Edit.content, func.coalesce(Person.name, ""), Edit.at)
        .outerjoin(Person, Person.id == Edit.person_id)
        .where(Edit.kind == kind, Edit.key == key)
        .order_by(Edit.id.desc())
    )
    return [Version(*row) for row in rows]
