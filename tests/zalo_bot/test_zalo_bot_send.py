"""Our messages as the Zalo Bot Platform gets them, and every ending as a receipt."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_bot
from bot.channels.zalo_bot import ZaloBot
from jobs.channel import NotFetched
from store.database import Database
from store.messages import Address, Media, Message, Outcome, Receipt, Sender, Update
from tests.conftest import NOW
from tests.fakes.zalo_bot_server import RemoteZaloBot, remote_zalo_bot, running_server
from tests.fakes.zalo_control import units
from tests.zalo_bot.bots import Pauses, Shown, on_ground
from tests.zalo_bot.bots import zalo_bot as make_bot

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases/zalo_bot/messages.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloBot]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_zalo_bot(server, f"{number}:AAsecretsecretsecret") as made:
        yield made


@pytest.fixture
async def picture(remote: RemoteZaloBot) -> str:
    return await remote.cdn("picture.jpg", kind="jpeg")


@pytest.fixture
async def bot(remote: RemoteZaloBot, picture: str, tmp_path: Path) -> AsyncIterator[ZaloBot]:
    host = picture.split("/")[2]
    stands_on = on_ground(remote.url, tmp_path, ZALO_MEDIA_HOSTS=f".zdn.vn,{host}")
    shown = Shown(stands_on.database, tmp_path, picture)
    made = make_bot(replace(stands_on, pictures=shown), remote.key, Pauses())
    await made.open()
    yield made
    await made.close()


def here(bot: ZaloBot, chat: str = "c0ffee") -> Address:
    return Address(bot.account, chat)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_message_makes_these_requests(bot, remote, picture, case):
    parts = bot.split(Message.from_json(case["message"]))
    receipts = [await bot.send(here(bot), part) for part in parts]
    told = await remote.state()
    wanted = json.loads(json.dumps(case["requests"]).replace('"PICTURE"', json.dumps(picture)))
    assert [[one["method"], one["parameters"]] for one in told["requests"]] == wanted
    assert receipts == [
        Receipt(Outcome.SENT, external_id=one["message_id"]) for one in told["messages"]
    ]
    assert len(receipts) == len(wanted)
    assert not any(one.get("black") for one in told["messages"])


@pytest.mark.parametrize("photo", ["", "m1"])
async def test_the_parts_of_a_long_message_are_all_taken(bot, remote, photo):
    text = "".join(f"Điều {n}. Nội dung < quan trọng > & cần nhớ 👍.\n" for n in range(200))
    parts = bot.split(Message(text, title="Kế hoạch", source="14/KH", photo=photo))
    assert len(parts) > 3
    assert [part.photo for part in parts] == [photo] + [""] * (len(parts) - 1)
    for part in parts:
        assert (await bot.send(here(bot), part)).outcome is Outcome.SENT
    texts = [one.get("text") or one["caption"] for one in (await remote.state())["messages"]]
    assert max(map(units, texts)) <= 2000
    assert "\n".join(texts).split() == f"Kế hoạch\n{text}\n14/KH".split()


REFUSALS = [
    (400, "Bad Request: chat not found", Outcome.GONE),
    (400, "Bad Request: chat_id is not valid", Outcome.GONE),
    (404, "User not found", Outcome.GONE),
    (400, "Bad Request: text is too long", Outcome.REJECTED),
    (404, "Not Found", Outcome.REJECTED),
    (403, "Forbidden: bot was blocked by the user", Outcome.BLOCKED),
    (403, "internal server error", Outcome.UNKNOWN),
    (408, "Request timeout", Outcome.UNKNOWN),
    (426, "", Outcome.UNKNOWN),
    (500, "oops", Outcome.UNKNOWN),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
async def test_a_refusal_gives_this_receipt(bot, remote, refusal):
    code, description, outcome = refusal
    await remote.script({"error_code": code, "description": description})
    receipt = await bot.send(here(bot), Message("x"))
    assert receipt == Receipt(outcome, code=str(code), reason=description)


async def test_a_refused_token_rests_the_bot_and_says_why(bot, remote):
    await remote.set(revoked=True)
    receipt = await bot.send(here(bot), Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.UNAUTHORISED, "401")
    assert "không nhận token" in receipt.reason
    assert receipt.retry_after is None


async def test_a_used_up_quota_rests_the_bot_for_longer(bot, remote):
    await remote.set(quota=1)
    assert (await bot.send(here(bot), Message("x"))).outcome is Outcome.SENT
    receipt = await bot.send(here(bot), Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.UNAUTHORISED, "429")
    assert receipt.retry_after == 900
    assert "hết hạn mức" in receipt.reason


async def test_somebody_who_never_wrote_cannot_be_written_to(bot, remote):
    await remote.set(known_only=True)
    assert (await bot.send(here(bot), Message("x"))).outcome is Outcome.GONE
    await remote.say("chào", "c0ffee")
    assert (await bot.send(here(bot), Message("x"))).outcome is Outcome.SENT


ODD = [
    ({"answer": {"ok": "true", "result": {"message_id": "m"}}}, Outcome.UNKNOWN, "no yes"),
    ({"answer": {"result": {"message_id": "m"}}}, Outcome.UNKNOWN, "no yes"),
    ({"answer": {"ok": False}}, Outcome.UNKNOWN, "refused"),
    ({"answer": {"ok": False, "description": 7, "error_code": "400"}}, Outcome.UNKNOWN, "refused"),
    ({"answer": {"ok": False}, "status": 404}, Outcome.REJECTED, "404"),
    ({"answer": {"ok": False, "errorCode": 404}}, Outcome.REJECTED, "404"),
    ({"answer": []}, Outcome.UNKNOWN, "200"),
    ({"html": True}, Outcome.UNKNOWN, "200"),
    ({"status": 502}, Outcome.UNKNOWN, "502"),
    ({"status": 413}, Outcome.REJECTED, "413"),
    ({"status": 302}, Outcome.RETRY, "302"),
    ({"drop": True}, Outcome.UNKNOWN, "no-answer"),
    ({"drop": True, "deliver": True}, Outcome.UNKNOWN, "no-answer"),
    ({"hang": True}, Outcome.UNKNOWN, "no-answer"),
]


@pytest.mark.parametrize("odd", ODD, ids=str)
async def test_an_odd_answer_or_none_gives_this_receipt(bot, remote, odd):
    step, outcome, code = odd
    await remote.script(step)
    receipt = await bot.send(here(bot), Message("x"))
    assert receipt.outcome is outcome
    assert receipt.code == ("200" if code == "no yes" else code)
    assert receipt.external_id == ""


@pytest.mark.parametrize("result", [{}, {"message_id": None}, {"message_id": 1.5}, [], "x"])
async def test_a_yes_without_a_message_is_a_yes(bot, remote, result):
    await remote.script({"answer": {"ok": True, "result": result}})
    assert await bot.send(here(bot), Message("x")) == Receipt(Outcome.SENT)


async def test_a_message_id_may_be_a_large_number(bot, remote):
    await remote.script({"answer": {"ok": True, "result": {"message_id": 2**60}}})
    assert (await bot.send(here(bot), Message("x"))).external_id == str(2**60)


async def test_no_connection_is_tried_again_and_spares_the_others(remote, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = on_ground(f"http://127.0.0.1:{taken.getsockname()[1]}", tmp_path)
        bot = make_bot(away, remote.key, Pauses())
        await bot.open()
        receipt = await bot.send(here(bot), Message("x"))
        await bot.close()
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "connect")
    assert (receipt.whole_channel, receipt.retry_after) == (True, 5)
    assert remote.key not in repr(receipt)


async def test_a_channel_that_is_closed_has_not_sent(bot):
    await bot.close()
    assert (await bot.send(here(bot), Message("x"))).outcome is Outcome.RETRY


async def test_a_picture_that_there_is_not_is_rejected_and_nothing_sent(
    remote, database, tmp_path
):
    settled = on_ground(remote.url, tmp_path, database, PUBLIC_URL="https://danvan.example")
    bot = make_bot(settled, remote.key, Pauses())
    await bot.open()
    receipt = await bot.send(here(bot), Message("Ảnh", photo="none"))
    await bot.close()
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "picture")
    assert (await remote.state())["requests"] == []


async def test_a_store_that_is_away_lets_a_photo_wait(remote, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/none/none.db"
    bot = make_bot(
        on_ground(remote.url, tmp_path, Database(url), PUBLIC_URL="https://danvan.example"),
        remote.key,
        Pauses(),
    )
    await bot.open()
    receipt = await bot.send(here(bot), Message("Ảnh", photo="m9"))
    await bot.close()
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "store")


async def test_the_token_is_nowhere_to_be_read(bot, remote):
    secret = remote.key.partition(":")[2]
    step = {"error_code": 400, "description": f"no /bot{remote.key}/sendMessage, {secret}"}
    await remote.script(step, step, {"drop": True}, {"status": 502})
    with capture_logs() as logs:
        receipts = [await bot.send(here(bot), Message("x"))]
        await bot.signal(update(), "typing")
        receipts += [await bot.send(here(bot), Message("x")) for _ in range(2)]
    assert len(logs) == 1
    assert secret not in f"{receipts} {logs} {bot!r} {bot._sending!r} {vars(bot)}"
    assert receipts[0].reason == "no /bot[token]/sendMessage, [token]"


async def test_a_reason_has_a_bounded_length(bot, remote):
    await remote.script({"error_code": 400, "description": "x" * 1000})
    assert len((await bot.send(here(bot), Message("x"))).reason) == 300


async def test_what_was_said_stays(bot, remote):
    sent = await bot.send(here(bot), Message("Gửi?"))
    edited = await bot.edit(here(bot), sent.external_id, Message("Đã gửi"))
    assert (edited.outcome, edited.code) == (Outcome.REJECTED, "edit")
    assert len((await remote.state())["requests"]) == 1


def update() -> Update:
    address = Address("zalo-bot:1", "c0ffee")
    return Update("m-1", address, Sender("zalo-bot:1", "c0ffee"), "text", NOW)


async def test_signals_are_given_and_never_raise(bot, remote):
    await bot.signal(update(), "typing")
    await bot.signal(update(), "pressed")
    for step in ({"error_code": 400}, {"drop": True}, {"html": True}):
        await remote.script(step)
        await bot.signal(update(), "typing")
    calls = [(one["method"], one["parameters"]) for one in (await remote.state())["requests"]]
    assert calls == [("sendChatAction", {"chat_id": "c0ffee", "action": "typing"})] * 4


async def test_a_photo_has_the_time_that_zalo_needs_to_fetch_it(bot, remote, monkeypatch):
    await remote.set(latency=0.4)
    bot._sending._http._seconds = 0.2
    assert (await bot.send(here(bot), Message("x"))).outcome is Outcome.UNKNOWN
    assert (await bot.send(here(bot), Message("x", photo="m1"))).outcome is Outcome.SENT
    monkeypatch.setattr(zalo_bot, "PHOTO_SECONDS", 0.2)
    assert (await bot.send(here(bot), Message("x", photo="m1"))).outcome is Outcome.UNKNOWN


def test_the_bot_may_write_whenever_it_likes(tmp_path):
    bot = make_bot(on_ground("http://127.0.0.1:9", tmp_path), "1:x", Pauses())
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert bot.reach(here(bot), None, now=NOW) == "open"
    assert bot.reach(here(bot), long_ago, now=NOW + timedelta(days=1)) == "open"
    assert (bot.caps.messages, bot.caps.users) == (3000, 50)


async def test_a_picture_that_came_in_is_fetched(bot, remote, picture, tmp_path):
    into = tmp_path / "came.jpg"
    await bot.fetch(Media(picture, "image/jpeg"), into, most_bytes=10_000)
    assert into.read_bytes().startswith(b"\xff\xd8")
    assert [one["whole"] for one in await remote.cdn_gets("picture.jpg")] == [True]


async def test_a_picture_from_elsewhere_is_not_fetched(bot, tmp_path):
    media = Media("http://127.0.0.1:1/x.jpg", "image/jpeg")
    with pytest.raises(NotFetched) as caught:
        await bot.fetch(media, tmp_path / "x.jpg", most_bytes=10_000)
    assert caught.value.fault == "forbidden"
    assert not (tmp_path / "x.jpg").exists()
