"""Updates by webhook: registered where the record differs, admitted by its secret."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.zalo_bot import ROUTE, SECRET_HEADER, ZaloBot
from tests.fakes.zalo_bot_server import (
    update,
)
from tests.zalo_bot.bots import (
    SECRET,
    Inbox,
    Pauses,
    ask,
    on_ground,
    receiving,
    texts,
    zalo_bot,
)


async def test_the_webhook_is_registered_where_the_record_differs(remote, make, pauses):
    pauses.rest_from = 600
    for _ in range(2):
        async with receiving(make("https://danvan.example"), Inbox()):
            await pauses.reach(len(pauses.seconds) + 1)
    assert await remote.calls("setWebhook") == [
        {"url": "https://danvan.example/webhooks/zalo-bot", "secret_token": SECRET}
    ]
    with capture_logs() as logs:
        async with receiving(make("https://moved.example"), Inbox()):
            await pauses.reach(len(pauses.seconds) + 1)
    assert len(await remote.calls("setWebhook")) == 2
    assert await remote.calls("getUpdates") == []
    [said] = logs
    assert (said["event"], said["log_level"]) == ("zalo_bot_webhook_registered", "warning")
    assert said["before"] == "https://danvan.example/webhooks/zalo-bot"
    assert SECRET not in str(logs)


async def test_the_record_is_looked_at_every_ten_minutes(remote, make, pauses):
    bot = make("https://danvan.example")
    looked = asyncio.Event()
    waited = pauses.seconds

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        looked.set()
        if len(waited) == 1:
            await ask(remote, "deleteWebhook")
            return
        await asyncio.Event().wait()

    bot._pause = pause
    async with receiving(bot, Inbox()):
        async with asyncio.timeout(20):
            while len(waited) < 2:
                looked.clear()
                await looked.wait()
    assert waited == [600, 600]
    assert len(await remote.calls("setWebhook")) == 2


async def test_a_webhook_that_zalo_cannot_reach_is_said(remote, make, pauses):
    pauses.rest_from = 600
    await remote.set(probe=True)
    with capture_logs() as logs:
        async with receiving(make("http://127.0.0.1:9"), Inbox()):
            await pauses.reach(1)
    [said] = logs
    assert (said["outcome"], said["log_level"]) == ("webhook.err.unreachable", "warning")


@asynccontextmanager
async def web_server(
    handle: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post(ROUTE, handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_the_webhook_brings_updates_wrapped_and_bare(remote, make, pauses):
    pauses.rest_from = 600
    stored: list[bytes] = []
    agents: set[str] = set()
    bots: list[ZaloBot] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        agents.add(request.headers["User-Agent"])
        verdict = bots[0].admit(request.headers, body)
        stored.extend([body] if verdict == 200 else [])
        return web.Response(status=200 if verdict == 204 else verdict)

    async with web_server(handle) as url:
        bots.append(make(url))
        async with receiving(bots[0], Inbox()):
            await pauses.reach(1)
            await remote.say("gói")
            await remote.push(json.dumps(update(text="trần")), '{"ok":true,"result":{}}', "{}")
            await remote.push({"event_name": "message.unsupported.received"})
            told = await remote.state(pending=0, deliveries=5)
    assert sorted(texts(bots[0], stored)) == ["gói", "trần"]
    assert len(stored) == 3
    assert [one["status"] for one in told["deliveries"]] == [200] * 5
    assert agents == {"Java/17"}


EVENT = b'{"event_name": "message.unsupported.received"}'


@pytest.mark.parametrize(
    ("given", "body", "status"),
    [
        (SECRET, EVENT, 200),
        (SECRET, b'{"ok": true, "result": ' + EVENT + b"}", 200),
        (SECRET, json.dumps(update(text="a")).encode(), 200),
        (SECRET, b'{"message": 5}', 200),
        (SECRET, b"{}", 204),
        (SECRET, b'{"ok": true, "result": {}}', 204),
        (SECRET, b'{"ok": true, "result": 5}', 400),
        (SECRET, b"{", 400),
        (SECRET, b"", 400),
        (SECRET, b"[]", 400),
        (SECRET, b"[" * 100_000, 400),
        (SECRET, b"\xff", 400),
        (SECRET + "x", b"{", 401),
        (SECRET[:-1], EVENT, 401),
        ("", EVENT, 401),
        ("kh\u00f4ng", EVENT, 401),
        ("\udcff", EVENT, 401),
        (None, EVENT, 401),
    ],
)
def test_a_webhook_request_is_judged_by_its_secret_first(tmp_path, given, body, status):
    bot = zalo_bot(on_ground("http://127.0.0.1:9", tmp_path), "1:x", Pauses(), hook="https://v.vn")
    headers = {} if given is None else {SECRET_HEADER: given}
    assert bot.admit(headers, body) == status


def test_without_a_webhook_nobody_is_admitted(tmp_path):
    bot = zalo_bot(on_ground("http://127.0.0.1:9", tmp_path), "1:x", Pauses())
    assert bot.admit({SECRET_HEADER: ""}, b"{}") == 401
    assert bot.admit({}, b"{}") == 401
