"""The web chat as a channel: our own raw updates; a reply is sent when its row commits."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bot.channels.contract import Finding, Ground, Take
from bot.settings import Settings
from jobs.channel import Caps, ChatLimit, NotFetched, Reach, SignalKind, Unparsable
from store.messages import Address, Media, Message, Outcome, Receipt, Sender, Update
from store.signals import Signals

ACCOUNT = "web:main"


def make_raw(client_id: str, chat: str, *, at: datetime, text: str = "", press: str = "") -> bytes:
    """Build the raw update of words or of a pressed button."""
    said = {"press": press} if press else {"text": text}
    raw = {"id": client_id, "chat": chat, "user": chat, **said, "at": at.isoformat()}
    return json.dumps(raw, ensure_ascii=False).encode()


class WebChat:
    """The chat at /chat. `typing` wakes its open streams of this process (topic: the chat)."""

    account = ACCOUNT
    stored_is_sent = True
    rate = 1000.0
    reply_rate = 1000.0
    caps = Caps(edits=True, files=True)
    webhook = ""
    complaint = None
    name = ""

    def __init__(self, settings: Settings) -> None:
        self.typing = Signals()
        self._place = (
            settings.public_url or f"http://{settings.web_host}:{settings.web_port}"
        ) + "/chat"

    @classmethod
    def on(cls, ground: Ground) -> Self:
        """Build the channel: it is always there."""
        return cls(ground.settings)

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:  # noqa: ARG002
        """Say that the page is always there."""
        return "open"

    def chat_limit(self, chat: str) -> ChatLimit | None:  # noqa: ARG002
        """Say that no limit of a single chat is known."""
        return None

    def update_id(self, raw: bytes) -> str:
        """Join chat and client id, so that a resend of the same words is the same update."""
        try:
            fields = _read(raw)
        except Unparsable:
            return hashlib.sha256(raw).hexdigest()
        return update_id_of(fields["chat"], fields["id"])

    def conversation(self, raw: bytes) -> str:
        """Give the chat."""
        try:
            return str(_read(raw)["chat"])
        except Unparsable:
            return ""

    def parse(self, raw: bytes) -> Update | None:
        """Read what `make_raw` wrote. Raises Unparsable."""
        fields = _read(raw)
        try:
            at = datetime.fromisoformat(fields["at"])
        except ValueError as error:
            raise Unparsable("at is no instant") from error
        if at.tzinfo is None:
            raise Unparsable("at has no time zone")
        return Update(
            id=update_id_of(fields["chat"], fields["id"]),
            address=Address(ACCOUNT, fields["chat"]),
            sender=Sender(ACCOUNT, fields["user"]),
            kind="press" if fields["press"] else "text",
            at=at,
            text=fields["text"],
            press=fields["press"],
        )

    def split(self, message: Message) -> tuple[Message, ...]:
        """Leave the message whole: a page has room."""
        return (message,)

    async def send(self, address: Address, message: Message) -> Receipt:  # noqa: ARG002 - the row is the delivery
        """Say that it is sent; open streams read the row."""
        return Receipt(Outcome.SENT)

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:  # noqa: ARG002
        """Say that it is sent; open streams read the row."""
        return Receipt(Outcome.SENT)

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:  # noqa: ARG002
        """Refuse: a page sends words only."""
        raise NotFetched("forbidden", "the web chat takes no files")

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Show typing in the chat's open streams of this process."""
        if kind == "typing":
            self.typing.wake(update.address.chat)

    async def open(self) -> None:
        """Do nothing: there is no session to make."""

    async def close(self) -> None:
        """Do nothing: nothing was opened."""

    async def receive(self, take: Take) -> None:  # noqa: ARG002 - the web server brings updates in
        """Rest until cancelled."""
        await asyncio.Event().wait()

    def admit(self, headers: Mapping[str, str], body: bytes) -> int:  # noqa: ARG002
        """Refuse: the web chat has no webhook."""
        return 401

    async def examine(self) -> Sequence[Finding]:
        """Say where the chat is."""
        return (Finding("ok", f"Trò chuyện trên web: {self._place}"),)


def update_id_of(chat: str, client_id: str) -> str:
    """Give the id of an update by its chat and the id that the browser gave it."""
    return f"{chat}:{client_id}"


def _read(raw: bytes) -> dict[str, str]:
    """Give the fields as text, '' where one of text and press is not there. Raises Unparsable."""
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unparsable("not JSON") from error
    if not isinstance(value, dict):
        raise Unparsable("not an object")
    fields = {"text": "", "press": "", **value}
    for name in ("id", "chat", "user", "text", "press", "at"):
        if not isinstance(fields.get(name), str):
            raise Unparsable(f"{name} is missing or no text")
    if not (fields["id"] and fields["chat"] and fields["user"]):
        raise Unparsable("id, chat or user is empty")
    return fields
