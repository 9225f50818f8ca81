"""What whoever plans broadcasts reads and writes: those to be looked at, and their deliveries.

A broadcast is taken by one planner at a time; what two planners do to its deliveries is harmless.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.broadcasts import ROW, about
from store.database import wake_after
from store.messages import Priority
from store.models import Broadcast as Row
from store.models import Confirmation, OutboxRow, fixed
from store.outbox import topic

REPEAT_AFTER: Final = timedelta(hours=24)
"""How long after it was planned those are told once more who have not confirmed."""
REPEATED_BY: Final = timedelta(hours=72)
"""After so long nobody is told once more."""


async def at_work(session: AsyncSession, *, now: datetime) -> list[Row]:
    """Give the broadcasts that have to be looked at now, oldest first."""
    begins = and_(ROW.state == "scheduled", ROW.send_at <= now)
    ends = and_(ROW.state == "cancelled", ROW.finished_at.is_(None))
    repeats = and_(
        ROW.state.in_(("running", "done")),
        ROW.wants_receipt,
        ROW.repeated_at.is_(None),
        ROW.planned_at <= now - REPEAT_AFTER,
    )
    looked = or_(ROW.state.in_(("waiting", "running", "paused")), begins, ends, repeats)
    return list(await session.scalars(select(ROW).where(looked).order_by(ROW.id)))


async def take(session: AsyncSession, broadcast_id: int, *states: str) -> Row | None:
    """Hold a broadcast for this transaction; None where another has it or its state is other."""
    found: Row | None = await session.scalar(
        select(ROW)
        .where(ROW.id == broadcast_id, ROW.state.in_(states))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return found


async def is_under_way(session: AsyncSession, broadcast_id: int) -> bool:
    """Say whether anything of it is still to be sent or being sent."""
    for state in ("queued", "sending"):
        found = await session.scalar(
            select(OutboxRow.id)
            .where(OutboxRow.about == about(broadcast_id), OutboxRow.state == fixed(state))
            .limit(1)
        )
        if found is not None:
            return True
    return False


async def next_waiting(
    session: AsyncSession, what: str, *, aside: bool, after: int, limit: int
) -> list[int]:
    """Give the next messages of an `about` that wait to be sent, by their first part's row.

    `aside`: those that were put aside, else those that were not.
    """
    is_aside = OutboxRow.priority == Priority.PAUSED
    rows = await session.scalars(
        select(OutboxRow.id)
        .where(
            OutboxRow.about == what,
            OutboxRow.state == fixed("queued"),
            is_aside if aside else ~is_aside,
            OutboxRow.id > after,
        )
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    return list(rows)


async def put_aside(session: AsyncSession, ids: Sequence[int]) -> None:
    """Move waiting messages out of the senders' sight."""
    await _change(session, ids, {"priority": Priority.PAUSED, "stale_at": None})


async def put_back(session: AsyncSession, ids: Sequence[int], *, stale_at: datetime) -> None:
    """Let messages be sent that were put aside."""
    await _change(session, ids, {"priority": Priority.BROADCAST, "stale_at": stale_at})


async def drop(session: AsyncSession, ids: Sequence[int], *, now: datetime) -> None:
    """Cancel waiting messages."""
    await _change(session, ids, {"state": "cancelled", "settled_at": now})


async def stands_at(session: AsyncSession, broadcast_id: int, version: int) -> bool:
    """Say whether a broadcast has not changed since, and keep it so for this transaction."""
    found = await session.scalar(
        select(ROW.version).where(ROW.id == broadcast_id).with_for_update()
    )
    return found == version


async def not_confirmed(
    session: AsyncSession, broadcast_id: int, *, after: int, limit: int
) -> list[int]:
    """Give the next people, lowest id first, to whom it came and who have not confirmed it."""
    rows = await session.scalars(
        select(OutboxRow.person_id)
        .outerjoin(
            Confirmation,
            (Confirmation.broadcast_id == broadcast_id)
            & (Confirmation.person_id == OutboxRow.person_id),
        )
        .where(
            OutboxRow.about == about(broadcast_id),
            OutboxRow.state == fixed("sent"),
            OutboxRow.person_id > after,
            Confirmation.id.is_(None),
        )
        .order_by(OutboxRow.person_id)
        .limit(limit)
    )
    return [one for one in rows if one is not None]


async def _change(session: AsyncSession, ids: Sequence[int], values: dict[str, Any]) -> None:
    """Change messages that are still queued, each with all its parts."""
    rows = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.state == fixed("queued"))
        .values(**values)
        .returning(OutboxRow.part_of, OutboxRow.channel)
        .execution_options(synchronize_session=False)
    )
    found = rows.all()
    longer = [part_of for part_of, _ in found if part_of]
    if longer:
        await session.execute(
            update(OutboxRow)
            .where(OutboxRow.part_of.in_(longer), OutboxRow.state == fixed("queued"))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    for channel in {channel for _, channel in found}:
        wake_after(session, topic(channel))
