"""The contract that every channel adapter fulfils, stated where its consumer is."""

from typing import Literal, Protocol

from store.messages import Address, Message, Receipt, Update

SignalKind = Literal["typing", "pressed"]


class Unparsable(Exception):
    """The raw update is not of a shape this channel knows."""


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

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Show typing, or acknowledge a press: best effort, never stored, never raises."""
