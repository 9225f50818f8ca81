"""The outbox: everything that is said leaves through it, claimed before a call and settled after.

A delivery is queued -> sending -> sent | failed | unknown; it may also end as stale (too old),
cleared (no longer needed) or cancelled without ever being sent. `retry_at` is a column of a queued
row. Sending is committed before the network is touched, so a row found in `sending` after a death
is one of which nobody knows whether it arrived: its policy says whether it is sent again or held.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import messages
from store.database import INSERTS, wake_after
from store.messages import Message
from store.models import Address, OutboxRow, SharedMessage, fixed, table_of

LEASE = timedelta(seconds=60)
ATTEMPTS = 8
"""A delivery that could not be made so often is failed."""

Policy = Literal["resend", "hold"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row in the sender's hand; `attempt` tells this claim from an earlier one.

    `last_in_at` is when somebody was last heard of there, to the hour.
    """

    id: int
    channel: str
    chat: str
    last_in_at: datetime | None
    address_id: int
    content: dict[str, Any]
    attempt: int
    policy: str
    priority: int
    replaces_id: int | None

    @property
    def address(self) -> messages.Address:
        """Give where it goes."""
        return messages.Address(self.channel, self.chat)

    @property
    def message(self) -> Message:
        """Give what is to be said."""
        return Message.from_json(self.content)


def topic(channel: str) -> str:
    """Name the signal that a channel account's sender waits for."""
    return f"outbox:{channel}"


def chat_topic(address_id: int) -> str:
    """Name the signal that a reader of one chat waits for."""
    return f"chat:{address_id}"


OUTBOX = table_of(OutboxRow)
SHARED = table_of(SharedMessage)
ADDRESS = table_of(Address)
_outbox = OUTBOX.c
ENQUEUE = {
    name: insert(OUTBOX).on_conflict_do_nothing(index_elements=["key"])
    for name, insert in INSERTS.items()
}
COUNT = (
    update(ADDRESS)
    .where(ADDRESS.c.id == bindparam("address"))
    .values(last_number=ADDRESS.c.last_number + 1)
    .returning(ADDRESS.c.last_number)
)


def _due() -> Any:
    ahead = OUTBOX.alias("ahead")
    part_waits = and_(
        _outbox.part_of.is_not(None),
        select(ahead.c.id)
        .where(
            ahead.c.part_of == _outbox.part_of,
            ahead.c.sequence < _outbox.sequence,
            ahead.c.state.in_((fixed("queued"), fixed("sending"), fixed("unknown"))),
        )
        .exists(),
    )
    return (
        select(_outbox.id, _outbox.address_id, _outbox.priority)
        .where(
            _outbox.channel == bindparam("account"),
            _outbox.state == fixed("queued"),
            _outbox.priority <= bindparam("lowest"),
            _outbox.due_at <= bindparam("now"),
            or_(_outbox.retry_at.is_(None), _outbox.retry_at <= bindparam("now")),
            or_(_outbox.stale_at.is_(None), _outbox.stale_at > bindparam("now")),
            _outbox.address_id.not_in(bindparam("busy", expanding=True)),
            _outbox.about.not_in(bindparam("held", expanding=True)),
            ~part_waits,
        )
        .order_by(_outbox.priority, _outbox.due_at, _outbox.id)
        .limit(bindparam("most"))
    )


CONTENT = func.coalesce(
    select(SHARED.c.content).where(SHARED.c.id == _outbox.shared_id).scalar_subquery(),
    _outbox.content,
    type_=SHARED.c.content.type,
)
"""What a row says, its own or what many share."""
DUE = _due()
TAKE = (
    update(OUTBOX)
    .where(_outbox.id.in_(bindparam("ids", expanding=True)), _outbox.state == fixed("queued"))
    .values(state="sending", attempts=_outbox.attempts + 1, lease_until=bindparam("until"))
    .returning(
        _outbox.id,
        _outbox.channel,
        select(ADDRESS.c.chat).where(ADDRESS.c.id == _outbox.address_id).scalar_subquery(),
        select(ADDRESS.c.last_in_at).where(ADDRESS.c.id == _outbox.address_id).scalar_subquery(),
        _outbox.address_id,
        CONTENT,
        _outbox.attempts,
        _outbox.policy,
        _outbox.priority,
        _outbox.replaces_id,
    )
)
SETTLE = (
    update(OUTBOX)
    .where(
        _outbox.id == bindparam("row"),
        _outbox.state == fixed("sending"),
        _outbox.attempts == bindparam("attempt"),
    )
    .values(
        state=bindparam("ending"),
        attempts=bindparam("attempts_now"),
        external_id=bindparam("external"),
        code=bindparam("why"),
        reason=bindparam("words"),
        retry_at=bindparam("again"),
        settled_at=bindparam("settled"),
        lease_until=None,
    )
)


