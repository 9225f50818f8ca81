"""Updates by polling: one poll at a time, and nothing lost of it."""

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_bot_receive
from bot.channels.zalo_bot import ZaloBot
from jobs.channel import Unparsable
from tests.conftest import fresh_postgres, open_database
from tests.fakes.zalo_bot_server import (
    update,
)
from tests.zalo_bot.bots import (
    Inbox,
    ask,
    on_ground,
    receiving,
    texts,
    zalo_bot,
)


async def test_updates_are_polled_one_by_one_in_order(remote, make, pauses):
    inbox, bot = Inbox(), make()
    for n in range(5):
        await remote.say(f"{n} có dấu 👍")
    async with receiving(bot, inbox):
        await inbox.reach(5)
        await remote.say("sau")
        await inbox.reach(6)
    assert texts(bot, inbox.stored) == [*(f"{n} có dấu 👍" for n in range(5)), "sau"]
    assert pauses.seconds == []
    assert {one["timeout"] for one in await remote.calls("getUpdates")} == {"5"}


async def test_what_is_stored_is_the_answer_as_it_came(remote, make):
    inbox, bot = Inbox(), make()
    body = '{ "ok":true,\n"result" : {"event_name":"message.text.received", "message":{}}}'
    await remote.script({"method": "getUpdates", "body": body})
    async with receiving(bot, inbox):
        assert await inbox.reach(1) == [body.encode()]


async def test_polling_begins_without_touching_anything(remote, make):
    async with receiving(make(), Inbox()):
        told = await remote.state(requests=3)
    assert [one["method"] for one in told["requests"]][:3] == [
        "getMe",
        "getWebhookInfo",
        "getUpdates",
    ]


async def test_a_webhook_is_taken_off_and_said_to_be(remote, make):
    inbox, bot = Inbox(), make()
    await ask(remote, "setWebhook", url="https://cu.example/x", secret_token="s" * 8)
    with capture_logs() as logs:
        async with receiving(bot, inbox):
            told = await remote.state(requests=5)
            await remote.say("một")
            await inbox.reach(1)
    assert told["webhook"] == {}
    [said] = [one for one in logs if one["event"] == "zalo_bot_webhook_removed"]
    assert (said["log_level"], said["url"]) == ("warning", "https://cu.example/x")


async def test_a_webhook_set_behind_our_back_is_taken_off_again(remote, make, pauses):
    inbox, bot = Inbox(), make()
    async with receiving(bot, inbox):
        await remote.state(requests=3)
        await ask(remote, "setWebhook", url="https://cu.example/x", secret_token="s" * 8)
        await remote.state(requests=7)
        await remote.say("một")
        await inbox.reach(1)
    assert pauses.seconds == [1]


IDLE = [
    {"answer": {"ok": False, "description": "Request timeout", "error_code": 408}},
    {"answer": {"ok": False, "description": "Request timeout"}},
    {"answer": {"ok": False, "description": "nothing", "error_code": 408}},
]


@pytest.mark.parametrize("step", IDLE, ids=str)
async def test_that_there_is_nothing_is_no_error(remote, make, pauses, step, monkeypatch):
    monkeypatch.setattr(zalo_bot_receive, "_BREATH", 0.1)
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getUpdates", "delay": 0.2, "times": 3, **step})
    with capture_logs() as logs:
        async with receiving(bot, inbox):
            await remote.state(requests=6)
            await remote.say("một")
            await inbox.reach(1)
    assert pauses.seconds == []
    assert logs == []


async def test_what_answers_nothing_at_once_is_not_asked_without_a_breath(remote, make, pauses):
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getUpdates", "times": 3, **IDLE[0]})
    await remote.say("một")
    async with receiving(bot, inbox):
        await inbox.reach(1)
    assert pauses.seconds == [0.5] * 3


async def test_an_update_that_cannot_be_stored_is_kept_in_hand(remote, make, pauses):
    inbox, bot = Inbox(failures=3), make()
    await remote.say("một")
    await remote.say("hai")
    with capture_logs() as logs:
        async with receiving(bot, inbox):
            await inbox.reach(tries=3)
            assert len(await remote.calls("getUpdates")) == 1
            await inbox.reach(2)
    assert texts(bot, inbox.stored) == ["một", "hai"]
    assert pauses.seconds == [1, 2, 4]
    assert [log["event"] for log in logs] == ["zalo_bot_update_not_stored"] * 3


async def test_a_stop_lets_the_poll_end_and_stores_what_it_brings(remote, make):
    inbox, bot = Inbox(), make()
    await remote.set(idle_after=4)
    async with receiving(bot, inbox) as task:
        await remote.state(requests=3)
        task.cancel()
        await asyncio.sleep(0)
        await remote.say("lúc dừng")
        with suppress(asyncio.CancelledError):
            await task
    assert texts(bot, inbox.stored) == ["lúc dừng"]
    assert len(await remote.calls("getUpdates")) == 1
    assert (await remote.state())["pending"] == []


