"""Answering a waiting question: where it stands, in which words, read back, saved.

In the steps `WORDS` and `WORDING` what is typed is taken as it is; they offer no choices, so a
number is an answer, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import curate_phrases as phrases
from handlers.curate import About, Draft, about, button, close
from handlers.likeness import likeness
from handlers.turn import Route, Turn, say
from handlers.words import is_blank
from knowledge.curating import whole, wordings
from knowledge.document import Document
from knowledge.overlay import as_content
from knowledge.say import LONGEST
from knowledge.text import clean
from store import answers
from store.answers import Waiting
from store.messages import Button, Message
from store.talks import Decision

SOURCE, WORDS, WORDING, CHECK = (
    "curate-source",
    "curate-words",
    "curate-wording",
    "curate-check",
)
NEAREST = 3
LISTED = 20
"""Documents on one page of all."""
LONGEST_QUESTION = 300
SAME_WORDS = 0.5
"""Likeness from which a question is a way of asking what the curator typed."""
REMARKS = 60
"""Characters left for what an answer says besides to some: of another province, of the merger."""


def _with_source(route: About) -> Route:
    """Make a route of what needs the chosen document, which may have left the base by now."""

    @about
    async def taken(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
        if _is_held(turn, draft.doc):
            return await route(turn, draft, one, said)
        return _offer_near(turn, draft, one, text=phrases.source_gone())

    return taken


@about
async def ask_source(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Ask which document the answer stands in, the nearest ones first."""
    del said
    return _offer_near(turn, draft, one, text=phrases.which_source())


@about
async def list_sources(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Offer all documents, a page of them."""
    del one
    documents = list(_documents(turn).values())
    pages = max(1, -(-len(documents) // LISTED))
    page = int(said[0]) % pages
    text = phrases.all_sources(page=page + 1, pages=pages)
    more = (button(phrases.MORE, "curate_sources", str(page + 1)),) if pages > 1 else ()
    return _offer(documents[page * LISTED :][:LISTED], draft, text=text, more=more)


@about
async def take_source(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Note the document, and ask for the answer."""
    chosen = replace(draft, doc=said[0])
    if not _is_held(turn, chosen.doc):
        return _offer_near(turn, draft, one, text=phrases.source_gone())
    return _ask_words(turn, chosen)


@_with_source
async def ask_words(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Ask for the answer once more."""
    del one, said
    return _ask_words(turn, draft)


@_with_source
async def take_words(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Take the answer that was typed, and read it back."""
    text = clean(said[0]).strip()
    if is_blank(text):
        return say(phrases.nothing_typed())
    if (room := _room(turn, draft)) < len(text):
        return say(phrases.too_long(length=len(text), room=room))
    return await _read_back(turn, replace(draft, words=text), one)


@_with_source
async def ask_wording(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Ask for the question as it should be understood."""
    del said
    [question, *_] = await _wordings(turn, draft, one)
    text = phrases.type_question(question=question, room=LONGEST_QUESTION)
    return replace(say(text), step=draft.at(WORDING))


@_with_source
async def take_wording(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Take the question that was typed, and read all back."""
    text = " ".join(clean(said[0]).split())
    if is_blank(text):
        return say(phrases.nothing_typed())
    if len(text) > LONGEST_QUESTION:
        return say(phrases.too_long(length=len(text), room=LONGEST_QUESTION))
    return await _read_back(turn, replace(draft, wording=text), one)


@_with_source
async def save(turn: Turn, draft: Draft, one: Waiting, said: tuple[str, ...]) -> Decision:
    """Lay the answer over the base, and close the question and all that were merged into it."""
    del said
    content = _content(draft, await _wordings(turn, draft, one))
    person_id = turn.person.id if turn.person else None

    async def closes(session: AsyncSession, now: datetime) -> bool:
        return await answers.answer(session, one.id, content, person_id=person_id, now=now)

    return await close(turn, draft, one, closes, told=phrases.saved())


def _offer(
    documents: Sequence[Document], draft: Draft, *, text: str, more: tuple[Button, ...]
) -> Decision:
    """Offer documents, then `more` of them, then none."""
    offered = (button(one.short, "curate_source", one.id) for one in documents)
    buttons = (*offered, *more, button(phrases.NOTE, "curate_source", ""))
    message = Message(text, buttons=tuple((one,) for one in buttons))
    return Decision((message,), step=draft.at(SOURCE))


def _offer_near(turn: Turn, draft: Draft, one: Waiting, *, text: str) -> Decision:
    """Offer the documents that are nearest to the question, and all others behind a button."""
    more = (button(phrases.OTHER_SOURCE, "curate_sources", "0"),)
    return _offer(_nearest(turn, one), draft, text=text, more=more)


def _ask_words(turn: Turn, draft: Draft) -> Decision:
    text = phrases.type_answer(source=_source(turn, draft), room=_room(turn, draft))
    return replace(say(text), step=draft.at(WORDS))


async def _read_back(turn: Turn, draft: Draft, one: Waiting) -> Decision:
    [question, *_] = await _wordings(turn, draft, one)
    buttons = (
        (button(phrases.SAVE, "curate_save"),),
        (button(phrases.EDIT, "curate_words"), button(phrases.REPHRASE, "curate_wording")),
        (button(phrases.DISCARD, "curate_back"),),
    )
    text = phrases.check(question=question, answer=draft.words)
    message = Message(text, source=_source(turn, draft), buttons=buttons)
    return Decision((message,), step=draft.at(CHECK))


async def _wordings(turn: Turn, draft: Draft, one: Waiting) -> Sequence[str]:
    """Give the question's wordings, first as it is understood or as the curator typed it.

    What is typed stands for wordings that have nothing to do with it: "còn ở đó thì sao?" would
    be matched with anything.
    """
    asked = await answers.texts(turn.session, one.id)
    read = wordings(turn.library.base, asked, turn.today)
    if not draft.wording:
        return read
    near = (text for text in read if likeness(text, draft.wording) >= SAME_WORDS)
    return list(dict.fromkeys((draft.wording, *near)))


def _content(draft: Draft, asked: Sequence[str]) -> dict[str, Any]:
    return as_content(doc=draft.doc or None, section="", wordings=asked, answer=draft.words)


def _documents(turn: Turn) -> Mapping[str, Document]:
    """Give the documents that an answer may stand in, by id."""
    return {one.id: one for one in turn.library.base.documents if not one.is_note}


def _is_held(turn: Turn, doc: str) -> bool:
    return not doc or doc in _documents(turn)


def _nearest(turn: Turn, one: Waiting) -> Sequence[Document]:
    """Give the documents nearest to a question: those named then, and those found now."""
    found = turn.library.base.ask(one.text, today=turn.today).docs
    held = _documents(turn)
    near = (held[doc] for doc in dict.fromkeys((*one.docs, *found)) if doc in held)
    return list(islice(near, NEAREST))


def _source(turn: Turn, draft: Draft) -> str:
    """Give the line that says where the answer stands, as an asker of today reads it."""
    content = _content(replace(draft, words="?"), ["?"])
    return whole(turn.library.base, content, turn.today).partition("\n")[2]


def _room(turn: Turn, draft: Draft) -> int:
    """Give how many characters an answer may have."""
    return LONGEST - 1 - len(_source(turn, draft)) - REMARKS