def tell_readers(session: AsyncSession, address_id: int) -> None:
    """Wake whoever reads this chat once the transaction is durable."""
    wake_after(session, chat_topic(address_id))


class Place(Protocol):
    """An address by its row."""

    @property
    def id(self) -> int:
        """Give the row's number."""

    @property
    def channel(self) -> str:
        """Give the channel account."""


async def content_of(session: AsyncSession, row_id: int) -> dict[str, Any]:
    """Give what a row says, its own or what it shares."""
    found = await session.scalar(select(CONTENT).where(_outbox.id == row_id))
    return dict(found or {})


async def enqueue(
    session: AsyncSession,
    address: Place,
    parts: Sequence[Message],
    *,
    key: str,
    now: datetime,
    priority: int,
    policy: Policy = "resend",
    due_at: datetime | None = None,
    stale_at: datetime | None = None,
    replaces_id: int | None = None,
    part_of: str | None = None,
    first: int = 0,
    stored_is_sent: bool = False,
    person_id: int | None = None,
    about: str = "",
) -> None:
    """Queue one message (its parts in order) to one address; the same key again changes nothing.

    `part_of` and `first` put the parts into a longer message, from that sequence on. With
    `stored_is_sent` the row is the delivery: it is settled at once and numbered for replay.
    `person_id` is whom it is meant for and `about` what its first part counts for.
    """
    common = {
        "address_id": address.id,
        "channel": address.channel,
        "person_id": person_id,
        "priority": priority,
        "policy": policy,
        "state": "sent" if stored_is_sent else "queued",
        "part_of": part_of or (key if len(parts) > 1 else None),
        "due_at": due_at or now,
        "stale_at": stale_at,
        "attempts": 1 if stored_is_sent else 0,
        "external_id": "",
        "code": "",
        "reason": "",
        "created_at": now,
        "settled_at": now if stored_is_sent else None,
    }
    rows = [
        common
        | {
            "key": key if sequence == 0 else f"{key}#{sequence}",
            "content": part.as_json(),
            "about": about if sequence == 0 else "",
            "sequence": first + sequence,
            "replaces_id": replaces_id if sequence == 0 else None,
            "number": await next_number(session, address.id) if stored_is_sent else 0,
        }
        for sequence, part in enumerate(parts)
    ]
    await session.execute(ENQUEUE[session.get_bind().dialect.name], rows)
    wake_after(session, chat_topic(address.id) if stored_is_sent else topic(address.channel))


async def next_number(session: AsyncSession, address_id: int) -> int:
    """Count one more thing said at an address.

    The row stays locked until the commit, so numbers become visible in their order and a reader
    that goes on from the last number it saw misses nothing.
    """
    return int(await session.scalar(COUNT, {"address": address_id}) or 0)


