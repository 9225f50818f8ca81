"""The Official Account's events in our words.

What a person sends is named `user_send_...`, in a group `user_send_group_...`. What the OA sends,
by us or by a colleague in Zalo's own tool, comes back as `oa_send_...`: that, receipts, tags and
whatever we do not know says nothing to us. The shapes of group events are only known from what
others read in them, so an id is looked for in every place where it has been seen.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.channels.zalo_oa_content import said_in
from bot.channels.zalo_values import (
    Json,
    id_of,
    load,
    maybe_object_of,
    moment_of,
    object_of,
)
from jobs.channel import Unparsable
from store.messages import Address, Sender, Update, UpdateKind

PRESS_PREFIX: Final = "#dv-"
"""What a button sends for its person, unseen; behind it stands the button's token."""
GROUP_PREFIX: Final = "group-"
"""Tells a group's chat from a person's: both ids are numbers."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an event is for us; `is_group` where it happens in a group."""

    kind: UpdateKind
    is_group: bool = False


_SENT: Final[Mapping[str, UpdateKind]] = {
    "text": "text",
    "link": "text",
    "image": "photo",
    "gif": "file",
    "video": "file",
    "file": "file",
    "audio": "voice",
    "sticker": "sticker",
    "location": "location",
    "business_card": "other",
}
EVENTS: Final[Mapping[str, Event]] = {
    **{f"user_send_{name}": Event(kind) for name, kind in _SENT.items()},
    **{f"user_send_group_{name}": Event(kind, is_group=True) for name, kind in _SENT.items()},
    "follow": Event("joined"),
    "unfollow": Event("left"),
    "user_submit_info": Event("touched"),
    "oa_join_group": Event("joined", is_group=True),
    "oa_joined_group": Event("joined", is_group=True),
    "delete_group": Event("left", is_group=True),
}
"""All that is stored. A group's members may come and go: nobody spoke to us, so it is not here."""

_WORDLESS: Final[frozenset[UpdateKind]] = frozenset({"joined", "left", "touched"})
"""What happens without words. What was entered in a form is neither read nor kept as text."""
_PRESS: Final = re.compile(re.escape(PRESS_PREFIX) + r"([A-Za-z0-9_:-]{1,64})")
_ID_NAMES: Final = ("msg_id", "message_id", "mid")


def update_id(raw: bytes) -> str:
    """Give the event and its message's id, or a fingerprint where there is none; never raises."""
    try:
        return _id(load(raw), raw)
    except Unparsable:
        return _fingerprint(raw)


def conversation(raw: bytes) -> str:
    """Give the person or the group, '' where there is neither; never raises."""
    try:
        content = load(raw)
        event = event_of(content)
        return _chat(content, event) if event else ""
    except Unparsable:
        return ""


def event_of(content: Json) -> Event | None:
    """Give what an event is for us; None where it says nothing."""
    name = content.get("event_name")
    return EVENTS.get(name) if isinstance(name, str) else None


def is_foreign(content: Json, *, app_id: str, oa_id: str) -> bool:
    """Tell whether an event names another app, or another OA than ours where we know ours."""
    if str(content.get("app_id") or app_id) != app_id:
        return True
    event = event_of(content)
    told: Any = content.get("oa_id")
    if told is None and event is not None and not event.is_group:
        recipient = content.get("recipient")
        told = recipient.get("id") if isinstance(recipient, dict) else None
    return bool(oa_id) and told is not None and str(told) != oa_id


class Parser:
    """Reads the events of one OA, known by its id and name once Zalo has told them."""

    def __init__(self, account: str, now: Callable[[], datetime]) -> None:
        """Take `now` for the events that do not say when they happened."""
        self._account = account
        self._now = now
        self._mention: re.Pattern[str] | None = None
        self.oa_id = ""

    def learn(self, oa_id: str, name: str) -> None:
        """Take note of who we are."""
        self.oa_id = oa_id
        name = _composed(name).strip()
        pattern = rf"(?<!\w)@{re.escape(name)}(?!\w)"
        self._mention = re.compile(pattern, re.IGNORECASE) if name else None

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw event; None when it says nothing to us. Raises Unparsable."""
        content = load(raw)
        event = event_of(content)
        if event is None:
            return None
        user = self._who(content, event)
        if user == self.oa_id:
            return None
        update = Update(
            id=_id(content, raw),
            address=Address(self._account, _chat(content, event)),
            sender=Sender(self._account, user),
            kind=event.kind,
            at=self._moment(content),
            private=not event.is_group,
            message_id=_message_id(content),
        )
        return update if event.kind in _WORDLESS else self._with_words(update, content)

    def _with_words(self, update: Update, content: Json) -> Update:
        said = said_in(content, update.kind)
        if not update.private:
            text, addressed = self._said_to_us(said.message, said.text)
            return replace(update, text=text, media=said.media, addressed=addressed)
        pressed = _PRESS.fullmatch(said.text.strip()) if update.kind == "text" else None
        if pressed is not None:
            return replace(update, kind="press", press=pressed[1])
        return replace(update, text=said.text, media=said.media)

    def _who(self, content: Json, event: Event) -> str:
        """Give who did it; where the OA comes into a group, or a group ends, the group itself."""
        if not (event.is_group and event.kind in {"joined", "left"}):
            return _person(content)
        try:
            user = _person(content)
        except Unparsable:
            return _chat(content, event)
        return user if user != self.oa_id else _chat(content, event)

    def _said_to_us(self, message: Json, text: str) -> tuple[str, bool]:
        """Give the text without our name, and whether it is meant for us."""
        if text.startswith("/") or self._is_reply_to_us(message):
            return text, True
        composed = _composed(text)
        mentioned = self._mention.search(composed) if self._mention else None
        if mentioned is None:
            return text, False
        if mentioned.start() == 0:
            return composed[mentioned.end() :].lstrip(" \n\t,:;-"), True
        if mentioned.end() == len(composed.rstrip()):
            return composed[: mentioned.start()].rstrip(), True
        return text, True

    def _is_reply_to_us(self, message: Json) -> bool:
        quoted = maybe_object_of(message, "quote_msg") or {}
        author = maybe_object_of(quoted, "sender") or {}
        return bool(self.oa_id) and str(author.get("id")) == self.oa_id

    def _moment(self, content: Json) -> datetime:
        """Give when it happened; a person's words are not lost for want of a date."""
        try:
            return moment_of(content, "timestamp")
        except Unparsable:
            return self._now()


def _id(content: Json, raw: bytes) -> str:
    message_id = _message_id(content)
    if message_id and event_of(content):
        return f"{content['event_name']}:{message_id}"
    return _fingerprint(raw)


def _fingerprint(raw: bytes) -> str:
    return "raw-" + hashlib.sha256(raw).hexdigest()[:32]


def _message_id(content: Json) -> str:
    message = content.get("message")
    if not isinstance(message, dict):
        return ""
    for name in _ID_NAMES:
        try:
            return id_of(message, name)
        except Unparsable:
            continue
    return ""


def _chat(content: Json, event: Event) -> str:
    return GROUP_PREFIX + _group(content) if event.is_group else _person(content)


def _person(content: Json) -> str:
    return id_of(maybe_object_of(content, "follower") or object_of(content, "sender"), "id")


def _group(content: Json) -> str:
    group = maybe_object_of(content, "group") or {}
    recipient = maybe_object_of(content, "recipient") or {}
    places = (
        (group, "id"),
        (content, "group_id"),
        (recipient, "group_id"),
        (recipient, "id"),
    )
    for place, name in places:
        if place.get(name) is not None:
            return id_of(place, name)
    raise Unparsable("group")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
