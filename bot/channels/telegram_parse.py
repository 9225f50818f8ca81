"""Telegram's raw updates in our words.

An `Update` is built straight from the JSON and not through PTB's types: this runs for every update
that comes in, PTB's objects would cost several times as much, and they raise whatever a malformed
field happens to trip over. Here every field that is read is checked, so that nonsense ends as
`Unparsable` and nothing else.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from jobs.channel import Unparsable
from store.messages import Address, Media, Sender, Update, UpdateKind

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_Json = dict[str, Any]

_FILES: Final[dict[str, tuple[UpdateKind, str]]] = {
    "voice": ("voice", "audio/ogg"),
    "sticker": ("sticker", "image/webp"),
    "document": ("file", "application/octet-stream"),
    "animation": ("file", "video/mp4"),
    "video": ("file", "video/mp4"),
    "video_note": ("file", "video/mp4"),
    "audio": ("file", "audio/mpeg"),
}
"""Field of a message: the kind of update, and the type of the file where Telegram names none."""

_SERVICE_FIELDS: Final = """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title
    new_chat_photo delete_chat_photo group_chat_created supergroup_chat_created
    channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id
    migrate_from_chat_id pinned_message successful_payment refunded_payment users_shared
    chat_shared gift unique_gift gift_upgrade_sent connected_website write_access_allowed
    passport_data proximity_alert_triggered boost_added chat_background_set
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed giveaway_winners
    managed_bot_created paid_message_price_changed poll_option_added poll_option_deleted
    suggested_post_approved suggested_post_approval_failed suggested_post_declined
    suggested_post_paid suggested_post_refunded video_chat_scheduled video_chat_started
    video_chat_ended video_chat_participants_invited web_app_data
"""
SERVICE: Final = frozenset(_SERVICE_FIELDS.split())
"""Messages that tell of the chat; nobody said them to us."""

_COMMAND = re.compile(r"/(\w+)@(\w+)")
_ANY_BOT = r"\w*bot"  # names of bots end so; used until Telegram has told us ours


def update_id(raw: bytes) -> str:
    """Give the platform's number of the update, or a fingerprint where there is none."""
    try:
        return str(_integer(_load(raw), "update_id"))
    except Unparsable:
        return "raw-" + hashlib.sha256(raw).hexdigest()[:32]


def conversation(raw: bytes) -> str:
    """Give the chat, '' where there is none."""
    try:
        content = _load(raw)
        for kind in ALLOWED_UPDATES:
            if kind in content:
                part = _object(content, kind)
                message = _object(part, "message") if kind == "callback_query" else part
                return str(_integer(_object(message, "chat"), "id"))
    except Unparsable:
        pass
    return ""


