"""Watch our own accounts: tell the admins when one stops, or when most of what it may use is used.

A tick: it may run twice, each thing is told once.
"""

from collections.abc import Mapping
from datetime import datetime

from jobs import alerts, phrases
from jobs.channel import Caps, Channel
from store import channel_accounts, usage
from store.database import Database
from store.usage import Used

WARN_AT = 0.8
"""The share of a cap from which on somebody must know."""


def limit_of(caps: Caps, used: Used) -> int | None:
    """Give the cap that a count is held against."""
    return {usage.MESSAGES: caps.messages, usage.USERS: caps.users}.get(used.kind)


def nearly_used(caps: Caps, some: list[Used]) -> list[Used]:
    """Choose the counts that have reached WARN_AT of their cap."""
    return [one for one in some if (limit := limit_of(caps, one)) and one.count >= WARN_AT * limit]


async def watch(database: Database, channels: Mapping[str, Channel], *, now: datetime) -> None:
    """Take one look. `channels` by account."""
    async with database.read() as session:
        stopped = await channel_accounts.stopped(session)
    for one in stopped:
        others = {name: channel for name, channel in channels.items() if name != one.id}
        since = one.stopped_at.isoformat() if one.stopped_at else ""
        text = phrases.channel_stopped(channel=one.id, reason=one.stopped_reason)
        await alerts.tell_admins(database, others, text, key=f"stopped:{one.id}:{since}", now=now)
    for channel in channels.values():
        if channel.caps.messages or channel.caps.users:
            await _watch_caps(database, channels, channel, now=now)


async def _watch_caps(
    database: Database, channels: Mapping[str, Channel], channel: Channel, *, now: datetime
) -> None:
    async with database.read() as session:
        near = nearly_used(channel.caps, await usage.used(session, channel.account, now=now))
    for one in near:
        text = phrases.nearly_used(
            channel=channel.account,
            kind=one.kind,
            used=one.count,
            limit=limit_of(channel.caps, one) or 0,
        )
        key = f"nearly:{channel.account}:{one.kind}:{one.period}"
        await alerts.tell_admins(database, channels, text, key=key, now=now)
