"""Logging in by a one-time link: GET shows a button, POST uses the link up."""

from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import phrases, visitor
from bot.web.form import read_form
from bot.web.site import SITE
from store import logins

ADMITTED = frozenset({"admin", "curator"})
"""Roles that have pages of their own."""


def login_link(base: str, token: str) -> str:
    """Give the link that is sent to a person."""
    return f"{base}/login?{urlencode({'token': token})}"


async def show_login(request: web.Request) -> web.StreamResponse:
    """Show the button; a preview or a virus scanner that follows the link uses nothing up."""
    site = request.app[SITE]
    token = request.query.get("token", "")
    person = await site.person_of(request)
    if not token and person is not None and person.roles & ADMITTED:
        raise web.HTTPSeeOther("/")
    return site.pages.page("login.html", token=token, problem="")


async def log_in(request: web.Request) -> web.StreamResponse:
    """Use the link up and begin a session."""
    site = request.app[SITE]
    token = (await read_form(request)).get("token", "")
    now = site.now()

    async def work(session: AsyncSession) -> tuple[str, int]:
        person_id = await logins.consume(session, token, now=now)
        person = None if person_id is None else await logins.look_up(session, person_id)
        if person is None:
            return phrases.LOGIN_OVER, 403
        if not person.roles & ADMITTED:
            return phrases.LOGIN_NOT_ADMITTED, 403
        return await logins.begin(session, person.person_id, now=now), 303

    said, status = await site.database.write(work)
    if status != 303:
        return site.pages.page("login.html", status=status, token="", problem=said)
    response = web.Response(status=303, headers={"Location": "/"})
    visitor.keep_cookie(
        response,
        visitor.SESSION_COOKIE,
        said,
        seconds=int(logins.SESSION_LASTS.total_seconds()),
        secure=site.secure,
    )
    return response


async def log_out(request: web.Request) -> web.StreamResponse:
    """End the session, here and in the store."""
    site = request.app[SITE]
    secret = request.cookies.get(visitor.SESSION_COOKIE)
    if secret:
        await site.database.write(lambda session: logins.end(session, secret))
    response = web.Response(status=303, headers={"Location": "/login"})
    response.del_cookie(visitor.SESSION_COOKIE, path="/")
    return response
