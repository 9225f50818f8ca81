"""A broadcast that is being made: what is known of it so far, kept in the open step."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.turn import Turn
from store import media
from store.audiences import Audience
from store.messages import Button, Message
from store.talks import Speaker, Step

TEXT, AUDIENCE, UNITS, CHECK, WHEN, TRIAL = (
    "broadcast-text",
    "broadcast-audience",
    "broadcast-units",
    "broadcast-check",
    "broadcast-when",
    "broadcast-trial",
)
STEPS = (TEXT, AUDIENCE, UNITS, CHECK, WHEN, TRIAL)
LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent to whom.

    `file` is the update that brought a photo or a file ('' for none), `file_kind` its kind,
    `album` the photos among which it came. `whom` says the audience in words. `at` is when it is
    sent, as ISO text; '' for at once.
    """

    text: str = ""
    file: str = ""
    file_kind: str = ""
    album: str = ""
    audience: dict[str, Any] = field(default_factory=dict)
    whom: str = ""
    receipt: bool = False
    at: str = ""

    @classmethod
    def of(cls, turn: Turn) -> "Draft":
        """Read the draft of the open step; an empty one where another step is open."""
        return cls(**turn.talk.state) if turn.talk.step in STEPS else cls()

    def step(self, name: str) -> Step:
        """Give the step that keeps this draft."""
        return Step(name, asdict(self), LASTS)

    @property
    def for_whom(self) -> Audience:
        """Give the audience."""
        return Audience.from_json(self.audience)

    def to(self, audience: Audience, whom: str) -> "Draft":
        """Give the draft for another audience."""
        return replace(self, audience=audience.as_json(), whom=whom)

    def without_file(self) -> "Draft":
        """Give the draft without photo or file."""
        return replace(self, file="", file_kind="", album="")

    def send_at(self, turn: Turn) -> datetime | None:
        """Give when it is to be sent, in the office's zone; None for at once."""
        return datetime.fromisoformat(self.at).astimezone(turn.zone) if self.at else None


@dataclass(frozen=True, slots=True)
class Ready:
    """The message of a draft, or why there is none yet: its file still comes, or is lost."""

    message: Message
    comes: bool = False
    lost: bool = False


async def ready(turn: Turn, draft: Draft) -> Ready:
    """Look whether a draft's photo or file is here, and give its message."""
    message = Message(draft.text)
    if not draft.file:
        return Ready(message)
    session, channel = turn.session, turn.talk.update.address.channel
    account_id = turn.talk.account_id
    found = (
        await media.of_update(session, account_id, channel, draft.file)
        if account_id is not None
        else []
    )
    if not found:
        return Ready(message, lost=True)
    if await media.stored(session, found[0]) is None:
        return Ready(message, comes=True)
    if draft.file_kind == "photo":
        return Ready(replace(message, photo=found[0]))
    return Ready(replace(message, file=found[0]))


def button(label: str, *action: str) -> Button:
    """Give a button of the open step that works once."""
    return Button(label, action, bound=True, once=True)


def leader(turn: Turn) -> Speaker:
    """Give who speaks, who leads a unit."""
    assert turn.person is not None  # noqa: S101 - the routes are for leaders
    return turn.person
