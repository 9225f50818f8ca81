"""The contract that every channel adapter fulfils, stated where its consumer is."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from store.messages import Address, Media, Message, Receipt, Update

SignalKind = Literal["typing", "pressed"]
Reach = Literal["open", "paid", "closed"]
"""Whether a platform takes a message for somebody now: freely, at a price, or not at all."""
Fault = Literal["away", "gone", "too large", "wrong kind", "forbidden"]


class Unparsable(Exception):
    """The raw update is not of a shape this channel knows."""


class NotFetched(Exception):
    """A file that came in cannot be had; only `away` is worth another try.

    away: no connection, no answer in time, a server in trouble. gone: the platform has it no more.
    too large, wrong kind: not what we take. forbidden: an address that we do not call.
    """

    def __init__(self, fault: Fault, reason: str = "") -> None:
        super().__init__(f"{fault}: {reason}" if reason else fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Caps:
    """What a platform allows one channel account: messages in a calendar month, users in all.

    None where there is no such cap. `edits`: whether what was said can be said anew in its place.
    `files`: whether a file can be sent.
    """

    messages: int | None = None
    users: int | None = None
    edits: bool = False
    files: bool = False


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class ChatLimit:
    """How many messages a platform takes for one chat in any so many seconds."""

    most: int
    seconds: float


class Channel(Protocol):
    """One account of one platform (a bot, an OA, the web chat)."""

    @property
    def account(self) -> str:
        """The channel account's id, `platform:id`: first part of every Address."""

    @property
    def stored_is_sent(self) -> bool:
        """True when a delivery is `sent` as soon as its row commits (the web chat)."""

    @property
    def rate(self) -> float:
        """The platform's own ceiling for what nobody waits for, in messages per second."""

    @property
    def reply_rate(self) -> float:
        """The ceiling for everything, replies too, in messages per second."""

    def chat_limit(self, chat: str) -> ChatLimit | None:
        """Say how many messages this chat may get in a time; None where there is no limit."""

    @property
    def caps(self) -> Caps:
        """What is counted, because the platform allows only so much of it."""

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:
        """Say whether a message may go there now, who was last heard of at `last_in_at`."""

    def update_id(self, raw: bytes) -> str:
        """Give the id that makes this raw update unique in the channel account; never raises."""

    def conversation(self, raw: bytes) -> str:
        """Give the key whose updates are worked one by one (the chat), '' = none; never raises."""

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw update; None when it says nothing to us. Raises Unparsable."""

    def split(self, message: Message) -> tuple[Message, ...]:
        """Cut a message into parts that the platform takes; each becomes an outbox row."""

    async def send(self, address: Address, message: Message) -> Receipt:
        """Send one part as `split` gave it. Never raises for what platform or network can do."""

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:
        """Replace an earlier message; REJECTED when the platform cannot."""

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        """Write a file that came in to a new file of ours.

        Raises NotFetched; an OSError is our own disk's.
        """

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Show typing, or acknowledge a press: best effort, never stored, never raises."""
