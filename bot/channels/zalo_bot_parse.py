"""The Zalo Bot Platform's raw updates in our words.

A webhook wraps an event in `{"ok": true, "result": ...}`, elsewhere it stands alone: both are read
alike. `photo` is the documented name of a picture's address, `photo_url` the one that is sent.

The platform gives no id of an event, so its message's id is the update's. In groups the bot is
given only what mentions it or replies to it, so everything that arrives is meant for us.
"""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from bot.channels.zalo_values import (
    Json,
    clean,
    id_of,
    load,
    maybe_object_of,
    moment_of,
    object_of,
    text_of,
)
from jobs.channel import Unparsable
from store.messages import Address, Media, Sender, Update, UpdateKind

_KINDS: Final[dict[str, UpdateKind]] = {
    "message.text.received": "text",
    "message.image.received": "photo",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
}
"""Names of events; a message of any other name is of kind `other`, its words are kept."""

_FILES: Final[dict[UpdateKind, tuple[tuple[str, ...], str]]] = {
    "photo": (("photo_url", "photo"), "image/jpeg"),
    "sticker": (("url",), "image/png"),
    "voice": (("voice_url",), "audio/aac"),
}
"""Kind of update: the fields where the file's address may stand, and what the file is."""

_LONGEST_NAME: Final = 100
_AFTER_MENTION: Final = " \n\t,:;-"
_WORD: Final = re.compile(r"\S+")
_ANY_BOT: Final = re.compile(r"@bot(?!\w)", re.IGNORECASE)  # names of bots must begin so
_END_OF_NAME: Final = ",:;.!?-"


def update_id(raw: bytes) -> str:
    """Give the message's id, or a fingerprint where there is none."""
    try:
        return _update_id(raw, unwrapped(load(raw)))
    except Unparsable:
        return _fingerprint(raw)


def conversation(raw: bytes) -> str:
    """Give the chat, '' where there is none."""
    try:
        return id_of(object_of(object_of(unwrapped(load(raw)), "message"), "chat"), "id")
    except Unparsable:
        return ""


def unwrapped(content: Json) -> Json:
    """Give the event of a body that may be wrapped. Raises Unparsable."""
    if "event_name" in content or "message" in content or "result" not in content:
        return content
    return object_of(content, "result")


def says_something(content: Json) -> bool:
    """Tell an event from a body without one, as probes have it. Raises Unparsable."""
    event = unwrapped(content)
    return "event_name" in event or "message" in event


class Parser:
    """Reads the updates of one bot, and takes its name out of what is said in groups."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._mention: re.Pattern[str] | None = None

    def learn(self, *names: str) -> None:
        """Take note of the names by which the bot may be mentioned."""
        known = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
        if known:
            either = "|".join(map(re.escape, known))
            self._mention = re.compile(rf"@(?:{either})(?!\w)", re.IGNORECASE)

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw update; None when it says nothing to us. Raises Unparsable."""
        event = unwrapped(load(raw))
        name = text_of(event, "event_name")
        message = maybe_object_of(event, "message")
        if message is None:
            return None  # what the platform keeps from us: unsupported, or of a protected person
        author = object_of(message, "from")
        if author.get("is_bot") is True:
            return None
        kind = _KINDS.get(name, "other")
        chat = object_of(message, "chat")
        private = text_of(chat, "chat_type").upper() == "PRIVATE"
        text = text_of(message, "text") or text_of(message, "caption")
        return Update(
            id=_update_id(raw, event),
            address=Address(self._account, id_of(chat, "id")),
            sender=Sender(self._account, id_of(author, "id"), text_of(author, "display_name")),
            kind=kind,
            at=moment_of(message, "date"),
            text=text if private else self._without_mention(text),
            media=_media(message, kind),
            private=private,
            addressed=True,
            message_id=_message_id(message),
        )

    def _without_mention(self, text: str) -> str:
        """Take our name off the beginning; where it is not known, what looks like one."""
        found = self._mention.match(text) if self._mention else None
        end = found.end() if found else _end_of_mention(text)
        return text[end:].lstrip(_AFTER_MENTION) if end else text


def _end_of_mention(text: str) -> int:
    """Say where a name such as `@Bot Dân Vận` ends: after words that begin with a capital."""
    first = _ANY_BOT.match(text)
    if first is None:
        return 0
    end = first.end()
    for word in _WORD.finditer(text, end):
        # a line break or a comma ends a name, and so does any other word
        between = text[end : word.start()]
        if not between or "\n" in between or not word[0][0].isupper():
            break
        bare = word[0].rstrip(_END_OF_NAME)
        end = word.start() + len(bare)
        if bare != word[0]:
            break
    return end


def _update_id(raw: bytes, event: Json) -> str:
    message = event.get("message")
    number = _message_id(message) if isinstance(message, dict) else ""
    return f"m-{number}" if number else _fingerprint(raw)


def _fingerprint(raw: bytes) -> str:
    return "raw-" + hashlib.sha256(raw).hexdigest()[:32]


def _message_id(message: Json) -> str:
    """Read the message's id, '' where there is none: no reason to lose what somebody said."""
    try:
        return id_of(message, "message_id")
    except Unparsable:
        return ""


def _media(message: Json, kind: UpdateKind) -> tuple[Media, ...]:
    fields, media_type = _FILES.get(kind, ((), ""))
    url = next((url for url in (text_of(message, field) for field in fields) if url), "")
    return (Media(url, media_type, name=_file_name(url)),) if url else ()


def _file_name(url: str) -> str:
    try:
        name = PurePosixPath(urlsplit(url).path).name
    except ValueError:
        return ""
    return clean(name[:_LONGEST_NAME])
