"""Tell the admins what a person must look at, each where they are best reached."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from jobs.elsewhere import outlook
from store import outbox
from store.database import Database
from store.messages import Message, Priority
from store.models import Person, Role


async def tell_admins(
    database: Database, channels: Mapping[str, Channel], text: str, *, key: str, now: datetime
) -> None:
    """Queue one message to every admin; the same key only once. `channels` by account.

    Where the channel account itself is what is broken, leave it out of `channels`.
    """

    async def work(session: AsyncSession) -> None:
        admins = (await session.scalars(_ADMINS)).all()
        found = await outlook(session, channels, admins, now=now)
        for person_id, one in found.reached.items():
            channel = channels[one.address.channel]
            await outbox.enqueue(
                session,
                one.address,
                channel.split(Message(text)),
                key=f"{key}:{person_id}",
                now=now,
                priority=Priority.REMINDER,
                stored_is_sent=channel.stored_is_sent,
            )

    await database.write(work)


_ADMINS = select(Person.id).where(
    Person.state == "active",
    Person.id.in_(select(Role.person_id).where(Role.role == "admin")),
)
