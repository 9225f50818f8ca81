"""Asking for the list of who got a broadcast and who did not: a job makes it."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from store import jobs

LIST: Final = "broadcast_list"
"""The kind of job that makes it."""


async def ask_for(
    session: AsyncSession, broadcast_id: int, address_id: int, *, key: str, now: datetime
) -> None:
    """Have the list sent to an address; the same key again changes nothing."""
    work = {"broadcast": broadcast_id, "address": address_id}
    await jobs.enqueue(
        session, LIST, f"{broadcast_id}:{key}", work, now=now, reply_address_id=address_id
    )
