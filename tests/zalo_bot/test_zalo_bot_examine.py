"""What the settings switch on, and what doctor says of it."""

import socket
from typing import Any

from bot.channels.contract import Finding, Platform
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_receive import Webhook
from bot.settings import read_settings
from store import usage
from store.database import Database
from store.models import Account
from tests.conftest import NOW
from tests.grounds import ground
from tests.zalo_bot.bots import (
    SECRET,
    Inbox,
    on_ground,
    receiving,
    zalo_bot,
)


def from_settings(**given: str) -> Platform | None:
    names = {f"DANVAN_{name}": value for name, value in given.items()}
    return ZaloBot.on(ground(read_settings(names, env_file=None)))


def test_the_settings_decide():
    assert from_settings() is None
    polled = from_settings(ZALO_BOT_TOKEN="123456:ABC")
    assert polled is not None
    assert (polled.account, polled.webhook, polled.name) == ("zalo-bot:123456", "", "")
    hooked_up = from_settings(
        ZALO_BOT_TOKEN="123456:ABC",
        ZALO_BOT_MODE="webhook",
        ZALO_BOT_WEBHOOK_SECRET=SECRET,
        PUBLIC_URL="https://danvan.example/",
    )
    assert isinstance(hooked_up, ZaloBot)
    assert hooked_up.webhook == "/webhooks/zalo-bot"
    assert hooked_up._webhook == Webhook("https://danvan.example/webhooks/zalo-bot", SECRET)
    assert "ABC" not in f"{hooked_up!r} {vars(hooked_up)}"
    assert SECRET not in f"{hooked_up!r} {vars(hooked_up)}"


async def examined(bot: ZaloBot) -> list[tuple[str, str]]:
    found: list[Finding] = list(await bot.examine())
    assert found[-1].state == "note"
    assert "chưa kiểm chứng trên tài khoản thật" in found[-1].text
    return [(one.state, one.text) for one in found[:-1]]


async def test_doctor_finds_all_well(remote, make):
    name = f"bot.{remote.key[:4]}"
    assert await examined(make()) == [
        ("ok", f"Zalo Bot: token đúng, bot {name}"),
        ("ok", "Zalo Bot: nhận tin bằng polling"),
    ]


async def test_doctor_makes_no_database(remote, make, tmp_path):
    await examined(make())
    assert list(tmp_path.iterdir()) == []


async def test_doctor_leaves_a_running_channel_open(remote, make):
    bot = make()
    await bot.open()
    await examined(bot)
    assert bot._sending.is_open
    await bot.close()
    await examined(bot)
    assert not bot._sending.is_open


async def test_doctor_finds_a_token_refused(remote, make):
    await remote.set(revoked=True)
    [(state, text)] = await examined(make())
    assert state == "wrong"
    assert "DANVAN_ZALO_BOT_TOKEN" in text


async def test_doctor_finds_the_platform_out_of_reach(remote, tmp_path, pauses):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        bot = zalo_bot(on_ground(url, tmp_path), remote.key, pauses)
        [(state, text), _] = await examined(bot)
    assert state == "warning"
    assert text.startswith("Không kết nối được Zalo Bot Platform; các kênh khác vẫn chạy")
    assert remote.key not in text


async def test_doctor_says_what_zalo_refuses(remote, make):
    await remote.script({"method": "getWebhookInfo", "error_code": 500, "description": "hỏng"})
    [(state, text)] = await examined(make())
    assert state == "warning"
    assert text.startswith("Zalo Bot: Zalo từ chối cho biết tình trạng bot, hãy thử lại")
    assert text.endswith(" [500: hỏng]")


async def test_doctor_does_not_wait_for_ever(remote, make, monkeypatch):
    monkeypatch.setattr("bot.channels.zalo_bot_examine.SECONDS", 0.1)
    await remote.script({"hang": True})
    [(state, text)] = await examined(make())
    assert (state, text[-14:]) == ("warning", "[quá 0.1 giây]")


async def test_doctor_says_that_photos_need_a_public_address(remote, make):
    found = await examined(make(PUBLIC_URL=""))
    assert [state for state, _ in found] == ["ok", "ok", "warning"]
    assert "DANVAN_PUBLIC_URL" in found[2][1]


async def test_doctor_compares_the_webhook_with_ours(remote, make, pauses):
    pauses.rest_from = 600
    bot = make("https://danvan.example")
    [_, missing] = await examined(bot)
    assert missing[0] == "warning"
    assert "(chưa có)" in missing[1]
    async with receiving(bot, Inbox()):
        await pauses.reach(1)
        [_, right] = await examined(bot)
    assert right[0] == "ok"
    assert "DANVAN_ZALO_BOT_WEBHOOK_SECRET" in right[1]
    [_, left_over] = await examined(make())
    assert left_over[0] == "warning"
    assert "sẽ gỡ khi khởi động" in left_over[1]


async def test_doctor_holds_what_is_used_against_the_caps(remote, make, database):
    bot = make(database=database)
    assert (await examined(bot))[2:] == [
        ("ok", "Zalo Bot: tháng này đã gửi 0 trên 3.000 tin miễn phí"),
        ("ok", "Zalo Bot: 0 trên 50 người dùng"),
    ]

    async def use(session: Any) -> None:
        for _ in range(2400):
            await usage.add(session, bot.account, usage.MESSAGES, now=NOW)
        session.add_all(
            Account(channel=bot.account, user=str(n), created_at=NOW) for n in range(39)
        )

    await database.write(use)
    messages, users = (await examined(bot))[2:]
    assert messages[0] == "warning"
    assert "2.400 trên 3.000" in messages[1]
    assert users == ("ok", "Zalo Bot: 39 trên 50 người dùng")


async def test_doctor_says_nothing_of_use_where_there_are_no_tables(remote, make, tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    database = Database(f"sqlite+aiosqlite:///{path}")
    assert len(await examined(make(database=database))) == 2
    await database.stop()
