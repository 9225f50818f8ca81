"""Telegram's raw updates in our words: a table of cases, and nonsense of every kind."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels import telegram_parse
from bot.channels.telegram_parse import Parser
from jobs.channel import Unparsable
from store.messages import Address, Media, Sender, Update
from tests.damage import any_raw

ACCOUNT = "telegram:123456"
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases/telegram/updates.json").read_text(encoding="utf-8")
)


def parser(name: str = "danvan_bot") -> Parser:
    made = Parser(ACCOUNT, 123456)
    if name:
        made.learn(name)
    return made


def expected(told: dict[str, Any]) -> Update:
    return Update(
        **{
            **told,
            "address": Address(*told["address"]),
            "sender": Sender(*told["sender"]),
            "at": datetime.fromisoformat(told["at"]),
            "media": tuple(Media(*one) for one in told.get("media", ())),
        }
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_update_is_read_as_its_case_says(case):
    raw = json.dumps(case["raw"]).encode()
    if case["update"] == "unparsable":
        with pytest.raises(Unparsable):
            parser().parse(raw)
    else:
        wanted = None if case["update"] is None else expected(case["update"])
        assert parser().parse(raw) == wanted
        assert telegram_parse.update_id(raw) == "1"
        if wanted is not None:
            assert telegram_parse.conversation(raw) == wanted.address.chat


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"nul", b"[" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_unparsable_but_has_an_id(raw):
    with pytest.raises(Unparsable):
        parser().parse(raw)
    assert telegram_parse.update_id(raw).startswith("raw-")
    assert telegram_parse.update_id(raw) == telegram_parse.update_id(bytes(raw))
    assert telegram_parse.conversation(raw) == ""


def test_before_telegram_told_our_name_every_bot_mentioned_is_taken_for_us():
    group = {"id": -1, "type": "group"}
    author = {"id": 42, "is_bot": False, "first_name": "M"}
    message = {"message_id": 1, "chat": group, "from": author, "date": 1, "text": "@Some_Bot chào"}
    raw = json.dumps({"update_id": 1, "message": message}).encode()
    update = parser("").parse(raw)
    assert update is not None
    assert update.addressed
    assert update.text == "chào"
    named = parser().parse(raw)
    assert named is not None
    assert not named.addressed


def survives(raw: bytes) -> None:
    assert telegram_parse.update_id(raw)
    assert isinstance(telegram_parse.conversation(raw), str)
    try:
        update = parser().parse(raw)
    except Unparsable:
        return
    if update is not None:
        assert update.at.tzinfo is not None
        assert update.id == telegram_parse.update_id(raw)
        assert update.address.chat == telegram_parse.conversation(raw)
        for text in (update.text, update.sender.name, update.press, update.album):
            assert "\x00" not in text
            assert isinstance(text.encode(), bytes)


@settings(deadline=None, max_examples=500)
@given(any_raw(CASES))
def test_whatever_comes_is_an_update_or_unparsable(raw):
    survives(raw)
