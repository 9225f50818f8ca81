"""Tell those of a role what a person must look at, each where they are best reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from jobs.elsewhere import Place, outlook
from store import outbox
from store.database import Database
from store.messages import Message, Priority
from store.models import OutboxRow, Person, Role

Told = Literal["admin", "curator"]
INSTEAD: Final[Mapping[str, Told]] = {"curator": "admin"}
"""Who is told where nobody active holds a role."""


async def tell(
    database: Database,
    channels: Mapping[str, Channel],
    role: Told,
    text: str,
    *,
    key: str,
    now: datetime,
) -> None:
    """Queue one message to everybody of a role; the same key only once. `channels` by account.

    Where a channel account itself is what is broken, leave it out of `channels`. Somebody who
    cannot be reached is told when a later call can.
    """
    async with database.read() as session:
        untold = await _untold(session, channels, role, key, now)
    if not untold:
        return

    async def work(session: AsyncSession) -> None:
        for person_key, address in (await _untold(session, channels, role, key, now)).items():
            channel = channels[address.channel]
            await outbox.enqueue(
                session,
                address,
                channel.split(Message(text)),
                key=person_key,
                now=now,
                priority=Priority.REMINDER,
                stored_is_sent=channel.stored_is_sent,
            )

    await database.write(work)


async def _untold(
    session: AsyncSession, channels: Mapping[str, Channel], role: Told, key: str, now: datetime
) -> Mapping[str, Place]:
    """Give the address of everybody who can be reached and was not told, by delivery key."""
    found = await outlook(session, channels, await _holders(session, role), now=now)
    due = {f"{key}:{person_id}": one.address for person_id, one in found.reached.items()}
    told = await session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(due)))
    return {name: due[name] for name in due.keys() - set(told)}


async def _holders(session: AsyncSession, role: Told) -> Sequence[int]:
    holds = Person.id.in_(select(Role.person_id).where(Role.role == role))
    active = select(Person.id).where(Person.state == "active", holds)
    people = (await session.scalars(active)).all()
    return people if people or role not in INSTEAD else await _holders(session, INSTEAD[role])
