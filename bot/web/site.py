"""What all pages share: the parts, the key of the chat cookie, limits, and who is asking."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.channels.web import WebChat
from bot.limits import Limit
from bot.parts import Parts
from bot.web import visitor
from bot.web.pages import Pages
from store import logins, office
from store.logins import LoggedIn
from store.signals import Signals

KEY_NAME = "web_chat_key"
STREAMS_OF_A_NETWORK = 20
PICTURES_AT_ONCE = 2
"""Pages of drafts that are drawn at the same time, each by a process of its own."""


class TooManyStreams(Exception):
    """A network holds as many open streams as it may."""


class Streams:
    """The open streams of this process: how many of each network, and how to end them all."""

    def __init__(self, signals: Signals) -> None:
        self.closing = False
        self._signals = signals
        self._open: Counter[str] = Counter()
        self._topics: Counter[str] = Counter()

    @contextmanager
    def one(self, network: str) -> Iterator[None]:
        """Count one stream while it is open. Raises TooManyStreams."""
        if self._open[network] >= STREAMS_OF_A_NETWORK:
            raise TooManyStreams
        with _counted(self._open, network):
            yield

    def ended_by(self, topic: str) -> AbstractContextManager[None]:
        """Note what a stream waits for, so that it can be woken when all must end."""
        return _counted(self._topics, topic)

    def end_all(self) -> None:
        """Tell every stream that it is over."""
        self.closing = True
        for topic in self._topics:
            self._signals.wake(topic)


@contextmanager
def _counted(counts: Counter[str], key: str) -> Iterator[None]:
    counts[key] += 1
    try:
        yield
    finally:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]


@dataclass(slots=True)
class Limits:
    """How much one chat and one network may say."""

    chat: Limit = field(default_factory=lambda: Limit(burst=20, per_second=20 / 60))
    network: Limit = field(default_factory=lambda: Limit(burst=120, per_second=120 / 60))
    newcomers: Limit = field(default_factory=lambda: Limit(burst=60, per_second=60 / 3600))
    codes: Limit = field(default_factory=lambda: Limit(burst=10, per_second=10 / 60))


class Site:
    """One web server of the product."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.database = parts.database
        self.channel = _web_chat(parts)
        self.pages = Pages(parts.settings.zone)
        self.limits = Limits()
        self.streams = Streams(parts.database.signals)
        self.drawing = asyncio.Semaphore(PICTURES_AT_ONCE)
        self.started_at = parts.now()
        self._key: bytes | None = None

    @property
    def secure(self) -> bool:
        """Say whether browsers reach us by https, so that cookies may be bound to it."""
        return self.parts.settings.public_url.startswith("https://")

    def now(self) -> datetime:
        """Give this moment."""
        return self.parts.now()

    async def key(self) -> bytes:
        """Give the key that signs chat cookies, one for all processes of the office."""
        if self._key is None:
            kept = await self.database.write(
                lambda session: office.get_or_make(
                    session, KEY_NAME, lambda: {"key": secrets.token_hex(32)}, now=self.now()
                )
            )
            self._key = bytes.fromhex(kept["key"])
        return self._key

    async def chat_of(self, request: web.BaseRequest) -> str | None:
        """Give the chat that the request's cookie names; None without a cookie of ours."""
        cookie = request.cookies.get(visitor.CHAT_COOKIE)
        return visitor.read_signed(cookie, await self.key()) if cookie else None

    async def keep_chat(self, response: web.StreamResponse, chat: str) -> None:
        """Let the browser keep its chat."""
        visitor.keep_cookie(
            response,
            visitor.CHAT_COOKIE,
            visitor.sign(chat, await self.key()),
            seconds=visitor.CHAT_LASTS,
            secure=self.secure,
        )

    async def person_of(self, request: web.BaseRequest) -> LoggedIn | None:
        """Give the person who is logged in; None for everybody else."""
        secret = request.cookies.get(visitor.SESSION_COOKIE)
        if not secret:
            return None
        async with self.database.read() as session:
            return await logins.whose(session, secret, now=self.now())


def _web_chat(parts: Parts) -> WebChat:
    return next(one for one in parts.channels.values() if isinstance(one, WebChat))


SITE = web.AppKey("site", Site)
