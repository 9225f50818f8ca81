"""`/media/{id}/{expiry}/{signature}`: one small picture for a platform that wants an address.

The address itself is the permission. Whatever is wrong with it, it looks like a page that is not.
"""

from aiohttp import web

from bot.pictures import NoPicture
from bot.web.site import SITE

ROUTE = "/media/{id:[0-9a-f]{32}}/{expiry:[0-9]{1,11}}/{signature:[0-9a-f]{64}}"


async def show_picture(request: web.Request) -> web.Response:
    """Give the picture as a JPEG, as often as it is asked for."""
    asked = request.match_info
    pictures = request.app[SITE].parts.pictures
    try:
        content, seconds = await pictures.served(
            asked["id"], int(asked["expiry"]), asked["signature"]
        )
    except NoPicture:
        raise web.HTTPNotFound from None
    headers = {"Cache-Control": f"private, max-age={seconds}"}
    return web.Response(body=content, content_type="image/jpeg", headers=headers)
