"""The Official Account in the whole product: calls of its webhook, and who it is."""

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.app import Running, running
from bot.channels.zalo_oa import ROUTE
from bot.settings import Settings, read_settings
from store import office
from store.models import Address, InboxRow
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.processes import BASE, free_port
from tests.zalo_oas import SECRETS, USER

OA = "388613280878808645"
SENT_AT = str(time.time_ns() // 10**6)
"""Just now: the product goes by this machine's clock, and answers nobody too late."""
QUESTION = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "100") as url:
        yield url


@pytest.fixture
async def oa(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloOa]:
    number = abs(hash(request.node.nodeid)) % 10**18 + 1
    async with remote_zalo_oa(server, str(number)) as made:
        yield made


async def settings_for(oa: RemoteZaloOa, folder: Path, **more: str) -> Settings:
    port = free_port()
    values = {
        "DATA_DIR": str(folder / "data"),
        "KNOWLEDGE_DIR": str(BASE),
        "WEB_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZALO_OA_APP_ID": oa.key,
        "ZALO_OA_APP_SECRET": SECRETS[0],
        "ZALO_OA_SECRET_KEY": SECRETS[1],
        "ZALO_OA_REFRESH_TOKEN": str((await oa.issue())["refresh_token"]),
        "ZALO_OA_API_URL": oa.url,
        "ZALO_OA_OAUTH_URL": oa.url,
    } | more
    return read_settings(
        {f"DANVAN_{name}": value for name, value in values.items()}, env_file=None
    )


