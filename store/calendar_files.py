"""Asking for the calendar as a file: a job that answers where it was asked."""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from store import jobs
from store.talks import Change, Kept

CALENDAR: Final = "calendar"
"""The kind of job that makes the file."""


def ask_for(key: str, first: date) -> Change:
    """Give the change that has the file of the twelve months from a day made, once for a key."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        await jobs.enqueue(
            session,
            CALENDAR,
            key,
            {"from": first.isoformat()},
            now=kept.now,
            reply_address_id=kept.address.id,
        )

    return change
