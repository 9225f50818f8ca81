"""One person, several channels: where somebody is best reached, and what goes another way.

A person hears everything once, at one address: on the channel that they prefer, else where they
were last heard of, sooner where it costs nothing; the web chat, which nobody rings, comes last. An
account of ours that its platform refuses is used for those alone who have no other. When an
address closes, what should have been said there by now (replies excepted: they belong to their
talk) goes to the next; what is due later stays and is looked at when it is due.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel, Reach
from store import channel_accounts, messages, outbox
from store.links import PREFERRED
from store.messages import Message, Priority
from store.models import Account, Address, OutboxRow, Person
from store.outbox import Delivery

Why = Literal["blocked", "gone", "window", "nowhere"]
_TRIED = re.compile(r">(\d+)")
"""The addresses that a delivery has gone through stand at the end of its key."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PARTS = 64
"""Room between the sequences of two parts that may each be cut again."""


class Place(NamedTuple):
    """An address by its row: its id, channel account and chat, and when it was last heard of."""

    id: int
    channel: str
    chat: str
    last_in_at: datetime | None


class Reached(NamedTuple):
    """Where a person is reached, and whether the platform wants to be paid for it."""

    address: Place
    reach: Reach


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who of some people can be reached now, and why the others cannot, by person."""

    reached: Mapping[int, Reached]
    unreached: Mapping[int, Why]


async def outlook(
    session: AsyncSession,
    channels: Mapping[str, Channel],
    people: Collection[int],
    *,
    now: datetime,
    without: Collection[int] = (),
) -> Outlook:
    """Say beforehand who of these people can be reached and where. `channels` by account.

    Somebody who is not active, or has no account on these channels, is reached nowhere. `without`
    are addresses that are not to be thought of.
    """
    stopped = {one.id for one in await channel_accounts.stopped(session)}
    reached: dict[int, tuple[Any, Reached]] = {}
    unreached: dict[int, Why] = dict.fromkeys(people, "nowhere")
    for row in await session.execute(PLACES, {"people": list(people)}):
        person_id, preferences, state, address = row[0], row[1], row[2], Place(*row[3:])
        channel = channels.get(address.channel)
        if channel is None or address.id in without:
            continue
        where = messages.Address(address.channel, address.chat)
        reach = channel.reach(where, address.last_in_at, now=now)
        if state != "open" or reach == "closed":
            unreached[person_id] = _WHYS.get(state, "window")
            continue
        rank = (
            address.channel not in stopped,
            (preferences or {}).get(PREFERRED) == address.channel,
            not channel.stored_is_sent,
            reach == "open",
            address.last_in_at or LONG_AGO,
        )
        if person_id not in reached or rank > reached[person_id][0]:
            reached[person_id] = (rank, Reached(address, reach))
    return Outlook(
        {person_id: found for person_id, (_, found) in reached.items()},
        {person_id: why for person_id, why in unreached.items() if person_id not in reached},
    )


PLACES = (
    select(
        Person.id,
        Person.preferences,
        Address.state,
        Address.id,
        Address.channel,
        Address.chat,
        Address.last_in_at,
    )
    .join(Account, Account.person_id == Person.id)
    .join(Address, Address.account_id == Account.id)
    .where(
        Person.id.in_(bindparam("people", expanding=True)),
        Person.state == "active",
        Address.private,
    )
    .order_by(Person.id, Address.id)
)
_WHYS: Mapping[str, Why] = {"blocked": "blocked", "gone": "gone"}


async def move(
    session: AsyncSession, channels: Mapping[str, Channel], one: Delivery, *, now: datetime
) -> None:
    """Send another way what a closed address did not get: this delivery and what is due there.

    Runs in the transaction in which this delivery failed. What was refused stays as the record of
    it; what only waited is cancelled as `moved`. Buttons belong to the dialogue of the old address
    and stay behind.
    """
    if one.priority == Priority.REPLY:
        return
    person_id = await session.scalar(
        select(Account.person_id)
        .join(Address, Address.account_id == Account.id)
        .where(Address.id == one.address_id)
    )
    if person_id is None:
        return
    key = await session.scalar(select(OutboxRow.key).where(OutboxRow.id == one.id)) or ""
    tried = {one.address_id, *map(int, _TRIED.findall(key))}
    seen = await outlook(session, channels, [person_id], now=now, without=tried)
    found = seen.reached.get(person_id)
    if found is None:
        return
    waits = (
        (OutboxRow.address_id == one.address_id)
        & (OutboxRow.state == "queued")
        & (OutboxRow.priority > Priority.REPLY)
        & (OutboxRow.due_at <= now)
    )
    refused = (OutboxRow.id == one.id) & (OutboxRow.state == "failed")
    # Held, so that what another process adds meanwhile is neither copied nor cancelled.
    held = select(OutboxRow).where(or_(refused, waits)).order_by(OutboxRow.id).with_for_update()
    rows = (await session.scalars(held)).all()
    channel = channels[found.address.channel]
    for row in rows:
        await _copy(session, row, found.address, channel, now=now)
    waited = [row.id for row in rows if row.id != one.id]
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(waited), OutboxRow.state == "queued")
        .values(state="cancelled", code="moved", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    # What they counted for is counted where it goes now.
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_([row.id for row in rows]))
        .values(about="")
        .execution_options(synchronize_session=False)
    )


async def _copy(
    session: AsyncSession, row: OutboxRow, address: Place, channel: Channel, *, now: datetime
) -> None:
    message = Message.from_json(await outbox.content_of(session, row.id))
    links = tuple(tuple(b for b in line if b.url or b.is_shared) for line in message.buttons)
    parts = channel.split(replace(message, buttons=tuple(line for line in links if line)))
    await outbox.enqueue(
        session,
        address,
        parts,
        key=f"{row.key}>{row.address_id}>{address.id}",
        now=now,
        priority=row.priority,
        policy="hold" if row.policy == "hold" else "resend",
        due_at=row.due_at,
        stale_at=row.stale_at,
        part_of=f"{row.part_of}>{address.id}" if row.part_of else None,
        first=row.sequence * MOST_PARTS,
        stored_is_sent=channel.stored_is_sent,
        person_id=row.person_id,
        about=row.about,
    )
