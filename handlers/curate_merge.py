"""Two questions that ask the same become one: its answer is told to all who asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import curate_phrases as phrases
from handlers.curate import Draft, about, button, close, shown
from handlers.likeness import likeness
from handlers.turn import Turn
from knowledge.mask import masked
from store import answers
from store.answers import Waiting
from store.messages import Message
from store.talks import Decision

STEP = "curate-merge"
LOOKED_AT = 200
"""Waiting questions among which one that asks the same is looked for."""
OFFERED = 4
LEAST_ALIKE = 0.25
"""Questions that are less alike have nothing to do with each other."""

Known = dict[int, str]
"""Questions by number, in the words that a curator sees."""


@about
async def offer(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Offer the questions that are most alike: those that wait, and those answered in chat."""
    del said
    others = {**_answered(turn), **await _waiting(turn, one)}
    near = _nearest(turn, one, others)
    if not near:
        return await shown(turn, one, draft.skipped, told=phrases.nothing_alike())
    rows = [(button(label, "curate_merge", str(number)),) for number, label in near]
    rows.append((button(phrases.NONE_OF_THEM, "curate_back"),))
    message = Message(phrases.which_same(), buttons=tuple(rows))
    return Decision((message,), step=draft.at(STEP))


@about
async def merge(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Make a question one with another."""
    into_id = int(said[0])
    into = await answers.find(turn.session, into_id)
    if into is None or not await answers.takes_others(turn.session, into_id):
        return await shown(turn, one, draft.skipped, told=phrases.not_to_merge())

    async def closes(session: AsyncSession, now: datetime) -> bool:
        return await answers.merge(session, one.id, into_id, now=now)

    told = phrases.merged(answered=into.state == "answered")
    return await close(turn, draft, one, closes, told=told)


async def _waiting(turn: Turn, one: Waiting) -> Known:
    waiting = await answers.waiting(turn.session, limit=LOOKED_AT)
    return {other.id: other.text for other in waiting if other.id != one.id}


def _answered(turn: Turn) -> Known:
    """Give the questions that curators answered, as the base in service has them."""
    asked = turn.library.base.corpus.questions
    numbers = {number: other.heading for other in asked if (number := answers.id_of(other.key))}
    return dict(reversed(numbers.items()))


def _nearest(turn: Turn, one: Waiting, others: Known) -> Sequence[tuple[int, str]]:
    """Give the questions that are most alike, with the words of their buttons."""
    read = turn.library.base.reading(one.text, today=turn.today)
    alike = {number: likeness(read, text) for number, text in others.items()}
    near = sorted(others, key=lambda number: alike[number], reverse=True)[:OFFERED]
    return [
        (number, phrases.short(masked(others[number]), phrases.LONGEST_LABEL))
        for number in near
        if alike[number] >= LEAST_ALIKE
    ]
