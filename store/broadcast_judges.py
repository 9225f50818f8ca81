"""The second leader: who may agree to a broadcast that waits, or refuse it."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.broadcasts import ROW
from store.models import Person, Role, Unit
from store.people import OVERSEEING


async def judges(session: AsyncSession, broadcast_id: int) -> list[int]:
    """Give the people who may: they lead a unit of the author's or one above it, and are not the
    author.
    """
    return list(await session.scalars(await _judges(session, broadcast_id)))


async def may_judge(session: AsyncSession, broadcast_id: int, person_id: int) -> bool:
    """Say whether a person may."""
    asked = (await _judges(session, broadcast_id)).where(Person.id == person_id)
    return await session.scalar(asked) is not None


async def _judges(session: AsyncSession, broadcast_id: int) -> Select[int]:
    author_id = await session.scalar(select(ROW.author_id).where(ROW.id == broadcast_id))
    paths = await session.scalars(
        select(Unit.path)
        .join(Role, Role.unit_id == Unit.id)
        .where(Role.person_id == author_id, Role.role.in_(OVERSEEING))
    )
    at_or_above = {above for path in paths for above in _prefixes(path)}
    return (
        select(Person.id)
        .where(
            Person.state == "active",
            Person.id != (author_id or 0),
            Person.id.in_(
                select(Role.person_id)
                .join(Unit, Unit.id == Role.unit_id)
                .where(Role.role.in_(OVERSEEING), Unit.path.in_(at_or_above))
            ),
        )
        .order_by(Person.id)
    )


def _prefixes(path: str) -> list[str]:
    """Give the paths of a unit and of all above it: `/1/7/` has `/1/` and `/1/7/`."""
    numbers = path.strip("/").split("/")
    return [f"/{'/'.join(numbers[:end])}/" for end in range(1, len(numbers) + 1)]
