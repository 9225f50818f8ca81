"""The curators' first page: what to hand in, what waits for approval, what for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.web import curate_phrases as phrases
from bot.web.curators import for_curators
from bot.web.site import SITE
from store import answers, drafts
from store.answers import Waiting
from store.logins import LoggedIn

QUESTIONS_AT_ONCE: Final = 20
DRAFTS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Queue:
    """A piece of the questions that wait; `next` is where the following piece begins, 0 at the
    end.
    """

    lines: Sequence[Waiting]
    count: int
    next: int


async def show(request: web.Request, person: LoggedIn, *, problem: str = "") -> web.Response:
    """Show the page to a curator, wherever it was asked for."""
    site = request.app[SITE]
    asked = request.query.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    async with site.database.read() as session:
        counts = await answers.count(session)
        waiting = await answers.waiting(session, limit=QUESTIONS_AT_ONCE, after=after)
        open_drafts = await drafts.listed(session, limit=DRAFTS_AT_ONCE)
    ends = after + len(waiting) >= counts.waiting
    return site.pages.page(
        "curate.html",
        status=400 if problem else 200,
        person=person,
        done=phrases.DONE.get(request.query.get("done", ""), ""),
        problem=problem,
        queue=Queue(waiting, counts.waiting, 0 if ends else after + len(waiting)),
        drafts=open_drafts,
        library=site.parts.library,
    )


@for_curators
async def show_curate(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Show the curators' page under its own address."""
    return await show(request, person)
