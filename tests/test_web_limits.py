"""How much one chat, one network and newcomers may say; whose network a request comes from."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.web import phrases
from bot.web.visitor import is_local, network
from store.database import Database
from tests.test_web import open_office

NETWORKS = [
    # peer, X-Forwarded-For, the network that counts
    ("8.8.4.4", None, "8.8.4.4"),
    ("8.8.4.4", "198.51.100.1", "8.8.4.4"),
    ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
    ("10.0.0.2", "nonsense", "10.0.0.2"),
    ("10.0.0.2", "", "10.0.0.2"),
    ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("::ffff:203.0.113.5", None, "203.0.113.5"),
    ("", None, "unknown"),
]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), NETWORKS)
async def test_network(peer: str, forwarded: str | None, expected: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert network(request) == expected


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, False),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.5"}, False),
        ("10.0.0.2", {}, False),
    ],
)
async def test_local(peer: str, headers: dict[str, str], local: bool) -> None:
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert is_local(request) is local


async def test_one_chat_is_told_its_limit_once(database: Database) -> None:
    async with open_office(database, answering=False) as office:
        await office.get("/chat")
        for number in range(20):
            assert (await office.post(text=f"câu {number}"))[0] == 204
        status, text = await office.post(text="một câu nữa")
        assert (status, phrases.TOO_MANY in text) == (429, True)
        assert await office.post(text="lại nữa") == (429, "")
        status, page = await office.post(script=False, text="không có script")
        assert (status, phrases.TOO_MANY in page) == (429, True)
        assert await office.stored() == 20
        office.clock.forward(minutes=1)
        assert (await office.post(text="sau một phút"))[0] == 204


async def test_newcomers_of_one_network(database: Database) -> None:
    async with open_office(database, answering=False) as office:
        statuses = []
        for _ in range(62):
            office.client.session.cookie_jar.clear()
            statuses.append((await office.post(text="xin chào"))[0])
        assert statuses == [204] * 60 + [429] * 2
        office.client.session.cookie_jar.clear()
        async with office.client.post(
            "/chat/messages",
            data={"text": "từ mạng khác"},
            headers={"HX-Request": "true", "X-Forwarded-For": "198.51.100.7"},
        ) as answer:
            assert answer.status == 204


async def test_guessing_codes_is_slow(database: Database) -> None:
    async with open_office(database, answering=False, ask_open=False) as office:
        await office.get("/chat")
        statuses = [(await office.post(code=f"ABCDEFGH{a}{a}"))[0] for a in "ABCDEFGHJKMN"]
        assert statuses == [204] * 10 + [429] * 2
