"""Whom something is told: an audience as plain values, and its people, lowest id first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Account, Person, Role, Unit


@dataclass(frozen=True, slots=True)
class Audience:
    """Active people who speak somewhere and fulfil all that is given.

    `units`: who holds a role at one of these units or below. `roles`: who holds one of these roles
    there. `channel`: who has an account on this channel account. `people`: only these.
    `addresses`: not people but group chats, by the ids of their addresses.
    """

    units: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    channel: str = ""
    people: tuple[int, ...] = ()
    addresses: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the audience as JSON values, without what is empty."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Audience":
        """Read back what `as_json` gave."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in content.items()
        }
        return cls(**given)


async def people_of(
    session: AsyncSession, audience: Audience, *, after: int = 0, limit: int
) -> Sequence[int]:
    """Give the next people of an audience after an id, lowest first."""
    rows = await session.scalars(
        (await _people(session, audience))
        .where(Person.id > after)
        .order_by(Person.id)
        .limit(limit)
    )
    return rows.all()


async def count(session: AsyncSession, audience: Audience) -> int:
    """Count the people of an audience; group chats do not count."""
    people = (await _people(session, audience)).subquery()
    return int(await session.scalar(select(func.count()).select_from(people)) or 0)


async def _people(session: AsyncSession, audience: Audience) -> Select[int]:
    speaks = exists().where(Account.person_id == Person.id)
    statement = select(Person.id).where(Person.state == "active", speaks)
    if audience.addresses:
        return statement.where(Person.id < 0)
    if audience.people:
        statement = statement.where(Person.id.in_(audience.people))
    if audience.channel:
        statement = statement.where(
            exists().where(Account.person_id == Person.id, Account.channel == audience.channel)
        )
    if audience.units or audience.roles:
        statement = statement.where(Person.id.in_(await _holders(session, audience)))
    return statement


async def _holders(session: AsyncSession, audience: Audience) -> Select[int]:
    holders = select(Role.person_id)
    if audience.roles:
        holders = holders.where(Role.role.in_(audience.roles))
    if audience.units:
        paths = await session.scalars(select(Unit.path).where(Unit.id.in_(audience.units)))
        below = [Unit.path.startswith(path, autoescape=True) for path in paths]
        holders = holders.join(Unit, Unit.id == Role.unit_id).where(or_(False, *below))
    return holders
