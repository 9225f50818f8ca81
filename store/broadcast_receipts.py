"""Who said that they received a broadcast: the button "Đã nhận", or its words."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import models
from store.broadcasts import about, about_again
from store.database import INSERTS
from store.models import Account, Address, Confirmation, OutboxRow, table_of

LOOKED_AT: Final = 20
"""Of so many of the latest broadcasts it is looked whether a person got one of them."""
REMEMBERED: Final = timedelta(days=30)


async def confirm(
    session: AsyncSession, broadcast_id: int, person_id: int, *, now: datetime
) -> bool:
    """Note that a person received a broadcast; a second time changes nothing.

    False when that person was not among those it was meant for. They are not told again.
    """
    meant_for = await _meant_for(session, broadcast_id, person_id)
    if meant_for is None:
        return False
    insert = INSERTS[session.get_bind().dialect.name]
    await session.execute(
        insert(table_of(Confirmation))
        .values(broadcast_id=broadcast_id, person_id=meant_for, at=now)
        .on_conflict_do_nothing(index_elements=["broadcast_id", "person_id"])
    )
    again = f"{about_again(broadcast_id)}:{meant_for}"
    for row in (OutboxRow.key == again, OutboxRow.part_of == again):
        await session.execute(
            update(OutboxRow)
            .where(row, OutboxRow.state == "queued")
            .values(state="cleared", code="confirmed", settled_at=now)
            .execution_options(synchronize_session=False)
        )
    return True


async def is_confirmed(session: AsyncSession, broadcast_id: int, person_id: int) -> bool:
    """Say whether a person has confirmed a broadcast."""
    found = await session.scalar(
        select(Confirmation.id).where(
            Confirmation.broadcast_id == broadcast_id, Confirmation.person_id == person_id
        )
    )
    return found is not None


async def latest_unconfirmed(
    session: AsyncSession, person_id: int, *, now: datetime
) -> int | None:
    """Give the latest broadcast that a person got, should confirm, and has not confirmed."""
    row = models.Broadcast
    latest = (
        select(row.id)
        .where(row.wants_receipt, row.started_at > now - REMEMBERED)
        .order_by(row.id.desc())
        .limit(LOOKED_AT)
    )
    for number in (await session.scalars(latest)).all():
        meant_for = await _meant_for(session, number, person_id)
        if meant_for is not None and not await is_confirmed(session, number, meant_for):
            return int(number)
    return None


async def _meant_for(session: AsyncSession, broadcast_id: int, person_id: int) -> int | None:
    """Give for whom it was meant: the person, or whom their accounts belonged to at that time."""
    own = select(OutboxRow.person_id).where(OutboxRow.key == f"{about(broadcast_id)}:{person_id}")
    chats = (
        select(Address.id)
        .join(Account, Account.id == Address.account_id)
        .where(Account.person_id == person_id, Address.private)
    )
    there = select(OutboxRow.person_id).where(
        OutboxRow.about == about(broadcast_id), OutboxRow.address_id.in_(chats)
    )
    found = await session.scalar(own)
    return found if found is not None else await session.scalar(there.limit(1))
