"""Who stands before the web server: network, cookies, and whose page sent a POST."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

CHAT_COOKIE = "danvan_chat"
SESSION_COOKIE = "danvan_session"
CHAT_LASTS = 400 * 24 * 3600
"""The longest that browsers keep a cookie; renewed with every visit."""

_CHAT = re.compile(r"[A-Za-z0-9_-]{22}")


def network(request: web.BaseRequest) -> str:
    """Name the network that a request comes from: an IPv4 address or an IPv6 /64.

    What a proxy says of itself is believed only when the proxy is near: loopback or private.
    """
    peer = _ip(request.remote or "")
    if peer is None:
        return "unknown"
    if peer.is_loopback or peer.is_private:
        last = request.headers.getall("X-Forwarded-For", [""])[-1].rsplit(",", 1)[-1]
        peer = _ip(last.strip()) or peer
    if peer.version == 6:
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer)


def is_local(request: web.BaseRequest) -> bool:
    """Say whether a request comes from this machine itself, through no proxy."""
    peer = _ip(request.remote or "")
    proxied = any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")
    )
    return peer is not None and peer.is_loopback and not proxied


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def new_chat() -> str:
    """Make the id of a chat that nobody has seen yet."""
    return secrets.token_urlsafe(16)


def sign(chat: str, key: bytes) -> str:
    """Give the cookie that names a chat."""
    return f"{chat}.{hmac.new(key, chat.encode(), hashlib.sha256).hexdigest()[:40]}"


def read_signed(cookie: str, key: bytes) -> str | None:
    """Give the chat that a cookie of ours names; None for any other."""
    chat = cookie.partition(".")[0]
    if not _CHAT.fullmatch(chat):
        return None
    ours = hmac.compare_digest(sign(chat, key).encode(), cookie.encode("utf-8", "replace"))
    return chat if ours else None


def keep_cookie(
    response: web.StreamResponse, name: str, value: str, *, seconds: int, secure: bool
) -> None:
    """Set a cookie that scripts and other sites cannot use."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="Lax", secure=secure
    )


def is_same_origin(headers: Mapping[str, str], host: str, public_url: str) -> bool:
    """Say whether a POST comes from a page of ours (or from no browser at all)."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {host, urlsplit(public_url).netloc} - {""}
