"""Drafts: documents that were handed in, from the file to the approval.

reading -> ready | unreadable; ready -> approved | discarded. A draft is served to nobody; what is
approved becomes an edit of the base in the same transaction. Its text may change only on the
version that the curator saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import edits, media
from store.database import Conflict
from store.models import Draft, MediaRow, table_of

DRAFT = table_of(Draft)
OPEN = ("reading", "ready", "unreadable")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in a list."""

    id: int
    state: str
    name: str
    title: str
    problem: str
    created_at: datetime


async def add(
    session: AsyncSession, name: str, media_id: str | None, *, person_id: int | None, now: datetime
) -> int:
    """Take a file in, to be read. Give the draft's number."""
    made = await session.scalar(
        insert(DRAFT)
        .values(
            state="reading",
            name="".join(filter(str.isprintable, name))[:200],
            media_id=media_id,
            found={},
            fields={},
            body="",
            problem="",
            version=0,
            document="",
            person_id=person_id,
            created_at=now,
            changed_at=now,
        )
        .returning(DRAFT.c.id)
    )
    return int(made or 0)


async def set_read(
    session: AsyncSession,
    draft_id: int,
    *,
    found: dict[str, Any],
    fields: Mapping[str, str],
    body: str,
    now: datetime,
) -> None:
    """Keep what was recognised, once; a draft that was read or discarded meanwhile stays."""
    await session.execute(
        update(DRAFT)
        .where(DRAFT.c.id == draft_id, DRAFT.c.state == "reading")
        .values(state="ready", found=found, fields=dict(fields), body=body, changed_at=now)
    )


async def set_unreadable(
    session: AsyncSession,
    draft_id: int,
    problem: str,
    *,
    now: datetime,
    name: str | None = None,
) -> bool:
    """Keep why a file cannot be read, and not the file; False where it was read meanwhile.

    `name` takes the place of the file's own, where even that must not be kept.
    """
    renamed = {} if name is None else {"name": name}
    result = await session.execute(
        update(DRAFT)
        .where(DRAFT.c.id == draft_id, DRAFT.c.state == "reading")
        .values(state="unreadable", problem=problem, changed_at=now, **renamed)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        return False
    await _let_file_go(session, draft_id, now=now)
    return True


async def change(
    session: AsyncSession,
    draft_id: int,
    version: int,
    *,
    fields: Mapping[str, str],
    body: str,
    now: datetime,
) -> None:
    """Keep a curator's changes. Raises Conflict where somebody else was faster."""
    await _move(session, draft_id, version, now, fields=dict(fields), body=body)


async def approve(
    session: AsyncSession,
    draft_id: int,
    version: int,
    *,
    document: str,
    text: str,
    person_id: int | None,
    now: datetime,
) -> int:
    """Make a draft the document `document` of the base, by its whole text. Raises Conflict.

    Gives the revision from which every process serves it.
    """
    await _move(session, draft_id, version, now, state="approved", document=document)
    return await edits.put(
        session, "document", document, {"text": text}, person_id=person_id, now=now
    )


async def discard(session: AsyncSession, draft_id: int, *, now: datetime) -> bool:
    """Put a draft away, and its file; False where it is approved or away already."""
    result = await session.execute(
        update(DRAFT)
        .where(DRAFT.c.id == draft_id, DRAFT.c.state.in_(OPEN))
        .values(state="discarded", version=DRAFT.c.version + 1, changed_at=now)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        return False
    await _let_file_go(session, draft_id, now=now)
    return True


async def find(session: AsyncSession, draft_id: int) -> Draft | None:
    """Give one draft."""
    return await session.get(Draft, draft_id)


async def listed(session: AsyncSession, *, limit: int) -> Sequence[DraftLine]:
    """Give the drafts that are still open, newest first."""
    rows = (
        await session.scalars(
            select(Draft).where(Draft.state.in_(OPEN)).order_by(Draft.id.desc()).limit(limit)
        )
    ).all()
    return [
        DraftLine(
            one.id, one.state, one.name, one.fields.get("title", ""), one.problem, one.created_at
        )
        for one in rows
    ]


async def documents(session: AsyncSession) -> set[str]:
    """Give the ids of documents that the open drafts would become."""
    rows = await session.scalars(select(Draft.fields).where(Draft.state.in_(OPEN)))
    return {str(fields["id"]) for fields in rows if fields.get("id")}


async def count_ready(session: AsyncSession) -> int:
    """Count the drafts that wait for a curator."""
    found = await session.scalar(
        select(func.count()).select_from(Draft).where(Draft.state == "ready")
    )
    return int(found or 0)


async def file_of(session: AsyncSession, draft_id: int) -> MediaRow | None:
    """Give the file of a draft; None where it was let go."""
    return await session.scalar(
        select(MediaRow)
        .join(Draft, Draft.media_id == MediaRow.id)
        .where(Draft.id == draft_id, MediaRow.state == "stored")
    )


async def _move(
    session: AsyncSession, draft_id: int, version: int, now: datetime, **values: Any
) -> None:
    result = await session.execute(
        update(DRAFT)
        .where(DRAFT.c.id == draft_id, DRAFT.c.version == version, DRAFT.c.state == "ready")
        .values(version=version + 1, changed_at=now, **values)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        raise Conflict


async def _let_file_go(session: AsyncSession, draft_id: int, *, now: datetime) -> None:
    """Keep the file of a draft no longer; it is removed where nothing else names its content."""
    mine = select(Draft.media_id).where(Draft.id == draft_id)
    hashes = await media.let_go(session, MediaRow.id.in_(mine))
    await media.discard_later(session, hashes, now=now)
