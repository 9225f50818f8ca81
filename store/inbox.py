"""The inbox: raw updates, stored before a platform is told so, then worked one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal_column, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS, wake_after
from store.models import InboxRow, fixed, table_of

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


FRESH = {
    "state": "queued",
    "process": 0,
    "claims": 0,
    "failures": 0,
    "error": "",
    "said": "",
    "number": 0,
}
INBOX = table_of(InboxRow)
_inbox = INBOX.c
OPEN = _inbox.state.in_((fixed("queued"), fixed("working")))
"""The condition of the partial indexes, word for word, or they do not serve."""
STORE = {
    name: insert(INBOX).on_conflict_do_nothing(index_elements=["channel", "update_id"])
    for name, insert in INSERTS.items()
}


def _claim() -> Any:
    earlier = INBOX.alias("earlier")
    in_the_way = exists().where(
        earlier.c.conversation == _inbox.conversation,
        earlier.c.state.in_((fixed("queued"), fixed("working"))),
        or_(earlier.c.id < _inbox.id, earlier.c.state == fixed("working")),
        earlier.c.id != _inbox.id,
    )
    due = (
        select(_inbox.id)
        .where(
            OPEN,
            _inbox.state == fixed("queued"),
            or_(_inbox.retry_at.is_(None), _inbox.retry_at <= bindparam("now")),
            or_(_inbox.conversation == "", ~in_the_way),
        )
        .order_by(_inbox.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        # A bare sub-select may be run again for each row of the update, and then takes more.
        .cte("due")
    )
    return (
        update(INBOX)
        .where(_inbox.id.in_(select(due.c.id)), _inbox.state == fixed("queued"))
        .values(
            state="working",
            claims=_inbox.claims + 1,
            lease_until=bindparam("until"),
            process=bindparam("by"),
        )
        .returning(
            _inbox.id,
            _inbox.channel,
            _inbox.update_id,
            _inbox.raw,
            _inbox.claims,
            _inbox.failures,
            _inbox.received_at,
        )
    )


CLAIM = _claim()
ALIVE = (
    select(literal_column("1"))
    .select_from(text("pg_locks"))
    .where(
        text("locktype = 'advisory' AND objsubid = 1"),
        _inbox.process == literal_column("((classid::bigint << 32) | objid::bigint)"),
    )
    .correlate(INBOX)
    .exists()
)
"""Somebody holds the lock of the process that has the row in work."""
NEXT_RETRY = select(func.min(_inbox.retry_at)).where(
    OPEN, _inbox.state == fixed("queued"), _inbox.retry_at.is_not(None)
)
FINISH = (
    update(INBOX)
    .where(
        _inbox.id == bindparam("row"),
        _inbox.state == fixed("working"),
        _inbox.claims == bindparam("claim"),
    )
    .values(
        state="done",
        settled_at=bindparam("now"),
        lease_until=None,
        account_id=bindparam("account"),
        address_id=bindparam("address"),
        said=bindparam("words"),
        number=bindparam("place"),
    )
)


async def store(session: AsyncSession, updates: Sequence[Received], *, now: datetime) -> None:
    """Keep updates; one that is here already changes nothing."""
    rows = [
        FRESH
        | {
            "channel": one.channel,
            "update_id": one.update_id,
            "conversation": one.conversation,
            "raw": one.raw,
            "received_at": now,
        }
        for one in updates
    ]
    await session.execute(STORE[session.get_bind().dialect.name], rows)
    wake_after(session, TOPIC)


async def claim(
    session: AsyncSession, *, limit: int, now: datetime, process: int = 0
) -> list[Claimed]:
    """Take up to `limit` queued updates, oldest first, none whose conversation is in work."""
    asked = {"most": limit, "now": now, "until": now + LEASE, "by": process}
    taken = await session.execute(CLAIM, asked)
    return sorted((Claimed(*row) for row in taken), key=lambda one: one.id)


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
        FINISH,
        {
            "row": one.id,
            "claim": one.claim,
            "now": now,
            "account": account_id,
            "address": address_id,
            "words": said,
            "place": number,
        },
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _held(one: Claimed) -> tuple[Any, ...]:
    return (_inbox.id == one.id, _inbox.state == fixed("working"), _inbox.claims == one.claim)


async def fail(session: AsyncSession, one: Claimed, *, error: str, now: datetime) -> bool:
    """Note a failure: tried again a little later, dead after FAILURES. Say whether it is dead."""
    dead = one.failures + 1 >= FAILURES
    await session.execute(
        update(INBOX)
        .where(*_held(one))
        .values(
            state="dead" if dead else "queued",
            failures=one.failures + 1,
            error=error[:500],
            retry_at=now + timedelta(seconds=2**one.failures),
            lease_until=None,
            settled_at=now if dead else None,
        )
    )
    wake_after(session, TOPIC)
    return dead


async def give_back(session: AsyncSession, one: Claimed, *, now: datetime) -> None:
    """Queue an update again that could not be worked for a reason that is not its own."""
    again = {"state": "queued", "lease_until": None, "retry_at": now + timedelta(seconds=1)}
    await session.execute(update(INBOX).where(*_held(one)).values(**again))
    wake_after(session, TOPIC)


async def bury(session: AsyncSession, one: Claimed, *, error: str, now: datetime) -> None:
    """Mark an update that can never be worked as dead."""
    await session.execute(
        update(INBOX)
        .where(*_held(one))
        .values(state="dead", error=error[:500], lease_until=None, settled_at=now)
    )
    wake_after(session, TOPIC)


async def release(session: AsyncSession, *, now: datetime, all_of_them: bool = False) -> int:
    """Give back what a dead process had in work: leases run out, or all where we are alone.

    PostgreSQL knows at once which processes are dead: their lock is gone with their connection.
    """
    over = and_(OPEN, _inbox.state == fixed("working"))
    if not all_of_them:
        dead = _inbox.lease_until < now
        if session.get_bind().dialect.name == "postgresql":
            dead = or_(dead, and_(_inbox.process != 0, ~ALIVE))
        over = and_(over, dead)
    given = await session.execute(
        update(INBOX).where(over, _inbox.claims < CLAIMS).values(state="queued", lease_until=None)
    )
    await session.execute(
        update(INBOX)
        .where(over, _inbox.claims >= CLAIMS)
        .values(state="dead", error="taken up too often", lease_until=None, settled_at=now)
    )
    count = int(given.rowcount)  # type: ignore[attr-defined]
    if count:
        wake_after(session, TOPIC)
    return count


async def next_retry(session: AsyncSession) -> datetime | None:
    """Say when the next failed update is due again."""
    found = await session.scalar(NEXT_RETRY)
    return found if isinstance(found, datetime) else None
