"""The stand-in for the Official Account API calls webhooks as it is documented; its pictures."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.fakes.zalo_oa_events import event, follow, user_text
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.fakes.zalo_remote import Hook, open_hook

USER = "246845883529197922"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "10000") as url:
        yield url


@pytest.fixture
async def oa(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloOa]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_zalo_oa(server, str(number)) as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as made:
        yield made


@pytest.fixture
def may_write(oa, session):
    async def call() -> int:
        headers = {"access_token": (await oa.issue())["access_token"]}
        asked = {"recipient": {"user_id": USER}, "message": {"text": "x"}}
        url = f"{oa.url}/v3.0/oa/message/cs"
        async with session.post(url, json=asked, headers=headers) as response:
            return int((await response.json())["error"])

    return call


@pytest.fixture
async def hook(oa) -> AsyncIterator[Hook]:
    async with open_hook() as made:
        await oa.webhook(made.url)
        yield made


@pytest.mark.parametrize("style", ["plain", "escaped", "pretty"])
async def test_events_are_signed_over_their_bytes_and_open_the_window(oa, hook, may_write, style):
    await oa.set(style=style)
    [body] = await oa.push(user_text(USER, "Ra quân 15/10 👍🏻 https://vidu.vn/"))
    await oa.state(deliveries=1)
    headers, raw = hook.got[0]
    assert raw == body.encode()
    told = json.loads(raw)
    hashed = oa.key.encode() + raw + told["timestamp"].encode() + b"oa-secret-key"
    assert headers["X-ZEvent-Signature"] == f"mac={hashlib.sha256(hashed).hexdigest()}"
    assert told["recipient"]["id"] == (await oa.state())["settings"]["oa_id"]
    assert await may_write() == 0
    await oa.push(follow(USER, "unfollow"))
    assert await may_write() == -213


async def test_the_same_bytes_come_again_until_the_webhook_is_disabled(oa, hook):
    hook.statuses = [204, *[500] * 5]
    await oa.say("lại")
    state = await oa.state(deliveries=6, lost=1, pending=0)
    assert state["webhook"]["disabled"]
    assert len({body for _, body in hook.got}) == 1
    assert [headers.get("num_retry") for headers, _ in hook.got] == [None, *"12345"]
    await oa.say("mất")
    assert len((await oa.state(lost=2))["deliveries"]) == 6
    await oa.webhook(hook.url)
    await oa.say("được")
    assert (await oa.state(deliveries=7))["deliveries"][-1]["status"] == 200


async def test_a_slow_answer_is_none(oa, hook):
    await oa.set(answer_within=0.1, retries=0, disables=False)
    hook.slow = 0.3
    await oa.say("chậm")
    [delivery] = (await oa.state(deliveries=1))["deliveries"]
    assert delivery["status"] == 0
    assert delivery["seconds"] >= 0.1


async def test_the_console_probes_and_anything_can_be_pushed(oa, hook):
    assert (await oa.probe())["status"] == 200
    assert "X-ZEvent-Signature" not in hook.got[0][0]
    assert hook.got[0][1] == b"{}"
    await oa.push("{", event("user_send_gif", USER), sign=False, headers={"X-A": "b"})
    await oa.state(deliveries=2)
    assert {headers["X-A"] for headers, _ in hook.got[1:]} == {"b"}


async def test_what_the_picture_host_serves(oa, session):
    url = await oa.cdn("a.jpg", width=33, height=17, size=5000)
    async with session.get(url) as response:
        body = await response.read()
        assert (response.content_type, len(body)) == ("image/jpeg", 5000)
    assert body[:2] == b"\xff\xd8"
    url = await oa.cdn("page.jpg", kind="html", type="image/jpeg", times=1)
    async with session.get(url) as response:
        assert (await response.read()).startswith(b"<!doctype")
    async with session.get(url) as response:
        assert response.status == 404
    url = await oa.cdn("b", redirect="http://127.0.0.1:1/")
    async with session.get(url, allow_redirects=False) as response:
        assert response.headers["Location"] == "http://127.0.0.1:1/"
    url = await oa.cdn("huge.png", kind="zeros", chunked=True, type="image/png")
    async with session.get(url) as response:
        await response.content.readexactly(1000)
        response.close()
    url = await oa.cdn("drip", hex="00" * 1000, drip=60, type="")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for((await session.get(url)).read(), 0.2)
    url = await oa.cdn("cut", hex="00" * 200_000, cut=65_536)
    with pytest.raises(aiohttp.ClientPayloadError):
        await (await session.get(url)).read()
    huge = (await oa.cdn_gets("huge.png"))[0]
    assert not huge["whole"]
    assert huge["sent"] < 40 * 10**6
