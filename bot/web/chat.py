"""The chat page and what is posted to it; the whole chat works without a script."""

import asyncio
import hashlib
import re
import secrets

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.web import make_raw, update_id_of
from bot.web import phrases, visitor
from bot.web.admission import START, Refused, Words, admit, may_ask
from bot.web.form import read_form
from bot.web.frame import is_htmx, refuse
from bot.web.lines import AT_ONCE, read_waiting, render_lines
from bot.web.site import SITE, Site
from store import history, inbox
from store.history import Chat, Line

PATIENCE_SECONDS = 3.0
"""How long a form post without a script waits for the answer that its next page shows."""

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,15}")


async def show_chat(request: web.Request) -> web.StreamResponse:
    """Show the chat, its last lines and the input; nothing is stored for who only looks."""
    site = request.app[SITE]
    chat = await site.chat_of(request)
    cookie_is_lost = chat is None and "sent" in request.query
    chat = chat or visitor.new_chat()
    account = site.channel.account
    async with site.database.read() as session:
        known = await history.find_chat(session, account, chat)
        lines = await _last_lines(session, known, request.query.get("before"))
        raws = await history.waiting(session, account, f"{account}/{chat}")
    shown = lines[-AT_ONCE:]
    response = site.pages.page(
        "chat.html",
        lines=shown,
        waiting=read_waiting(raws),
        older=shown[0].number if len(lines) > AT_ONCE else 0,
        last=known.last_number if known else 0,
        may_ask=may_ask(site, known),
        form_id=secrets.token_urlsafe(9),
        problem=phrases.NO_COOKIES if cookie_is_lost else "",
    )
    await site.keep_chat(response, chat)
    return response


async def show_lines(request: web.Request) -> web.StreamResponse:
    """Give a piece of the chat: what came after a number, or what was before one."""
    site = request.app[SITE]
    chat = await site.chat_of(request)
    if chat is None:
        return web.Response(status=204)
    async with site.database.read() as session:
        known = await history.find_chat(session, site.channel.account, chat)
        after = request.query.get("after", "")
        if known is not None and _NUMBER.fullmatch(after):
            seen = min(int(after), known.last_number)
            news = await history.since(session, known.address_id, seen, AT_ONCE)
            return _fragment(render_lines(site.pages, news))
        lines = await _last_lines(session, known, request.query.get("before"))
    shown = lines[-AT_ONCE:]
    older = shown[0].number if len(lines) > AT_ONCE else 0
    return _fragment(site.pages.render("earlier.html", lines=shown, older=older))


async def take_words(request: web.Request) -> web.StreamResponse:
    """Store what was posted, or say why not."""
    site = request.app[SITE]
    words = _read_words(await read_form(request), is_htmx(request))
    chat = await site.chat_of(request)
    is_new = chat is None
    chat = chat or visitor.new_chat()
    if words.text or words.press:
        try:
            await admit(site, words, chat=chat, network=visitor.network(request))
        except Refused as why:
            return _refused(request, why)
        await _store(site, chat, words, patiently=not is_htmx(request))
    if is_htmx(request):
        response = web.Response(status=204)
        if is_new:
            response.headers["HX-Refresh"] = "true"
    else:
        response = web.Response(status=303, headers={"Location": "/chat?sent#end"})
    await site.keep_chat(response, chat)
    return response


def _read_words(form: dict[str, str], by_script: bool) -> Words:
    """Read the form. Without a script the page's own id serves for all that is sent from it."""
    text, press = form.get("text", "").strip(), form.get("press", "")[:100]
    if form.get("code"):
        text = START + form["code"].strip()
    client_id = form.get("id", "")
    if not _CLIENT_ID.fullmatch(client_id):
        client_id = secrets.token_urlsafe(9)
    if not by_script:
        client_id = (
            f"{client_id[:40]}-{hashlib.sha256(f'{press}/{text}'.encode()).hexdigest()[:12]}"
        )
    return Words(client_id, "" if press else text, press)


def _refused(request: web.Request, why: Refused) -> web.StreamResponse:
    """Say why; a script is told a limit once, who sees only pages is told each time."""
    headers = {"Retry-After": "60"} if why.status == 429 else {}
    if why.told and is_htmx(request):
        return web.Response(status=why.status, headers=headers)
    return refuse(request, why.status, why.sentence, headers=headers)


async def _store(site: Site, chat: str, words: Words, *, patiently: bool) -> None:
    """Store the words durably; where no script follows the chat, wait for the answer as well."""
    raw = make_raw(words.client_id, chat, at=site.now(), text=words.text, press=words.press)
    await site.parts.take(site.channel, [raw])
    if patiently:
        await _wait_for_answer(site, update_id_of(chat, words.client_id))


async def _wait_for_answer(site: Site, update_id: str) -> None:
    """Wait until the update is worked, not for long."""
    with site.database.signals.listen(inbox.TOPIC) as listener:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await _is_worked(site, update_id):
                    await listener.wait(0.5)
        except TimeoutError:
            return


async def _is_worked(site: Site, update_id: str) -> bool:
    async with site.database.read() as session:
        return await history.is_worked(session, site.channel.account, update_id)


async def _last_lines(session: AsyncSession, known: Chat | None, before: str | None) -> list[Line]:
    """Give one line more than is shown: it tells whether there are older ones."""
    if known is None:
        return []
    number = int(before) if before and _NUMBER.fullmatch(before) else None
    return await history.before(session, known.address_id, number, AT_ONCE + 1)


def _fragment(html: str) -> web.Response:
    response = web.Response(
        text=html, content_type="text/html", headers={"Cache-Control": "no-store"}
    )
    response.enable_compression()
    return response