class Parser:
    """Reads the updates of one bot, known by its id and, once Telegram told it, by its name."""

    def __init__(self, account: str, bot_id: int) -> None:
        self._account = account
        self._bot_id = bot_id
        self.name = ""
        self._mention = _mention_of(_ANY_BOT)

    def learn(self, name: str) -> None:
        """Take note of the bot's user name, without @."""
        self.name = name
        self._mention = _mention_of(re.escape(name))

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw update; None when it says nothing to us. Raises Unparsable."""
        content = _load(raw)
        number = str(_integer(content, "update_id"))
        if "message" in content:
            return self._message(number, _object(content, "message"))
        if "edited_message" in content:
            return self._message(number, _object(content, "edited_message"), edited=True)
        if "callback_query" in content:
            return self._press(number, _object(content, "callback_query"))
        if "my_chat_member" in content:
            return self._membership(number, _object(content, "my_chat_member"))
        return None

    def _message(self, number: str, message: _Json, *, edited: bool = False) -> Update | None:
        author = _maybe_object(message, "from")
        if author is None or author.get("is_bot") is True:
            return None
        kind, media = _content(message)
        if kind == "other" and not SERVICE.isdisjoint(message):
            return None
        chat = _object(message, "chat")
        private = chat.get("type") == "private"
        text, addressed = self._said_to_us(message, private=private)
        return Update(
            id=number,
            address=self._address(chat),
            sender=self._sender(author),
            kind="edited" if edited else kind,
            at=_moment(message, "edit_date" if edited and "edit_date" in message else "date"),
            text=text,
            media=media,
            album=_text(message, "media_group_id"),
            private=private,
            addressed=addressed,
            message_id=str(_integer(message, "message_id")),
            chat_name=_text(chat, "title"),
        )

    def _press(self, number: str, query: _Json) -> Update | None:
        """Read a pressed button. `at` is when its message was written: no more is said."""
        message = _maybe_object(query, "message")
        if message is None or "data" not in query:
            return None  # a message sent by way of another chat, or a game: we have neither
        chat = _object(message, "chat")
        return Update(
            id=number,
            address=self._address(chat),
            sender=self._sender(_object(query, "from")),
            kind="press",
            at=_moment(message, "date"),
            press=_text(query, "data"),
            press_id=_text(query, "id"),
            private=chat.get("type") == "private",
            message_id=str(_integer(message, "message_id")),
            chat_name=_text(chat, "title"),
        )

    def _membership(self, number: str, change: _Json) -> Update | None:
        was, now = (_is_in(_object(change, key)) for key in ("old_chat_member", "new_chat_member"))
        if was == now:
            return None  # promoted, or restricted: we are as reachable as before
        chat = _object(change, "chat")
        return Update(
            id=number,
            address=self._address(chat),
            sender=self._sender(_object(change, "from")),
            kind="joined" if now else "left",
            at=_moment(change, "date"),
            private=chat.get("type") == "private",
            chat_name=_text(chat, "title"),
        )

    def _address(self, chat: _Json) -> Address:
        return Address(self._account, str(_integer(chat, "id")))

    def _sender(self, user: _Json) -> Sender:
        name = f"{_text(user, 'first_name')} {_text(user, 'last_name')}".strip()
        return Sender(self._account, str(_integer(user, "id")), name or _text(user, "username"))

    def _said_to_us(self, message: _Json, *, private: bool) -> tuple[str, bool]:
        """Give the text without our name, and whether it is meant for us."""
        text = _text(message, "text") or _text(message, "caption")
        if text.startswith("/"):
            named = _COMMAND.match(text)
            if named is None:
                return text, True
            if self.name.lower() in {"", named[2].lower()}:
                return f"/{named[1]}{text[named.end() :]}", True
            return text, private
        mentioned = self._mention.search(text) if "@" in text else None
        if mentioned is not None and mentioned.start() == 0:
            text = text[mentioned.end() :].lstrip(" \n\t,:;-")
        elif mentioned is not None and mentioned.end() == len(text.rstrip()):
            text = text[: mentioned.start()].rstrip()
        return text, private or mentioned is not None or self._is_reply_to_us(message)

    def _is_reply_to_us(self, message: _Json) -> bool:
        answered = _maybe_object(message, "reply_to_message") or {}
        author = _maybe_object(answered, "from") or {}
        return author.get("id") == self._bot_id


def _mention_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{name}(?!\w)", re.IGNORECASE)


def _content(message: _Json) -> tuple[UpdateKind, tuple[Media, ...]]:
    if "text" in message:
        return "text", ()
    if "photo" in message:
        return "photo", (_largest(message),)
    for field, (kind, default_type) in _FILES.items():
        if field in message:
            file = _object(message, field)
            media_type = _text(file, "mime_type") or default_type
            return kind, (_media(file, media_type, _text(file, "file_name")),)
    return ("location" if "location" in message else "other"), ()


def _largest(message: _Json) -> Media:
    sizes = message["photo"]
    if not isinstance(sizes, list) or not all(isinstance(size, dict) for size in sizes):
        raise Unparsable("photo")
    if not sizes:
        raise Unparsable("photo")
    largest = max(sizes, key=lambda size: _integer(size, "width") * _integer(size, "height"))
    return _media(largest, "image/jpeg")


def _media(file: _Json, media_type: str, name: str = "") -> Media:
    reference = _text(file, "file_id")
    if not reference:
        raise Unparsable("file_id")
    return Media(
        reference, media_type, _integer(file, "file_size") if "file_size" in file else None, name
    )


def _is_in(member: _Json) -> bool:
    status = member.get("status")
    if status == "restricted":
        return member.get("is_member") is True
    return status in ("creator", "administrator", "member")


def _load(raw: bytes) -> _Json:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Unparsable("not a JSON object")
    return content


def _integer(part: _Json, key: str) -> int:
    value = part.get(key)
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise Unparsable(key)
    return value


def _text(part: _Json, key: str) -> str:
    """Read a text that may be missing, without what no database and no network takes."""
    value = part.get(key, "")
    if not isinstance(value, str):
        raise Unparsable(key)
    if value.isascii():
        return value.replace("\x00", "") if "\x00" in value else value
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _object(part: _Json, key: str) -> _Json:
    value = part.get(key)
    if not isinstance(value, dict):
        raise Unparsable(key)
    return value


def _maybe_object(part: _Json, key: str) -> _Json | None:
    return _object(part, key) if key in part else None


def _moment(part: _Json, key: str) -> datetime:
    try:
        return datetime.fromtimestamp(_integer(part, key), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unparsable(key) from None
