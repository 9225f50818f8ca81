"""What the load must know of each platform: updates, their proof, and the answers of its API."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

APP_ID = "1234567890123456789"
OA_ID = "388613280878808645"
OA_KEY = "bench-oa-secret-key"
NOW = 1_795_309_200

Json = dict[str, Any]


@dataclass(frozen=True)
class Platform:
    """One platform: makes an update of a number, headers that prove it; `counts` is a send."""

    update: Callable[[int, int, Json], Json]
    headers: Callable[[bytes, Json], str]
    counts: str


def _telegram(number: int, chat: int, asked: Json) -> Json:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": NOW,
            "chat": {"id": chat, "type": "private", "first_name": "a"},
            "from": {"id": chat, "is_bot": False, "first_name": "a"},
            "text": asked["text"],
            "entities": asked.get("entities", []),
        },
    }


def _zalo_bot(number: int, chat: int, asked: Json) -> Json:
    message = {
        "from": {"id": f"u{chat}", "display_name": "a", "is_bot": False},
        "chat": {"id": f"u{chat}", "chat_type": "PRIVATE"},
        "text": asked["text"],
        "message_id": f"m{number}",
        "date": NOW * 1000,
    }
    return {"ok": True, "result": {"message": message, "event_name": "message.text.received"}}


def _zalo_oa(number: int, chat: int, asked: Json) -> Json:
    return {
        "app_id": APP_ID,
        "sender": {"id": str(chat)},
        "recipient": {"id": OA_ID},
        "user_id_by_app": "1",
        "event_name": "user_send_text",
        "message": {"text": asked["text"], "msg_id": f"m{number}"},
        "timestamp": str(NOW * 1000),
    }


def _signed(body: bytes, _: Json) -> str:
    given = APP_ID.encode() + body + str(NOW * 1000).encode() + OA_KEY.encode()
    return f"X-ZEvent-Signature: mac={hashlib.sha256(given).hexdigest()}\r\n"


PLATFORMS = {
    "telegram": Platform(
        _telegram,
        lambda _, asked: f"X-Telegram-Bot-Api-Secret-Token: {asked['secret']}\r\n",
        "sendMessage",
    ),
    "zalo-bot": Platform(
        _zalo_bot, lambda _, asked: f"X-Bot-Api-Secret-Token: {asked['secret']}\r\n", "sendMessage"
    ),
    "zalo-oa": Platform(_zalo_oa, _signed, "cs"),
}

_TELEGRAM = {
    "getMe": {
        "id": 1,
        "is_bot": True,
        "first_name": "b",
        "username": "b_bot",
        "account_name": "b",
    },
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}
_OA = {
    "access_token": {"access_token": "a", "refresh_token": "r", "expires_in": "90000"},
    "getoa": {"error": 0, "data": {"oa_id": OA_ID, "oaid": OA_ID, "name": "b"}},
}


def answer(method: str, number: int) -> bytes:
    """Give the API's answer to a method, the last part of its path."""
    if method in _OA:
        return json.dumps(_OA[method]).encode()
    if method == "cs":
        return json.dumps({"error": 0, "data": {"message_id": f"m{number}"}}).encode()
    result: Any = _TELEGRAM.get(method, True)
    if method == "sendMessage":
        chat = {"id": 1, "type": "private", "first_name": "a"}
        result = {"message_id": number, "date": NOW, "chat": chat, "text": "x"}
    return json.dumps({"ok": True, "result": result}).encode()
