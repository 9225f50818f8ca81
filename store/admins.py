"""The first admin: who installs the product must be able to enter it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store import units
from store.models import Person, Role

NAME = "Người quản trị"


async def first_admin(session: AsyncSession, *, now: datetime) -> int:
    """Give the id of the oldest active admin; where there is none, make one at the root unit."""
    found = await session.scalar(
        select(Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(Role.role == "admin", Person.state == "active")
        .order_by(Person.id)
        .limit(1)
    )
    if found is not None:
        return found
    root = await units.root(session, now=now)
    person = Person(name=NAME, state="active", preferences={}, created_at=now)
    session.add(person)
    await session.flush()
    session.add(Role(person_id=person.id, role="admin", unit_id=root.id, created_at=now))
    await session.flush()
    return person.id
