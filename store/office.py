"""What the office or the store itself decided: small named values that all processes share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import OfficeSetting, table_of

PAUSED = "sending_paused"
"""While it is there nothing is sent: an admin must release or drop what became due (restore)."""


async def find(session: AsyncSession, name: str) -> dict[str, Any] | None:
    """Give a setting; None where it was never made."""
    return await session.scalar(select(OfficeSetting.value).where(OfficeSetting.name == name))


async def get_or_make(
    session: AsyncSession, name: str, make: Callable[[], dict[str, Any]], *, now: datetime
) -> dict[str, Any]:
    """Give a setting, made on first use; two processes that make it at once get the same."""
    found = await find(session, name)
    if found is not None:
        return found
    insert = INSERTS[session.get_bind().dialect.name]
    await session.execute(
        insert(table_of(OfficeSetting))
        .values(name=name, value=make(), changed_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    made = await session.execute(select(OfficeSetting.value).where(OfficeSetting.name == name))
    value: dict[str, Any] = made.scalar_one()
    return value


async def put(session: AsyncSession, *, name: str, value: dict[str, Any], now: datetime) -> None:
    """Set a setting; the same value again changes nothing."""
    if await get_or_make(session, name, lambda: value, now=now) != value:
        await session.execute(
            update(OfficeSetting)
            .where(OfficeSetting.name == name)
            .values(value=value, changed_at=now)
            .execution_options(synchronize_session=False)
        )
