"""Which hosts and addresses may be called: the list of an office, and only the open internet."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from jobs.channel import NotFetched

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Give the IP addresses of a host and port. Raises OSError."""

LOOKUPS: Final = 4
"""Threads of our own for names: those that hang keep nobody else waiting."""
_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_PUBLIC_6: Final = ip_network("2000::/3")
_NOT_PUBLIC: Final = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # Teredo and other assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
"""What `is_global` of some Python we run on still lets pass."""


def is_public(address: str) -> bool:
    """Say whether an address is one of the open internet; what wraps another address is not."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip not in _PUBLIC_6:
        return False
    inside = any(ip.version == net.version and ip in net for net in _NOT_PUBLIC)
    return ip.is_global and not ip.is_multicast and not inside


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine by its very name."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def is_proper(host: str) -> bool:
    """Say whether a host is an ordinary name, or a public address."""
    return is_public(host) or (_NAME.fullmatch(host) is not None and not is_loopback(host))


@dataclass(frozen=True, slots=True)
class Host:
    """One entry of the list: `host`, `host:port` or `.domain` (its subdomains, not itself)."""

    name: str
    port: int | None

    @classmethod
    def read(cls, entry: str) -> "Host":
        """Read an entry as Settings.media_hosts has it."""
        parts = urlsplit(f"//{entry}")
        return cls(parts.hostname or "", parts.port)

    def matches(self, host: str, port: int) -> bool:
        """Say whether an address with this host and port is meant; without a port, https's."""
        named = host.endswith(self.name) if self.name.startswith(".") else host == self.name
        return named and port == (self.port or 443)


class PublicOnly(AbstractResolver):
    """Gives the connector only addresses that may be called.

    A name is only asked for once its host has been judged, so `localhost` is a listed one.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._lookup(host, port)
        fits = is_loopback if is_loopback(host) else is_public
        good = [address for address in found if fits(address)]
        if found and not good:
            raise NotFetched("forbidden", "the name stands for no public address")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in good
        ]

    @override
    async def close(self) -> None:
        pass


class SystemNames:
    """The system's own look-ups, in threads that no other work waits for."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="names")

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Look a name up. Raises OSError."""

        def look() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(one[4][0]) for one in found))

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, look)
        except UnicodeError as error:
            raise OSError(str(error)) from None

    def close(self) -> None:
        """Drop the look-ups that have not begun; one that hangs holds up the process's end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
