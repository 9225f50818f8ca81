"""One turn of a conversation: who speaks, what they may do, and what stands ready to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.library import Library
from store.forecasts import Foresee, nothing_known
from store.messages import Message
from store.talks import Decision, Speaker, Talk

COMRADE, STRANGER = "đồng chí", "anh/chị"
CURATING = ("curator", "admin")
"""The roles that keep the base."""
LEADING = ("leader", "admin")
"""The roles that speak to a unit."""


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
    foresee: Foresee = nothing_known

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
        return self._holds(CURATING)

    @property
    def may_lead(self) -> bool:
        """Say whether the speaker may speak to a unit."""
        return self._holds(LEADING)

    def _holds(self, roles: tuple[str, ...]) -> bool:
        return self.person is not None and any(self.person.has(role) for role in roles)

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
Reader = Callable[[Turn, str], Awaitable[Decision | None]]
"""Looks whether what was typed is for it; None where it is not."""


@dataclass(frozen=True, slots=True)
class Action:
    """A route and who may take it where.

    `for_askers`: only those who may ask. `for_curators`: only those who keep the base.
    `for_leaders`: only those who speak to a unit. `for_people`: only registered people. `private`:
    never in a group. `step`: only while that step is open.
    """

    route: Route
    for_askers: bool = False
    for_curators: bool = False
    for_leaders: bool = False
    for_people: bool = False
    private: bool = False
    step: str = ""

    def open_to(self, turn: Turn) -> bool:
        """Say whether the speaker has the right to it."""
        return (
            (turn.may_ask or not self.for_askers)
            and (turn.may_curate or not self.for_curators)
            and (turn.may_lead or not self.for_leaders)
            and (turn.person is not None or not self.for_people)
        )


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of one thing that people do here, by how they come to it.

    `commands` by their name, `words` by what is said as a whole message. `typed` and `media` take
    what is typed or sent while a step is open, by the step's name. `actions` stand behind buttons,
    `shared` behind those that many people get; `stale` says what a button that is over says.
    `readers` look at words that are nothing else before they are a question.
    """

    commands: Mapping[str, Action] = field(default_factory=dict)
    words: Mapping[str, Action] = field(default_factory=dict)
    typed: Mapping[str, Action] = field(default_factory=dict)
    media: Mapping[str, Action] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    shared: Mapping[str, Action] = field(default_factory=dict)
    stale: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    readers: tuple[Reader, ...] = ()


def say(text: str) -> Decision:
    """Decide to say one thing and to change nothing."""
    return Decision((Message(text),))
