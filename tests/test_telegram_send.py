"""Our messages as Telegram gets them, and every ending as a receipt."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram import Telegram
from store.messages import Address, Button, Message, Outcome, Receipt, Sender, Update
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteTelegram]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_telegram(server, f"{number}:AAsecretsecretsecret") as made:
        yield made


@pytest.fixture
async def telegram(remote: RemoteTelegram) -> AsyncIterator[Telegram]:
    made = Telegram(remote.token, api_url=remote.url, read_timeout=1)
    await made.open()
    yield made
    await made.close()


def here(telegram: Telegram, chat: str = "77") -> Address:
    return Address(telegram.account, chat)


def markup(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


DRESS = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
TOKEN_64 = "x" * 64
KEYBOARD = (
    (Button("✅ Gửi", ("send",), token=TOKEN_64), Button("✏️ Sửa", token="b")),
    (Button("Bản đồ", url="https://example.org"),),
)
KEYBOARD_SENT = markup(
    [{"text": "✅ Gửi", "callback_data": TOKEN_64}, {"text": "✏️ Sửa", "callback_data": "b"}],
    [{"text": "Bản đồ", "url": "https://example.org"}],
)
MESSAGES: dict[str, tuple[Message, dict[str, Any]]] = {
    "plain": (Message("Chào đồng chí"), {"text": "Chào đồng chí"}),
    "escaped": (
        Message('a < b & c > d "e" <b>*_x_*</b>'),
        {"text": 'a &lt; b &amp; c &gt; d "e" &lt;b&gt;*_x_*&lt;/b&gt;'},
    ),
    "title and source": (
        Message("Từ 1/10.\n", title="Hà Giang <2021>", source="Kế hoạch 14/KH & bản tin"),
        {"text": "<b>Hà Giang &lt;2021&gt;</b>\nTừ 1/10.\n\n<i>Kế hoạch 14/KH &amp; bản tin</i>"},
    ),
    "title alone": (Message("", title="Nhắc việc"), {"text": "<b>Nhắc việc</b>"}),
    "a link is plain text": (
        Message("https://example.org/?a=1&b=2"),
        {"text": "https://example.org/?a=1&amp;b=2"},
    ),
    "buttons": (
        Message("Gửi?", buttons=KEYBOARD),
        {"text": "Gửi?", "reply_markup": KEYBOARD_SENT},
    ),
    "half an emoji": (Message("a\ud83d"), {"text": "a\ufffd"}),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_makes_this_request(telegram, remote, name):
    message, fields = MESSAGES[name]
    receipt = await telegram.send(here(telegram), message)
    assert receipt == Receipt(Outcome.SENT, external_id="1")
    assert await remote.calls("sendMessage") == [{"chat_id": 77, **DRESS, **fields}]


async def test_buttons_that_telegram_would_refuse_are_left_out(telegram, remote):
    rows = ((Button("dài", token="ệ" * 22), Button("không mã"), Button(" ", token="a")), ())
    assert (await telegram.send(here(telegram), Message("x", buttons=rows))).outcome == "sent"
    assert "reply_markup" not in (await remote.calls("sendMessage"))[0]


async def test_the_parts_of_a_long_message_are_all_taken(telegram, remote):
    text = "".join(f"Điều {n}. Nội dung < quan trọng > & cần nhớ 👍.\n" for n in range(400))
    message = Message(
        text, title="Kế hoạch", source="14/KH", buttons=((Button("👍", token="t"),),)
    )
    parts = telegram.split(message)
    assert len(parts) > 3
    for part in parts:
        assert (await telegram.send(here(telegram), part)).outcome is Outcome.SENT
    said = "\n".join(one["text"] for one in (await remote.state())["messages"])
    assert said.split() == f"Kế hoạch\n{text}\n14/KH".split()


REFUSALS = [
    (400, "Bad Request: chat not found", Outcome.GONE),
    (400, "Bad Request: PEER_ID_INVALID", Outcome.GONE),
    (400, "Bad Request: message is too long", Outcome.REJECTED),
    (400, "Bad Request: message text is empty", Outcome.REJECTED),
    (400, "Bad Request: not enough rights to send text messages to the chat", Outcome.BLOCKED),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Outcome.BLOCKED),
    (401, "Unauthorized", Outcome.UNAUTHORISED),
    (404, "Not Found", Outcome.UNAUTHORISED),
    (403, "Forbidden: bot was blocked by the user", Outcome.BLOCKED),
    (403, "Forbidden: bot was kicked from the supergroup chat", Outcome.BLOCKED),
    (403, "Forbidden: bot can't initiate conversation with a user", Outcome.BLOCKED),
    (403, "Forbidden: user is deactivated", Outcome.GONE),
    (403, "Forbidden: the group chat was deleted", Outcome.GONE),
    (403, "Forbidden: bot can't send messages to bots", Outcome.REJECTED),
    (413, "Request Entity Too Large", Outcome.REJECTED),
    (500, "Internal Server Error: restart", Outcome.UNKNOWN),
    (502, "Bad Gateway", Outcome.UNKNOWN),
    (504, "Gateway Timeout", Outcome.UNKNOWN),
    (409, "Conflict: x", Outcome.RETRY),
    (302, "elsewhere", Outcome.RETRY),
    (429, "Too Many Requests", Outcome.RETRY),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
async def test_a_refusal_gives_this_receipt(telegram, remote, refusal):
    status, description, outcome = refusal
    await remote.script({"status": status, "description": description})
    receipt = await telegram.send(here(telegram), Message("x"))
    assert receipt.outcome is outcome
    assert receipt.code == ("401" if status == 404 else str(status))
    assert receipt.reason.lower() in description.lower()
    assert not receipt.whole_channel
    assert receipt.retry_after is None
    assert receipt.external_id == ""


async def test_flood_control_holds_the_whole_channel(telegram, remote):
    description = "Too Many Requests: retry after 17"
    await remote.script(
        {"status": 429, "description": description, "parameters": {"retry_after": 17}}
    )
    receipt = await telegram.send(here(telegram), Message("x"))
    assert receipt.outcome is Outcome.RETRY
    assert receipt.retry_after == 17
    assert receipt.whole_channel
    assert receipt.code == "429"


async def test_a_group_that_moved_is_followed(telegram, remote):
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    parameters = {"migrate_to_chat_id": -1001234567890}
    await remote.script({"status": 400, "description": description, "parameters": parameters})
    receipt = await telegram.send(here(telegram, "-55"), Message("x"))
    assert (receipt.outcome, receipt.moved_to) == (Outcome.MOVED, "-1001234567890")


LOST = [{"hang": True}, {"drop": True}, {"drop": True, "deliver": True}, {"body": "<html>"}]


@pytest.mark.parametrize("step", LOST, ids=str)
async def test_no_answer_is_unknown(telegram, remote, step):
    await remote.script(step)
    receipt = await telegram.send(here(telegram), Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "no-answer")


async def test_a_yes_without_a_message_is_a_yes(telegram, remote):
    await remote.script({"body": '{"ok": true, "result": {}}'})
    assert await telegram.send(here(telegram), Message("x")) == Receipt(Outcome.SENT)


async def test_no_connection_is_tried_again_and_spares_the_others(remote):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        telegram = Telegram(remote.token, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        await telegram.open()
        receipt = await telegram.send(here(telegram), Message("x"))
        await telegram.close()
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "connect")
    assert receipt.whole_channel
    assert remote.token not in repr(receipt)


async def test_a_channel_that_is_closed_has_not_sent(telegram):
    await telegram.close()
    assert (await telegram.send(here(telegram), Message("x"))).outcome is Outcome.RETRY


async def test_the_token_is_nowhere_to_be_read(telegram, remote):
    await remote.script(
        {"status": 403, "description": f"Forbidden at /bot{remote.token}/sendMessage"}
    )
    with capture_logs() as logs:
        receipt = await telegram.send(here(telegram), Message("x"))
        await remote.script({"status": 400, "description": f"no {remote.token}"})
        await telegram.signal(update(), "typing")
    secret = remote.token.partition(":")[2]
    assert secret not in f"{receipt} {logs} {telegram!r} {telegram._bot!r} {telegram._bot}"
    assert "[token]" in receipt.reason


async def test_an_earlier_message_is_replaced(telegram, remote):
    buttons = ((Button("✅ Gửi", token="t"),),)
    sent = await telegram.send(here(telegram), Message("Gửi?", buttons=buttons))
    edited = await telegram.edit(here(telegram), sent.external_id, Message("Đã gửi"))
    assert edited == Receipt(Outcome.SENT, external_id=sent.external_id)
    [message] = (await remote.state())["messages"]
    assert (message["text"], message["reply_markup"], message["edits"]) == ("Đã gửi", None, 1)


async def test_an_edit_that_changes_nothing_counts_as_sent(telegram):
    sent = await telegram.send(here(telegram), Message("Đã gửi"))
    edited = await telegram.edit(here(telegram), sent.external_id, Message("Đã gửi"))
    assert edited == Receipt(Outcome.SENT, external_id=sent.external_id)


@pytest.mark.parametrize("external_id", ["99", "", "abc", "-1", "²"])
async def test_an_edit_of_what_is_not_there_is_rejected(telegram, external_id):
    receipt = await telegram.edit(here(telegram), external_id, Message("x"))
    assert receipt.outcome is Outcome.REJECTED


def update(press_id: str = "") -> Update:
    address = Address("telegram:1", "77")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Update("1", address, Sender("telegram:1", "77"), "text", at, press_id=press_id)


async def test_signals_are_given_and_never_raise(telegram, remote):
    await telegram.signal(update(), "typing")
    await telegram.signal(update("55"), "pressed")
    await telegram.signal(update(), "pressed")
    await remote.script(
        {"status": 400, "description": "Bad Request: query is too old"}, {"drop": True}
    )
    await telegram.signal(update("56"), "pressed")
    await telegram.signal(update(), "typing")
    assert (await remote.calls("sendChatAction"))[0] == {"chat_id": 77, "action": "typing"}
    assert await remote.calls("answerCallbackQuery") == [
        {"callback_query_id": "55"},
        {"callback_query_id": "56"},
    ]


async def test_the_fake_keeps_telegrams_limits_when_asked(telegram, remote):
    await remote.set(limits=True)
    receipts = await asyncio.gather(
        *(telegram.send(here(telegram), Message("x")) for _ in range(8))
    )
    outcomes = sorted(receipt.outcome for receipt in receipts)
    assert outcomes == [Outcome.RETRY] * 3 + [Outcome.SENT] * 5
