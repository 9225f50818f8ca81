"""Tell the admins what a person must look at, on the channels where they are."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from store import outbox
from store.database import Database
from store.messages import Message, Priority
from store.models import Account, Address, Person, Role


async def tell_admins(
    database: Database, channels: Mapping[str, Channel], text: str, *, key: str, now: datetime
) -> None:
    """Queue one message to every open private address of every admin; the same key only once."""

    async def work(session: AsyncSession) -> None:
        for address in await session.scalars(_ADMINS):
            channel = channels.get(address.channel)
            if channel is None:
                continue
            await outbox.enqueue(
                session,
                address,
                channel.split(Message(text)),
                key=f"{key}:{address.id}",
                now=now,
                priority=Priority.REMINDER,
                stored_is_sent=channel.stored_is_sent,
            )

    await database.write(work)


_ADMINS = (
    select(Address)
    .join(Account, Account.id == Address.account_id)
    .join(Person, Person.id == Account.person_id)
    .where(
        Address.state == "open",
        Person.state == "active",
        Person.id.in_(select(Role.person_id).where(Role.role == "admin")),
    )
)
