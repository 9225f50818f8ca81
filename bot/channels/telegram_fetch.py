"""Files that came in by Telegram: the API names a path, and serves what lies there for an hour."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from telegram.error import BadRequest, TelegramError

from bot.channels.telegram_request import AiohttpRequest, OddAnswer
from jobs.channel import NotFetched
from store.disk import make_new, sync
from store.kinds import HEAD_BYTES, kind_of
from store.messages import Media

READ_SECONDS: Final = 30.0
_GONE: Final = range(400, 500)


async def fetch_file(
    call: Callable[[str, dict[str, Any]], Awaitable[Any]],
    transport: AiohttpRequest,
    base_url: str,
    media: Media,
    into: Path,
    *,
    most_bytes: int,
) -> None:
    """Write a file to a new one of ours, durably. Raises NotFetched and OSError."""
    try:
        told = await call("getFile", {"file_id": media.reference})
        path = _path(told, most_bytes)
        status, content = await transport.do_request(
            f"{base_url}/{quote(path)}", "GET", read_timeout=READ_SECONDS
        )
    except BadRequest as error:
        too_big = "too big" in error.message
        raise NotFetched("too large" if too_big else "gone", error.message) from None
    except TelegramError as error:
        gone = isinstance(error, OddAnswer) and error.status in _GONE
        raise NotFetched("gone" if gone else "away", type(error).__name__) from None
    if status != 200:
        raise NotFetched("gone", f"HTTP {status}")
    if len(content) > most_bytes:
        raise NotFetched("too large", f"{len(content)} bytes")
    if not kind_of(content[:HEAD_BYTES]):
        raise NotFetched("wrong kind", "neither picture nor voice nor document")
    await asyncio.to_thread(_write, into, content)


def _path(told: Any, most_bytes: int) -> str:
    """Read where the file lies; a Bot API server of one's own may name a place on its own disk."""
    path = told.get("file_path") if isinstance(told, dict) else None
    if not isinstance(path, str) or path.startswith("/") or ".." in path:
        raise NotFetched("forbidden", "no path of the Bot API")
    size = told.get("file_size")
    if isinstance(size, int) and size > most_bytes:
        raise NotFetched("too large", f"{size} bytes announced")
    return path


def _write(path: Path, content: bytes) -> None:
    with make_new(path) as file:
        file.write(content)
        sync(file)
