"""What the composition asks of a channel beyond sending: coming, going, how updates arrive."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.pictures import Pictures
from bot.settings import Settings
from jobs.channel import Channel
from store.database import Database

Take = Callable[[Sequence[bytes]], Awaitable[None]]
"""Store raw updates durably: safe when it returns, none of them need be when it raises."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`: what was looked at and what is wrong, in Vietnamese words.

    A `note` was not looked at: it is what a person should know.
    """

    state: Literal["ok", "note", "warning", "wrong"]
    text: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a channel stands on. The database is for what must outlive the process (grants)."""

    settings: Settings
    database: Database
    pictures: Pictures
    now: Callable[[], datetime]


def complaint_of(account: str) -> str:
    """Name the office setting that keeps a channel account's `complaint`, for other processes."""
    return f"complaint:{account}"


class Platform(Channel, Protocol):
    """A channel with its comings and goings."""

    @property
    def webhook(self) -> str:
        """The route under which the platform delivers updates, '' where it does not."""

    @property
    def name(self) -> str:
        """The name by which links lead to this account, '' while it is not known or has none."""

    @property
    def complaint(self) -> str | None:
        """What keeps updates from coming in here though they are delivered, for the admins.

        '' when what comes in is seen to be the platform's, None when nothing is known either way.
        """

    async def open(self) -> None:
        """Make what sending needs (sessions). Never talks to the network."""

    async def close(self) -> None:
        """Let go of what `open` made."""

    async def receive(self, take: Take) -> None:
        """Bring updates in until cancelled: poll, or see that the webhook is registered, and rest.

        A platform that cannot be reached is waited for with back-off, never raised.
        """

    def admit(self, headers: Mapping[str, str], body: bytes) -> int:
        """Judge one webhook request (header names count in any case).

        200 store it, 204 well-formed but nothing to store (the platform is told 200 as well),
        400 malformed, 401 not from the platform.
        """

    async def examine(self) -> Sequence[Finding]:
        """Say what is configured, reachable and wrong. Bounded to a few seconds."""
