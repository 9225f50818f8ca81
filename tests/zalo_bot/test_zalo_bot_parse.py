"""The Zalo Bot Platform's raw updates in our words: a table of cases, and nonsense of any kind."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels import zalo_bot_parse
from bot.channels.zalo_bot_parse import Parser
from jobs.channel import Unparsable
from store.messages import Address, Media, Sender, Update
from tests.damage import any_raw

ACCOUNT = "zalo-bot:1459232241454765289"
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases/zalo_bot/updates.json").read_text(encoding="utf-8")
)


def parser(*names: str) -> Parser:
    made = Parser(ACCOUNT)
    made.learn(*names)
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
        return
    wanted = None if case["update"] is None else expected(case["update"])
    assert parser().parse(raw) == wanted
    if wanted is not None:
        assert zalo_bot_parse.update_id(raw) == wanted.id
        assert zalo_bot_parse.conversation(raw) == wanted.address.chat


@pytest.mark.parametrize(
    "case", [one for one in CASES if "result" not in one["raw"]], ids=lambda case: case["name"]
)
def test_wrapping_makes_no_difference(case):
    bare, wrapped = (json.dumps(one) for one in (case["raw"], {"ok": True, "result": case["raw"]}))
    assert read(wrapped) == read(bare)


def read(text: str) -> Any:
    try:
        return parser().parse(text.encode())
    except Unparsable as error:
        return str(error)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"nul", b"[" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_unparsable_but_has_an_id(raw):
    with pytest.raises(Unparsable):
        parser().parse(raw)
    assert zalo_bot_parse.update_id(raw).startswith("raw-")
    assert zalo_bot_parse.update_id(raw) == zalo_bot_parse.update_id(bytes(raw))
    assert zalo_bot_parse.conversation(raw) == ""


def said(**fields: Any) -> bytes:
    user = {"id": "u1", "display_name": "Mây", "is_bot": False}
    chat = {"id": "g1", "chat_type": "GROUP"}
    message = {"from": user, "chat": chat, "message_id": "x1", "date": 1, "text": "a", **fields}
    return json.dumps({"event_name": "message.text.received", "message": message}).encode()


def test_an_update_that_comes_again_in_other_bytes_is_the_same():
    first, again = said(text="một", date=1), said(text="lại một", date=2)
    assert zalo_bot_parse.update_id(first) == zalo_bot_parse.update_id(again) == "m-x1"


@pytest.mark.parametrize("number", [None, "", 1.5, [], "x" * 201])
def test_without_a_message_id_an_update_is_read_all_the_same(number):
    raw = said(message_id=number)
    update = parser().parse(raw)
    assert update is not None
    assert (update.text, update.message_id) == ("a", "")
    assert update.id == zalo_bot_parse.update_id(raw)
    assert update.id.startswith("raw-")
    assert update.id != zalo_bot_parse.update_id(said(message_id=number, date=2))


def test_no_message_id_collides_with_a_fingerprint():
    print_ = zalo_bot_parse.update_id(b"{}")
    assert zalo_bot_parse.update_id(said(message_id=print_)) == f"m-{print_}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@Bot Dân Vận Tháng Dân vận là tháng nào?", "Tháng Dân vận là tháng nào?"),
        ("@bot dân vận: lịch", "lịch"),
        ("@Bot Dân Vận Hà Giang lịch", "lịch"),
        ("@Bot Dân Vậnx Lịch", ""),
        ("@bot.VDKyGxQvc lịch", "lịch"),
    ],
)
def test_a_name_that_is_known_ends_where_it_ends(text, left):
    named = parser("bot.VDKyGxQvc", "Bot Dân Vận", "Bot Dân Vận Hà Giang", " ")
    update = named.parse(said(text=text))
    assert update is not None
    assert update.text == left


def survives(raw: bytes) -> None:
    assert 0 < len(zalo_bot_parse.update_id(raw)) <= 202
    assert len(zalo_bot_parse.conversation(raw)) <= 200
    try:
        update = parser().parse(raw)
    except Unparsable:
        return
    if update is not None:
        assert update.at.tzinfo is not None
        assert update.id == zalo_bot_parse.update_id(raw)
        assert update.address.chat == zalo_bot_parse.conversation(raw)
        texts = [update.text, update.sender.name, update.sender.user, update.message_id]
        for text in [*texts, *(t for one in update.media for t in (one.reference, one.name))]:
            assert "\x00" not in text
            assert isinstance(text.encode(), bytes)


@settings(deadline=None, max_examples=500)
@given(any_raw(CASES))
def test_whatever_comes_is_an_update_or_unparsable(raw):
    survives(raw)
