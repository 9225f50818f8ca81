"""Watch our own accounts: tell the admins when one stops, or when what it may use comes to an end.

A tick: it may run twice, each thing is told once.
"""

from collections.abc import Mapping
from datetime import datetime

from jobs import alerts, phrases
from jobs.channel import Caps, Channel
from store import channel_accounts, usage
from store.channel_accounts import platform
from store.database import Database
from store.usage import Used

WARN_AT = 0.8
"""The share of a cap from which on somebody must know."""
OF_ONE_PERSON = frozenset({f"{usage.LEFT}reply"})
"""What a platform tells of the answers to one person; it says nothing of all."""


def limit_of(caps: Caps, used: Used) -> int | None:
    """Give the cap that a count is held against."""
    return {usage.MESSAGES: caps.messages, usage.USERS: caps.users}.get(used.kind)


def nearly_used(caps: Caps, some: list[Used]) -> list[Used]:
    """Choose the counts that have reached WARN_AT of their cap."""
    return [one for one in some if (limit := limit_of(caps, one)) and one.count >= WARN_AT * limit]


def run_out(some: list[Used], *, now: datetime) -> list[Used]:
    """Choose the quotas of which the platform said this month that nothing is left."""
    left = [one for one in some if one.kind.startswith(usage.LEFT) and one.count <= 0]
    fresh = [one for one in left if one.at and usage.month(one.at) == usage.month(now)]
    return [one for one in fresh if one.kind not in OF_ONE_PERSON]


async def watch(database: Database, channels: Mapping[str, Channel], *, now: datetime) -> None:
    """Take one look. `channels` by account."""
    async with database.read() as session:
        stopped = await channel_accounts.stopped(session)
    refused = {one.id for one in stopped}
    well = {name: channel for name, channel in channels.items() if name not in refused}
    for one in stopped:
        since = one.stopped_at.isoformat() if one.stopped_at else ""
        text = phrases.channel_stopped(channel=platform(one.id), reason=one.stopped_reason)
        await alerts.tell(database, well, "admin", text, key=f"stopped:{one.id}:{since}", now=now)
    for channel in channels.values():
        if not channel.stored_is_sent:
            await _watch_use(database, channels, channel, now=now)


async def _watch_use(
    database: Database, channels: Mapping[str, Channel], channel: Channel, *, now: datetime
) -> None:
    async with database.read() as session:
        some = await usage.used(session, channel.account, now=now)
    for one in run_out(some, now=now):
        text = phrases.run_out(channel=platform(channel.account))
        key = f"run-out:{channel.account}:{one.kind}:{usage.month(now)}"
        await alerts.tell(database, channels, "admin", text, key=key, now=now)
    for one in nearly_used(channel.caps, some):
        text = phrases.nearly_used(
            channel=platform(channel.account),
            kind=one.kind,
            used=one.count,
            limit=limit_of(channel.caps, one) or 0,
        )
        key = f"nearly:{channel.account}:{one.kind}:{one.period}"
        await alerts.tell(database, channels, "admin", text, key=key, now=now)
