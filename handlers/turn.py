"""One turn of a conversation: who speaks, what they may do, and what stands ready to answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.library import Library
from store.messages import Message
from store.talks import Decision, Speaker, Talk

COMRADE, STRANGER = "đồng chí", "anh/chị"
CURATING = ("curator", "admin")
"""The roles that keep the base."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a route is given; the session is for reading only."""

    session: AsyncSession
    talk: Talk
    library: Library
    now: datetime
    zone: ZoneInfo
    ask_open: bool
    home: str = ""
    """Where our own pages are, without a slash at the end; '' where they are nowhere."""

    @property
    def person(self) -> Speaker | None:
        """Give the registered person who speaks; a suspended one counts as a stranger."""
        person = self.talk.person
        return person if person is not None and person.active else None

    @property
    def suspended(self) -> bool:
        """Say whether the speaker's roles rest."""
        return self.talk.person is not None and not self.talk.person.active

    @property
    def may_ask(self) -> bool:
        """Say whether the speaker may ask questions."""
        return self.ask_open or self.person is not None

    @property
    def may_curate(self) -> bool:
        """Say whether the speaker may answer for the base."""
        return self.person is not None and any(self.person.has(role) for role in CURATING)

    @property
    def you(self) -> str:
        """Give how the speaker is addressed."""
        return COMRADE if self.person else STRANGER

    @property
    def name(self) -> str:
        """Give the speaker's name, '' where none is known."""
        return self.person.name if self.person else self.talk.update.sender.name

    @property
    def today(self) -> date:
        """Give the civil date where the office is."""
        return self.now.astimezone(self.zone).date()

    @property
    def ref(self) -> str:
        """Name the update that this turn answers."""
        return f"{self.talk.update.address.channel}/{self.talk.update.id}"


Route = Callable[[Turn, tuple[str, ...]], Awaitable[Decision]]
"""Turns what was said, pressed or commanded, with its arguments, into a decision."""


@dataclass(frozen=True, slots=True)
class Action:
    """A route and who may take it where.

    `for_askers`: only those who may ask. `for_curators`: only those who keep the base. `private`:
    never in a group. `step`: only while that step is open.
    """

    route: Route
    for_askers: bool = False
    for_curators: bool = False
    private: bool = False
    step: str = ""


def say(text: str) -> Decision:
    """Decide to say one thing and to change nothing."""
    return Decision((Message(text),))
