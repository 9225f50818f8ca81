"""Dropping what is queued and no longer needed: the person sees nothing of it, the record does."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.messages import Priority
from store.models import Account, Address, OutboxRow, fixed

TOLD_UNASKED = OutboxRow.priority > Priority.REPLY


async def clear(
    session: AsyncSession,
    about: str,
    *,
    why: str,
    now: datetime,
    people: Collection[int] | None = None,
) -> int:
    """Drop the queued deliveries of one `about` (of some people). Give how many."""
    parts = select(OutboxRow.key).where(
        OutboxRow.about == about, OutboxRow.about != "", OutboxRow.state == fixed("queued")
    )
    if people is not None:
        parts = parts.where(OutboxRow.person_id.in_(people))
    keys = list(await session.scalars(parts))
    one_or_many = OutboxRow.key.in_(keys) | OutboxRow.part_of.in_(keys)
    return await _drop(session, one_or_many, why=why, now=now)


async def clear_person(session: AsyncSession, person_id: int, *, why: str, now: datetime) -> int:
    """Drop all that waits to be told to a person unasked. Give how many."""
    chats = (
        select(Address.id)
        .join(Account, Account.id == Address.account_id)
        .where(Account.person_id == person_id, Address.private)
    )
    theirs = OutboxRow.address_id.in_(chats) & TOLD_UNASKED
    return await _drop(session, theirs, why=why, now=now)


async def forget_stale(session: AsyncSession, keys: Collection[str], *, code: str) -> None:
    """Take back the records, by their keys, that something came too late to be told."""
    if not keys:
        return
    await session.execute(
        delete(OutboxRow)
        .where(
            or_(OutboxRow.key.in_(keys), OutboxRow.part_of.in_(keys)),
            OutboxRow.state == "stale",
            OutboxRow.code == code,
        )
        .execution_options(synchronize_session=False)
    )


async def _drop(
    session: AsyncSession, which: ColumnElement[bool], *, why: str, now: datetime
) -> int:
    result = await session.execute(
        update(OutboxRow)
        .where(which, OutboxRow.state == fixed("queued"))
        .values(state="cleared", code=why, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
