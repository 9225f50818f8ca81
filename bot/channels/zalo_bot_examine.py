"""What `doctor` says about the Zalo Bot, in Vietnamese words."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from bot.channels import zalo_bot_phrases as phrases
from bot.channels.contract import Finding
from bot.channels.zalo_bot_call import PROBLEMS, Call, Refused, result_of
from bot.channels.zalo_bot_receive import Webhook
from jobs.channel import Caps
from jobs.watch import limit_of, nearly_used
from store import usage
from store.database import Database, Unavailable
from store.usage import Used

SECONDS: Final = 4.0
"""For the platform and for the database, side by side; `doctor` itself waits for 5."""

_COUNTED: Final[dict[str, tuple[Callable[[int, int], str], Callable[[int, int], str]]]] = {
    usage.MESSAGES: (phrases.messages_used, phrases.messages_nearly_used),
    usage.USERS: (phrases.users_reached, phrases.users_nearly_reached),
}
"""What is counted: how it is said, and how where little is left."""


async def of_platform(call: Call, webhook: Webhook | None) -> list[Finding]:
    """Ask Zalo who we are and how updates leave it; what no answer means is said, too."""
    try:
        async with asyncio.timeout(SECONDS):
            me = result_of(await call("getMe", {}))
            record = result_of(await call("getWebhookInfo", {}))
    except TimeoutError:
        return [Finding("warning", phrases.too_slow(SECONDS))]
    except PROBLEMS as error:
        return [_of_problem(error)]
    name = me.get("account_name")
    known = phrases.token_right(name if isinstance(name, str) else "")
    there = record.get("url")
    return [Finding("ok", known), _route(there if isinstance(there, str) else "", webhook)]


def _of_problem(error: Exception) -> Finding:
    if not isinstance(error, Refused):
        return Finding("warning", phrases.out_of_reach(str(error)))
    if error.code == 401:
        return Finding("wrong", phrases.NOT_ACCEPTED)
    return Finding("warning", phrases.refused(str(error)))


def _route(there: str, webhook: Webhook | None) -> Finding:
    if webhook is None:
        if there:
            return Finding("warning", phrases.webhook_left_over(there))
        return Finding("ok", phrases.POLLING)
    if there == webhook.url:
        return Finding("ok", phrases.webhook_right(there))
    return Finding("warning", phrases.webhook_differs(there, webhook.url))


async def of_usage(
    database: Database, account: str, caps: Caps, *, now: datetime
) -> list[Finding]:
    """Hold what is used against the caps; nothing where there are no tables yet to tell."""
    try:
        async with asyncio.timeout(SECONDS):
            if database.is_sqlite and not await asyncio.to_thread(_is_there, database):
                return []  # to read it would be to make it
            async with database.read() as session:
                used = await usage.used(session, account, now=now)
    except (Unavailable, DBAPIError, OSError, TimeoutError):
        return []
    near = nearly_used(caps, used)
    return [_of_count(one, limit, near) for one in _all(used) if (limit := limit_of(caps, one))]


def _is_there(database: Database) -> bool:
    return Path(database.url.database or "").is_file()


def _all(used: Sequence[Used]) -> list[Used]:
    """Give the counts in the order in which they are told; what was never counted is none."""
    counts = {one.kind: one for one in used}
    return [counts.get(kind, Used(kind, "", 0)) for kind in _COUNTED]


def _of_count(one: Used, limit: int, near: Sequence[Used]) -> Finding:
    calm, alarmed = _COUNTED[one.kind]
    if one in near:
        return Finding("warning", alarmed(one.count, limit))
    return Finding("ok", calm(one.count, limit))


def of_public_url(public_url: str) -> list[Finding]:
    """Say what does not work without an address that the platform can call."""
    if public_url.startswith("https://"):
        return []
    return [Finding("warning", phrases.NO_PUBLIC_URL)]
