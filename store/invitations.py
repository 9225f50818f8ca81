"""Invitations: a code gives a role at a unit, so many times, and only its SHA-256 is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import subscriptions, units
from store.database import INSERTS, Conflict
from store.models import Account, Invitation, Joining, Person, Role, Unit, table_of
from store.people import ROLES
from store.talks import Change, Kept

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and figures that nobody mistakes for another."""
LENGTH = 10


class UnknownRole(ValueError):
    """The role is none of officer, leader, curator, admin."""


class NoUses(ValueError):
    """An invitation is for one use at least."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What a known code gives, and whether it still does."""

    id: int
    role: str
    unit_id: int
    unit: str
    state: Literal["open", "used up", "expired"]


def normalised(text: str) -> str:
    """Give a code as it is compared: capitals and figures only, '' when it can be no code."""
    bare = "".join(char for char in text.upper() if not (char.isspace() or char in "-–.,"))
    return bare if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


async def create(
    session: AsyncSession,
    *,
    role: str,
    unit: str,
    uses: int = 1,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make an invitation and give its code, which nobody can read again later.

    A unit that does not exist yet is made under the root. Raises UnknownRole, NoUses and
    units.AmbiguousUnit.
    """
    if role not in ROLES:
        raise UnknownRole(role)
    if uses < 1:
        raise NoUses(str(uses))
    place = await units.ensure(session, unit, now=now)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    await session.execute(
        insert(Invitation).values(
            code_hash=_hash(code),
            role=role,
            unit_id=place.id,
            uses_left=uses,
            expires_at=expires_at,
            created_at=now,
        )
    )
    return code


async def check(session: AsyncSession, text: str, *, now: datetime) -> Invited | None:
    """Find what a code gives; None when there is no such code."""
    code = normalised(text)
    if not code:
        return None
    row = (
        await session.execute(
            select(Invitation, Unit.name)
            .join(Unit, Unit.id == Invitation.unit_id)
            .where(Invitation.code_hash == _hash(code))
        )
    ).one_or_none()
    if row is None:
        return None
    invitation, unit = row
    expired = invitation.expires_at is not None and invitation.expires_at <= now
    state: Literal["open", "used up", "expired"] = "expired" if expired else "open"
    if invitation.uses_left < 1:
        state = "used up"
    return Invited(invitation.id, invitation.role, invitation.unit_id, unit, state)


def join(invited: Invited, *, person_id: int | None, name: str) -> Change:
    """Give the change that takes one use: a new person with the role, or one more role.

    `person_id` is the person whom the account belonged to when this was decided.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        await _take_use(session, invited, kept)
        whose = person_id or await _register(session, kept, name)
        await _give_role(session, invited, whose, kept)
        await subscriptions.begin(session, whose, now=kept.now)
        await session.execute(
            insert(Joining).values(invitation_id=invited.id, person_id=whose, at=kept.now)
        )

    return change


async def _take_use(session: AsyncSession, invited: Invited, kept: Kept) -> None:
    taken = await session.execute(
        update(Invitation)
        .where(
            Invitation.id == invited.id,
            Invitation.uses_left > 0,
            or_(Invitation.expires_at.is_(None), Invitation.expires_at > kept.now),
        )
        .values(uses_left=Invitation.uses_left - 1)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict


async def _register(session: AsyncSession, kept: Kept, name: str) -> int:
    person_id = await session.scalar(
        insert(Person)
        .values(name=name[:200], state="active", preferences={}, created_at=kept.now)
        .returning(Person.id)
    )
    linked = await session.execute(
        update(Account)
        .where(Account.id == kept.account_id, Account.person_id.is_(None))
        .values(person_id=person_id)
        .execution_options(synchronize_session=False)
    )
    if person_id is None or not linked.rowcount:  # type: ignore[attr-defined]
        raise Conflict
    return int(person_id)


async def _give_role(session: AsyncSession, invited: Invited, person_id: int, kept: Kept) -> None:
    build = INSERTS[session.get_bind().dialect.name]
    given = await session.scalar(
        build(table_of(Role))
        .values(
            person_id=person_id, role=invited.role, unit_id=invited.unit_id, created_at=kept.now
        )
        .on_conflict_do_nothing()
        .returning(Role.id)
    )
    if given is None:
        raise Conflict


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
