"""Registered people: their roles, and whose data they may see."""

from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Address, LoginToken, Person, Role, Unit, WebSession
from store.talks import Change, Kept, Speaker

ROLES = ("officer", "leader", "curator", "admin")
OVERSEEING = ("leader", "admin")
"""Who sees the unit of the role and all below it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One role that a person holds, at the unit of that name."""

    role: str
    unit: str


async def visible_units(session: AsyncSession, person: Speaker | None) -> frozenset[int]:
    """Give the units whose people, reports and deliveries the person may see.

    The only way to others' data: strangers, suspended people and officers see no unit.
    """
    if person is None or not person.active:
        return frozenset()
    own = [unit_id for role, unit_id in person.roles if role in OVERSEEING]
    if not own:
        return frozenset()
    paths = (await session.scalars(select(Unit.path).where(Unit.id.in_(own)))).all()
    below = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    return frozenset((await session.scalars(select(Unit.id).where(below))).all())


async def held_roles(session: AsyncSession, person_id: int) -> tuple[Held, ...]:
    """Give the roles of a person with their units' names, oldest first."""
    rows = await session.execute(
        select(Role.role, Unit.name)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.person_id == person_id)
        .order_by(Role.id)
    )
    return tuple(Held(role, unit) for role, unit in rows)


def close_address() -> Change:
    """Give the change that notes that the person closed the chat; writing again opens it."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        await session.execute(
            update(Address)
            .where(Address.id == kept.address.id)
            .values(state="blocked")
            .execution_options(synchronize_session=False)
        )

    return change


async def suspend(session: AsyncSession, person_id: int) -> None:
    """Take from a person all they may do, browser sessions at once; `restore` gives it back."""
    await _set_state(session, person_id, "active", "suspended")
    for table in (WebSession, LoginToken):
        await session.execute(delete(table).where(table.person_id == person_id))


async def restore(session: AsyncSession, person_id: int) -> None:
    """Let a suspended person act again."""
    await _set_state(session, person_id, "suspended", "active")


async def _set_state(session: AsyncSession, person_id: int, before: str, after: str) -> None:
    await session.execute(
        update(Person)
        .where(Person.id == person_id, Person.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
