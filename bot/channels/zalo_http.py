"""The HTTP under both Zalo channels: JSON in and out, and failures that a sender can tell apart.

Zalo says everything in the body: errors come with HTTP 200 as well, so an adapter judges the
content and looks at the status only where there is none. What went wrong on the way is a type:

- `NotSent`: no connection was made, or none was free in time. The request was surely not sent.
- `NoAnswer`: it was written, and no whole answer in JSON came back. It may have arrived.

Addresses hold the Bot's token and aiohttp's errors hold the address, so none of them is chained to
what is raised here, and nothing here logs one. What a platform says is given as it came: whoever
passes its words on takes the secrets out of them first, with `Http.hidden`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

CONNECT_SECONDS: Final = 5.0
POOL_SECONDS: Final = 1.0
MOST_BYTES: Final = 4 * 2**20
_SURELY_NOT_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_HEADERS: Final = {"User-Agent": "danvan", "Accept-Encoding": "identity"}


class NotSent(Exception):
    """The request surely never left."""


class NoAnswer(Exception):
    """The request was written and no answer can be read: it may have arrived."""

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in JSON: an object, with the status and the headers that it came with.

    `body` is the object as it was written.
    """

    status: int
    headers: Mapping[str, str]
    content: dict[str, Any]
    body: bytes = field(default=b"", repr=False)


class Http:
    """Requests to one platform. `hide` are the secrets that `hidden` knows."""

    def __init__(
        self, base_url: str, *, hide: Sequence[str] = (), seconds: float = 20.0, most: int = 32
    ) -> None:
        """Take the seconds for a whole request, and how many may be under way."""
        self._hidden = [secret for secret in hide if secret]
        self._seconds = seconds
        self._most = most
        self._free = asyncio.Semaphore(most)
        self._trust_env = bool(getproxies()) and not proxy_bypass(
            urlsplit(base_url).hostname or ""
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether requests can be made."""
        return self._session is not None

    async def open(self) -> None:
        """Open the session; never talks to the network."""
        if self._session is None:
            self._free = asyncio.Semaphore(self._most)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=15),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
                trust_env=self._trust_env,
            )

    async def close(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(
        self, method: str, url: str, *, seconds: float | None = None, **request: Any
    ) -> Reply:
        """Make one request and give its JSON object; `request` is as aiohttp has it.

        Raises NotSent and NoAnswer.
        """
        session = self._session
        if session is None:
            raise NotSent("the channel is closed")
        timeout = aiohttp.ClientTimeout(
            total=seconds or self._seconds, sock_connect=CONNECT_SECONDS
        )
        async with self._one_of_few():
            try:
                async with session.request(
                    method, url, timeout=timeout, allow_redirects=False, **request
                ) as answer:
                    return _reply(answer, await _body(answer))
            except _SURELY_NOT_SENT as error:
                raise NotSent(type(error).__name__) from None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise NoAnswer(type(error).__name__) from None

    def hidden(self, text: str, *more: str) -> str:
        """Give a text without the secrets, those that are known and those that are given."""
        for secret in filter(None, (*self._hidden, *more)):
            text = text.replace(secret, "[token]")
        return text

    @asynccontextmanager
    async def _one_of_few(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(POOL_SECONDS):  # wait_for may swallow a cancellation
                await self._free.acquire()
        except TimeoutError:
            raise NotSent("every connection is in use") from None
        try:
            yield
        finally:
            self._free.release()


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NoAnswer("an answer larger than any of the API's", answer.status)
    return bytes(body)


def _reply(answer: aiohttp.ClientResponse, body: bytes) -> Reply:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise NoAnswer(f"HTTP {answer.status} without a JSON object", answer.status)
    return Reply(answer.status, answer.headers, content, body)
