"""Reminders that people asked for: kept, listed, changed, and found when they are due.

A schedule is kept as the JSON that it came as; what it means is for others to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import Conflict
from store.models import Person, Reminder, Unit, fixed, table_of

MOST = 50
"""Reminders of one person that are not over."""
OPEN = ("active", "paused")
REMINDER = table_of(Reminder)

State = Literal["active", "paused", "over", "cancelled"]


@dataclass(frozen=True, slots=True)
class NewReminder:
    """What a person wants; `unit_id` is the unit that is reminded, None for the person alone."""

    person_id: int
    unit_id: int | None
    text: str
    schedule: dict[str, Any]
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A reminder as it stands; `unit` is '' for the person alone."""

    id: int
    person_id: int
    unit_id: int | None
    unit: str
    text: str
    schedule: dict[str, Any]
    state: str
    next_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that has come due and whose it is; `after` is how far its unit is told."""

    id: int
    person_id: int
    person: str
    unit_id: int | None
    unit: str
    text: str
    schedule: dict[str, Any]
    at: datetime
    after: int
    owner_is_active: bool


async def add(session: AsyncSession, new: NewReminder, *, now: datetime) -> int:
    """Keep a reminder and give its number. Raises Conflict where a person has too many."""
    open_ones = select(func.count()).where(
        Reminder.person_id == new.person_id, Reminder.state.in_(OPEN)
    )
    if int(await session.scalar(open_ones) or 0) >= MOST:
        raise Conflict
    made = await session.scalar(
        insert(REMINDER)
        .values(
            person_id=new.person_id,
            unit_id=new.unit_id,
            text=new.text,
            schedule=new.schedule,
            state="active",
            next_at=new.next_at,
            version=0,
            last_person_id=0,
            created_at=now,
            changed_at=now,
        )
        .returning(REMINDER.c.id)
    )
    return int(made or 0)


async def listed(session: AsyncSession, person_id: int) -> Sequence[Kept]:
    """Give a person's reminders that are not over, the next one first."""
    rows = await session.execute(
        _kept()
        .where(Reminder.person_id == person_id, Reminder.state.in_(OPEN))
        .order_by(Reminder.next_at, Reminder.id)
    )
    return [Kept(*row) for row in rows]


async def find(session: AsyncSession, reminder_id: int, *, person_id: int) -> Kept | None:
    """Give one of a person's reminders; None where it is not theirs."""
    rows = await session.execute(
        _kept().where(Reminder.id == reminder_id, Reminder.person_id == person_id)
    )
    row = rows.one_or_none()
    return None if row is None else Kept(*row)


async def change(session: AsyncSession, seen: Kept, *, now: datetime, **values: Any) -> None:
    """Change a reminder as it was seen (state, text, schedule, next_at). Raises Conflict."""
    changed = await session.execute(
        update(REMINDER)
        .where(REMINDER.c.id == seen.id, REMINDER.c.version == seen.version)
        .values(version=seen.version + 1, changed_at=now, last_person_id=0, **values)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict


async def take_due(session: AsyncSession, *, now: datetime) -> Due | None:
    """Give the reminder that is due the longest, held until the transaction ends; one that another
    process holds is passed over.
    """
    found = await session.scalar(
        select(Reminder.id)
        .where(Reminder.state == fixed("active"), Reminder.next_at <= now)
        .order_by(Reminder.next_at, Reminder.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is None:
        return None
    row = (
        await session.execute(
            select(
                Reminder.id,
                Reminder.person_id,
                Person.name,
                Reminder.unit_id,
                func.coalesce(Unit.name, ""),
                Reminder.text,
                Reminder.schedule,
                Reminder.next_at,
                Reminder.last_person_id,
                Person.state == "active",
            )
            .join(Person, Person.id == Reminder.person_id)
            .outerjoin(Unit, Unit.id == Reminder.unit_id)
            .where(Reminder.id == found)
        )
    ).one()
    return Due(*row)


async def rest(session: AsyncSession, due: Due) -> None:
    """Let a reminder rest until its owner lets it go on."""
    await session.execute(
        update(REMINDER)
        .where(REMINDER.c.id == due.id)
        .values(state="paused", last_person_id=0, version=REMINDER.c.version + 1)
    )


async def told_up_to(session: AsyncSession, due: Due, person_id: int) -> None:
    """Note how far the people of a unit are told."""
    await session.execute(
        update(REMINDER).where(REMINDER.c.id == due.id).values(last_person_id=person_id)
    )


async def move_on(session: AsyncSession, due: Due, next_at: datetime | None) -> None:
    """Let a reminder that was told wait for its next time; without one it is over."""
    await session.execute(
        update(REMINDER)
        .where(REMINDER.c.id == due.id)
        .values(
            next_at=next_at,
            state="active" if next_at else "over",
            last_person_id=0,
            version=REMINDER.c.version + 1,
        )
    )


def _kept() -> Any:
    return select(
        Reminder.id,
        Reminder.person_id,
        Reminder.unit_id,
        func.coalesce(Unit.name, ""),
        Reminder.text,
        Reminder.schedule,
        Reminder.state,
        Reminder.next_at,
        Reminder.version,
    ).outerjoin(Unit, Unit.id == Reminder.unit_id)
