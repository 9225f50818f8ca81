"""Our table of the Bot API is true to the specification, and the check finds what is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram_parse import ALLOWED_UPDATES, SERVICE
from tests.fakes.telegram_methods import METHODS, OBJECTS, Field, check, visible_text

PATH = Path(__file__).parent.parent.parent / "shared/data/telegram-bot-api.json"


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not PATH.is_file():
        pytest.skip(f"the Bot API's specification is not at hand ({PATH})")
    loaded: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return loaded


def limits_in(description: str) -> tuple[int, int, str] | None:
    """Find the first limit that a description names: from, to, of what."""
    found = re.search(r"(\d+)-(\d+) (characters|bytes)|between (\d+)-(\d+)", description)
    if found is not None:
        least, most, what = found[1] or found[4], found[2] or found[5], found[3] or "number"
        return int(least), int(most), what
    return None


@pytest.mark.parametrize("name", [*METHODS, *OBJECTS])
def test_the_table_is_true_to_the_specification(specification, name):
    told = specification["methods"].get(name) or specification["types"][name]
    ours = METHODS.get(name, OBJECTS.get(name, {}))
    fields = {field["name"]: field for field in told.get("fields", ())}
    assert set(ours) <= set(fields)
    assert {n for n, f in fields.items() if f["required"]} <= set(ours)
    for field_name, field in ours.items():
        known = fields[field_name]
        assert set(field.types.split("|")) <= set(known["types"]), field_name
        assert field.required == known["required"], field_name
        limits = limits_in(known["description"])
        if limits is not None:
            assert limits[:2] == (field.least or 0, field.most), field_name
            assert field.unit == _unit(field, limits[2]), field_name


def _unit(field: Field, told: str) -> str:
    if told == "characters" and field.unit == "bytes":
        return "bytes"  # the secret token: only ASCII is allowed, so they are the same
    return {"characters": "utf16"}.get(told, told) if told != "number" else field.unit


def test_we_know_the_kinds_of_updates_and_of_service_messages(specification):
    kinds = {field["name"] for field in specification["types"]["Update"]["fields"]}
    assert set(ALLOWED_UPDATES) < kinds
    fields = specification["types"]["Message"]["fields"]
    told = {f["name"] for f in fields if f["description"].startswith("Optional. Service message")}
    assert told <= SERVICE
    assert {f["name"] for f in fields} >= SERVICE


@pytest.mark.parametrize(
    ("method", "parameters", "wrong"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x"}, []),
        ("sendMessage", {"chat_id": 1}, ["sendMessage.text: missing"]),
        ("sendMessage", {"chat_id": 1, "text": "x", "txt": 1}, ["sendMessage.txt: unknown"]),
        (
            "sendMessage",
            {"chat_id": [1], "text": "x"},
            ["sendMessage.chat_id: list for Integer|String"],
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "😀" * 2049},
            ["sendMessage.text: 4098 of at most 4096 utf16"],
        ),
        ("sendMessage", {"chat_id": 1, "text": f"<b>{'x' * 4096}</b>", "parse_mode": "HTML"}, []),
        ("sendPizza", {}, ["sendPizza: not a method that we use"]),
        (
            "sendChatAction",
            {"chat_id": 1, "action": "dancing"},
            ["sendChatAction.action: 'dancing'"],
        ),
    ],
)
def test_the_check_finds_what_is_wrong(method, parameters, wrong):
    assert check(method, parameters) == wrong


def test_the_check_looks_into_keyboards_and_counts_bytes():
    button = {"text": "ok", "callback_data": "ệ" * 22}
    parameters = {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}
    wrong = ["InlineKeyboardButton.callback_data: 66 of at most 64 bytes"]
    assert check("sendMessage", parameters) == wrong
    form = {name: v if isinstance(v, str) else json.dumps(v) for name, v in parameters.items()}
    assert check("sendMessage", form, form=True) == wrong


def test_entities_are_taken_out_before_counting():
    assert visible_text(" <b>A &lt; B</b>\n<i>&amp;c</i> ") == "A < B\n&c"
