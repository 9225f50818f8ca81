"""Linking where several things happen at once, and through the dispatcher."""

import asyncio

import pytest
from sqlalchemy import select

from bot.channels.web import WebChat, make_raw
from bot.dispatch import Dispatcher
from bot.settings import Settings
from store import inbox, people
from store.database import Conflict
from store.models import Address, OutboxRow
from tests.linking import (
    BOT,
    CONVERSATION,
    OA,
    get_code,
    join,
    link,
    owners,
    person,
    player_on,
    prepared,
)


@pytest.fixture
def player(database, now):
    return player_on(database, now)


async def test_of_two_accounts_that_use_a_code_at_once_one_is_linked(player, database):
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    decided = [await prepared(player, who, code) for who in ("Hoa", "Tú")]
    ends = await asyncio.gather(
        *(player.stage.keep(*one, now=player.now) for one in decided), return_exceptions=True
    )
    assert sorted(isinstance(end, Conflict) for end in ends) == [False, True]
    assert list((await owners(database)).values()).count(1) == 2
    lost = ("Hoa", "Tú")[isinstance(ends[1], Conflict)]
    await player.take({"who": lost, "on": BOT, "said": code, "heard": "đã dùng rồi"})


@pytest.mark.parametrize(
    "happens",
    [
        lambda player: player.stage.database.write(lambda s: people.suspend(s, 1)),
        lambda player: get_code(player, "Lan", name="MOI"),
        lambda player: join(player, "Hoa", on=BOT),
    ],
    ids=["suspended", "a newer code", "joined meanwhile"],
)
async def test_what_changed_since_the_decision_undoes_it(player, database, happens):
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    decided = await prepared(player, "Hoa", code)
    await happens(player)
    with pytest.raises(Conflict):
        await player.stage.keep(*decided, now=player.now)
    assert (await owners(database)).get((BOT, "Hoa")) != 1


async def test_two_people_who_link_each_other_at_once_become_one(player, database):
    await join(player, "Lan")
    await join(player, "Minh", on=BOT)
    lan, minh = await get_code(player, "Lan"), await get_code(player, "Minh", on=BOT, name="B")
    await player.take({"who": "Lan", "said": minh, "heard": "đồng chí Minh"})
    await player.take({"who": "Minh", "said": lan, "on": BOT, "heard": "đồng chí Lan"})
    decided = [
        await prepared(player, "Lan", "✅ Đồng ý", OA),
        await prepared(player, "Minh", "✅ Đồng ý", BOT),
    ]
    ends = await asyncio.gather(
        *(player.stage.keep(*one, now=player.now) for one in decided), return_exceptions=True
    )
    assert sorted(isinstance(end, Conflict) for end in ends) == [False, True]
    assert len(set((await owners(database)).values())) == 1
    states = {(await person(database, number)).state for number in (1, 2)}
    assert states == {"active", "merged"}


async def linked_twice(player):
    """Let Lan speak on the OA and on the bot, and see on both how to unlink the other."""
    await join(player, "Lan")
    await link(player, "Lan", "Lan")
    for on in (OA, BOT):
        await player.take({"said": "liên kết", "on": on, "heard": [""] * (1 + (on == OA))})
        await player.take({"said": "bỏ liên kết", "on": on})


@pytest.mark.parametrize("said", ["Bỏ Zalo OA “Lan”", "liên kết mới"])
async def test_who_was_unlinked_a_moment_ago_changes_nothing_of_the_person(player, database, said):
    await linked_twice(player)
    if said == "liên kết mới":
        await player.take({"said": "liên kết", "on": BOT})
        said = "Lấy mã liên kết"
    decided = await prepared(player, "Lan", said)
    await player.take({"said": "Bỏ Zalo Bot “Lan”", "heard": "Đã bỏ liên kết"})
    with pytest.raises(Conflict):
        await player.stage.keep(*decided, now=player.now)
    assert await owners(database) == {(OA, "Lan"): 1, (BOT, "Lan"): None}


async def test_an_account_that_lost_its_person_meanwhile_is_not_merged(player, database):
    await linked_twice(player)
    await join(player, "Minh", on="telegram:1")
    code = await get_code(player, "Minh", on="telegram:1")
    await player.take({"who": "Lan", "said": code, "on": BOT, "heard": "vai trò"})
    decided = await prepared(player, "Lan", "✅ Đồng ý")
    await player.take({"said": "Bỏ Zalo Bot “Lan”", "heard": "Đã bỏ liên kết"})
    with pytest.raises(Conflict):
        await player.stage.keep(*decided, now=player.now)
    assert (await owners(database))[BOT, "Lan"] is None


class Bot(WebChat):
    """A channel with a sender of its own, in the web chat's clothes."""

    account = BOT
    stored_is_sent = False


@pytest.mark.parametrize(("here", "there"), [("web:main", BOT), (BOT, "web:main")])
async def test_the_person_is_told_where_the_code_was_asked_for(database, now, here, there):
    """Through the dispatcher: once, as a delivery of its own, whatever kind of channel it is."""
    settings = Settings()
    channels = {"web": WebChat(settings), "bot": Bot(settings)}
    dispatcher = Dispatcher(database, channels, CONVERSATION, lambda: now)
    player = player_on(database, now, here)
    await join(player, "Lan", on=here)
    code = await get_code(player, "Lan", on=here)
    raw = make_raw("1", "Hoa", at=now, text=code)
    raw = raw.replace(b"web:main", there.encode())
    received = [inbox.Received(there, "Hoa:1", "Hoa", raw)]
    for _ in range(2):
        await database.write(lambda s: inbox.store(s, received, now=now))
        async with asyncio.TaskGroup() as group:
            await dispatcher.step(group)
    assert await owners(database) == {(here, "Lan"): 1, ("web:main", "Hoa"): 1}
    async with database.read() as session:
        rows = (
            await session.execute(
                select(OutboxRow, Address.chat)
                .join(Address, Address.id == OutboxRow.address_id)
                .where(OutboxRow.key.startswith("linked:"))
            )
        ).all()
    [(row, chat)] = rows
    assert (row.channel, chat, row.priority) == (here, "Lan", 1)
    assert row.state == ("sent" if here == "web:main" else "queued")
    assert "vừa được liên kết với đồng chí" in row.content["text"]
