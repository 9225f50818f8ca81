"""One route per channel whose platform delivers to us: judge, store durably, then say 200."""

from collections.abc import Mapping

import structlog
from aiohttp import web

from bot.channels.contract import Platform
from bot.web.frame import RETRY_AFTER
from bot.web.site import SITE
from store.database import Unavailable

log = structlog.get_logger()


def routes(channels: Mapping[str, Platform]) -> list[web.RouteDef]:
    """Give the routes of all channels that have one; a GET shows a console that we are there."""
    there = [channel for channel in channels.values() if channel.webhook]
    return [
        *(web.post(channel.webhook, _Webhook(channel).receive) for channel in there),
        *(web.get(channel.webhook, _say_hello) for channel in there),
    ]


async def _say_hello(_: web.Request) -> web.Response:
    return web.Response()


class _Webhook:
    def __init__(self, channel: Platform) -> None:
        self._channel = channel

    async def receive(self, request: web.Request) -> web.Response:
        """Answer 200 only once the update is safe; otherwise the platform delivers it again."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        verdict = self._channel.admit(request.headers, body)
        if verdict != 200:
            return web.Response(status=200 if verdict == 204 else verdict)
        try:
            await request.app[SITE].parts.take(self._channel, [body])
        except (Unavailable, OSError) as error:
            log.warning("update not stored", channel=self._channel.account, reason=str(error))
            return web.Response(status=503, headers=RETRY_AFTER)
        return web.Response()
