"""How our own accounts at the platforms fare: resting, refused, or well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import ChannelAccount, table_of

PLATFORMS = {
    "telegram": "Telegram",
    "web": "trình duyệt",
    "zalo-bot": "Zalo Bot",
    "zalo-oa": "Zalo OA",
}


def platform(channel: str) -> str:
    """Give the name by which people know the platform of a channel account."""
    name = channel.partition(":")[0]
    return PLATFORMS.get(name, name)


async def rest(
    session: AsyncSession, channel: str, *, until: datetime, refused: str, now: datetime
) -> None:
    """Note that nothing is sent before `until`; `refused` says why the platform wants a person.

    A mere pause leaves what was refused before as it is: only `be_well` ends that.
    """
    account = table_of(ChannelAccount)
    told: dict[str, Any] = {"held_until": until}
    stop = {"stopped_reason": refused[:200], "stopped_at": now if refused else None}
    since = case((account.c.stopped_reason != "", account.c.stopped_at), else_=now)
    insert = INSERTS[session.get_bind().dialect.name](account)
    await session.execute(
        insert.values(id=channel, created_at=now, **told, **stop).on_conflict_do_update(
            index_elements=["id"],
            set_=told | ({**stop, "stopped_at": since} if refused else {}),
        )
    )


async def stopped(session: AsyncSession) -> Sequence[ChannelAccount]:
    """Give the channel accounts that wait for a person."""
    return (
        await session.scalars(select(ChannelAccount).where(ChannelAccount.stopped_reason != ""))
    ).all()


async def be_well(session: AsyncSession, channel: str) -> None:
    """Note that the platform takes our messages again."""
    account = table_of(ChannelAccount)
    await session.execute(
        update(account)
        .where(
            account.c.id == channel,
            or_(account.c.held_until.is_not(None), account.c.stopped_reason != ""),
        )
        .values(held_until=None, stopped_reason="", stopped_at=None)
    )
