"""Addresses that change: a group that became a supergroup goes on under a new chat id."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Address, OutboxRow, table_of

ADDRESS, OUTBOX = table_of(Address), table_of(OutboxRow)


async def follow(session: AsyncSession, address_id: int, *, chat: str) -> None:
    """Let an address go on under another chat id.

    Where that chat is an address of its own already, what is still to be said goes there and the
    old address is gone.
    """
    channel = select(ADDRESS.c.channel).where(ADDRESS.c.id == address_id).scalar_subquery()
    other = await session.scalar(
        select(ADDRESS.c.id).where(
            ADDRESS.c.channel == channel, ADDRESS.c.chat == chat, ADDRESS.c.id != address_id
        )
    )
    old = update(ADDRESS).where(ADDRESS.c.id == address_id)
    if other is None:
        await session.execute(old.values(chat=chat))
        return
    await session.execute(old.values(state="gone"))
    await session.execute(
        update(OUTBOX)
        .where(OUTBOX.c.address_id == address_id, OUTBOX.c.state == "queued")
        .values(address_id=other)
    )
