"""Addresses: a group that moves is followed, and people are heard of when they spoke."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.conversation import Conversation
from knowledge.library import Library
from store import addresses, messages, outbox
from store.database import Database
from store.messages import Message, Sender, Update, UpdateKind
from store.models import Address, OutboxRow
from tests.dialogues import BASE, StoreStage


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


def said(kind: UpdateKind, at: datetime, number: str) -> Update:
    place, who = messages.Address("zalo-oa:1", "77"), Sender("zalo-oa:1", "77")
    return Update(number, place, who, kind, at)


async def test_somebody_was_heard_of_when_they_spoke_and_not_when_we_worked_it(
    database: Database, now: datetime
) -> None:
    conversation = Conversation(Library(BASE), ask_open=True, zone=ZoneInfo("UTC"))
    stage = StoreStage(database, conversation, channel="zalo-oa:1")

    async def heard_at() -> tuple[datetime | None, str]:
        async with database.read() as session:
            found = await session.execute(select(Address.last_in_at, Address.state))
            at, state = found.one()
        return at, state

    await stage.hear(said("touched", now - timedelta(hours=5), "1"), now=now)
    assert await heard_at() == (now - timedelta(hours=5), "open")
    await stage.hear(said("touched", now - timedelta(hours=9), "2"), now=now)
    assert await heard_at() == (now - timedelta(hours=5), "open")
    await stage.hear(said("touched", now + timedelta(days=9), "3"), now=now)
    assert await heard_at() == (now, "open")
    await stage.hear(said("left", now - timedelta(hours=1), "4"), now=now)
    assert await heard_at() == (now, "open")
    await stage.hear(said("left", now + timedelta(minutes=1), "5"), now=now + timedelta(minutes=1))
    assert (await heard_at())[1] == "blocked"
