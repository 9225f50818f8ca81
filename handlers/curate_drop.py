"""Putting a waiting question away, with a word to its asker or without."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import curate_phrases as phrases
from handlers.curate import Draft, about, button, close
from handlers.turn import Turn, say
from handlers.words import is_blank
from knowledge.text import clean
from store import answers
from store.answers import Waiting
from store.messages import Message
from store.talks import Decision

ASK, WORD, CHECK = "curate-drop", "curate-drop-word", "curate-drop-check"
LONGEST_WORD = 500


@about
async def ask(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Ask whether the asker is told something."""
    del turn, one, said
    buttons = (
        (button(phrases.NO_WORD, "curate_drop_now"), button(phrases.WORD, "curate_drop_word")),
        (button(phrases.BACK, "curate_back"),),
    )
    return Decision((Message(phrases.ask_word(), buttons=buttons),), step=draft.at(ASK))


@about
async def ask_word(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Ask for the word to the asker."""
    del turn, one, said
    return replace(say(phrases.type_word(room=LONGEST_WORD)), step=draft.at(WORD))


@about
async def take_word(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Read back what was typed."""
    del turn, one
    word = clean(said[0]).strip()
    if is_blank(word):
        return say(phrases.nothing_typed())
    if len(word) > LONGEST_WORD:
        return say(phrases.too_long(length=len(word), room=LONGEST_WORD))
    buttons = (
        (button(phrases.SEND, "curate_drop_now"),),
        (
            button(phrases.EDIT, "curate_drop_word"),
            button(phrases.DO_NOT_SEND, "curate_back"),
        ),
    )
    message = Message(phrases.check_word(word=word), buttons=buttons)
    return Decision((message,), step=replace(draft, words=word).at(CHECK))


@about
async def drop(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Put the question away."""
    del said
    person_id = turn.person.id if turn.person else None

    async def closes(session: AsyncSession, now: datetime) -> bool:
        return await answers.dismiss(
            session, one.id, reply=draft.words, person_id=person_id, now=now
        )

    return await close(turn, draft, one, closes, told=phrases.dismissed(told=bool(draft.words)))
