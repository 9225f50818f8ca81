"""Whom somebody who leads may speak to: the people of their units and below, and their groups.

It says in paths what `store.people.visible_units` says in ids, so that it costs the same however
many units there are below.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store import units
from store.audiences import Audience
from store.models import Account, Address, Dialogue, Person, Role, Unit
from store.people import OVERSEEING
from store.talks import Speaker
from store.units import folded


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or a group by its id and name."""

    id: int
    name: str
    channel: str = ""


async def own_units(session: AsyncSession, person: Speaker) -> list[Place]:
    """Give the units that a person leads, without those below another of them."""
    rows = await session.execute(
        select(Unit.id, Unit.name, Unit.path).where(Unit.id.in_(_led(person))).order_by(Unit.path)
    )
    found: list[tuple[Place, str]] = []
    for unit_id, name, path in rows:
        if not any(path.startswith(above) for _, above in found):
            found.append((Place(unit_id, name), path))
    return [place for place, _ in found]


async def covers(session: AsyncSession, person: Speaker, audience: Audience) -> bool:
    """Say whether all of an audience is below the units that a person leads, or their groups."""
    if audience.addresses:
        own = {one.id for one in await groups(session, person)}
        return own.issuperset(audience.addresses)
    paths = await session.scalars(select(Unit.path).where(Unit.id.in_(audience.units)))
    found = paths.all()
    own_paths = await _paths(session, person)
    return bool(found) and all(path.startswith(own_paths) for path in found)


async def units_named(session: AsyncSession, person: Speaker, name: str) -> list[Place]:
    """Find units by name among those that a person leads and those below.

    One that is called `xã A, tỉnh B`, because nothing was known of B, is found as `xã A` too.
    """
    own_paths = await _paths(session, person)
    found = await units.find(session, name)
    if not found and folded(name):
        longer = Unit.folded.startswith(f"{folded(name)} ", autoescape=True)
        asked = select(Unit).where(longer, await _below(session, person)).order_by(Unit.id)
        some = (await session.scalars(asked)).all()
        found = [one for one in some if folded(one.name.partition(",")[0]) == folded(name)]
    return [Place(one.id, one.name) for one in found if one.path.startswith(own_paths)]


async def units_below(session: AsyncSession, person: Speaker) -> Sequence[Place]:
    """Give the units that a person leads and all below, from above."""
    rows = await session.execute(
        select(Unit.id, Unit.name).where(await _below(session, person)).order_by(Unit.path)
    )
    return [Place(*row) for row in rows]


async def people_named(
    session: AsyncSession, person: Speaker, names: Collection[str]
) -> dict[str, list[int]]:
    """Find people below by their names, in any case and without accents."""
    wanted = {folded(name): name for name in names}
    found: dict[str, list[int]] = {name: [] for name in names}
    rows = await session.execute(
        select(Person.id, Person.name)
        .join(Role, Role.person_id == Person.id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Person.state == "active", await _below(session, person))
        .distinct()
        .order_by(Person.id)
    )
    for person_id, name in rows:
        if (plain := folded(name)) in wanted:
            found[wanted[plain]].append(person_id)
    return found


async def channels(session: AsyncSession, person: Speaker) -> Sequence[str]:
    """Give the channel accounts on which people below speak."""
    rows = await session.scalars(
        select(Account.channel)
        .join(Role, Role.person_id == Account.person_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(await _below(session, person))
        .distinct()
        .order_by(Account.channel)
    )
    return rows.all()


async def groups(session: AsyncSession, person: Speaker) -> Sequence[Place]:
    """Give the open groups in which a person has spoken to us."""
    rows = await session.execute(
        select(Address.id, Address.name, Address.channel)
        .join(Dialogue, Dialogue.address_id == Address.id)
        .join(Account, Account.id == Dialogue.account_id)
        .where(Account.person_id == person.id, ~Address.private, Address.state == "open")
        .distinct()
        .order_by(Address.id)
    )
    return [Place(*row) for row in rows]


def _led(person: Speaker) -> Select[int]:
    """Give the units that a person leads now, whatever was known when they began to speak."""
    return (
        select(Role.unit_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.person_id == person.id, Role.role.in_(OVERSEEING), Person.state == "active")
    )


async def _paths(session: AsyncSession, person: Speaker) -> tuple[str, ...]:
    return tuple(await session.scalars(select(Unit.path).where(Unit.id.in_(_led(person)))))


async def _below(session: AsyncSession, person: Speaker) -> ColumnElement[bool]:
    paths = await _paths(session, person)
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
