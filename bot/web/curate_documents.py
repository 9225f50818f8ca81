"""What is in service and what the office did to it: documents, curated answers, their versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import curate_phrases as phrases
from bot.web.curators import for_curators, number_in, see, serve_now, today
from bot.web.form import read_form
from bot.web.frame import refuse
from bot.web.site import SITE, Site
from knowledge.document import Document
from knowledge.phrases import period_state
from store import edits
from store.edits import Kind
from store.logins import LoggedIn

KINDS: Final = "|".join(get_args(Kind))
ROUTE: Final = f"/curate/history/{{kind:{KINDS}}}/{{key:[a-z0-9-]{{1,100}}}}"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document in service; `at` is when the office handed it in, None for a file."""

    document: Document
    state: str
    at: datetime | None


@for_curators
async def show_documents(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """List the documents in service and the office's own answers."""
    site = request.app[SITE]
    async with site.database.read() as session:
        laid = await edits.current(session)
    library = site.parts.library
    own = {one.key: one.at for one in laid if one.kind == "document"}
    day = today(site)
    return site.pages.page(
        "documents.html",
        person=person,
        documents=[
            DocumentLine(one, period_state(one, day), own.get(one.id))
            for one in library.base.documents
            if not one.is_note
        ],
        answers=[one for one in laid if one.kind == "question"],
        names={one.id: one.short for one in library.base.documents},
        problems=library.problems,
        done=phrases.DONE.get(request.query.get("done", ""), ""),
    )


@for_curators
async def show_history(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Show every version of one thing, newest first."""
    site = request.app[SITE]
    kind, key = _asked(request)
    async with site.database.read() as session:
        versions = await edits.history(session, kind, key)
    held = {one.id: one for one in site.parts.library.base.documents}
    document = held.get(key) if kind == "document" else None
    if not versions and document is None:
        raise web.HTTPNotFound
    return site.pages.page(
        "history.html",
        person=person,
        kind=kind,
        key=key,
        document=document,
        state=period_state(document, today(site)) if document else "",
        versions=versions,
        done=phrases.DONE.get(request.query.get("done", ""), ""),
    )


@for_curators
async def change_history(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Take back what counts, or let an earlier version count again."""
    form = await read_form(request)
    site = request.app[SITE]
    kind, key = _asked(request)
    again = number_in(form.get("again", ""))
    if again is None and "sure" not in form:
        return refuse(request, 400, phrases.SURE_FIRST)
    if not await _put(site, person, kind, key, again):
        raise web.HTTPNotFound
    await serve_now(site)
    done = "back" if again is None else "again"
    return see(f"/curate/history/{kind}/{key}?done={done}")


async def _put(site: Site, person: LoggedIn, kind: Kind, key: str, again: int | None) -> bool:
    """Lay the version `again` over the files, or nothing; False where there is none."""

    async def work(session: AsyncSession) -> bool:
        versions = await edits.history(session, kind, key)
        content = next((one.content for one in versions if one.revision == again), None)
        if not versions or (again is not None and content is None):
            return False
        await edits.put(session, kind, key, content, person_id=person.person_id, now=site.now())
        return True

    return await site.database.write(work)


def _asked(request: web.Request) -> tuple[Kind, str]:
    kind: Kind = "document" if request.match_info["kind"] == "document" else "question"
    return kind, request.match_info["key"]
