"""Letting go of everything that became due while nothing was sent, told or not yet planned."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import reminding
from store import broadcasts, subscriptions
from store.models import Broadcast, OutboxRow


async def drop_due(session: AsyncSession, *, now: datetime, zone: ZoneInfo) -> int:
    """Cancel the deliveries and broadcasts that are due, and let mornings and reminders wait for
    their next time. Give how many deliveries, broadcasts and reminders that are.
    """
    dropped = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == "queued", OutboxRow.due_at <= now)
        .values(state="cancelled", code="dropped", settled_at=now)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )
    due = await session.scalars(
        select(Broadcast.id).where(Broadcast.state.in_(broadcasts.OPEN), Broadcast.send_at <= now)
    )
    cancelled = list(due)
    for one in cancelled:
        await broadcasts.cancel(session, one, now=now)
    await subscriptions.skip_due(session, now=now)
    reminders = await reminding.drop_due(session, now=now, zone=zone)
    return len(dropped.all()) + len(cancelled) + reminders
