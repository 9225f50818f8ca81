"""Show Zalo that a domain is ours: a file of a given name, and a mark in the head of `/`.

The developer console asks for one of the two; its token is the setting ZALO_SITE_VERIFICATION.
What the file says and how both are named: the console, and public sites that have passed it.
"""

import hmac

from aiohttp import web

from bot.web.site import SITE

SAID = "There Is No Limit To What You Can Accomplish Using Zalo!"


async def show_file(request: web.Request) -> web.Response:
    """Answer for the token of the settings; for any other there is no such page."""
    ours = request.app[SITE].parts.settings.zalo_site_verification
    given = request.match_info["token"]
    if not ours or not hmac.compare_digest(given.encode(), ours.encode()):
        raise web.HTTPNotFound
    return web.Response(text=f"<html><body>{SAID}</body></html>", content_type="text/html")
