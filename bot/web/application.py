"""The web application: every route, and what each answer carries."""

from aiohttp import web

from bot.parts import Parts
from bot.web import (
    chat,
    chat_files,
    curate_routes,
    dashboard,
    health,
    login,
    media,
    stream,
    verification,
    webhooks,
)
from bot.web.frame import (
    add_headers,
    dress_refusals,
    refuse_foreign_posts,
    refuse_unreadable,
)
from bot.web.site import SITE, Site

LARGEST_BODY = 256 * 1024


def make_application(parts: Parts) -> web.Application:
    """Build the web application; whoever runs it starts and stops everything else."""
    application = web.Application(
        middlewares=[dress_refusals, refuse_foreign_posts, refuse_unreadable],
        client_max_size=LARGEST_BODY,
    )
    application[SITE] = Site(parts)
    application.on_response_prepare.append(add_headers)
    application.on_shutdown.append(stream.end_streams)
    application.add_routes(
        [
            web.get("/", dashboard.show_dashboard),
            *curate_routes.ROUTES,
            web.get("/chat", chat.show_chat),
            web.get("/chat/messages", chat.show_lines),
            web.post("/chat/messages", chat.take_words),
            web.get(chat_files.ROUTE, chat_files.give_file),
            web.get("/chat/stream", stream.stream, allow_head=False),
            web.get("/login", login.show_login),
            web.post("/login", login.log_in),
            web.post("/logout", login.log_out),
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.metrics),
            web.get("/static/{name}", _show_static),
            web.get(media.ROUTE, media.show_picture),
            web.get("/zalo_verifier{token}.html", verification.show_file),
            *webhooks.routes(parts.channels),
        ]
    )
    return application


async def _show_static(request: web.Request) -> web.StreamResponse:
    found = request.app[SITE].pages.file(request.match_info["name"], request.headers)
    if found is None:
        raise web.HTTPNotFound
    return found


__all__ = ["LARGEST_BODY", "make_application"]
