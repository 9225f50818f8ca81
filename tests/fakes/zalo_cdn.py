"""The host of pictures behind both stand-ins for Zalo: `/cdn/{key}/{name}` serves what it is told.

What is served (`Remote.cdn(name, ...)` of either fake):
- `kind`: `jpeg` or `png` (`width`, `height`; `size` pads it to that many bytes), `html`,
  `zeros` (`size`, by default 40 MB), `hex` or `text` for bytes of the test's own.
- `type`: the Content-Type, whatever the content is (`""`: none that says anything).
- `status`, `redirect` (a URL), `times` (after so many GETs it is gone: 404), `delay` (seconds).
- `drip`: seconds for which the body trickles. `chunked`: without Content-Length.
- `cut`: the connection breaks after so many bytes.
"""

import asyncio
import struct
import zlib
from contextlib import suppress
from typing import Any

from aiohttp import web

from tests.fakes.zalo_control import Account, Json, account_of, gone

HUGE = 40 * 10**6
HTML = b"<!doctype html><html><script>alert(1)</script><p>Forbidden</p></html>"
CHUNK = 64 * 1024


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(width: int = 64, height: int = 48, size: int = 0) -> bytes:
    """Make an even grey picture; comments fill it up to `size` bytes where that is possible."""
    blocks = -(-width // 8) * -(-height // 8)
    # Both tables hold the one code `0`, so each block of 8 by 8 is two zero bits.
    bits = bytearray(-(-2 * blocks // 8))
    if spare := -2 * blocks % 8:
        bits[-1] = (1 << spare) - 1
    one_code = bytes([1, *[0] * 15, 0])
    head = b"\xff\xd8" + _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    body = (
        _segment(0xDB, bytes([0, *[16] * 64]))
        + _segment(0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0))
        + _segment(0xC4, b"\x00" + one_code)
        + _segment(0xC4, b"\x10" + one_code)
        + _segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
        + bytes(bits)
        + b"\xff\xd9"
    )
    while (missing := size - len(head) - len(body)) > 4:
        head += _segment(0xFE, b"x" * (min(missing, 60_000) - 4))
    return head + body


def png(width: int = 64, height: int = 48, size: int = 0) -> bytes:
    """Make an even grey picture; a private chunk fills it up to `size` bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    pixels = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    )
    body = chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    if (missing := size - len(head) - len(body)) > 12:
        head += chunk(b"paDd", bytes(missing - 12))
    return head + body


def _content(told: Json) -> tuple[bytes, str]:
    size = {name: told[name] for name in ("width", "height", "size") if name in told}
    if "hex" in told:
        return bytes.fromhex(told["hex"]), "application/octet-stream"
    if "text" in told:
        return told["text"].encode(), "text/plain"
    match told.get("kind", "jpeg"):
        case "png":
            return png(**size), "image/png"
        case "html":
            return HTML, "text/html"
        case "zeros":
            return bytes(told.get("size", HUGE)), "application/octet-stream"
    return jpeg(**size), "image/jpeg"


async def serve_file(request: web.Request) -> web.StreamResponse:
    account: Account = account_of(request.app, request.match_info["key"])
    name = request.match_info["name"]
    told = request.app[FILES].get((account.key, name), {"status": 404, "text": "no such file"})
    log: Json = {"name": name, "method": request.method, "status": told.get("status", 200)}
    log |= {"headers": dict(request.headers), "sent": 0, "whole": False}
    request.app[GETS].setdefault(account.key, []).append(log)
    try:
        return await _serve(request, told, log)
    finally:
        await account.notify()


async def _serve(request: web.Request, told: Json, log: Json) -> web.StreamResponse:
    await asyncio.sleep(told.get("delay", 0))
    if "times" in told:
        told["times"] -= 1
        if told["times"] < 0:
            log["status"] = 404
            return web.Response(status=404)
    if "redirect" in told:
        log["status"] = told.get("status", 302)
        return web.Response(status=log["status"], headers={"Location": told["redirect"]})
    body, kind = _content(told)
    response = web.StreamResponse(status=log["status"])
    response.headers["Content-Type"] = told.get("type", kind) or "application/octet-stream"
    if not told.get("chunked"):
        response.content_length = len(body)
    # A client that has seen enough hangs up; that is its right, and seen in `sent`.
    with suppress(ConnectionError):
        await response.prepare(request)
        await _trickle(request, response, body, told, log)
    return response


async def _trickle(
    request: web.Request, response: web.StreamResponse, body: bytes, told: Json, log: Json
) -> None:
    step = max(1, len(body) // 100) if "drip" in told else CHUNK
    for start in range(0, len(body), step):
        if "cut" in told and log["sent"] >= told["cut"] and request.transport is not None:
            request.transport.abort()
        if gone(request):
            raise ConnectionError
        part = body[start : start + step]
        await response.write(part)
        log["sent"] += len(part)
        await asyncio.sleep(told["drip"] * step / len(body) if "drip" in told else 0)
    await response.write_eof()
    log["whole"] = True


FILES = web.AppKey("files", dict[tuple[str, str], Json])
GETS = web.AppKey("gets", dict[str, list[Json]])


async def offer(request: web.Request) -> web.StreamResponse:
    request.app[FILES][
        request.match_info["key"], request.match_info["name"]
    ] = await request.json()
    return web.json_response({})


async def tell(request: web.Request) -> web.StreamResponse:
    gets: list[Any] = request.app[GETS].get(request.match_info["key"], [])
    return web.json_response({"gets": gets})


def add_cdn(app: web.Application) -> None:
    app[FILES], app[GETS] = {}, {}
    app.router.add_post("/control/{key}/cdn/{name:.+}", offer)
    app.router.add_get("/control/{key}/cdn-gets", tell)
    app.router.add_get("/cdn/{key}/{name:.+}", serve_file)
