"""Jobs: slow work that outlives a death, claimed before it is done and settled with its result.

queued -> working -> done | failed. Another try is a queued row with its `retry_at`. A row found in
work after a death is given back when its lease has run out; its attempt counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS, wake_after
from store.models import JobRow, fixed, table_of

TOPIC = "jobs"
LEAST_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Job:
    """One job in work; `attempt` tells this claim from an earlier one."""

    id: int
    kind: str
    key: str
    input: dict[str, Any]
    attempt: int
    reply_address_id: int | None


JOB = table_of(JobRow)
_job = JOB.c
OPEN = _job.state.in_((fixed("queued"), fixed("working")))
"""The condition of the partial index, word for word, or it does not serve."""


def _claim() -> Any:
    due = (
        select(_job.id)
        .where(
            OPEN,
            _job.state == fixed("queued"),
            _job.kind == bindparam("what"),
            or_(_job.retry_at.is_(None), _job.retry_at <= bindparam("now")),
        )
        .order_by(_job.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        # A bare sub-select may be run again for each row of the update, and then takes more.
        .cte("due")
    )
    return (
        update(JOB)
        .where(_job.id.in_(select(due.c.id)), _job.state == fixed("queued"))
        .values(state="working", attempts=_job.attempts + 1, lease_until=bindparam("until"))
        .returning(_job.id, _job.kind, _job.key, _job.input, _job.attempts, _job.reply_address_id)
    )


CLAIM = _claim()


async def enqueue(
    session: AsyncSession,
    kind: str,
    key: str,
    work: dict[str, Any],
    *,
    now: datetime,
    reply_address_id: int | None = None,
) -> None:
    """Queue a job; the same kind and key again changes nothing."""
    insert = INSERTS[session.get_bind().dialect.name]
    await session.execute(
        insert(JOB)
        .values(
            kind=kind,
            key=key,
            input=work,
            state="queued",
            attempts=0,
            progress="",
            error="",
            reply_address_id=reply_address_id,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["kind", "key"])
    )
    wake_after(session, TOPIC)


async def claim(
    session: AsyncSession, kind: str, *, limit: int, now: datetime, lease: timedelta
) -> list[Job]:
    """Take up to `limit` due jobs of a kind, oldest first."""
    until = now + max(lease, LEAST_LEASE)
    asked = {"what": kind, "most": limit, "now": now, "until": until}
    taken = await session.execute(CLAIM, asked)
    return sorted((Job(*row) for row in taken), key=lambda one: one.id)


async def settle(
    session: AsyncSession,
    one: Job,
    *,
    state: Literal["done", "failed"],
    now: datetime,
    error: str = "",
    result_media_id: str | None = None,
) -> bool:
    """Write down how a job ended. False when this claim is no longer ours."""
    return await _end(
        session,
        one,
        state=state,
        error=error[:500],
        result_media_id=result_media_id,
        settled_at=now,
    )


async def postpone(session: AsyncSession, one: Job, *, until: datetime, error: str) -> bool:
    """Queue a job for another try. False when this claim is no longer ours."""
    return await _end(session, one, state="queued", error=error[:500], retry_at=until)


async def give_back(session: AsyncSession, one: Job) -> bool:
    """Queue a job that was broken off for no fault of its own; its attempt does not count."""
    wake_after(session, TOPIC)
    return await _end(session, one, state="queued", attempts=one.attempt - 1)


async def _end(session: AsyncSession, one: Job, **values: Any) -> bool:
    result = await session.execute(
        update(JOB)
        .where(_job.id == one.id, _job.state == fixed("working"), _job.attempts == one.attempt)
        .values(lease_until=None, **values)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


async def release(session: AsyncSession, *, now: datetime, all_of_them: bool = False) -> int:
    """Give back what a dead process had in work: leases run out, or all where we are alone."""
    over = and_(OPEN, _job.state == fixed("working"))
    if not all_of_them:
        over = and_(over, _job.lease_until < now)
    result = await session.execute(
        update(JOB).where(over).values(state="queued", lease_until=None)
    )
    count = int(result.rowcount)  # type: ignore[attr-defined]
    if count:
        wake_after(session, TOPIC)
    return count


async def next_retry(session: AsyncSession, kinds: Iterable[str]) -> datetime | None:
    """Say when the next postponed job of these kinds is due again."""
    found = await session.scalar(
        select(func.min(_job.retry_at)).where(
            OPEN,
            _job.state == fixed("queued"),
            _job.kind.in_(list(kinds)),
            _job.retry_at.is_not(None),
        )
    )
    return found if isinstance(found, datetime) else None
