"""`/chat/files/{id}`: a picture or a file, for the chat that it was said in and nobody else.

A picture is made anew from its pixels. A file is only ever saved, never shown.
"""

import asyncio
from urllib.parse import quote

from aiohttp import web

from bot.pictures import MOST_SERVED, NoPicture
from bot.web.site import SITE, Site
from store import history, media
from store.files import Files

ROUTE = "/chat/files/{id:[0-9a-f]{32}}"
HEADERS = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}


async def give_file(request: web.Request) -> web.Response:
    """Give it; whatever is wrong with the asking looks like a page that is not."""
    site, media_id = request.app[SITE], request.match_info["id"]
    chat = await site.chat_of(request)
    if chat is None:
        raise web.HTTPNotFound
    async with site.database.read() as session:
        known = await history.find_chat(session, site.channel.account, chat)
        message = known and await history.said_with(session, known.address_id, media_id)
    if not message:
        raise web.HTTPNotFound
    if message.photo == media_id:
        return await _picture(site, media_id)
    return await _file(site, media_id)


async def _picture(site: Site, media_id: str) -> web.Response:
    try:
        content = await site.parts.pictures.jpeg(media_id, most_bytes=MOST_SERVED)
    except NoPicture:
        raise web.HTTPNotFound from None
    return web.Response(body=content, content_type="image/jpeg", headers=HEADERS)


async def _file(site: Site, media_id: str) -> web.Response:
    async with site.database.read() as session:
        found = await media.described(session, media_id)
    if found is None:
        raise web.HTTPNotFound
    path = Files(site.parts.settings.data_dir).path(found.sha256)
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise web.HTTPNotFound from None
    saved_as = f"attachment; filename*=UTF-8''{quote(found.name)}"
    headers = HEADERS | {"Content-Disposition": saved_as}
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)
