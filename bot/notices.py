"""What a decision says at other addresses than the one it answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from store import outbox
from store.messages import Notice, Priority
from store.models import Address


async def queue(
    session: AsyncSession,
    channels: Mapping[str, Channel],
    notices: Iterable[Notice],
    *,
    now: datetime,
) -> None:
    """Queue notices with the decision that they belong to. `channels` by account.

    Nobody waits for one, so it is no reply: it makes room for replies, and where its address is
    closed it goes another way. One for a channel that is switched off is not said.
    """
    for notice in notices:
        channel = channels.get(notice.channel)
        if channel is None:
            continue
        await outbox.enqueue(
            session,
            Address(id=notice.address_id, channel=notice.channel),
            channel.split(notice.message),
            key=notice.key,
            now=now,
            priority=Priority.REMINDER,
            stored_is_sent=channel.stored_is_sent,
        )
