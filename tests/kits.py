"""How somebody speaks on each channel: our Update as the platform's own JSON, and what arrived.

A kit stands where the person's app stands: it sees only what the platform shows. What a platform
has no word for (a press where there are no buttons) is `CANNOT`.
"""

import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select

from bot.channels.web import make_raw
from bot.parts import Parts
from store.messages import Button, Message, Update
from store.models import Address, OutboxRow
from tests.fakes import zalo_oa_events
from tests.fakes.zalo_bot_server import RemoteZaloBot
from tests.fakes.zalo_oa_server import RemoteZaloOa

Json = dict[str, Any]


class Cannot(Exception):
    """The platform has nothing like this."""


class Kit(Protocol):
    """One channel as its users have it."""

    async def say(self, update: Update) -> None:
        """Do what the update says, through the platform. Raises Cannot."""

    async def heard(self, chat: str) -> Sequence[Message]:
        """Give all that arrived at a chat so far, oldest first."""


def number_of(name: str) -> int:
    """Give a platform's number for a name of a dialogue."""
    return zlib.crc32(name.encode()) + 10_000


@dataclass
class WebKit:
    """The web chat: its rows are what the page shows."""

    parts: Parts

    async def say(self, update: Update) -> None:
        if update.kind not in {"text", "press"} or not update.private:
            raise Cannot
        raw = make_raw(
            update.id, update.address.chat, at=update.at, text=update.text, press=update.press
        )
        await self.parts.take(self.parts.channels["web"], [raw])

    async def heard(self, chat: str) -> Sequence[Message]:
        async with self.parts.database.read() as session:
            rows = await session.scalars(
                select(OutboxRow.content)
                .join(Address, Address.id == OutboxRow.address_id)
                .where(Address.channel == "web:main", Address.chat == chat)
                .order_by(OutboxRow.number)
            )
            return [Message.from_json(content) for content in rows]


_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_ANSWERED = re.compile(r"^\(Gõ (?!số để chọn\))(.+)\)$", re.MULTILINE)
_HINTS = re.compile(r"^(?:\d+\. .+|\(Gõ .+\))\n?", re.MULTILINE)
TYPED = "typed:"


def from_lines(text: str, place: int) -> Message:
    """Read numbered lines as the choices they are; the token is what one types, and where."""
    choices = [Button(label, token=f"{TYPED}{place}:{n}") for n, label in _NUMBERED.findall(text)]
    for labels in _ANSWERED.findall(text):
        choices += [
            Button(label, token=f"{TYPED}{place}:{label}") for label in labels.split(" hoặc ")
        ]
    hints = "(Gõ số để chọn)" in text or _ANSWERED.search(text)
    if not hints:
        return Message(text)
    return Message(_HINTS.sub("", text), buttons=tuple((one,) for one in choices))


async def _only_last(kit: Kit, update: Update, used: set[str]) -> str:
    """Give what is typed for a choice of the last list, once. Raises Cannot for any other."""
    heard = await kit.heard(update.address.chat)
    last = next((one.buttons for one in reversed(heard) if one.buttons), ())
    if update.press not in {button.token for row in last for button in row} - used:
        raise Cannot
    used.add(update.press)
    return update.press.removeprefix(TYPED).partition(":")[2]


