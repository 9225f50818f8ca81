"""How Telegram's updates come in: by asking for them, or by seeing to it that they are brought.

PTB's own loop confirms a batch before it is worked and turns it into objects as a whole, so that
one malformed update stops it. Here each update of a batch is handed on as its own bytes, and the
offset moves only when they are stored. Whatever goes wrong is waited for, 1 to 30 seconds.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import structlog
from telegram.error import TelegramError

from bot.channels.contract import Take
from bot.channels.telegram_parse import ALLOWED_UPDATES
from bot.channels.telegram_request import Flood

log = structlog.get_logger()

Pause = Callable[[float], Awaitable[None]]
_SHORTEST: Final = 1.0
_LONGEST: Final = 30.0
CHECK_SECONDS: Final = 600.0
"""How often the webhook's registration is looked at."""


class Call(Protocol):
    """Calls one method of the Bot API and gives its result as JSON values."""

    async def __call__(
        self, method: str, parameters: dict[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """Raise TelegramError when there is no result."""


class Backoff:
    """Waits longer after each failure in a row, and as long as it is told to where it is told."""

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        self._pause = pause
        self._next = _SHORTEST

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._next = _SHORTEST

    async def wait(self, error: Exception | None = None) -> None:
        """Wait before the next attempt."""
        seconds, self._next = self._next, min(self._next * 2, _LONGEST)
        if isinstance(error, Flood):
            seconds = max(seconds, error.retry_after.total_seconds())
        if isinstance(error, TelegramError):
            log.warning("telegram_waits", error=type(error).__name__, why=str(error), s=seconds)
        await self._pause(seconds)


async def persist(step: Callable[[], Awaitable[None]], pause: Pause) -> None:
    """Repeat a step until it succeeds."""
    backoff = Backoff(pause)
    while True:
        try:
            return await step()
        except TelegramError as error:
            await backoff.wait(error)


async def poll(call: Call, take: Take, *, seconds: int, pause: Pause = asyncio.sleep) -> None:
    """Ask for updates until cancelled; what `take` has not stored is asked for again."""
    await persist(lambda: call("deleteWebhook", {}), pause)
    backoff = Backoff(pause)
    clock = asyncio.get_running_loop().time
    offset: int | None = None
    while True:
        asked = {"timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            asked["offset"] = offset
        began = clock()
        try:
            updates = await call("getUpdates", asked, read_timeout=seconds + 10)
        except TelegramError as error:
            await backoff.wait(error)
            continue
        if not isinstance(updates, list) or (not updates and clock() - began < seconds / 2):
            await backoff.wait()  # no long poll: something between us answers in Telegram's place
            continue
        moved = await _stored(updates, take) if updates else offset
        if updates and moved is None:
            await backoff.wait()
            continue
        offset = moved
        backoff.reset()


async def _stored(updates: list[Any], take: Take) -> int | None:
    """Hand the updates on; give the new offset, None when it must not move."""
    try:
        await take([_bytes(update) for update in updates])
    except Exception:
        log.exception("telegram_updates_not_stored", count=len(updates))
        return None
    numbers = [update.get("update_id") for update in updates if isinstance(update, dict)]
    known = [number for number in numbers if type(number) is int]
    return max(known) + 1 if known else None


def _bytes(update: Any) -> bytes:
    try:
        return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a surrogate pair: keep it as JSON wrote it
        return json.dumps(update, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """The registration that we want Telegram to have."""

    url: str
    secret: str = field(repr=False)
    max_connections: int = 40

    def parameters(self) -> dict[str, Any]:
        """Give what setWebhook takes."""
        return {
            "url": self.url,
            "secret_token": self.secret,
            "max_connections": self.max_connections,
            "allowed_updates": ALLOWED_UPDATES,
        }

    def is_registered(self, record: dict[str, Any]) -> bool:
        """Compare with what getWebhookInfo says, which is all but the secret."""
        kinds = record.get("allowed_updates")
        return (
            record.get("url") == self.url
            and record.get("max_connections") == self.max_connections
            and isinstance(kinds, Sequence)
            and sorted(map(str, kinds)) == sorted(ALLOWED_UPDATES)
        )


async def keep_registered(call: Call, webhook: Webhook, *, pause: Pause = asyncio.sleep) -> None:
    """Register the webhook where Telegram's record differs, and look again now and then.

    The record does not show the secret. When ours has changed, every delivery fails, so a new
    delivery error is a reason to register again; it does no harm when something else is wrong.
    """
    seen: object = None

    async def look() -> None:
        nonlocal seen
        record = await call("getWebhookInfo", {})
        record = record if isinstance(record, dict) else {}
        failed = record.get("last_error_date")
        if not webhook.is_registered(record) or failed not in {None, seen}:
            await call("setWebhook", webhook.parameters())
            log.info("telegram_webhook_registered", url=webhook.url)
        seen = failed

    while True:
        await persist(look, pause)
        await pause(CHECK_SECONDS)
