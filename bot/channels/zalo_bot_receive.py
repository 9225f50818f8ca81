"""How updates of the Zalo Bot Platform come in: by asking for them, or by a registered webhook.

A poll gives one object, and the platform forgets it as it answers: there is no offset and nothing
to confirm. So what came is stored before anything else is asked for, and where it cannot be stored
it is kept in hand and tried again. For the same reason a poll under way is never given up: when we
are to stop, it may end (it should last a few seconds at most) and what it brings is stored before
`Poller.run` ends. A stop takes that long; a poll that lasts longer is cut off, and that is said.
What a kill takes with it, nobody can give back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bot.channels.contract import Take
from bot.channels.zalo_bot_call import PROBLEMS, Call, Refused, result_of
from bot.channels.zalo_bot_parse import says_something
from bot.channels.zalo_http import Reply
from jobs.channel import Unparsable

log = structlog.get_logger()

Pause = Callable[[float], Awaitable[None]]
CHECK_SECONDS: Final = 600.0
"""How often the webhook's registration is looked at."""
LEAVE_SECONDS: Final = 3.0
"""How much longer than a poll lasts stopping may take, for the network and for storing."""
_SHORTEST: Final = 1.0
_LONGEST: Final = 30.0
_FOR_PEOPLE: Final = frozenset({401, 403, 429})
"""Refusals that pass only when a person acts: nothing is gained by asking often."""
_BREATH: Final = 0.5
"""The least time between polls that brought nothing, should they not wait as they are asked to."""


class Backoff:
    """Waits longer after each failure in a row."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._next = _SHORTEST

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._next = _SHORTEST

    async def wait(self, error: Exception | None = None) -> None:
        """Wait before the next attempt."""
        seconds, self._next = self._next, min(self._next * 2, _LONGEST)
        if isinstance(error, Refused) and error.code in _FOR_PEOPLE:
            seconds = _LONGEST
        if error is not None:
            log.warning("zalo_bot_waits", error=type(error).__name__, why=str(error), s=seconds)
        await self._pause(seconds)


async def persist(step: Callable[[], Awaitable[None]], pause: Pause) -> None:
    """Repeat a step until it succeeds."""
    backoff = Backoff(pause)
    while True:
        try:
            return await step()
        except PROBLEMS as error:
            await backoff.wait(error)


class Poller:
    """Asks for updates, one at a time; at most one is in hand, and none is asked for meanwhile."""

    def __init__(self, call: Call, take: Take, *, seconds: int, pause: Pause) -> None:
        """Take the seconds that a poll may wait at the platform."""
        self._call = call
        self._take = take
        self._seconds = seconds
        self._pause = pause
        self._backoff = Backoff(pause)
        self._asking: asyncio.Future[Reply] | None = None
        self._hand: bytes | None = None

    async def run(self, wanted: Callable[[], Awaitable[bool]]) -> None:
        """Poll while it is wanted. When cancelled, let the poll end and store what it brings."""
        try:
            await persist(self._leave_webhook, self._pause)
            while await wanted():
                await self._empty_hand()
                await self._turn()
        except asyncio.CancelledError:
            await self._finish()
            raise

    async def _leave_webhook(self) -> None:
        """Take a webhook off: as long as there is one, the platform refuses every poll."""
        url = result_of(await self._call("getWebhookInfo", {})).get("url")
        if url:
            log.warning("zalo_bot_webhook_removed", url=url, why="the settings ask for polling")
            await self._call("deleteWebhook", {})

    async def _turn(self) -> None:
        """Ask once and store what comes; wait where nothing good came."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            came = await self._ask()
        except PROBLEMS as error:
            if not _is_idle(error):
                await self._backoff.wait(error)
                if isinstance(error, Refused) and "webhook" in error.reason.lower():
                    await persist(self._leave_webhook, self._pause)
                return
            self._backoff.reset()
            if clock() - began < _BREATH:
                await self._pause(_BREATH)
            return
        if not came:
            await self._backoff.wait()
            return
        await self._empty_hand()
        self._backoff.reset()

    async def _ask(self) -> bool:
        """Take into the hand what a poll brings; say whether it brought anything."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(
                self._call(
                    "getUpdates", {"timeout": str(self._seconds)}, seconds=self._seconds + 10
                )
            )
        try:
            # Whoever cancels us does not cancel the poll: see `_finish`.
            reply = await asyncio.shield(self._asking)
        except Exception:
            self._asking = None
            raise
        self._hand = reply.body if _brings_something(reply) else None
        self._asking = None
        return self._hand is not None

    async def _empty_hand(self) -> None:
        """Store what is in hand, however long it takes."""
        backoff = Backoff(self._pause)
        while self._hand is not None:
            try:
                await self._take([self._hand])
            except Exception:
                log.exception("zalo_bot_update_not_stored")
                await backoff.wait()
            else:
                self._hand = None

    async def _finish(self) -> None:
        """Let the poll under way end, and store what is in hand then; bounded in time."""
        rest = asyncio.ensure_future(self._bring_in())
        try:
            await asyncio.wait({rest}, timeout=self._seconds + LEAVE_SECONDS)
        finally:
            for one in (rest, self._asking):
                if one is not None and not one.done():
                    one.cancel()
            for lost, why in (
                (self._hand, "it could not be stored before the end"),
                (self._asking, "the poll did not end in time, nor what it brings come in"),
            ):
                if lost is not None:
                    log.error("zalo_bot_update_lost", why=why)

    async def _bring_in(self) -> None:
        if self._hand is None and self._asking is not None:
            try:
                await self._ask()
            except PROBLEMS:
                return
            except Exception:
                log.exception("zalo_bot_poll_failed")
                return
        await self._empty_hand()


def _is_idle(error: Exception) -> bool:
    """Tell that there was nothing: the platform says so by a refusal, at times without a code."""
    return isinstance(error, Refused) and (
        error.code == 408 or error.reason.strip().lower() == "request timeout"
    )


def _brings_something(reply: Reply) -> bool:
    """Tell an update, however odd, from an empty answer."""
    try:
        return says_something(reply.content)
    except Unparsable:
        return bool(reply.content.get("result"))


@dataclass(frozen=True, slots=True)
class Webhook:
    """The registration that we want the platform to have."""

    url: str
    secret: str = field(repr=False)

    def parameters(self) -> dict[str, Any]:
        """Give what setWebhook takes."""
        return {"url": self.url, "secret_token": self.secret}


async def keep_registered(call: Call, webhook: Webhook, *, pause: Pause) -> None:
    """Register the webhook where the platform's record has another address; look now and then.

    The record does not show the secret, and setting a webhook again for no reason is not without
    risk: `doctor` says what to do where the secret alone has changed.
    """

    async def look() -> None:
        there = result_of(await call("getWebhookInfo", {})).get("url")
        if there == webhook.url:
            return
        told = result_of(await call("setWebhook", webhook.parameters())).get("verification")
        outcome = told.get("outcome") if isinstance(told, dict) else None
        say = log.info if outcome in {None, "webhook.ok"} and not there else log.warning
        say("zalo_bot_webhook_registered", url=webhook.url, before=there, outcome=outcome)

    while True:
        await persist(look, pause)
        await pause(CHECK_SECONDS)
