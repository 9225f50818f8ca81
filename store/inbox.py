"""The inbox: raw updates, stored before a platform is told so, then worked one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.database import wake_after
from store.models import InboxRow

LEASE = timedelta(seconds=60)
FAILURES = 3
"""After so many failures an update is dead."""
CLAIMS = 20
"""After being taken up so often without an end (its process died each time) it is dead as well."""
TOPIC = "inbox"


@dataclass(frozen=True, slots=True)
class Received:
    """One raw update on its way in."""

    channel: str
    update_id: str
    conversation: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """One raw update in work; `claim` tells this claim from an earlier one."""

    id: int
    channel: str
    update_id: str
    raw: bytes
    claim: int
    failures: int
    received_at: datetime


async def store(session: AsyncSession, updates: Sequence[Received], *, now: datetime) -> None:
    """Keep updates; one that is here already changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "channel": one.channel,
            "update_id": one.update_id,
            "conversation": one.conversation,
            "raw": one.raw,
            "state": "queued",
            "claims": 0,
            "failures": 0,
            "error": "",
            "said": "",
            "number": 0,
            "received_at": now,
        }
        for one in updates
    ]
    statement = insert(InboxRow).on_conflict_do_nothing(index_elements=["channel", "update_id"])
    await session.execute(statement, rows)
    wake_after(session, TOPIC)


async def claim(session: AsyncSession, *, limit: int, now: datetime) -> list[Claimed]:
    """Take up to `limit` queued updates, oldest first, none whose conversation is in work."""
    earlier = aliased(InboxRow)
    blocked = exists().where(
        earlier.conversation == InboxRow.conversation,
        earlier.state.in_(("queued", "working")),
        or_(earlier.id < InboxRow.id, earlier.state == "working"),
        earlier.id != InboxRow.id,
    )
    due = (
        select(InboxRow.id)
        .where(
            InboxRow.state == "queued",
            or_(InboxRow.retry_at.is_(None), InboxRow.retry_at <= now),
            or_(InboxRow.conversation == "", ~blocked),
        )
        .order_by(InboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A bare sub-select may be run again for each row of the update, and then takes more.
        .cte("due")
    )
    taken = await session.execute(
        update(InboxRow)
        .where(InboxRow.id.in_(select(due.c.id)), InboxRow.state == "queued")
        .values(state="working", claims=InboxRow.claims + 1, lease_until=now + LEASE)
        .returning(
            InboxRow.id,
            InboxRow.channel,
            InboxRow.update_id,
            InboxRow.raw,
            InboxRow.claims,
            InboxRow.failures,
            InboxRow.received_at,
        )
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in taken), key=lambda one: one.id)


def _held(one: Claimed) -> tuple[object, ...]:
    return (InboxRow.id == one.id, InboxRow.state == "working", InboxRow.claims == one.claim)


async def finish(
    session: AsyncSession,
    one: Claimed,
    *,
    now: datetime,
    account_id: int | None = None,
    address_id: int | None = None,
    said: str = "",
    number: int = 0,
) -> bool:
    """Mark an update done. False when this claim is no longer ours (nothing is changed)."""
    result = await session.execute(
        update(InboxRow)
        .where(*_held(one))  # type: ignore[arg-type]
        .values(
            state="done",
            settled_at=now,
            lease_until=None,
            account_id=account_id,
            address_id=address_id,
            said=said,
            number=number,
        )
        .execution_options(synchronize_session=False)
    )
    wake_after(session, TOPIC)
    return bool(result.rowcount)  # type: ignore[attr-defined]


async def fail(session: AsyncSession, one: Claimed, *, error: str, now: datetime) -> bool:
    """Note a failure: tried again a little later, dead after FAILURES. Say whether it is dead."""
    dead = one.failures + 1 >= FAILURES
    await session.execute(
        update(InboxRow)
        .where(*_held(one))  # type: ignore[arg-type]
        .values(
            state="dead" if dead else "queued",
            failures=one.failures + 1,
            error=error[:500],
            retry_at=now + timedelta(seconds=2**one.failures),
            lease_until=None,
            settled_at=now if dead else None,
        )
        .execution_options(synchronize_session=False)
    )
    wake_after(session, TOPIC)
    return dead


async def bury(session: AsyncSession, one: Claimed, *, error: str, now: datetime) -> None:
    """Mark an update that can never be worked as dead."""
    await session.execute(
        update(InboxRow)
        .where(*_held(one))  # type: ignore[arg-type]
        .values(state="dead", error=error[:500], lease_until=None, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    wake_after(session, TOPIC)


async def release(session: AsyncSession, *, now: datetime, all_of_them: bool = False) -> int:
    """Give back what a dead process had in work: leases run out, or all where we are alone."""
    over = InboxRow.state == "working"
    if not all_of_them:
        over = and_(over, InboxRow.lease_until < now)
    given = await session.execute(
        update(InboxRow)
        .where(over, InboxRow.claims < CLAIMS)
        .values(state="queued", lease_until=None)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(InboxRow)
        .where(over, InboxRow.claims >= CLAIMS)
        .values(state="dead", error="taken up too often", lease_until=None, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    count = int(given.rowcount)  # type: ignore[attr-defined]
    if count:
        wake_after(session, TOPIC)
    return count


async def next_retry(session: AsyncSession) -> datetime | None:
    """Say when the next failed update is due again."""
    return await session.scalar(
        select(func.min(InboxRow.retry_at)).where(
            InboxRow.state == "queued", InboxRow.retry_at.is_not(None)
        )
    )
