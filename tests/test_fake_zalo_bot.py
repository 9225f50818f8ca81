"""The stand-in for the Zalo Bot Platform keeps the rules that were measured."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_bot_server import RemoteZaloBot, remote_zalo_bot, running_server, update
from tests.fakes.zalo_remote import Hook, open_hook

SECRET = "s" * 8


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "20") as url:
        yield url


@pytest.fixture
async def bot(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloBot]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_zalo_bot(server, f"{number}:AAsecretsecret") as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as made:
        yield made


@pytest.fixture
def ask(bot, session):
    async def call(method: str, **asked: Any) -> Any:
        async with session.post(f"{bot.url}/bot{bot.key}/{method}", json=asked) as response:
            assert response.status == 200
            return await response.json()

    return call


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with open_hook() as made:
        yield made


def refused(answer: Any, code: int) -> bool:
    return answer["ok"] is False and answer["error_code"] == code


async def test_who_the_bot_is_by_post_and_by_get(bot, session, ask):
    await bot.set(me={"can_join_groups": True})
    told = await ask("getMe")
    assert told["result"]["account_type"] == "BASIC"
    assert told["result"]["can_join_groups"]
    async with session.get(f"{bot.url}/bot{bot.key}/getMe") as response:
        assert await response.json() == told


@pytest.mark.parametrize("token", ["junk", "1:short", "x:AAsecretsecret"])
async def test_a_junk_token_is_refused_over_200(server, session, token):
    async with session.post(f"{server}/bot{token}/getMe", json={}) as response:
        assert response.status == 200
        assert refused(await response.json(), 401)


async def test_a_token_that_was_reset(bot, ask):
    await bot.set(revoked=True)
    assert await ask("getMe") == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_the_names_of_methods_are_case_sensitive(bot, ask):
    assert refused(await ask("getme"), 404)
    assert await bot.forgive() == ["getme: not a method that we use"]


async def test_polling_gives_one_update_at_a_time_and_forgets_it(bot, ask):
    await bot.set(idle_after=0.1)
    await bot.say("một")
    await bot.push(update("c1", "unsupported", text=None))
    first = (await ask("getUpdates", timeout="30"))["result"]
    assert first["event_name"] == "message.text.received"
    assert first["message"]["text"] == "một"
    second = (await ask("getUpdates", timeout=30))["result"]
    assert second["event_name"] == "message.unsupported.received"
    idle = {"ok": False, "error_code": 408, "description": "Request timeout"}
    assert await ask("getUpdates") == idle
    await bot.set(idle_code=False)
    assert await ask("getUpdates") == {"ok": False, "description": "Request timeout"}


async def test_an_update_ends_the_wait(bot, ask):
    poll = asyncio.ensure_future(ask("getUpdates", timeout=4))
    await bot.state(requests=1)
    await bot.push('{"ok":true,"result":{}}')
    assert (await poll) == {"ok": True, "result": {}}


async def test_a_poll_that_was_given_up_takes_nothing_and_is_no_second_poller(bot, ask):
    poll = asyncio.ensure_future(ask("getUpdates", timeout=4))
    await bot.state(requests=1)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    poll = asyncio.ensure_future(ask("getUpdates", timeout=4))
    await bot.state(requests=2)
    await bot.say("còn đây")
    assert (await poll)["result"]["message"]["text"] == "còn đây"


async def test_what_comes_after_a_poll_was_given_up_waits_for_the_next(bot, ask):
    poll = asyncio.ensure_future(ask("getUpdates", timeout=4))
    await bot.state(requests=1)
    poll.cancel()
    await asyncio.sleep(0.01)
    await bot.say("còn đây")
    assert (await ask("getUpdates", timeout=4))["result"]["message"]["text"] == "còn đây"


async def test_two_pollers_at_once_are_a_violation(bot, ask):
    await bot.set(idle_after=0.4)
    polls = [asyncio.ensure_future(ask("getUpdates")) for _ in range(2)]
    await bot.state(requests=2)
    await bot.say("chỉ một")
    answers = await asyncio.gather(*polls)
    assert sorted(one["ok"] for one in answers) == [False, True]
    assert await bot.forgive() == ["getUpdates: two at once"]


async def test_the_webhook_gets_what_waited_and_polling_is_refused(bot, ask, hook):
    await bot.say("trước")
    told = (await ask("setWebhook", url=hook.url, secret_token=SECRET))["result"]
    assert told["url"] == hook.url
    assert told["verification"]["outcome"] == "webhook.ok"
    await bot.photo("https://f21-zpc.zdn.vn/x.jpg", caption="ảnh")
    deliveries = (await bot.state(deliveries=2, pending=0))["deliveries"]
    assert [one["status"] for one in deliveries] == [200, 200]
    headers, body = hook.got[0]
    assert headers["X-Bot-Api-Secret-Token"] == SECRET
    assert headers["User-Agent"] == "Java/17"
    assert body.startswith(b'{"ok": true, "result": {"event_name": "message.text.received"')
    assert b'"photo_url"' in hook.got[1][1]
    assert refused(await ask("getUpdates"), 400)
    info = (await ask("getWebhookInfo"))["result"]
    assert info == {"url": hook.url, "updated_at": told["updated_at"]}
    assert (await ask("deleteWebhook"))["result"]["url"] == ""
    assert (await ask("getWebhookInfo"))["result"]["url"] == ""


async def test_a_webhook_that_fails_is_called_again_unless_that_is_off(bot, ask, hook):
    await ask("setWebhook", url=hook.url, secret_token=SECRET)
    hook.statuses = [503, 503]
    await bot.say("lại")
    deliveries = (await bot.state(deliveries=3, pending=0))["deliveries"]
    assert [(one["attempt"], one["status"]) for one in deliveries] == [
        (0, 503),
        (1, 503),
        (2, 200),
    ]
    await bot.set(retries=0)
    hook.statuses = [503]
    await bot.say("mất")
    assert len((await bot.state(deliveries=4, pending=0))["deliveries"]) == 4


async def test_the_webhook_is_called_to_verify_it_when_asked(bot, ask, hook):
    await bot.set(probe=True)
    hook.statuses = [403]
    told = await ask("setWebhook", url=hook.url, secret_token=SECRET)
    assert told["result"]["verification"]["outcome"] == "webhook.http.403"
    assert (await ask("testWebhook"))["result"]["ok"]


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 257])
async def test_a_webhook_needs_a_secret(ask, secret):
    assert refused(await ask("setWebhook", url="https://vidu.vn", secret_token=secret), 400)


@pytest.mark.parametrize("url", ["", "http://vidu.vn/hook", "https://10.0.0.1/", "https://máy"])
async def test_a_webhook_needs_a_public_https_address(ask, url):
    assert refused(await ask("setWebhook", url=url, secret_token=SECRET), 400)


async def test_a_message_is_sent(bot, ask):
    told = await ask("sendMessage", chat_id="c0ffee", text="👍" * 1000)
    [message] = (await bot.state(messages=1))["messages"]
    assert message["message_id"] == told["result"]["message_id"]
    assert told["result"]["date"] > 10**12
    assert await ask("sendChatAction", chat_id="c0ffee", action="typing") == {"ok": True}
    assert await bot.calls("sendChatAction") == [{"chat_id": "c0ffee", "action": "typing"}]


WRONG = [
    ("sendMessage", {"chat_id": "1", "text": ""}),
    ("sendMessage", {"chat_id": "1", "text": "  "}),
    ("sendMessage", {"chat_id": "1", "text": "x" * 2001}),
    ("sendMessage", {"chat_id": "1", "text": "👍" * 1001}),
    ("sendMessage", {"chat_id": 1, "text": "x"}),
    ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": {}}),
    ("sendMessage", {"chat_id": "1", "text": "x", "parse_mode": "HTML"}),
    ("sendMessage", {"text": "x"}),
    ("sendPhoto", {"chat_id": "1", "photo": "https://vidu.vn/a.jpg", "caption": "x" * 2001}),
    ("sendChatAction", {"chat_id": "1", "action": "upload_photo"}),
    ("getUpdates", {"timeout": "soon"}),
    ("getUpdates", {"offset": 1}),
    ("sendDocument", {"chat_id": "1"}),
]


@pytest.mark.parametrize("case", WRONG, ids=str)
async def test_a_wrong_request_is_refused_and_remembered(bot, ask, case):
    method, asked = case
    assert refused(await ask(method, **asked), 404 if method == "sendDocument" else 400)
    assert len(await bot.forgive()) == 1


async def test_only_who_has_written_may_be_written_to(bot, ask):
    await bot.set(known_only=True)
    assert refused(await ask("sendMessage", chat_id="c1", text="x"), 400)
    await bot.say("chào", chat="c1")
    assert (await ask("sendMessage", chat_id="c1", text="x"))["ok"]


async def test_the_quota_ends(bot, ask):
    await bot.set(quota=1)
    assert (await ask("sendMessage", chat_id="c1", text="x"))["ok"]
    quota = {"ok": False, "error_code": 429, "description": "Quota exceeded"}
    assert await ask("sendMessage", chat_id="c1", text="x") == quota


async def test_a_photo_is_fetched_three_times(bot, ask):
    url = await bot.cdn("a.jpg", kind="jpeg", width=640, height=480)
    assert (await ask("sendPhoto", chat_id="c1", photo=url, caption="Ảnh"))["ok"]
    assert [one["whole"] for one in await bot.cdn_gets("a.jpg")] == [True] * 3
    [message] = (await bot.state())["messages"]
    assert (message["photo"], message["black"]) == (url, False)


@pytest.mark.parametrize(
    "told", [{"times": 1}, {"kind": "html"}, {"status": 403}, {"redirect": "/"}]
)
async def test_a_photo_that_is_not_there_each_time_is_black(bot, ask, told):
    url = await bot.cdn("b.jpg", **told)
    assert (await ask("sendPhoto", chat_id="c1", photo=url))["ok"]
    assert (await bot.state())["messages"][0]["black"]
    assert await bot.forgive()


async def test_scripted_answers(bot, ask, session):
    url, hello = f"{bot.url}/bot{bot.key}/sendMessage", {"chat_id": "c1", "text": "x"}
    await bot.script(
        {"error_code": 403, "description": "internal server error"},
        {"answer": {"ok": "true", "result": {"message_id": "m"}}},
        {"html": True},
        {"status": 502},
        {"method": "getMe", "status": 500},
        {"to": "c2", "drop": True, "skip": 1},
    )
    assert refused(await ask("sendMessage", **hello), 403)
    assert (await ask("sendMessage", **hello))["ok"] == "true"
    for status in (200, 502):
        async with session.post(url, json=hello) as response:
            assert (response.status, response.content_type) == (status, "text/html")
    assert (await ask("sendMessage", **hello))["ok"]
    assert (await ask("sendMessage", chat_id="c2", text="x"))["ok"]
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask("sendMessage", chat_id="c2", text="x")


@pytest.mark.parametrize("step", [{"drop": True}, {"drop": True, "deliver": True}], ids=str)
async def test_a_dropped_request_has_arrived_only_when_that_was_meant(bot, ask, step):
    await bot.script(step)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask("sendMessage", chat_id="c1", text="x")
    assert len((await bot.state())["messages"]) == bool(step.get("deliver"))


async def test_a_request_may_hang(bot, ask):
    await bot.script({"hang": True})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask("getMe"), 0.2)


async def test_a_setting_that_there_is_not_is_a_mistake(bot):
    with pytest.raises(AssertionError):
        await bot.set(qouta=3)
