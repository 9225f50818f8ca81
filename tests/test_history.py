"""What was said in a chat, read back in order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store import history, inbox, office, outbox
from store.database import Database
from store.inbox import Received
from store.messages import Button, Message
from store.models import Account, Address, OutboxRow, Person

CHANNEL, CHAT = "web:main", "chat"


async def _address(database: Database, now: datetime, state: str = "") -> int:
    async def work(session: AsyncSession) -> int:
        person = Person(name="Giàng A Sử", state=state, preferences={}, created_at=now)
        session.add_all([person] if state else [])
        await session.flush()
        account = Account(channel=CHANNEL, user=CHAT, person_id=person.id, created_at=now)
        session.add(account)
        await session.flush()
        address = Address(channel=CHANNEL, chat=CHAT, account_id=account.id, created_at=now)
        session.add(address)
        await session.flush()
        return address.id

    return await database.write(work)


async def _say(database: Database, address_id: int, text: str, *, now: datetime) -> None:
    """The person says something, and it is worked."""

    async def store(session: AsyncSession) -> None:
        received = Received(CHANNEL, f"{CHAT}:{text}", f"{CHANNEL}/{CHAT}", b"{}")
        await inbox.store(session, [received], now=now)

    async def work(session: AsyncSession) -> None:
        (one,) = await inbox.claim(session, limit=1, now=now)
        number = await outbox.next_number(session, address_id)
        await inbox.finish(session, one, now=now, address_id=address_id, said=text, number=number)

    await database.write(store)
    await database.write(work)


async def _tell(
    database: Database, address_id: int, text: str, *, now: datetime, replaces: int | None = None
) -> int:
    """We say something."""

    async def work(session: AsyncSession) -> int:
        address = await session.get_one(Address, address_id)
        await outbox.enqueue(
            session,
            address,
            [Message(text, source="Nguồn", buttons=((Button("Có", token="t"),),))],
            key=text,
            now=now,
            priority=0,
            replaces_id=replaces,
            stored_is_sent=True,
        )
        return (await session.scalars(select(OutboxRow.id).where(OutboxRow.key == text))).one()

    return await database.write(work)


async def test_both_sides_in_their_order(database: Database, now: datetime) -> None:
    where = await _address(database, now)
    await _say(database, where, "Hỏi một", now=now)
    await _tell(database, where, "Đáp một", now=now)
    await _say(database, where, "Hỏi hai", now=now)
    await _tell(database, where, "Đáp hai", now=now)
    async with database.read() as session:
        lines = await history.before(session, where, None, 50)
        assert [line.message.text for line in lines] == [
            "Hỏi một",
            "Đáp một",
            "Hỏi hai",
            "Đáp hai",
        ]
        assert [line.ours for line in lines] == [False, True, False, True]
        assert [line.number for line in lines] == [1, 2, 3, 4]
        assert lines[0].update_id == f"{CHAT}:Hỏi một"
        assert lines[1].message.buttons[0][0].token == "t"
        assert [line.number for line in await history.since(session, where, 2, 50)] == [3, 4]
        assert [line.number for line in await history.since(session, where, 0, 3)] == [1, 2, 3]
        assert await history.since(session, where, 4, 50) == []
        assert [line.number for line in await history.before(session, where, 4, 2)] == [2, 3]


async def test_an_edit_stands_where_the_first_words_stood(
    database: Database, now: datetime
) -> None:
    where = await _address(database, now)
    first = await _tell(database, where, "Đang làm 0 %", now=now)
    await _say(database, where, "Hỏi", now=now)
    await _tell(database, where, "Đang làm 50 %", now=now, replaces=first)
    await _tell(database, where, "Đã xong", now=now, replaces=first)
    async with database.read() as session:
        lines = await history.before(session, where, None, 50)
        assert [(line.number, line.message.text) for line in lines] == [(1, "Đã xong"), (2, "Hỏi")]
        news = await history.since(session, where, 2, 50)
        assert [(line.number, line.seen) for line in news] == [(1, 3), (1, 4)]


async def test_what_waits_is_not_yet_history(database: Database, now: datetime) -> None:
    where = await _address(database, now)
    received = Received(CHANNEL, f"{CHAT}:1", f"{CHANNEL}/{CHAT}", b"raw")
    await database.write(lambda session: inbox.store(session, [received], now=now))
    async with database.read() as session:
        assert await history.before(session, where, None, 50) == []
        assert await history.waiting(session, CHANNEL, f"{CHANNEL}/{CHAT}") == [b"raw"]
        assert await history.waiting(session, CHANNEL, f"{CHANNEL}/other") == []
        assert not await history.is_worked(session, CHANNEL, f"{CHAT}:1")


async def test_a_chat_is_registered_while_its_person_is_active(
    database: Database, now: datetime
) -> None:
    async with database.read() as session:
        assert await history.find_chat(session, CHANNEL, CHAT) is None
    where = await _address(database, now, "active")
    async with database.read() as session:
        assert await history.find_chat(session, CHANNEL, CHAT) == history.Chat(where, 0, True)


async def test_who_left_is_a_stranger_again(database: Database, now: datetime) -> None:
    await _address(database, now, "suspended")
    async with database.read() as session:
        found = await history.find_chat(session, CHANNEL, CHAT)
    assert found is not None
    assert not found.registered


async def test_a_setting_is_made_once(database: Database, now: datetime) -> None:
    values = iter(({"key": "a"}, {"key": "b"}))

    async def work(session: AsyncSession) -> dict[str, str]:
        return await office.get_or_make(session, "key", lambda: next(values), now=now)

    async with database.read() as session:
        assert await office.find(session, "key") is None
    assert await database.write(work) == {"key": "a"}
    assert await database.write(work) == {"key": "a"}