@dataclass
class ZaloBotKit:
    """The Zalo Bot Platform: plain text, no buttons; in groups only what mentions the bot."""

    remote: RemoteZaloBot
    used: set[str] = field(default_factory=set)

    async def say(self, update: Update) -> None:
        make = _ZALO_BOT.get(update.kind)
        if make is None or not update.addressed or update.album:
            raise Cannot
        text = await _only_last(self, update, self.used) if update.kind == "press" else update.text
        if update.kind == "text" and not text.strip():
            raise Cannot
        kind, content = make
        words = {"text" if kind == "text" else "caption": text} if text else {}
        chat = {
            "id": update.address.chat,
            "chat_type": "PRIVATE" if update.private else "GROUP",
        }
        person = {"id": update.sender.user, "display_name": update.sender.name, "is_bot": False}
        message: Json = {
            "from": person,
            "chat": chat,
            "message_id": secrets.token_hex(10),
            "date": int(update.at.timestamp() * 1000),
            **content,
            **words,
        }
        await self.remote.push({"event_name": f"message.{kind}.received", "message": message})

    async def heard(self, chat: str) -> Sequence[Message]:
        told = await self.remote.state()
        return [
            from_lines(one.get("text") or one.get("caption", ""), place)
            for place, one in enumerate(told["messages"])
            if one["chat_id"] == chat
        ]


_ZALO_BOT: dict[str, tuple[str, Json]] = {
    "text": ("text", {}),
    "press": ("text", {}),
    "photo": (
        "image",
        {"message_type": "CHAT_PHOTO", "photo_url": "https://f21-zpc.zdn.vn/jpg/1/a.jpg"},
    ),
    "voice": ("voice", {"voice_url": "https://voice.zdn.vn/a.aac"}),
    "sticker": ("sticker", {"sticker": "s1", "message_type": "CHAT_STICKER"}),
    "other": ("link", {}),
}


@dataclass
class ZaloOaKit:
    """The Official Account: up to five buttons, else numbered lines; the fake signs the events."""

    remote: RemoteZaloOa
    used: set[str] = field(default_factory=set)

    async def say(self, update: Update) -> None:
        if update.album or not update.private:
            raise Cannot
        user = str(number_of(update.sender.user))
        if update.kind in {"joined", "left"}:
            name = "follow" if update.kind == "joined" else "unfollow"
            await self.remote.push(zalo_oa_events.follow(user, name))
            return
        text = update.text
        if update.kind == "press":
            typed = update.press.startswith(TYPED)
            text = await _only_last(self, update, self.used) if typed else f"#dv-{update.press}"
        elif update.kind == "text" and not text.strip():
            raise Cannot
        attachment = _ZALO_OA.get(update.kind)
        if attachment is None:
            raise Cannot
        name, attachments = attachment
        message: Json = {"msg_id": f"m{update.id}-{user}", **({"text": text} if text else {})}
        if attachments:
            message["attachments"] = attachments
        made = zalo_oa_events.event(f"user_send_{name}", user, message=message)
        await self.remote.push(made | {"timestamp": str(int(update.at.timestamp() * 1000))})

    async def heard(self, chat: str) -> Sequence[Message]:
        told = await self.remote.state()
        user = str(number_of(chat))
        every = enumerate(told["messages"])
        return [_from_oa(one, place) for place, one in every if one.get("user_id") == user]


_ZALO_OA: dict[str, tuple[str, list[Json]]] = {
    "text": ("text", []),
    "press": ("text", []),
    "photo": (
        "image",
        [{"type": "image", "payload": {"url": "https://f6.photo.talk.zdn.vn/a.jpg"}}],
    ),
    "file": ("file", [{"type": "file", "payload": {"name": "a.docx", "size": "9999"}}]),
    "voice": ("audio", [{"type": "audio", "payload": {"url": "https://voice.zdn.vn/a.m4a"}}]),
    "sticker": ("sticker", [{"type": "sticker", "payload": {"id": "1"}}]),
    "location": (
        "location",
        [
            {
                "type": "location",
                "payload": {"coordinates": {"latitude": "22.8", "longitude": "104.9"}},
            }
        ],
    ),
    "other": ("business_card", []),
}


def _from_oa(told: Json, place: int) -> Message:
    buttons = tuple(
        (Button(one["title"], token=str(one["payload"]).removeprefix("#dv-")),)
        for one in told["buttons"]
    )
    read = from_lines(told["text"] or "", place)
    return read if read.buttons else Message(read.text, buttons=buttons)
