"""What holds for every request: where a POST may come from, headers, and how refusals look."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web import phrases, visitor
from bot.web.form import LONGEST_WORDS
from bot.web.site import SITE
from store.database import Unavailable

WEBHOOKS = "/webhooks/"
RETRY_AFTER = {"Retry-After": "5"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "danvan",
}
_SAID = {
    400: phrases.MALFORMED,
    403: phrases.FOREIGN,
    404: phrases.NOT_FOUND_TEXT,
    405: phrases.NOT_FOUND_TEXT,
    413: phrases.far_too_long(LONGEST_WORDS),
    415: phrases.MALFORMED,
}


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Put the headers that every answer carries."""
    response.headers.update(_HEADERS)


@web.middleware
async def dress_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler raises into a page (a line of it for htmx) in Vietnamese."""
    if request.path.startswith(WEBHOOKS):
        return await handler(request)
    try:
        return await handler(request)
    except Unavailable as error:
        log.warning("store unavailable", where=request.path, reason=str(error))
        return refuse(request, 503, phrases.BUSY, headers=RETRY_AFTER)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        keep = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
        return refuse(request, error.status, _SAID.get(error.status, error.reason), headers=keep)
    except Exception:
        log.exception("request failed", where=request.path)
        return refuse(request, 500, phrases.BROKEN)


@web.middleware
async def refuse_unreadable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say 400 to a body that is not packed as its headers say."""
    try:
        return await handler(request)
    except (web.RequestPayloadError, HttpProcessingError):
        raise web.HTTPBadRequest from None


@web.middleware
async def refuse_foreign_posts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a POST pass only from our own pages; webhooks prove themselves in their own way."""
    if request.method not in {"GET", "HEAD"} and not request.path.startswith(WEBHOOKS):
        public_url = request.app[SITE].parts.settings.public_url
        if not visitor.is_same_origin(request.headers, request.host, public_url):
            raise web.HTTPForbidden
    return await handler(request)


def is_htmx(request: web.BaseRequest) -> bool:
    """Say whether a script of ours asks, so that a line is enough where a browser needs a page."""
    return request.headers.get("HX-Request") == "true"


def refuse(
    request: web.Request, status: int, sentence: str, *, headers: dict[str, str] | None = None
) -> web.Response:
    """Answer with one sentence: a line for htmx, a page for a browser."""
    pages = request.app[SITE].pages
    if is_htmx(request):
        response = pages.page("line.html", status=status, sentence=sentence)
    else:
        title = phrases.NOT_FOUND if status == 404 else phrases.CANNOT
        response = pages.page("notice.html", status=status, title=title, sentence=sentence)
    response.headers.update(headers or {})
    return response
