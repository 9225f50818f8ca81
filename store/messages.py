"""The words that inbox and outbox record: Address, Update, Message and their parts.

Platform ids are text. Everything here is frozen and turns into JSON and back without loss.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Address:
    """Where we speak: one chat of one channel account (`telegram:123456`, `web:main`)."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who spoke: the user id on one channel account, and the name the platform shows."""

    channel: str
    user: str
    name: str = ""


UpdateKind = Literal[
    "text",
    "press",
    "photo",
    "file",
    "voice",
    "sticker",
    "location",
    "edited",
    "joined",
    "left",
    "touched",
    "other",
]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came in, by the platform's reference; `bytes` as the platform announces them."""

    reference: str
    type: str
    bytes: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """One thing a person did.

    `id` is unique within the channel account. `at` is when the person did it, aware. `press` is
    the token of the button for kind `press`, `press_id` the platform's id for acknowledging it.
    `album` groups the photos that were sent together. `joined` and `left` are said of the bot:
    the person may be reached, or closed the chat. `touched` is a sign of life without words, to
    which nothing is said. `private` is false in groups, where `addressed` says whether the bot was
    mentioned or replied to, and `chat_name` what the group is called.
    """

    id: str
    address: Address
    sender: Sender
    kind: UpdateKind
    at: datetime
    text: str = ""
    press: str = ""
    press_id: str = ""
    media: tuple[Media, ...] = ()
    album: str = ""
    private: bool = True
    addressed: bool = True
    message_id: str = ""
    chat_name: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One choice under a message.

    `action` is what pressing it asks the conversation to do: a word and its arguments. `token` is
    given when the message is enqueued; it is all that a platform sees. A `bound` button dies when
    its dialogue moves on; a `once` button works one time. `url` makes it a plain link instead.
    Where there are no buttons, a `spoken` one is answered by its words or its sign, any other by
    its number as well.
    """

    label: str
    action: tuple[str, ...] = ()
    token: str = ""
    url: str = ""
    bound: bool = False
    once: bool = False
    spoken: bool = False

    @property
    def is_shared(self) -> bool:
        """Say whether everybody who got the message presses the same button."""
        return self.token.startswith(SHARED)


SHARED = "all:"
"""What the token of a button begins with that many people get: its action follows."""


def shared_button(label: str, *action: str) -> Button:
    """Give a button that is the same for all who get it, so that nothing is kept for each.

    Where there are no buttons it is answered by its words. Anybody could make its token up, so
    what it does looks at who presses it.
    """
    return Button(label, action, token=f"{SHARED}{':'.join(action)}", spoken=True)


def shared_action(token: str) -> tuple[str, ...]:
    """Give the action that a shared button's token holds, () where it is another token."""
    return tuple(token.removeprefix(SHARED).split(":")) if token.startswith(SHARED) else ()


@dataclass(frozen=True, slots=True)
class Message:
    """One thing we say. All text is plain; the adapter escapes and dresses it.

    `title` stands first and strong, `source` last and quiet. `photo` and `file` are media ids of
    the store. An adapter without buttons turns them into numbered lines.
    """

    text: str
    title: str = ""
    source: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    photo: str = ""
    file: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the message as JSON values, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Message":
        """Read back what `as_json` gave."""
        rows = tuple(
            tuple(Button(**{**b, "action": tuple(b.get("action", ()))}) for b in row)
            for row in content.get("buttons", ())
        )
        return cls(**{"text": "", **content, "buttons": rows})


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said at another address because of what was decided here; the same key once."""

    address_id: int
    channel: str
    key: str
    message: Message


class Priority:
    """Who goes first when the rate is short."""

    REPLY = 0
    REMINDER = 1
    BROADCAST = 2
    PAUSED = 9
    """Never claimed: deliveries of a paused broadcast, until it goes on."""


class Outcome(StrEnum):
    """How one attempt to send ended, as far as the sender must tell endings apart."""

    SENT = "sent"
    RETRY = "retry"
    """Surely not sent; worth another try, after `retry_after` where it is given."""
    REJECTED = "rejected"
    """Surely not sent, and the same request would be refused again."""
    BLOCKED = "blocked"
    """The person does not want us: close the address until they write again."""
    GONE = "gone"
    """The chat is no more: close the address."""
    MOVED = "moved"
    """The chat has a new id: follow it and send again."""
    LAPSED = "lapsed"
    """The platform lets us speak there only once the person has written again."""
    UNAUTHORISED = "unauthorised"
    """Our own account is refused (token, package, quota): rest it and tell a person."""
    UNKNOWN = "unknown"
    """Written to the network without an answer: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel says of one attempt.

    `external_id` is the platform's message id. `code` and `reason` are the platform's own words,
    without secrets. `retry_after` is in seconds; with `whole_channel` it holds back every delivery
    of the channel account, whatever the outcome. `moved_to` is the chat's new id. `left` is what
    the platform says remains of a quota of ours: the quota's name and the messages.
    """

    outcome: Outcome
    external_id: str = ""
    code: str = ""
    reason: str = ""
    retry_after: float | None = None
    whole_channel: bool = False
    moved_to: str = ""
    left: tuple[str, int] | None = None