async def test_a_stop_while_the_answer_is_on_its_way_loses_nothing(remote, make):
    inbox, bot = Inbox(), make()
    slow = {"method": "getUpdates", "deliver": True, "delay": 0.3}
    await remote.script(slow)
    await remote.say("đã lấy ra khỏi Zalo")
    async with receiving(bot, inbox) as task:
        await remote.state(requests=3, pending=0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert texts(bot, inbox.stored) == ["đã lấy ra khỏi Zalo"]


async def test_a_stop_while_storing_fails_tries_again_and_loses_nothing(remote, make, pauses):
    inbox, bot = Inbox(failures=2), make()
    pauses.rest_from = 1
    await remote.say("một")
    async with receiving(bot, inbox) as task:
        await pauses.reach(1)
        pauses.rest_from = 100
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert texts(bot, inbox.stored) == ["một"]
    assert inbox.tries == 3


async def test_a_stop_does_not_wait_for_ever(remote, make, monkeypatch):
    monkeypatch.setattr(zalo_bot_receive, "LEAVE_SECONDS", -4.8)
    inbox, bot = Inbox(failures=float("inf")), make()
    await remote.say("một")
    with capture_logs() as logs:
        async with receiving(bot, inbox) as task:
            await inbox.reach(tries=1)
            task.cancel()
            async with asyncio.timeout(5):
                with suppress(asyncio.CancelledError):
                    await task
    assert logs[-1]["event"] == "zalo_bot_update_lost"
    assert logs[-1]["log_level"] == "error"


async def test_only_one_polls_on_one_database(remote, tmp_path, pauses, postgres_url):
    async with fresh_postgres(postgres_url) as url, open_database(url) as database:
        inbox = Inbox()
        bots = [
            zalo_bot(on_ground(remote.url, tmp_path, database), remote.key, pauses)
            for _ in range(2)
        ]
        async with receiving(bots[0], inbox), receiving(bots[1], inbox):
            for n in range(6):
                await remote.say(str(n))
                await inbox.reach(n + 1)
        assert texts(bots[0], inbox.stored) == [str(n) for n in range(6)]
        assert len(await remote.calls("getMe")) == 2
    assert (await remote.state())["violations"] == []


async def test_failures_are_waited_for_longer_and_longer(remote, make, pauses):
    inbox, bot = Inbox(), make()
    steps: list[dict[str, Any]] = [
        {"drop": True},
        {"status": 502},
        {"html": True},
        {"body": "{}"},
        {"error_code": 500},
        {"answer": {"ok": True}},
        {"answer": {"ok": True, "result": {}}},
    ]
    await remote.script(*({"method": "getUpdates", **step} for step in steps))
    await remote.say("một")
    with capture_logs() as logs:
        async with receiving(bot, inbox):
            await inbox.reach(1)
    assert pauses.seconds == [1, 2, 4, 8, 16, 30, 30]
    assert remote.key.partition(":")[2] not in str(logs)


@pytest.mark.parametrize("code", [401, 403, 429])
async def test_what_only_a_person_can_mend_is_waited_for_long(remote, make, pauses, code):
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getUpdates", "error_code": code}, {"method": "getUpdates"})
    await remote.say("một")
    with capture_logs() as logs:
        async with receiving(bot, inbox):
            await inbox.reach(1)
    assert pauses.seconds == [30]
    [said] = logs
    assert (said["log_level"], said["why"]) == ("warning", f"{code}: scripted")


async def test_a_refused_token_is_waited_for_from_the_start(remote, make, pauses):
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getMe", "error_code": 401, "times": 2})
    await remote.say("một")
    async with receiving(bot, inbox):
        await inbox.reach(1)
    assert pauses.seconds == [30, 30]


async def test_without_its_name_the_bot_hears_all_the_same(remote, make, pauses):
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getMe", "error_code": 403})
    await remote.say("một")
    async with receiving(bot, inbox):
        await inbox.reach(1)
    assert (bot.name, pauses.seconds) == ("", [])


async def test_an_odd_update_is_stored_and_found_unparsable(remote, make):
    inbox, bot = Inbox(), make()
    odd: list[Any] = ["nonsense", [update(text="a")], {"event_name": 5}, {"message": "\ud83d"}]
    await remote.script(
        *({"method": "getUpdates", "answer": {"ok": True, "result": one}} for one in odd)
    )
    await remote.say("tốt")
    async with receiving(bot, inbox):
        stored = await inbox.reach(5)
    assert [json.loads(raw)["result"] for raw in stored[:4]] == odd
    for raw in stored[:4]:
        with pytest.raises(Unparsable):
            bot.parse(raw)
    assert len({bot.update_id(raw) for raw in stored}) == 5
    assert texts(bot, stored[4:]) == ["tốt"]


async def test_a_platform_out_of_reach_is_waited_for(remote, tmp_path, pauses):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        bot = zalo_bot(on_ground(url, tmp_path), remote.key, pauses)
        with capture_logs() as logs:
            async with receiving(bot, Inbox()):
                await pauses.reach(8)
    assert pauses.seconds[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert remote.key.partition(":")[2] not in str(logs)


async def test_the_names_that_are_told_are_learned(remote, make):
    await remote.set(me={"display_name": "Bot Dân Vận", "account_name": "bot.VDKy"})
    inbox, bot = Inbox(), make()
    said = update(text="@Bot Dân Vận Tháng Dân vận là tháng nào?")
    said["message"]["chat"] = {"id": "g1", "chat_type": "GROUP"}
    await remote.push(said)
    async with receiving(bot, inbox):
        await inbox.reach(1)
    assert texts(bot, inbox.stored) == ["Tháng Dân vận là tháng nào?"]
    assert bot.name == "bot.VDKy"


async def test_the_name_of_the_settings_is_known_before_the_platform_answers(remote, tmp_path):
    named = on_ground(remote.url, tmp_path, ZALO_BOT_NAME="Bot Tả Lủng")
    bot = ZaloBot(named, remote.key)
    said = update(text="@Bot Tả Lủng Tháng Dân vận là tháng nào?")
    said["message"]["chat"] = {"id": "g1", "chat_type": "GROUP"}
    heard = bot.parse(json.dumps(said).encode())
    assert heard is not None
    assert heard.text == "Tháng Dân vận là tháng nào?"
