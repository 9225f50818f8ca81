"""Files from a platform's own hosts: what came in names an address, and we call no other.

A message says where its picture lies, so the address is a stranger's words until it is judged:
only hosts of the list, only https (plain http to a loopback address that the list names), no port
that is not meant, no user in it, and the same again for every redirect. What the name stands for
is judged too: the connection goes to the very address that was looked up and found to be public.
A proxy would look the name up once more, so none is used.
"""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

import aiohttp
from yarl import URL

from bot.channels.hosts import Host, Lookup, PublicOnly, SystemNames, is_loopback, is_proper
from jobs.channel import NotFetched
from store.disk import make_new, sync
from store.kinds import HEAD_BYTES, kind_of

REDIRECTS: Final = 3
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
"""The longest silence; a server that drips meets the total instead."""
CHUNK: Final = 2**20
LONGEST_URL: Final = 4096
_REDIRECT: Final = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN: Final = frozenset({408, 425, 429})
_PORTS: Final = {"http": 80, "https": 443}
_VISIBLE: Final = re.compile(r"[!-~]+")
_HEADERS: Final = {"User-Agent": "danvan", "Accept-Encoding": "identity"}


class Downloads:
    """Fetches files from the hosts of a list. Bounded in bytes and in time."""

    def __init__(
        self, hosts: Sequence[str], *, seconds: float = 60.0, lookup: Lookup | None = None
    ) -> None:
        """Take the seconds for a whole file; `lookup` in place of the system's names."""
        self._hosts = tuple(Host.read(host) for host in hosts)
        self._seconds = seconds
        self._lookup = lookup
        self._names: SystemNames | None = None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session; never talks to the network."""
        if self._session is not None:
            return
        self._names = SystemNames()
        lookup = self._lookup or self._names.addresses
        self._session = aiohttp.ClientSession(
            # Every connection is made anew, so that every one is judged.
            connector=aiohttp.TCPConnector(
                limit=0, resolver=PublicOnly(lookup), use_dns_cache=False, force_close=True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            trust_env=False,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        if self._names is not None:
            self._names.close()
            self._names = None

    async def fetch(self, url: str, into: Path, *, most_bytes: int) -> None:
        """Write what is at the address to a new file, durably.

        Raises NotFetched, and OSError where our own disk fails; then there is no file.
        """
        session = self._session
        if session is None:
            raise NotFetched("away", "closed")
        file = await asyncio.to_thread(make_new, into)
        try:
            with file:
                await self._bounded(session, url, file, most_bytes)
                await asyncio.to_thread(sync, file)
        except BaseException:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            raise

    async def _bounded(
        self, session: aiohttp.ClientSession, url: str, file: BinaryIO, most_bytes: int
    ) -> None:
        """Take all that a network can do for what it is. Addresses stay out of the reasons."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._follow(session, url, file, most_bytes)
        except (ValueError, aiohttp.NonHttpUrlClientError):  # an address read only as it is used
            raise NotFetched("forbidden", "no address of ours") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotFetched("away", type(error).__name__) from None

    async def _follow(
        self, session: aiohttp.ClientSession, url: str, file: BinaryIO, most_bytes: int
    ) -> None:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
        )
        target = self._judged(_parsed(url))
        for _ in range(REDIRECTS + 1):
            async with session.get(target, timeout=timeout, allow_redirects=False) as answer:
                if answer.status not in _REDIRECT:
                    _see_status(answer.status)
                    await _save(answer, file, most_bytes)
                    return
                location = answer.headers.get("Location", "")
            target = self._judged(target.join(_parsed(location)))
        raise NotFetched("forbidden", "too many redirects")

    def _judged(self, url: URL) -> URL:
        """Give the address that may be called; http becomes https where it leaves the machine."""
        host = (url.raw_host or "").lower()
        if url.scheme not in _PORTS or url.raw_user is not None or url.raw_password is not None:
            raise NotFetched("forbidden", "no plain web address")
        if url.scheme == "http" and not self._is_local(host, url.port or 80):
            if url.explicit_port not in {None, 80}:
                raise NotFetched("forbidden", "http to a port of its own")
            url = url.with_scheme("https").with_port(None)
        port = url.port or 443
        if not self._is_local(host, port) and not self._is_listed(host, port):
            raise NotFetched("forbidden", "no host of the list")
        return url if url.raw_host == host else url.with_host(host)

    def _is_listed(self, host: str, port: int) -> bool:
        """Judge a host out there: a name, or an address that is public."""
        return is_proper(host) and any(one.matches(host, port) for one in self._hosts)

    def _is_local(self, host: str, port: int) -> bool:
        return is_loopback(host) and any(one.matches(host, port) for one in self._hosts)


def _parsed(url: str) -> URL:
    """Read an address, its path and query just as they were signed."""
    if not url or len(url) > LONGEST_URL:
        raise NotFetched("forbidden", "no address")
    try:
        return URL(url, encoded=_VISIBLE.fullmatch(url) is not None)
    except ValueError:
        raise NotFetched("forbidden", "no address") from None


def _see_status(status: int) -> None:
    if status == 200:
        return
    if status >= 500 or status in _TRY_AGAIN:
        raise NotFetched("away", f"HTTP {status}")
    raise NotFetched("gone", f"HTTP {status}")


async def _save(answer: aiohttp.ClientResponse, file: BinaryIO, most_bytes: int) -> None:
    """Write the body down as far as it is of a kind and a size that we take."""
    if (answer.content_length or 0) > most_bytes:
        raise NotFetched("too large", f"{answer.content_length} bytes announced")
    waiting = bytearray()
    seen, known = 0, False
    async for chunk in answer.content.iter_any():
        waiting += chunk
        seen += len(chunk)
        if seen > most_bytes:
            raise NotFetched("too large", f"more than {most_bytes} bytes")
        if not known and seen >= HEAD_BYTES:
            known = _see_kind(waiting)
        if known and len(waiting) >= CHUNK:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    if not known:
        _see_kind(waiting)
    await asyncio.to_thread(file.write, bytes(waiting))


def _see_kind(beginning: bytearray) -> bool:
    if not kind_of(bytes(beginning[:HEAD_BYTES])):
        raise NotFetched("wrong kind", "neither picture nor voice nor document")
    return True
