"""Telling one thing to many people: each is reached at one address, rows are queued in batches.

A batch is one short transaction, so that replies come between; planned twice it stands once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from jobs.elsewhere import Reached, outlook
from store import outbox, sharing
from store.messages import Message
from store.sharing import Bulk

BATCH = 500
"""People of one transaction."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One message to many, and how its deliveries are queued."""

    message: Message
    bulk: Bulk


async def tell(
    session: AsyncSession,
    channels: Mapping[str, Channel],
    telling: Telling,
    people: Sequence[int],
    *,
    now: datetime,
    silent: Collection[int] = (),
) -> None:
    """Queue a message to some people, and write down who of them is not reached and why.

    `channels` by account; `silent` are those of the people who want nothing unasked.
    """
    seen = await outlook(session, channels, [one for one in people if one not in silent], now=now)
    by_channel: dict[str, list[tuple[int, Reached]]] = {}
    for person_id, reached in seen.reached.items():
        by_channel.setdefault(reached.address.channel, []).append((person_id, reached))
    for account, some in by_channel.items():
        await _queue(session, channels[account], telling, some, now=now)
    missed = {**dict.fromkeys(silent, "stopped"), **seen.unreached}
    await sharing.note_missed(session, telling.bulk.about, missed, now=now)


async def _queue(
    session: AsyncSession,
    channel: Channel,
    telling: Telling,
    some: Sequence[tuple[int, Reached]],
    *,
    now: datetime,
) -> None:
    bulk, parts = telling.bulk, channel.split(telling.message)
    if channel.stored_is_sent and not bulk.code:
        for person_id, reached in some:
            await outbox.enqueue(
                session,
                reached.address,
                parts,
                key=f"{bulk.key}:{person_id}",
                now=now,
                priority=bulk.priority,
                due_at=bulk.due_at,
                stored_is_sent=True,
                person_id=person_id,
                about=bulk.about,
            )
        return
    shared = await sharing.keep(session, parts, now=now)
    addresses = [reached.address.id for _, reached in some]
    await sharing.enqueue(session, channel.account, addresses, shared, bulk, now=now)
