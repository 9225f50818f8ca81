"""The Official Account's raw events in our words: a table of cases, and nonsense of every kind."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels import zalo_oa_parse
from bot.channels.zalo_oa_parse import EVENTS, Parser
from jobs.channel import Unparsable
from store.messages import Address, Media, Sender, Update
from tests.conftest import NOW
from tests.damage import any_raw

ACCOUNT = "zalo-oa:1888000000000000017"
OA = "3900112233445566778"
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases/zalo_oa/updates.json").read_text(encoding="utf-8")
)


def parser(*, knows_itself: bool = True) -> Parser:
    made = Parser(ACCOUNT, lambda: NOW)
    if knows_itself:
        made.learn(OA, "Ban Dân vận")
    return made


def expected(told: dict[str, Any], raw: bytes) -> Update:
    known = zalo_oa_parse.update_id(raw)
    assert known.startswith("raw-") == (told["id"] == "raw")
    return Update(
        **{
            **told,
            "id": known if told["id"] == "raw" else told["id"],
            "address": Address(*told["address"]),
            "sender": Sender(*told["sender"]),
            "at": datetime.fromisoformat(told["at"]),
            "media": tuple(Media(*one) for one in told.get("media", ())),
        }
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_event_is_read_as_its_case_says(case):
    raw = json.dumps(case["raw"]).encode()
    if case["update"] == "unparsable":
        with pytest.raises(Unparsable):
            parser().parse(raw)
    else:
        wanted = None if case["update"] is None else expected(case["update"], raw)
        assert parser().parse(raw) == wanted
        if wanted is not None:
            assert zalo_oa_parse.update_id(raw) == wanted.id
            assert zalo_oa_parse.conversation(raw) == wanted.address.chat


def test_personal_data_of_a_form_is_not_read():
    [case] = [one for one in CASES if one["raw"] and "info" in one["raw"]]
    update = parser().parse(json.dumps(case["raw"]).encode())
    for private in case["raw"]["info"].values():
        assert private not in repr(update)


def test_the_same_words_twice_are_two_updates_and_a_retry_is_the_same():
    def raw(number: str) -> bytes:
        message = {"msg_id": number, "text": "x"}
        return json.dumps(
            {"event_name": "user_send_text", "sender": {"id": "1"}, "message": message}
        ).encode()

    assert zalo_oa_parse.update_id(raw("1")) != zalo_oa_parse.update_id(raw("2"))
    assert zalo_oa_parse.update_id(raw("1")) == zalo_oa_parse.update_id(bytes(raw("1")))


def test_before_zalo_told_who_we_are_only_commands_are_meant_for_us_in_a_group():
    def said(text: str) -> Update:
        content = {
            "event_name": "user_send_group_text",
            "sender": {"id": "1"},
            "recipient": {"id": "2"},
            "message": {
                "msg_id": "m",
                "text": text,
                "quote_msg": {"sender": {"id": ""}},
            },
        }
        update = parser(knows_itself=False).parse(json.dumps(content).encode())
        assert update is not None
        return update

    assert said("/lich").addressed
    assert not said("@Ban Dân vận lịch").addressed


FOREIGN: dict[str, tuple[dict[str, Any], bool]] = {
    "ours": ({}, False),
    "another app": ({"app_id": "1"}, True),
    "an app that is a number": ({"app_id": 1888000000000000017}, False),
    "no app": ({"app_id": None}, False),
    "another OA": ({"recipient": {"id": "1"}}, True),
    "another OA that is followed": ({"event_name": "follow", "oa_id": "1"}, True),
    "our OA that is followed": ({"event_name": "follow", "oa_id": OA}, False),
    "a group is no OA": (
        {"event_name": "user_send_group_text", "recipient": {"id": "1"}},
        False,
    ),
    "no recipient": ({"recipient": None}, False),
    "a recipient that is a list": ({"recipient": [1]}, False),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_meant_for_another_is_told_apart(name):
    more, wanted = FOREIGN[name]
    content = {
        "app_id": "1888000000000000017",
        "event_name": "user_send_text",
        "recipient": {"id": OA},
        **more,
    }
    told = zalo_oa_parse.is_foreign(content, app_id="1888000000000000017", oa_id=OA)
    assert told is wanted
    if "app_id" not in more:
        assert not zalo_oa_parse.is_foreign(content, app_id="1888000000000000017", oa_id="")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"nul", b"[" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_unparsable_but_has_an_id(raw):
    with pytest.raises(Unparsable):
        parser().parse(raw)
    assert zalo_oa_parse.update_id(raw).startswith("raw-")
    assert zalo_oa_parse.update_id(raw) == zalo_oa_parse.update_id(bytes(raw))
    assert zalo_oa_parse.conversation(raw) == ""


def survives(raw: bytes) -> None:
    number = zalo_oa_parse.update_id(raw)
    assert 0 < len(number) < 300
    assert "\x00" not in number
    assert number.encode()
    try:
        update = parser().parse(raw)
    except Unparsable:
        return
    if update is not None:
        assert update.at.tzinfo is not None
        assert update.id == number
        assert update.address.chat == zalo_oa_parse.conversation(raw)
        texts = (update.text, update.sender.user, update.press, update.message_id)
        files = [field for one in update.media for field in (one.reference, one.name, one.type)]
        for text in (*texts, *files):
            assert "\x00" not in text
            assert isinstance(text.encode(), bytes)


@settings(deadline=None, max_examples=500)
@given(any_raw(CASES))
def test_whatever_comes_is_an_update_or_unparsable(raw):
    survives(raw)


def test_every_event_that_is_stored_has_a_case():
    seen = {one["raw"].get("event_name") for one in CASES if isinstance(one["raw"], dict)}
    groups = {name for name, event in EVENTS.items() if event.is_group}
    assert set(EVENTS) - groups <= seen
