"""The part of the Bot API that we use, as a table of our own, and requests held against it.

`tests/test_telegram_methods.py` compares the table with the specification where there is one.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["utf16", "bytes", "items", "number"]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: its types in the specification's words, and its limits."""

    types: str
    required: bool = False
    least: int | None = None
    most: int | None = None
    unit: Unit = "utf16"


def _need(
    types: str, least: int | None = None, most: int | None = None, unit: Unit = "utf16"
) -> Field:
    return Field(types, True, least, most, unit)


def _may(
    types: str, least: int | None = None, most: int | None = None, unit: Unit = "utf16"
) -> Field:
    return Field(types, False, least, most, unit)


Fields = dict[str, Field]

METHODS: dict[str, Fields] = {
    "getMe": {},
    "getUpdates": {
        "offset": _may("Integer"),
        "limit": _may("Integer", 1, 100, "number"),
        "timeout": _may("Integer", 0, 50, "number"),
        "allowed_updates": _may("Array of String"),
    },
    "setWebhook": {
        "url": _need("String"),
        "max_connections": _may("Integer", 1, 100, "number"),
        "allowed_updates": _may("Array of String"),
        "drop_pending_updates": _may("Boolean"),
        "secret_token": _may("String", 1, 256, "bytes"),
    },
    "getWebhookInfo": {},
    "deleteWebhook": {"drop_pending_updates": _may("Boolean")},
    "sendMessage": {
        "chat_id": _need("Integer|String"),
        "text": _need("String", 1, 4096),
        "parse_mode": _may("String"),
        "link_preview_options": _may("LinkPreviewOptions"),
        "disable_notification": _may("Boolean"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "sendPhoto": {
        "chat_id": _need("Integer|String"),
        "photo": _need("InputFile|String"),
        "caption": _may("String", 0, 1024),
        "parse_mode": _may("String"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "sendDocument": {
        "chat_id": _need("Integer|String"),
        "document": _need("InputFile|String"),
        "caption": _may("String", 0, 1024),
        "parse_mode": _may("String"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "editMessageText": {
        "chat_id": _may("Integer|String"),
        "message_id": _may("Integer"),
        "text": _may("String", 1, 4096),
        "parse_mode": _may("String"),
        "link_preview_options": _may("LinkPreviewOptions"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "answerCallbackQuery": {
        "callback_query_id": _need("String"),
        "text": _may("String", 0, 200),
        "show_alert": _may("Boolean"),
    },
    "sendChatAction": {"chat_id": _need("Integer|String"), "action": _need("String")},
    "setMyCommands": {
        "commands": _need("Array of BotCommand", 1, 100, "items"),
        "language_code": _may("String"),
    },
    "getFile": {"file_id": _need("String", 1)},
}

OBJECTS: dict[str, Fields] = {
    "LinkPreviewOptions": {"is_disabled": _may("Boolean")},
    "InlineKeyboardMarkup": {
        "inline_keyboard": _need("Array of Array of InlineKeyboardButton", 1, None, "items")
    },
    "InlineKeyboardButton": {
        "text": _need("String", 1),
        "url": _may("String", 1),
        "callback_data": _may("String", 1, 64, "bytes"),
    },
    "BotCommand": {"command": _need("String", 1, 32), "description": _need("String", 1, 256)},
}

ACTIONS = {"typing", "upload_photo", "upload_document"}
_PLAIN: dict[str, type | tuple[type, ...]] = {"Integer": int, "String": str, "Boolean": bool}
_TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote"}
_TOKENS = re.compile(r"<(/?)([a-z]+)([^<>]*)>|&(lt|gt|amp|quot);|[^<&]+|&|<")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class BadHtml(Exception):
    """Telegram cannot parse the entities."""


def visible_text(html: str) -> str:
    """Give what a reader sees of Telegram's HTML: lengths are counted on it."""
    open_tags: list[str] = []
    seen = []
    for token in _TOKENS.finditer(html):
        closing, tag, _, named = token.groups()
        if tag and (tag not in _TAGS or (closing and (not open_tags or open_tags.pop() != tag))):
            raise BadHtml(f"can't parse entities: tag {tag}")
        if tag and not closing:
            open_tags.append(tag)
        if token[0] == "<":
            raise BadHtml("can't parse entities: unsupported start tag")
        if not tag:
            seen.append(_NAMED[named] if named else token[0])
    if open_tags:
        raise BadHtml(f"can't parse entities: can't find end tag {open_tags[-1]}")
    return "".join(seen).strip()


def check(method: str, parameters: dict[str, Any], *, form: bool = False) -> list[str]:
    """Say everything that is wrong with a request; `form` when all values came as text."""
    if method not in METHODS:
        return [f"{method}: not a method that we use"]
    if form:
        parameters = {k: _from_form(METHODS[method].get(k), v) for k, v in parameters.items()}
    wrong = _check_fields(method, METHODS[method], parameters)
    if method == "sendChatAction" and parameters.get("action") not in ACTIONS:
        wrong.append(f"sendChatAction.action: {parameters.get('action')!r}")
    if method == "setMyCommands" and isinstance(parameters.get("commands"), list):
        names = [one.get("command", "") for one in parameters["commands"] if isinstance(one, dict)]
        wrong += [f"BotCommand.command: {n!r}" for n in names if not re.fullmatch("[a-z0-9_]+", n)]
    return wrong


def read_form(method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Give the values of a form as a JSON body would hold them."""
    fields = METHODS.get(method, {})
    return {name: _from_form(fields.get(name), value) for name, value in parameters.items()}


def _from_form(field: Field | None, value: Any) -> Any:
    if field is None or "String" in field.types.split("|") or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check_fields(where: str, fields: Fields, values: dict[str, Any]) -> list[str]:
    wrong = [f"{where}.{name}: unknown" for name in values if name not in fields]
    wrong += [f"{where}.{n}: missing" for n, f in fields.items() if f.required and n not in values]
    html = values.get("parse_mode") == "HTML"
    for name, field in fields.items():
        if name in values:
            wrong += _check_value(
                f"{where}.{name}", field, values[name], html=html and name == "text"
            )
    if where == "InlineKeyboardButton" and ("url" in values) == ("callback_data" in values):
        wrong.append("InlineKeyboardButton: exactly one of url and callback_data")
    return wrong


def _check_value(where: str, field: Field, value: Any, *, html: bool = False) -> list[str]:
    wrong = []
    if not any(_fits(kind, value) for kind in field.types.split("|")):
        return [f"{where}: {type(value).__name__} for {field.types}"]
    for kind in field.types.split("|"):
        wrong += _check_inside(kind, value)
    try:
        size = _size(field.unit, visible_text(value) if html else value)
    except BadHtml as error:
        return [*wrong, f"{where}: {error}"]
    if size is not None and field.least is not None and size < field.least:
        wrong.append(f"{where}: {size} of at least {field.least} {field.unit}")
    if size is not None and field.most is not None and size > field.most:
        wrong.append(f"{where}: {size} of at most {field.most} {field.unit}")
    return wrong


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_fits(kind[9:], one) for one in value)
    if kind in _PLAIN:
        return isinstance(value, _PLAIN[kind]) and (kind == "Boolean" or type(value) is not bool)
    return isinstance(value, dict)


def _check_inside(kind: str, value: Any) -> list[str]:
    if kind.startswith("Array of "):
        return [one for part in value for one in _check_inside(kind[9:], part)]
    return _check_fields(kind, OBJECTS[kind], value) if kind in OBJECTS else []


def _size(unit: Unit, value: Any) -> int | None:
    if unit == "number":
        return int(value)
    if unit == "items":
        return len(value)
    if not isinstance(value, str):
        return None
    return len(value.encode("utf-16-le")) // 2 if unit == "utf16" else len(value.encode())