async def claim(
    session: AsyncSession,
    channel: str,
    *,
    limit: int,
    now: datetime,
    lowest: int | None = None,
    others: int | None = None,
    busy: Collection[int] = (),
    held: Collection[str] = (),
) -> list[Delivery]:
    """Take up to `limit` due deliveries of a channel account, urgent ones first.

    `lowest` is the least urgent priority that may go now and `others` how many of those taken may
    be less urgent than replies; `busy` are addresses where nothing may
    go now (a delivery is in flight, the chat's own rate); `held` is what must wait, by `about`. At
    most one per address is taken, and no part before those ahead of it are sent.
    """
    asked = {
        "account": channel,
        "now": now,
        "lowest": messages.Priority.BROADCAST if lowest is None else lowest,
        "busy": list(busy),
        "held": list(held),
        "most": limit + 4 * len(busy) + 16,
    }
    chosen: dict[int, int] = {}
    left = limit if others is None else others
    for row_id, address_id, priority in await session.execute(DUE, asked):
        if address_id in chosen:
            continue
        if priority > messages.Priority.REPLY:
            if left <= 0:
                break
            left -= 1
        chosen[address_id] = row_id
        if len(chosen) == limit:
            break
    if not chosen:
        return []
    ids = list(chosen.values())
    taken = await session.execute(TAKE, {"ids": ids, "until": now + LEASE})
    order = {row_id: place for place, row_id in enumerate(ids)}
    return sorted((Delivery(*row) for row in taken), key=lambda one: order[one.id])


async def settle(
    session: AsyncSession,
    one: Delivery,
    *,
    state: Literal["sent", "failed", "unknown", "queued"],
    now: datetime,
    external_id: str = "",
    code: str = "",
    reason: str = "",
    retry_at: datetime | None = None,
    counts: bool = True,
) -> bool:
    """Write down how an attempt ended. False when this claim is no longer ours.

    An attempt that does not count (the platform could not be reached at all) is taken back.
    """
    result = await session.execute(
        SETTLE,
        {
            "row": one.id,
            "attempt": one.attempt,
            "attempts_now": one.attempt if counts else one.attempt - 1,
            "ending": state,
            "external": external_id,
            "why": code[:100],
            "words": reason[:500],
            "again": retry_at,
            "settled": None if state == "queued" else now,
        },
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


async def settle_sent(
    session: AsyncSession, sent: Sequence[tuple[Delivery, str, datetime]]
) -> None:
    """Write down what was sent, each with its id on the platform and when; as `settle` does."""
    if sent:
        await session.execute(
            SETTLE,
            [
                {
                    "row": one.id,
                    "attempt": one.attempt,
                    "attempts_now": one.attempt,
                    "ending": "sent",
                    "external": external_id,
                    "why": "",
                    "words": "",
                    "again": None,
                    "settled": at,
                }
                for one, external_id, at in sent
            ],
        )


async def recover(
    session: AsyncSession, *, now: datetime, channel: str | None = None
) -> tuple[int, int]:
    """End what a dead sender had in flight. Give how many are queued again and how many unknown.

    With `channel` every delivery in flight of that channel account is meant (its only sender has
    just started); without, those whose lease ran out.
    """
    over = OutboxRow.state == fixed("sending")
    over = and_(over, OutboxRow.channel == channel if channel else OutboxRow.lease_until < now)
    again = and_(OutboxRow.policy == "resend", OutboxRow.attempts < ATTEMPTS)
    rows = await session.execute(
        update(OutboxRow)
        .where(over)
        .values(
            state=case((again, "queued"), else_="unknown"),
            code=case((again, ""), else_="lost"),
            settled_at=case((again, None), else_=now),
            lease_until=None,
        )
        .returning(OutboxRow.state, OutboxRow.channel)
        .execution_options(synchronize_session=False)
    )
    states = list(rows)
    for _, where in states:
        wake_after(session, topic(where))
    queued = sum(state == "queued" for state, _ in states)
    return queued, len(states) - queued


async def expire(session: AsyncSession, *, now: datetime) -> int:
    """End what has become too old to be said. Give how many."""
    result = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == fixed("queued"), OutboxRow.stale_at <= now)
        .values(state="stale", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


async def next_due(session: AsyncSession, channel: str, *, now: datetime) -> datetime | None:
    """Say when the next delivery of a channel account that is not due yet will be."""
    at = func.coalesce(OutboxRow.retry_at, OutboxRow.due_at)
    found = await session.scalar(
        select(at)
        .where(OutboxRow.channel == channel, OutboxRow.state == fixed("queued"), at > now)
        .order_by(at)
        .limit(1)
    )
    return found if isinstance(found, datetime) else None
