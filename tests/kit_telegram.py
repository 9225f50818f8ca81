"""Telegram as its users have it: HTML texts, buttons that carry tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.messages import Button, Message, Update
from tests.fakes.telegram_server import NAME, RemoteTelegram
from tests.kits import Cannot, Json, number_of


@dataclass
class TelegramKit:
    """Telegram: HTML texts, buttons that carry tokens."""

    remote: RemoteTelegram

    async def say(self, update: Update) -> None:
        make = _TELEGRAM.get(update.kind)
        if make is None:
            raise Cannot
        await self.remote.push(make(update))

    async def heard(self, chat: str) -> Sequence[Message]:
        told = await self.remote.state()
        return [_from_telegram(one) for one in told["messages"] if one["chat_id"] == _chat(chat)]


def _chat(name: str) -> int:
    return -number_of(name) if name.endswith("nhom") else number_of(name)


def _telegram_message(update: Update, **content: Any) -> Json:
    chat = {"id": _chat(update.address.chat), "type": "private" if update.private else "group"}
    if update.private:
        chat["first_name"] = update.sender.name
    else:
        chat["title"] = "Tổ dân vận"
    words = update.text
    if not update.private and update.addressed and not words.startswith("/"):
        words = f"@{NAME} {words}"
    named = "text" if "text" in content else "caption"
    said = {named: words} if words or named == "text" else {}
    album = {"media_group_id": update.album} if update.album else {}
    return {
        "message_id": int(update.id),
        "date": int(update.at.timestamp()),
        "chat": chat,
        "from": _telegram_person(update),
        **{name: value for name, value in content.items() if name != "text"},
        **said,
        **album,
    }


def _telegram_person(update: Update) -> Json:
    name = update.sender.name
    return {"id": number_of(update.sender.user), "is_bot": False, "first_name": name}


def _telegram_kind(kind: str, **content: Any) -> Any:
    return lambda update: {kind: _telegram_message(update, **content)}


def _telegram_press(update: Update) -> Json:
    message = _telegram_message(update, text=True)
    message["from"] = {"id": 1, "is_bot": True, "first_name": "b"}
    person = _telegram_person(update)
    return {
        "callback_query": {
            "id": update.id,
            "from": person,
            "message": message,
            "chat_instance": "1",
            "data": update.press,
        }
    }


def _telegram_member(update: Update) -> Json:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    was, now = ("kicked", "member") if update.kind == "joined" else ("member", "kicked")
    message = _telegram_message(update, text=True)
    return {
        "my_chat_member": {
            "chat": message["chat"],
            "from": message["from"],
            "date": message["date"],
            "old_chat_member": {"user": bot, "status": was},
            "new_chat_member": {"user": bot, "status": now},
        }
    }


_FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 10}
_TELEGRAM: dict[str, Any] = {
    "text": _telegram_kind("message", text=True),
    "edited": _telegram_kind("edited_message", text=True),
    "photo": _telegram_kind("message", photo=[{**_FILE, "width": 9, "height": 9}]),
    "file": _telegram_kind("message", document=_FILE),
    "voice": _telegram_kind("message", voice={**_FILE, "duration": 1}),
    "sticker": _telegram_kind("message", sticker=_FILE),
    "location": _telegram_kind("message", location={"latitude": 22.8, "longitude": 104.9}),
    "other": _telegram_kind("message", dice={"emoji": "🎲", "value": 3}),
    "press": _telegram_press,
    "joined": _telegram_member,
    "left": _telegram_member,
}


def _from_telegram(told: Json) -> Message:
    rows = (told.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = tuple(
        tuple(Button(b["text"], token=b.get("callback_data", "")) for b in row) for row in rows
    )
    return Message(told["text"], buttons=buttons)
