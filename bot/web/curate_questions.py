"""One question that waits: answered, merged with another, or put away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import curate_phrases as phrases
from bot.web.curators import for_curators, number_in, number_of, see, serve_now, today
from bot.web.form import read_form
from bot.web.site import SITE, Site
from knowledge.base import Base
from knowledge.curating import MOST_WORDINGS, fault_of, sections, whole, wordings
from knowledge.document import NOTES, Document
from knowledge.overlay import as_content
from knowledge.say import LONGEST
from knowledge.text import normal
from store import answers
from store.answers import Waiting
from store.logins import LoggedIn
from store.models import Question

MERGE_CHOICES: Final = 50
LONGEST_REPLY: Final = 500
BETWEEN: Final = " / "
"""Stands between a document's id and its section in a choice; no id has it."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was typed, with what is wrong with it."""

    where: str = ""
    wordings: str = ""
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A document in which an answer can be put, with its sections."""

    document: Document
    whole: str
    sections: Sequence[tuple[str, str]]


@for_curators
async def show_question(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Show a question with everything that can be done about it."""
    site = request.app[SITE]
    question = await _find(site, number_of(request))
    return await _page(site, person, question, None)


@for_curators
async def close_question(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Do what was chosen about a question, once; whoever comes second is told."""
    form = await read_form(request)
    site = request.app[SITE]
    question = await _find(site, number_of(request))
    done = await _DO.get(form.get("do", ""), _answer)(site, person, question, form)
    if isinstance(done, Given):
        return await _page(site, person, question, done)
    return see(f"/curate?done={done}" if done else f"/curate/questions/{question.id}?closed=")


async def _find(site: Site, number: int) -> Question:
    async with site.database.read() as session:
        question = await answers.find(session, number)
    if question is None or not question.text:
        raise web.HTTPNotFound
    return question


async def _page(
    site: Site, person: LoggedIn, question: Question, given: Given | None
) -> web.Response:
    base = site.parts.library.base
    async with site.database.read() as session:
        texts = await answers.texts(session, question.id)
        others = await answers.waiting(session, limit=MERGE_CHOICES)
        question = await answers.find(session, question.id) or question
    proposed = _proposed(base, question, texts, site)
    return site.pages.page(
        "question.html",
        status=422 if given else 200,
        person=person,
        question=question,
        closed=_closed(question),
        texts=texts,
        places=_places(base),
        given=given if given and (given.text or given.wordings) else proposed,
        problem=given.problem if given else "",
        others=_nearest(question.text, [one for one in others if one.id != question.id]),
        longest=LONGEST,
    )


def _closed(question: Question) -> str:
    return phrases.CLOSED_STATES.get(question.state, "")


def _places(base: Base) -> list[Place]:
    return [
        Place(
            one,
            f"{one.id}{BETWEEN}",
            [(f"{one.id}{BETWEEN}{name}", name) for name in sections(one)],
        )
        for one in base.documents
        if not one.is_note
    ]


def _proposed(base: Base, question: Question, texts: Sequence[str], site: Site) -> Given:
    """Propose where an answer may stand, and the wordings as the base reads them."""
    near = next((doc for doc in question.docs if doc in base.corpus.by_id and doc != NOTES), "")
    ways = wordings(base, texts, today(site))
    return Given(f"{near}{BETWEEN}" if near else "", "\n".join(ways))


def _nearest(text: str, others: Sequence[Waiting]) -> list[Waiting]:
    """Give the questions with those first that share the most words."""
    words = set(normal(text).split())
    return sorted(others, key=lambda one: -len(words & set(normal(one.text).split())))


async def _answer(
    site: Site, person: LoggedIn, question: Question, form: Mapping[str, str]
) -> str | Given:
    """Answer it. Gives what was done, '' where somebody was faster, or what is wrong."""
    given = Given(form.get("where", ""), form.get("wordings", ""), form.get("answer", "").strip())
    doc, _, section = given.where.partition(BETWEEN)
    ways = [line.strip() for line in given.wordings.split("\n") if line.strip()]
    content = as_content(
        doc=doc or None, section=section, wordings=ways[:MOST_WORDINGS], answer=given.text
    )
    if problem := _problem(site, content):
        return replace(given, problem=problem)

    async def work(session: AsyncSession) -> bool:
        return await answers.answer(
            session, question.id, content, person_id=person.person_id, now=site.now()
        )

    if not await site.database.write(work):
        return ""
    await serve_now(site)
    return "answered"


def _problem(site: Site, content: Mapping[str, Any]) -> str:
    """Say what is wrong with an answer, '' for nothing."""
    base, day = site.parts.library.base, today(site)
    fault = fault_of(base, content, day)
    if fault == "too long":
        return phrases.too_long(length=len(whole(base, content, day)), most=LONGEST)
    return phrases.FAULTS[fault]


async def _merge(
    site: Site, person: LoggedIn, question: Question, form: Mapping[str, str]
) -> str | Given:
    del person
    into = number_in(form.get("into", ""))
    if into is None:
        return Given(problem=phrases.NO_SUCH_QUESTION)

    async def work(session: AsyncSession) -> bool:
        return await answers.merge(session, question.id, into, now=site.now())

    if await site.database.write(work):
        return "merged"
    fresh = await _find(site, question.id)
    return "" if _closed(fresh) else Given(problem=phrases.NO_SUCH_QUESTION)


async def _dismiss(
    site: Site, person: LoggedIn, question: Question, form: Mapping[str, str]
) -> str | Given:
    async def work(session: AsyncSession) -> bool:
        return await answers.dismiss(
            session,
            question.id,
            reply=form.get("reply", "").strip()[:LONGEST_REPLY],
            person_id=person.person_id,
            now=site.now(),
        )

    return "dismissed" if await site.database.write(work) else ""


_DO: Final = {"answer": _answer, "merge": _merge, "dismiss": _dismiss}
