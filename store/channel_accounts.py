"""How our own accounts at the platforms fare: resting, refused, or well."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import ChannelAccount, table_of


async def rest(
    session: AsyncSession, channel: str, *, until: datetime, refused: str, now: datetime
) -> None:
    """Note that nothing is sent before `until`; `refused` says why the platform wants a person."""
    told = {"held_until": until, "stopped_reason": refused[:200]}
    insert = INSERTS[session.get_bind().dialect.name](table_of(ChannelAccount))
    await session.execute(
        insert.values(id=channel, created_at=now, **told).on_conflict_do_update(
            index_elements=["id"], set_=told
        )
    )


async def be_well(session: AsyncSession, channel: str) -> None:
    """Note that the platform takes our messages again."""
    account = table_of(ChannelAccount)
    await session.execute(
        update(account)
        .where(
            account.c.id == channel,
            or_(account.c.held_until.is_not(None), account.c.stopped_reason != ""),
        )
        .values(held_until=None, stopped_reason="")
    )
