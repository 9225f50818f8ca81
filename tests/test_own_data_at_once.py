"""Erasing one's data while something else of the person is being written."""

from functools import partial

import pytest
from sqlalchemy import func, select

from store import talks
from store.database import Conflict
from store.models import LinkCode, Question
from tests.conftest import open_database
from tests.linking import (
    BOT,
    OA,
    get_code,
    join,
    link,
    owners,
    person,
    player_on,
    prepared,
    scalar,
)
from tests.transactions import overlapping, two_on


@pytest.fixture
async def pair(database_url):
    async with open_database(database_url), two_on(database_url) as made:
        yield made


def keeping(decided, now):
    return partial(keep, decided=decided, now=now)


async def keep(session, *, decided, now):
    await talks.keep(session, *decided, now=now)


async def erasing(player):
    await player.take({"who": "Lan", "said": "dữ liệu của tôi", "on": OA})
    await player.take({"said": "Xóa dữ liệu", "on": OA})
    return await prepared(player, "Lan", "✅ Xóa", OA)


async def test_an_account_that_is_linked_meanwhile_is_erased_too(pair, now):
    player = player_on(pair[0], now)
    await join(player, "Lan")
    await player.take({"who": "Hoa", "said": "15/10 là ngày gì?", "on": BOT, "heard": ["", ""]})
    code = await get_code(player, "Lan")
    erases = await erasing(player)
    linked = await prepared(player, "Hoa", code)
    works = [keeping(one, player.now) for one in (linked, erases)]
    assert await overlapping(pair[0], works[0], pair[1], works[1]) == [None, None]
    assert set((await owners(pair[0])).values()) == {None}
    assert (await person(pair[0], 1)).state == "deleted"
    [text] = [await scalar(pair[0], select(Question.text))]
    assert text == ""


async def test_nobody_is_linked_to_a_person_who_is_erased_meanwhile(pair, now):
    player = player_on(pair[0], now)
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    linked = await prepared(player, "Hoa", code)
    works = [keeping(one, player.now) for one in (await erasing(player), linked)]
    erased, refused = await overlapping(pair[0], works[0], pair[1], works[1])
    assert (erased, type(refused)) == (None, Conflict)
    assert set((await owners(pair[0])).values()) == {None}


async def test_codes_go_with_their_person(pair, now):
    player = player_on(pair[0], now)
    await join(player, "Lan")
    await get_code(player, "Lan")
    await player.stage.keep(*await erasing(player), now=player.now)
    assert await scalar(pair[0], select(func.count()).select_from(LinkCode)) == 0


async def test_erasing_never_waits_for_another_account_of_the_person(pair, now):
    """Whoever speaks there may be about to wait for the person: neither would ever end."""
    player = player_on(pair[0], now)
    await join(player, "Lan")
    await link(player, "Lan", "Lan")
    await player.take({"who": "Lan", "said": "liên kết", "on": OA, "heard": ["", ""]})
    erases = await erasing(player)
    speaks = await prepared(player, "Lan", "liên kết")
    works = [keeping(one, player.now) for one in (speaks, erases)]
    spoke, erased = await overlapping(pair[0], works[0], pair[1], works[1])
    assert spoke is None
    assert isinstance(erased, Conflict) is not pair[0].is_sqlite
