"""The chat's stream: what is said there as events, going on from the last one that was seen."""

import asyncio

from aiohttp import web

from bot.web import visitor
from bot.web.lines import render_lines
from bot.web.site import SITE, Site, TooManyStreams
from store import history, inbox, outbox
from store.database import Unavailable
from store.signals import Listener

LOOK_SECONDS = 5.0
"""A signal may be lost; so often the table is looked at without one."""
HEARTBEAT_SECONDS = 15.0
LINES_AT_ONCE = 50
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def stream(request: web.Request) -> web.StreamResponse:
    """Follow a chat until the browser leaves or the server stops."""
    site = request.app[SITE]
    chat = await site.chat_of(request)
    if chat is None:
        return web.Response(status=204)  # tells a browser not to come back
    try:
        with site.streams.one(visitor.network(request)):
            return await _Stream(site, request, chat).run()
    except TooManyStreams:
        return web.Response(status=429, headers={"Retry-After": "60"})


async def end_streams(application: web.Application) -> None:
    """End every open stream; browsers come back, to another process or to our successor."""
    application[SITE].streams.end_all()


class _Stream:
    """One open stream: what was said goes out in order, each event under its number."""

    def __init__(self, site: Site, request: web.Request, chat: str) -> None:
        self._site = site
        self._request = request
        self._chat = chat
        self._seen = _number(request.query.get("after"))
        self._seen = max(self._seen, _number(request.headers.get("Last-Event-ID")))
        self._silent = 0.0
        self._response = web.StreamResponse(headers=_HEADERS)
        self._response.content_type = "text/event-stream"
        self._response.charset = "utf-8"

    async def run(self) -> web.StreamResponse:
        """Send until it is over."""
        try:
            await self._response.prepare(self._request)
            await self._response.write(b"retry: 2000\n\n")
            async with asyncio.TaskGroup() as group:
                typing = group.create_task(self._show_typing())
                try:
                    await self._follow()
                finally:
                    typing.cancel()
        except* ConnectionResetError:
            pass
        return self._response

    async def _follow(self) -> None:
        signals = self._site.database.signals
        address_id: int | None = None
        with signals.listen(inbox.TOPIC) as listener, self._site.streams.ended_by(inbox.TOPIC):
            while address_id is None and not self._is_over():
                address_id = await self._find()
                if address_id is None:
                    await self._rest(listener)
        if address_id is None:
            return
        topic = outbox.chat_topic(address_id)
        with signals.listen(topic) as listener, self._site.streams.ended_by(topic):
            while not self._is_over():
                if not await self._tell(address_id):
                    await self._rest(listener)

    def _is_over(self) -> bool:
        transport = self._request.transport
        return self._site.streams.closing or transport is None or transport.is_closing()

    async def _find(self) -> int | None:
        """Give the address, which the chat's first words make."""
        try:
            async with self._site.database.read() as session:
                found = await history.find_chat(session, self._site.channel.account, self._chat)
        except Unavailable:
            return None
        if found is None:
            return None
        self._seen = min(self._seen, found.last_number)  # it may be from before a restore
        return found.address_id

    async def _tell(self, address_id: int) -> bool:
        """Send what is new. Say whether there may be more."""
        try:
            async with self._site.database.read() as session:
                lines = await history.since(session, address_id, self._seen, LINES_AT_ONCE)
        except Unavailable:
            return False
        for line in lines:
            html = render_lines(self._site.pages, [line])
            await self._write(f"id: {line.seen}\n" + _data(html))
            self._seen = line.seen
        return len(lines) == LINES_AT_ONCE

    async def _rest(self, listener: Listener) -> None:
        """Wait for a signal; keep proxies from taking a long silence for the end."""
        if await listener.wait(LOOK_SECONDS):
            return
        self._silent += LOOK_SECONDS
        if self._silent >= HEARTBEAT_SECONDS:
            await self._write(":\n\n")

    async def _show_typing(self) -> None:
        with self._site.channel.typing.listen(self._chat) as listener:
            while True:
                if await listener.wait(HEARTBEAT_SECONDS):
                    await self._write("event: typing\n" + _data("1"))

    async def _write(self, event: str) -> None:
        await self._response.write(event.encode())
        self._silent = 0.0


def _data(text: str) -> str:
    return "".join(f"data: {line}\n" for line in text.splitlines()) + "\n"


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
