"""A draft's page: the source beside what was recognised, to be mended, tried and approved."""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot import approval
from bot.web import curate_fields as fields
from bot.web import curate_phrases as phrases
from bot.web.curators import (
    MOST_FIELDS,
    for_curators,
    large,
    number_of,
    see,
    serve_now,
    today,
)
from bot.web.draft_view import PICTURED, Opened, Said, Work, edit_page
from bot.web.form import LONGEST_WORDS, read_form
from bot.web.frame import refuse
from bot.web.site import SITE, Site
from knowledge.drafting.bounded import page_picture
from store import drafts
from store.database import Conflict
from store.files import Files
from store.logins import LoggedIn

PICTURE_WIDTH: Final = 900
KEEP_PICTURE: Final = {"Cache-Control": "private, max-age=3600"}


@for_curators
async def show_draft(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Show a draft in whatever state it is; with `q` also what it answers."""
    site = request.app[SITE]
    opened = await _open(site, person, number_of(request))
    draft = opened.draft
    if draft.state == "ready":
        work = Work(draft.fields, draft.body)
        question = request.query.get("q", "").strip()[:LONGEST_WORDS]
        said = Said(saved="saved" in request.query, question=question)
        return await edit_page(site, opened, work, said)
    held = {one.id for one in site.parts.library.base.documents}
    return site.pages.page(
        "draft_state.html", person=person, draft=draft, serves=draft.document in held
    )


@for_curators
async def change_draft(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Keep what a curator changed, and try or approve it where that button was pressed."""
    form = await read_form(large(request), most_fields=MOST_FIELDS)
    site = request.app[SITE]
    opened = await _open(site, person, number_of(request))
    draft = opened.draft
    if draft.state != "ready":
        return see(f"/curate/drafts/{draft.id}")
    work = Work(fields.read_fields(form, draft.fields), fields.read_body(form))
    if form.get("version") != str(draft.version):
        return await edit_page(site, opened, work, Said(conflict=True))
    do = _approve if form.get("do") == "approve" else _save
    try:
        done = await do(site, opened, work, form)
    except Conflict:
        opened, done = await _open(site, person, draft.id), Said(conflict=True)
    if isinstance(done, str):
        return see(done)
    return await edit_page(site, opened, work, done)


@for_curators
async def discard_draft(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Put a draft and its file away."""
    del person
    site = request.app[SITE]
    number = number_of(request)
    if "sure" not in await read_form(request):
        return refuse(request, 400, phrases.SURE_FIRST)
    await site.database.write(lambda s: drafts.discard(s, number, now=site.now()))
    return see("/curate?done=discarded")


@for_curators
async def show_page(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Show the picture of one page of a draft's file, counted from 1."""
    site = request.app[SITE]
    file = (await _open(site, person, number_of(request))).file
    if file is None or file.sha256 is None or file.type not in PICTURED:
        raise web.HTTPNotFound
    path = Files(site.parts.settings.data_dir).path(file.sha256)
    page = number_of(request, "page")
    async with site.drawing:
        content = await asyncio.to_thread(page_picture, path, page, width=PICTURE_WIDTH)
    if content is None:
        raise web.HTTPNotFound
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return web.Response(body=content, content_type=kind, headers=KEEP_PICTURE)


async def _open(site: Site, person: LoggedIn, number: int) -> Opened:
    """Give a draft and its file. Raises HTTP 404."""
    async with site.database.read() as session:
        draft = await drafts.find(session, number)
        if draft is None:
            raise web.HTTPNotFound
        return Opened(draft, await drafts.file_of(session, number), person)


async def _save(site: Site, opened: Opened, work: Work, form: Mapping[str, str]) -> str | Said:
    """Keep the form as it is. Gives where to go on; with a question, to its answer."""
    draft = opened.draft

    async def change(session: AsyncSession) -> None:
        await drafts.change(
            session,
            draft.id,
            draft.version,
            fields=work.fields,
            body=work.body,
            now=site.now(),
        )

    await site.database.write(change)
    question = form.get("q", "").strip()[:LONGEST_WORDS]
    if form.get("do") == "try" and question:
        return f"/curate/drafts/{draft.id}?{urlencode({'saved': '', 'q': question})}#try"
    return f"/curate/drafts/{draft.id}?saved="


async def _approve(site: Site, opened: Opened, work: Work, form: Mapping[str, str]) -> str | Said:
    """Keep the form and make a document of it, or say what stands in the way."""
    draft = opened.draft
    base = site.parts.library.base
    examined = await asyncio.to_thread(approval.examine, work.fields, work.body, base, today(site))
    if examined.document is None:
        return Said(problem=phrases.NOT_YET)
    if examined.replaces and "replace" not in form:
        return Said(problem=phrases.REPLACE_FIRST)

    async def approve(session: AsyncSession) -> int:
        return await approval.approve(
            session,
            draft.id,
            draft.version,
            examined,
            fields=work.fields,
            body=work.body,
            person_id=opened.person.person_id,
            now=site.now(),
        )

    await site.database.write(approve)
    await serve_now(site)
    return f"/curate/drafts/{draft.id}"
