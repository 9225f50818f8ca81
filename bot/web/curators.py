"""Who may see the curators' pages, and what all of these pages carry."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import wraps
from typing import Final

from aiohttp import web

from bot import current
from bot.web import curate_phrases as phrases
from bot.web.frame import Handler, refuse
from bot.web.site import SITE, Site
from store.database import Unavailable
from store.logins import LoggedIn

CURATORS: Final = frozenset({"curator", "admin"})
MOST_FIELDS: Final = 640
"""Three hundred sections of two fields each, and what stands above them."""
LARGEST_FORM: Final = 4 * 2**20
"""A long document as a browser posts it: three bytes for each byte of a Vietnamese letter."""

Page = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]


def for_curators(page: Page) -> Handler:
    """Let only curators and admins at a page; others may log in."""

    @wraps(page)
    async def guarded(request: web.Request) -> web.StreamResponse:
        person = await request.app[SITE].person_of(request)
        if person is not None and person.roles & CURATORS:
            return await page(request, person)
        if request.method in {"GET", "HEAD"}:
            raise web.HTTPSeeOther("/login")
        return refuse(request, 403, phrases.NOT_A_CURATOR)

    return guarded


def today(site: Site) -> date:
    """Give the civil date where the office is."""
    return site.now().astimezone(site.parts.settings.zone).date()


async def serve_now(site: Site) -> None:
    """Serve what was just committed before the page says that it is served; the base is looked
    at again and again anyway.
    """
    with suppress(Unavailable):
        await current.look(site.parts)


def number_of(request: web.Request, name: str = "id") -> int:
    """Give a number of the address; the routes let nothing else there. Raises HTTP 404."""
    number = int(request.match_info[name])
    if number >= 2**31:
        raise web.HTTPNotFound
    return number


def number_in(text: str) -> int | None:
    """Give the number that a form's field holds; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def large(request: web.Request) -> web.Request:
    """Give the request as one whose form may be long."""
    return request.clone(client_max_size=LARGEST_FORM)


def see(address: str) -> web.Response:
    """Answer a form by leading on to a page."""
    return web.Response(status=303, headers={"Location": address})
