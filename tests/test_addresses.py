"""A group that moves: what is still to be said follows it, also where its new chat is known."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store import addresses, outbox
from store.database import Database
from store.messages import Message
from store.models import Address, OutboxRow


@pytest.mark.parametrize("is_known", [False, True])
async def test_what_is_to_be_said_follows_a_moved_group(
    database: Database, now: datetime, is_known: bool
) -> None:
    async def prepare(session: AsyncSession) -> int:
        old = Address(channel="telegram:1", chat="-100", created_at=now)
        session.add(old)
        if is_known:
            session.add(Address(channel="telegram:1", chat="-1001", created_at=now))
        await session.flush()
        await outbox.enqueue(session, old, [Message("a")], key="k", now=now, priority=0)
        return old.id

    old_id = await database.write(prepare)
    for _ in range(2):  # the platform may say so again
        await database.write(lambda session: addresses.follow(session, old_id, chat="-1001"))
    async with database.read() as session:
        where = await session.execute(
            select(Address.chat, Address.state).join(OutboxRow, OutboxRow.address_id == Address.id)
        )
        assert where.all() == [("-1001", "open")]
