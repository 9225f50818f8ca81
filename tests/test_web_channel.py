"""The web chat as a channel: what it reads, and that it never stumbles over what it cannot."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Platform
from bot.channels.web import ACCOUNT, WebChat, make_raw
from bot.settings import Settings
from bot.web.pages import blocks
from jobs.channel import Unparsable
from store.messages import Address, Message, Outcome, Update

CHANNEL: Platform = WebChat(Settings(public_url="https://danvan.example"))
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "chat", "user", "text", "press", "at"), JSON)
)


def test_words_are_read_back(now: datetime) -> None:
    raw = make_raw("1", "chat", at=now, text="Ngày 15/10 là ngày gì?\n🙂")
    update = CHANNEL.parse(raw)
    assert update is not None
    assert (update.kind, update.text) == ("text", "Ngày 15/10 là ngày gì?\n🙂")
    assert (update.address, update.sender.user) == (Address(ACCOUNT, "chat"), "chat")
    assert (update.at, update.private) == (now, True)
    assert CHANNEL.conversation(raw) == "chat"


def test_a_press_is_read_back(now: datetime) -> None:
    update = CHANNEL.parse(make_raw("1", "chat", at=now, press="token"))
    assert update is not None
    assert (update.kind, update.press, update.text) == ("press", "token", "")


def test_the_same_client_id_is_the_same_update_in_one_chat_only(now: datetime) -> None:
    ids = {CHANNEL.update_id(make_raw("1", chat, at=now, text=t)) for chat in "ab" for t in "xy"}
    assert len(ids) == 2


@given(st.binary() | (JSON | FIELDS).map(lambda value: json.dumps(value).encode()))
def test_nothing_makes_it_stumble(raw: bytes) -> None:
    assert CHANNEL.update_id(raw)
    assert isinstance(CHANNEL.conversation(raw), str)
    try:
        update: Any = CHANNEL.parse(raw)
    except Unparsable:
        return
    assert isinstance(update, Update)
    assert update.at.tzinfo is not None


@pytest.mark.parametrize("body", [b"", b"{}", b"x"])
def test_there_is_no_webhook(body: bytes) -> None:
    assert CHANNEL.webhook == ""
    assert CHANNEL.admit({}, body) == 401


async def test_sending_is_storing() -> None:
    message = Message("Xin chào")
    assert CHANNEL.split(message) == (message,)
    assert (await CHANNEL.send(Address(ACCOUNT, "c"), message)).outcome == Outcome.SENT
    assert (await CHANNEL.edit(Address(ACCOUNT, "c"), "1", message)).outcome == Outcome.SENT
    assert "https://danvan.example/chat" in (await CHANNEL.examine())[0].text


@given(st.lists(st.text("ab -•", max_size=6), max_size=6).map("\n".join))
def test_cutting_into_blocks_loses_no_letter(text: str) -> None:
    joined = [one if isinstance(one, str) else "".join(one) for one in blocks(text)]
    assert _letters("".join(joined)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())
