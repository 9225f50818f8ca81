"""What is counted because a platform allows only so much of it, and what it says is left."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import Account, Usage, table_of

MESSAGES, USERS, UPLOADS = "messages", "users", "uploads"
LEFT = "left:"
"""What a figure of the platform's own is kept under, before the quota's name."""
USAGE = table_of(Usage)


@dataclass(frozen=True, slots=True)
class Used:
    """One count of a channel account; `period` is a month (`2026-11`) or '' for all time.

    `at` is when it last changed, None where it is counted anew each time.
    """

    kind: str
    period: str
    count: int
    at: datetime | None = field(default=None, compare=False)


def month(now: datetime) -> str:
    """Name the month of an instant, in the zone that it carries."""
    return f"{now:%Y-%m}"


async def add(session: AsyncSession, channel: str, kind: str, *, now: datetime) -> None:
    """Count one more of a kind in this month."""
    insert = INSERTS[session.get_bind().dialect.name](USAGE)
    await session.execute(
        insert.values(
            channel=channel, kind=kind, period=month(now), count=1, changed_at=now
        ).on_conflict_do_update(
            index_elements=["channel", "kind", "period"],
            set_={"count": USAGE.c.count + 1, "changed_at": now},
        )
    )


async def note_left(
    session: AsyncSession, channel: str, left: tuple[str, int], *, now: datetime
) -> None:
    """Keep what a platform says is left of one of its quotas."""
    insert = INSERTS[session.get_bind().dialect.name](USAGE)
    told = {"count": left[1], "changed_at": now}
    await session.execute(
        insert.values(
            channel=channel, kind=f"{LEFT}{left[0]}", period="", **told
        ).on_conflict_do_update(index_elements=["channel", "kind", "period"], set_=told)
    )


async def used(session: AsyncSession, channel: str, *, now: datetime) -> list[Used]:
    """Give what a channel account has used this month, how many users it has, and what is left."""
    rows = await session.execute(
        select(Usage.kind, Usage.period, Usage.count, Usage.changed_at)
        .where(Usage.channel == channel, Usage.period.in_((month(now), "")))
        .order_by(Usage.kind)
    )
    users = await session.scalar(
        select(func.count()).select_from(Account).where(Account.channel == channel)
    )
    return [*(Used(*row) for row in rows if row[0] != USERS), Used(USERS, "", users or 0)]
