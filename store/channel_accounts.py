"""How our own accounts at the platforms fare: resting, refused, or well."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import ChannelAccount, table_of


async def rest(
    session: AsyncSession, channel: str, *, until: datetime, refused: str, now: datetime
) -> None:
    """Note that nothing is sent before `until`; `refused` says why the platform wants a person."""
    account = table_of(ChannelAccount)
    told = {"held_until": until, "stopped_reason": refused[:200]}
    since = case((account.c.stopped_reason != "", account.c.stopped_at), else_=now)
    insert = INSERTS[session.get_bind().dialect.name](account)
    await session.execute(
        insert.values(
            id=channel, created_at=now, stopped_at=now if refused else None, **told
        ).on_conflict_do_update(
            index_elements=["id"], set_={**told, "stopped_at": since if refused else None}
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
