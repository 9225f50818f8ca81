"""How updates come in: the offset moves after they are stored, the webhook is kept registered."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.contract import Finding, Platform
from bot.channels.telegram import COMMANDS, ROUTE, SECRET_HEADER, Telegram
from bot.channels.telegram_parse import ALLOWED_UPDATES
from bot.channels.telegram_receive import Backoff, Webhook
from bot.channels.telegram_request import Flood
from bot.settings import read_settings
from jobs.channel import Unparsable
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.grounds import ground

SECRET = "webhook_Secret-1"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "1000") as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteTelegram]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_telegram(server, f"{number}:AAsecretsecretsecret") as made:
        yield made


class Pauses:
    """Waits as long as is asked, that is: not at all, but it is written down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.changed = asyncio.Event()
        self.rest_from = float("inf")

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.changed.set()
        if seconds >= self.rest_from:
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    async def reach(self, count: int) -> None:
        while len(self.seconds) < count:
            self.changed.clear()
            await self.changed.wait()


class Inbox:
    """Takes updates; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.stored: list[Any] = []
        self.changed = asyncio.Event()

    async def take(self, raws: Sequence[bytes]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.stored += [json.loads(raw) for raw in raws]
        self.changed.set()

    async def reach(self, count: int) -> list[Any]:
        async with asyncio.timeout(20):
            while len(self.stored) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.stored


@asynccontextmanager
async def receiving(telegram: Telegram, inbox: Inbox) -> AsyncIterator[None]:
    await telegram.open()
    task = asyncio.ensure_future(telegram.receive(inbox.take))
    try:
        yield
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await telegram.close()


def text_update(text: str, chat: int = 77) -> dict[str, Any]:
    author = {"id": chat, "is_bot": False, "first_name": "Mây"}
    message = {"message_id": 1, "from": author, "chat": {"id": chat, "type": "private"}}
    return {"message": {**message, "date": 1_790_000_000, "text": text}}


def polling(remote: RemoteTelegram, pauses: Pauses) -> Telegram:
    return Telegram(remote.token, api_url=remote.url, pause=pauses)


async def test_updates_are_polled_and_confirmed(remote):
    inbox, pauses = Inbox(), Pauses()
    [first, second] = await remote.push(text_update("một"), text_update("hai"))
    async with receiving(polling(remote, pauses), inbox):
        stored = await inbox.reach(2)
        [third] = await remote.push(text_update("Một câu có dấu 👍"))
        await inbox.reach(3)
        await remote.state(pending=0)
    assert [one["update_id"] for one in stored] == [first, second, third]
    assert pauses.seconds == []
    asked = await remote.calls("getUpdates")
    assert all(one["allowed_updates"] == list(ALLOWED_UPDATES) for one in asked)
    assert [one.get("offset") for one in asked] == [None, second + 1, third + 1]


async def test_polling_begins_by_taking_a_webhook_off_and_setting_the_menu(remote):
    async with receiving(polling(remote, Pauses()), Inbox()):
        told = await remote.state(requests=4)
    methods = [one["method"] for one in told["requests"]]
    assert methods == ["getMe", "setMyCommands", "deleteWebhook", "getUpdates"]
    menu = [(one["command"], one["description"]) for one in told["commands"]]
    assert menu == list(COMMANDS)


async def test_the_offset_stays_until_updates_are_stored(remote):
    inbox, pauses = Inbox(failures=2), Pauses()
    [number] = await remote.push(text_update("một"))
    with capture_logs() as logs:
        async with receiving(polling(remote, pauses), inbox):
            await inbox.reach(1)
            await remote.state(pending=0)
    asked = await remote.calls("getUpdates")
    assert [one.get("offset") for one in asked] == [None, None, None, number + 1]
    assert len(inbox.stored) == 1
    assert pauses.seconds == [1, 2]
    assert [log["event"] for log in logs] == ["telegram_updates_not_stored"] * 2


async def test_a_malformed_update_does_not_stop_its_batch(remote):
    inbox, pauses = Inbox(), Pauses()
    good = {"update_id": 900, **text_update("tốt")}
    await remote.push("nonsense", None, {"update_id": 7, "message": "half \ud83d"}, good, raw=True)
    telegram = polling(remote, pauses)
    async with receiving(telegram, inbox):
        stored = await inbox.reach(4)
        await remote.state(pending=0)
    assert stored == ["nonsense", None, {"update_id": 7, "message": "half \ud83d"}, good]
    raws = [json.dumps(one).encode() for one in stored]
    assert len({telegram.update_id(raw) for raw in raws}) == 4
    for raw in raws[:3]:
        with pytest.raises(Unparsable):
            telegram.parse(raw)


async def test_failures_are_waited_for_longer_and_longer(remote):
    inbox, pauses = Inbox(), Pauses()
    flood = {"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 90}}
    conflict = {"status": 409, "description": "Conflict: terminated by other getUpdates request"}
    odd = [{"body": "{}"}, {"body": '{"ok":true}'}]
    steps: list[dict[str, Any]] = [{"drop": True}, {"status": 502}, conflict, *odd]
    await remote.script({"method": "deleteWebhook", "drop": True})
    await remote.script(*({"method": "getUpdates", **step} for step in [*steps, *steps, flood]))
    await remote.push(text_update("một"))
    with capture_logs() as logs:
        async with receiving(polling(remote, pauses), inbox):
            await inbox.reach(1)
    assert pauses.seconds == [1, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 90]
    assert remote.token not in str(logs)


async def test_an_answer_that_is_no_list_or_comes_at_once_is_waited_out(remote):
    inbox, pauses = Inbox(), Pauses()
    bodies = ['{"ok":true,"result":5}', '{"ok":true,"result":[]}', '{"ok":true,"result":["x"]}']
    await remote.script(*({"method": "getUpdates", "body": body} for body in bodies))
    await remote.push(text_update("một"))
    async with receiving(polling(remote, pauses), inbox):
        stored = await inbox.reach(2)
    assert pauses.seconds == [1, 2, 4]
    assert stored[0] == "x"
    assert stored[1]["message"]["text"] == "một"


async def test_a_platform_out_of_reach_is_waited_for(remote):
    pauses = Pauses()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        telegram = Telegram(remote.token, api_url=url, pause=pauses)
        with capture_logs() as logs:
            async with receiving(telegram, Inbox()):
                await pauses.reach(8)
    assert pauses.seconds[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert remote.token not in str(logs)


async def test_a_menu_that_is_refused_stops_nothing(remote):
    inbox = Inbox()
    await remote.script({"method": "setMyCommands", "status": 400, "description": "Bad Request"})
    await remote.push(text_update("một"))
    async with receiving(polling(remote, Pauses()), inbox):
        await inbox.reach(1)


async def test_our_name_is_learned(remote):
    telegram = polling(remote, Pauses())
    async with receiving(telegram, Inbox()):
        await remote.state(requests=4)
    update = text_update("@Danvan_Bot chào")
    update["message"]["chat"] = {"id": -5, "type": "group"}
    read = telegram.parse(json.dumps({"update_id": 1, **update}).encode())
    assert read is not None
    assert (read.text, read.addressed) == ("chào", True)
    other = json.dumps({"update_id": 1, **update}).replace("@Danvan_Bot", "@other_bot").encode()
    assert telegram.parse(other).addressed is False  # type: ignore[union-attr]


async def test_being_told_to_wait_is_obeyed_and_success_begins_anew():
    pauses = Pauses()
    backoff = Backoff(pauses)
    await backoff.wait(Flood(45))
    await backoff.wait()
    backoff.reset()
    await backoff.wait()
    assert pauses.seconds == [45, 2, 1]


# Webhook -------------------------------------------------------------------------------------


def hooked(remote: RemoteTelegram, url: str, pauses: Pauses, secret: str = SECRET) -> Telegram:
    webhook = Webhook(url + ROUTE, secret)
    return Telegram(remote.token, api_url=remote.url, webhook=webhook, pause=pauses)


async def test_the_webhook_is_registered_where_the_record_differs(remote):
    pauses = Pauses()
    pauses.rest_from = 600
    for _ in range(2):
        async with receiving(hooked(remote, "https://danvan.example", pauses), Inbox()):
            await pauses.reach(len(pauses.seconds) + 1)
    assert await remote.calls("setWebhook") == [
        {
            "url": "https://danvan.example/webhooks/telegram",
            "secret_token": SECRET,
            "max_connections": 40,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
    ]
    async with receiving(hooked(remote, "https://moved.example", pauses), Inbox()):
        await pauses.reach(len(pauses.seconds) + 1)
    assert len(await remote.calls("setWebhook")) == 2


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


async def test_the_webhook_brings_updates_in_order_until_they_are_stored(remote):
    pauses = Pauses()
    pauses.rest_from = 600
    stored: list[str] = []
    refused: list[bytes] = []
    telegrams: list[Telegram] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        status = telegrams[0].admit(request.headers, body)
        if status == 200 and len(refused) < 3:
            refused.append(body)
            return web.Response(status=503, headers={"Retry-After": "2"})
        if status == 200:
            stored.append(json.loads(body)["message"]["text"])
        return web.Response(status=status)

    async with web_server(handle) as url:
        telegrams.append(hooked(remote, url, pauses))
        async with receiving(telegrams[0], Inbox()):
            await pauses.reach(1)
            await remote.push(*(text_update(str(n)) for n in range(5)))
            told = await remote.state(pending=0, deliveries=8)
    assert stored == ["0", "1", "2", "3", "4"]
    assert [one["status"] for one in told["deliveries"]] == [503] * 3 + [200] * 5


async def test_a_new_secret_is_registered_when_the_old_one_fails(remote):
    pauses = Pauses()
    pauses.rest_from = 600
    stored: list[bytes] = []
    telegrams: list[Telegram] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        status = telegrams[-1].admit(request.headers, body)
        stored.extend([body] if status == 200 else [])
        return web.Response(status=status)

    async with web_server(handle) as url:
        telegrams.append(hooked(remote, url, pauses))
        async with receiving(telegrams[-1], Inbox()):
            await pauses.reach(1)
        telegrams.append(hooked(remote, url, pauses, secret="another-one"))
        await remote.push(text_update("một"))
        await remote.state(deliveries=2)
        async with receiving(telegrams[-1], Inbox()):
            await remote.state(pending=0)
    assert len(stored) == 1


@pytest.mark.parametrize(
    ("given", "body", "status"),
    [
        (SECRET, b'{"update_id": 1}', 200),
        (SECRET, b"{", 400),
        (SECRET, b"", 400),
        (SECRET, b"[]", 400),
        (SECRET, b"[" * 100_000, 400),
        (SECRET, b"\xff", 400),
        (SECRET + "x", b"{", 401),
        (SECRET[:-1], b'{"update_id": 1}', 401),
        ("", b'{"update_id": 1}', 401),
        ("kh\u00f4ng", b'{"update_id": 1}', 401),
        ("\udcff", b'{"update_id": 1}', 401),
        (None, b'{"update_id": 1}', 401),
    ],
)
def test_a_webhook_request_is_judged_by_its_secret_first(given, body, status):
    telegram = Telegram("1:x", webhook=Webhook("https://danvan.example" + ROUTE, SECRET))
    headers = {} if given is None else {SECRET_HEADER: given}
    assert telegram.admit(headers, body) == status


def test_without_a_webhook_nobody_is_admitted():
    assert Telegram("1:x").admit({SECRET_HEADER: ""}, b"{}") == 401
    assert Telegram("1:x").admit({}, b"{}") == 401


# Settings and doctor -------------------------------------------------------------------------


def from_settings(**given: str) -> Telegram | None:
    names = {f"DANVAN_{name}": value for name, value in given.items()}
    return Telegram.on(ground(read_settings(names, env_file=None)))


def test_the_settings_decide():
    assert from_settings() is None
    polled = from_settings(TELEGRAM_TOKEN="123456:ABC")
    assert polled is not None
    assert (polled.account, polled.webhook) == ("telegram:123456", "")
    hooked_up = from_settings(
        TELEGRAM_TOKEN="123456:ABC",
        TELEGRAM_MODE="webhook",
        TELEGRAM_WEBHOOK_SECRET=SECRET,
        PUBLIC_URL="https://danvan.example/",
    )
    platform: Platform | None = hooked_up
    assert platform is not None
    assert platform.webhook == "/webhooks/telegram"
    assert "ABC" not in repr(platform)


async def examined(telegram: Telegram) -> list[Finding]:
    return list(await telegram.examine())


async def test_doctor_finds_all_well(remote):
    assert await examined(polling(remote, Pauses())) == [
        Finding("ok", "Telegram: token đúng, bot @danvan_bot"),
        Finding("ok", "Telegram: nhận tin bằng polling"),
    ]


async def test_doctor_finds_a_token_refused(remote):
    await remote.script({"status": 401, "description": "Unauthorized"})
    [finding] = await examined(polling(remote, Pauses()))
    assert finding.state == "wrong"
    assert "DANVAN_TELEGRAM_TOKEN" in finding.text


async def test_doctor_finds_telegram_out_of_reach(remote):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        [finding] = await examined(Telegram(remote.token, api_url=url))
    assert finding.state == "warning"
    text = "Không kết nối được Telegram (có thể do nhà mạng chặn); các kênh khác vẫn chạy"
    assert finding.text.startswith(text)
    assert remote.token not in finding.text


async def test_doctor_does_not_wait_for_ever(remote, monkeypatch):
    monkeypatch.setattr("bot.channels.telegram_examine.SECONDS", 0.1)
    await remote.script({"hang": True})
    [finding] = await examined(polling(remote, Pauses()))
    assert (finding.state, finding.text[-14:]) == ("warning", "[quá 0.1 giây]")


async def test_doctor_compares_the_webhook_with_ours(remote):
    pauses = Pauses()
    pauses.rest_from = 600
    telegram = hooked(remote, "http://127.0.0.1:9", pauses)
    [_, missing] = await examined(telegram)
    assert missing.state == "warning"
    assert "(chưa có)" in missing.text
    async with receiving(telegram, Inbox()):
        await pauses.reach(1)
        await remote.push(text_update("một"))
        await remote.state(deliveries=1)
        found = await examined(telegram)
    assert [one.state for one in found] == ["ok", "ok", "warning", "warning"]
    assert "1 tin còn chờ" in found[2].text
    assert "ClientConnectorError" in found[3].text
    [_, left_over] = (await examined(polling(remote, pauses)))[:2]
    assert "sẽ gỡ khi khởi động" in left_over.text