async def until(is_so: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(20):
        while not await is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def knows_its_oa(product: Running) -> None:
    async def is_so() -> bool:
        return bool(product.parts.channels["zalo-oa"].name)

    await until(is_so)


@pytest.fixture
async def product(oa: RemoteZaloOa, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await settings_for(oa, tmp_path)) as started:
        await knows_its_oa(started)
        await oa.webhook(f"http://127.0.0.1:{started.port}{ROUTE}")
        yield started


@pytest.fixture
async def http(product: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{product.port}") as session:
        yield session


def event(oa: RemoteZaloOa, name: str = "user_send_text", **more: Any) -> dict[str, Any]:
    return {
        "app_id": oa.key,
        "sender": {"id": USER},
        "recipient": {"id": OA},
        "event_name": name,
        "message": {"msg_id": "m1", "text": "trợ giúp"},
        "timestamp": SENT_AT,
        **more,
    }


def signed(
    oa: RemoteZaloOa, body: bytes, *, secret: str = SECRETS[1], time: str = SENT_AT
) -> dict[str, str]:
    whole = oa.key.encode() + body + time.encode() + secret.encode()
    return {"X-ZEvent-Signature": f"mac={hashlib.sha256(whole).hexdigest()}"}


async def post(http: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> int:
    async with http.post(ROUTE, data=body, headers=headers) as answer:
        return answer.status


async def stored(product: Running) -> int:
    async with product.parts.database.read() as session:
        return int(await session.scalar(select(func.count(InboxRow.id))) or 0)


async def test_a_question_is_answered_with_its_source(product, oa):
    await oa.say(QUESTION, USER)
    said = " ".join(str(one["text"]) for one in (await oa.state(messages=1))["messages"])
    assert "31/12/2026" in said
    assert "12/KH-UBND" in said


async def test_who_follows_is_greeted_and_a_pressed_button_is_answered(product, oa):
    await oa.push({"event_name": "follow", "follower": {"id": USER}})
    [greeting] = (await oa.state(messages=1))["messages"]
    payload = greeting["buttons"][0]["payload"]
    assert payload.startswith("#dv-")
    await oa.say(payload, USER)
    assert len((await oa.state(messages=2))["messages"]) >= 2


async def test_who_unfollows_closes_their_address(product, oa):
    await oa.say("trợ giúp", USER)
    await oa.state(messages=1)
    await oa.push({"event_name": "unfollow", "follower": {"id": USER}})
    await until(lambda: has_address(product, "blocked"))


async def has_address(product: Running, state: str) -> bool:
    async with product.parts.database.read() as session:
        found = await session.scalar(select(Address.state).where(Address.chat == USER))
        return found == state


async def test_the_console_finds_us_when_the_address_is_saved(product, oa, http):
    told = await oa.probe()
    assert told["status"] == 200
    assert await post(http, b" {} \n", {}) == 200
    async with http.get(ROUTE) as answer:
        assert answer.status == 200
    assert await stored(product) == 0


@pytest.mark.parametrize("style", ["plain", "escaped", "pretty"])
@pytest.mark.parametrize("prefix", ["mac=", "", " mac = "])
async def test_a_body_is_taken_in_every_dress(product, oa, style, prefix):
    await oa.set(style=style, mac_prefix=prefix)
    await oa.say("Ra quân 👍🏻 https://vidu.vn/a?b=1", USER)
    told = await oa.state(deliveries=1)
    assert [one["status"] for one in told["deliveries"]] == [200]
    assert await stored(product) == 1


def dumps(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


async def test_what_is_not_zalos_is_not_stored(product, oa, http):
    body = dumps(event(oa))
    right = signed(oa, body)
    wrong = {
        "unsigned": (body, {}),
        "an empty signature": (body, {"X-ZEvent-Signature": ""}),
        "a forged one": (body, {"X-ZEvent-Signature": "mac=" + "0" * 64}),
        "the app's secret": (body, signed(oa, body, secret=SECRETS[0])),
        "a space more": (body + b" ", right),
        "written anew": (json.dumps(event(oa)).encode(), right),
        "nothing": (b"", right),
        "nothing, unsigned": (b"", {}),
        "broken": (b"{", signed(oa, b"{") | {"X-ZEvent-Timestamp": SENT_AT}),
        "a probe with a signature": (b"{}", right),
        "deeper than anybody reads": (b"[" * 100_000, right),
    }
    with capture_logs() as logs:
        for name, (sent, headers) in wrong.items():
            assert await post(http, sent, headers) == 401, name
    for of_another in (
        event(oa, app_id="1"),
        event(oa, recipient={"id": "1"}),
        event(oa, "follow", oa_id="1", follower={"id": USER}),
    ):
        other = dumps(of_another)
        assert await post(http, other, signed(oa, other)) == 401
    assert await stored(product) == 0
    said = [one["why"] for one in logs if one["event"] == "zalo_oa_webhook_refused"]
    assert sorted(said) == ["signature", "unreadable", "unsigned"]
    assert await post(http, body, right) == 200
    assert await stored(product) == 1


async def test_signed_nonsense_is_malformed(product, oa, http):
    for body in (b"[]", b'"x"', b"17"):
        headers = signed(oa, body) | {"X-ZEvent-Timestamp": SENT_AT}
        assert await post(http, body, headers) == 400
    assert await stored(product) == 0


async def test_a_body_over_256_kib_is_too_large(product, oa, http):
    body = dumps(event(oa, message={"msg_id": "m1", "text": "a" * 300_000}))
    assert await post(http, body, signed(oa, body)) == 413
    fits = dumps(event(oa, message={"msg_id": "m1", "text": "a" * 200_000}))
    assert await post(http, fits, signed(oa, fits)) == 200
    assert await stored(product) == 1


async def test_what_says_nothing_to_us_is_taken_and_not_stored(product, oa, http):
    names = (
        *("oa_send_text", "oa_send_image", "user_received_message", "user_seen_message"),
        *("anonymous_send_text", "add_user_to_tag", "user_join_group", "some_future_thing"),
    )
    for name in names:
        body = dumps(event(oa, name))
        assert await post(http, body, signed(oa, body)) == 200, name
    body = dumps({"no": "event", "timestamp": SENT_AT})
    assert await post(http, body, signed(oa, body)) == 200
    assert await stored(product) == 0


async def test_the_same_call_ten_times_is_stored_and_answered_once(product, oa, http):
    await oa.user(USER)
    body = dumps(event(oa))
    for attempt in range(10):
        headers = signed(oa, body) | ({"num_retry": str(attempt)} if attempt else {})
        assert await post(http, body, headers) == 200
    other = dumps(event(oa, message={"msg_id": "m2", "text": "trợ giúp"}))
    assert await post(http, other, signed(oa, other)) == 200
    assert len((await oa.state(messages=2))["messages"]) == 2
    assert await stored(product) == 2


async def test_a_store_that_is_locked_makes_zalo_bring_it_again(product, oa):
    blocker = sqlite3.connect(product.parts.settings.data_dir / "danvan.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    await oa.set(answer_within=20)
    await oa.say("trợ giúp", USER)
    told = await oa.state(deliveries=1)
    assert [one["status"] for one in told["deliveries"]] == [503]
    blocker.execute("ROLLBACK")
    blocker.close()
    told = await oa.state(messages=1)
    assert told["deliveries"][-1]["status"] == 200
    assert told["deliveries"][-1]["attempt"] > 0
    assert await stored(product) == 1


# Who it is -----------------------------------------------------------------------------------


async def test_a_start_without_a_network_knows_the_oa_from_before(oa, tmp_path):
    first = await settings_for(oa, tmp_path)
    async with running(first) as product:
        await knows_its_oa(product)
        await until(lambda: kept_name(product))
    dead = {"ZALO_OA_API_URL": "http://127.0.0.1:1", "ZALO_OA_OAUTH_URL": "http://127.0.0.1:1"}
    async with running(await settings_for(oa, tmp_path, **dead)) as product:
        await knows_its_oa(product)
        assert product.parts.channels["zalo-oa"].name == OA
        other = dumps(event(oa, recipient={"id": "1"}))
        assert product.parts.channels["zalo-oa"].admit(signed(oa, other), other) == 401


async def kept_name(product: Running) -> Any:
    async with product.parts.database.read() as session:
        return await office.find(session, f"zalo_oa:{product.parts.settings.zalo_oa_app_id}")
