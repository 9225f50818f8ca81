"""The questions that wait for a curator, shown one by one; each may be skipped.

What is done about one stands in its own module: answering, merging, putting it away. Each is a
dialogue whose draft is the state of its step, so it outlives the process.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import curate_phrases as phrases
from handlers.turn import Route, Turn
from knowledge.mask import masked
from store import answers
from store.answers import Waiting
from store.database import Conflict
from store.messages import Button, Message
from store.talks import Decision, Kept, Step

LOOK = "curate"
"""The step in which a waiting question is shown."""
LASTS = timedelta(days=1)
MOST_SKIPPED = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What a curator is at: the question, those skipped before it, and what is known so far.

    `doc` is '' for a note. `wording` is the question as the curator typed it, `words` the answer
    or the word to the asker.
    """

    question: int
    skipped: tuple[int, ...] = ()
    doc: str = ""
    words: str = ""
    wording: str = ""

    @classmethod
    def of(cls, turn: Turn) -> "Draft":
        """Read the draft of the open step."""
        state = turn.talk.state
        return cls(**{**state, "skipped": tuple(state["skipped"])})

    def at(self, step: str) -> Step:
        """Give the step that keeps this draft."""
        return Step(step, asdict(self), LASTS)


About = Callable[[Turn, Draft, Waiting, tuple[str, ...]], Awaitable[Decision]]
Closes = Callable[[AsyncSession, datetime], Awaitable[bool]]
"""Closes a question in the store at a time; False where it waits no longer."""


def about(route: About) -> Route:
    """Make a route of what is done about the question at hand, unless somebody was faster."""

    async def taken(turn: Turn, said: tuple[str, ...]) -> Decision:
        draft = Draft.of(turn)
        one = await answers.find_waiting(turn.session, draft.question)
        if one is None:
            return await next_one(turn, draft.skipped, told=phrases.faster())
        return await route(turn, draft, one, said)

    return taken


def button(label: str, *action: str) -> Button:
    """Give a button that dies when the dialogue moves on."""
    return Button(label, action, bound=True)


async def show(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Show the first question that waits."""
    del said
    return await next_one(turn)


@about
async def skip(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Leave a question waiting and show the next."""
    del said
    return await next_one(turn, (*draft.skipped, one.id))


@about
async def go_back(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Show the question again, with nothing done about it."""
    del said
    return await shown(turn, one, draft.skipped, told=phrases.still_waits())


async def next_one(
    turn: Turn, skipped: tuple[int, ...] = (), *, closing: Waiting | None = None, told: str = ""
) -> Decision:
    """Show the first waiting question that was not skipped, after what is `told` before.

    `closing` is one that waits no longer once this decision is kept.
    """
    out = {*skipped, closing.id} if closing else set(skipped)
    some = await answers.waiting(turn.session, limit=len(out) + 1)
    one = next((one for one in some if one.id not in out), None)
    if one is not None:
        return await shown(turn, one, skipped, closing=closing, told=told)
    are_left = any(closing is None or one.id != closing.id for one in some)
    last = phrases.seen_all() if are_left else phrases.none_waiting()
    return _after(told, Decision((Message(last),), ends=True))


async def close(turn: Turn, draft: Draft, one: Waiting, closes: Closes, *, told: str) -> Decision:
    """Close a question, unless somebody is faster, and show the next."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        if not await closes(session, kept.now):
            raise Conflict

    decision = await next_one(turn, draft.skipped, closing=one, told=told)
    return replace(decision, changes=(change,))


async def shown(
    turn: Turn,
    one: Waiting,
    skipped: tuple[int, ...],
    *,
    closing: Waiting | None = None,
    told: str = "",
) -> Decision:
    """Show a waiting question and what may be done about it; nothing is known of that yet."""
    counts = await answers.count(turn.session)
    wanted_before = closing is not None and (closing.passed_on or closing.disliked)
    text = phrases.question(
        text=masked(one.text),
        answer=masked(one.answer),
        times=one.times,
        since=one.asked_at.astimezone(turn.zone).date(),
        passed_on=one.passed_on,
        disliked=one.disliked,
    )
    count = phrases.waiting(
        waiting=counts.waiting - (closing is not None), wanted=counts.wanted - wanted_before
    )
    message = Message(f"{count}\n\n{text}", buttons=_BUTTONS)
    draft = Draft(one.id, skipped[-MOST_SKIPPED:])
    return _after(told, Decision((message,), step=draft.at(LOOK)))


_BUTTONS = (
    (button(phrases.ANSWER, "curate_answer"), button(phrases.SKIP, "curate_skip")),
    (button(phrases.SAME, "curate_same"), button(phrases.DROP, "curate_drop")),
)


def _after(told: str, decision: Decision) -> Decision:
    before = (Message(told),) if told else ()
    return replace(decision, messages=(*before, *decision.messages))
