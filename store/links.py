"""Linking: one person speaks on several channels; a code of theirs takes an account along.

Accounts move, history stays: what an account asked or sent stays its own. Roles move only with a
person's last account; that person is `merged` then and is nobody any more.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store import logins
from store.database import Conflict
from store.invitations import ALPHABET, LENGTH, normalised
from store.models import Account, Address, LinkCode, Person, Role
from store.talks import Change, Kept

LASTS = timedelta(minutes=15)
KEPT = timedelta(days=1)
"""How long a code that is over is still known, so that its user is told why it is refused."""
PREFERRED = "channel"
"""The preference of a person that names the channel account to speak to them on."""


@dataclass(frozen=True, slots=True)
class Link:
    """A known code: whose it is, where it was asked for, and whether it may still be used."""

    hash: str
    person_id: int
    person: str
    address_id: int
    channel: str
    state: Literal["open", "used up", "expired"]


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """One account of a person; `name` is what its platform shows."""

    id: int
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    """All accounts of a person, oldest first, and the channel account that they prefer ('')."""

    accounts: tuple[LinkedAccount, ...]
    preferred: str

    @property
    def channels(self) -> tuple[str, ...]:
        """Give the channel accounts, each once."""
        return tuple(dict.fromkeys(account.channel for account in self.accounts))


def new_code() -> str:
    """Make up a code; it means nothing before `keep_code` is done."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


async def look(session: AsyncSession, person_id: int) -> Linked:
    """Give what is linked."""
    rows = await session.execute(
        select(Account.id, Account.channel, Account.name)
        .where(Account.person_id == person_id)
        .order_by(Account.id)
    )
    accounts = tuple(LinkedAccount(*row) for row in rows)
    preferences = await session.scalar(select(Person.preferences).where(Person.id == person_id))
    preferred = (preferences or {}).get(PREFERRED, "")
    held = {account.channel for account in accounts}
    return Linked(accounts, preferred if preferred in held else "")


async def check(session: AsyncSession, text: str, *, now: datetime) -> Link | None:
    """Find whose code a text is; None when there is none, or its person may do nothing."""
    code = normalised(text)
    return await find(session, _hash(code), now=now) if code else None


async def find(session: AsyncSession, code_hash: str, *, now: datetime) -> Link | None:
    """Find a code by its hash, as `check` does."""
    row = (
        await session.execute(
            select(LinkCode, Person.name, Address.channel)
            .join(Person, Person.id == LinkCode.person_id)
            .join(Address, Address.id == LinkCode.address_id)
            .where(LinkCode.hash == code_hash, Person.state == "active")
        )
    ).one_or_none()
    if row is None:
        return None
    code, name, channel = row
    state: Literal["open", "used up", "expired"] = "expired" if code.expires_at <= now else "open"
    if code.used_at is not None:
        state = "used up"
    return Link(code.hash, code.person_id, name, code.address_id, channel, state)


def keep_code(code: str, person_id: int) -> Change:
    """Give the change that makes a code of the person's valid, and no older one."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        await _hold_active(session, person_id)
        await _require_owner(session, kept, person_id)
        mine = LinkCode.person_id == person_id
        await session.execute(
            delete(LinkCode).where(or_(mine, LinkCode.expires_at < kept.now - KEPT))
        )
        await session.execute(
            insert(LinkCode).values(
                hash=_hash(code),
                person_id=person_id,
                address_id=kept.address.id,
                expires_at=kept.now + LASTS,
            )
        )

    return change


def use(link: Link, *, owner_id: int | None) -> Change:
    """Give the change that uses a code up and makes the speaking account its person's.

    `owner_id` is the person whom the account belonged to when this was decided. Where that was
    their last account, they are merged.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        people = [link.person_id] + ([] if owner_id is None else [owner_id])
        await _hold_active(session, *people)
        await _changed_one(
            session,
            update(LinkCode)
            .where(
                LinkCode.hash == link.hash,
                LinkCode.used_at.is_(None),
                LinkCode.expires_at > kept.now,
            )
            .values(used_at=kept.now),
        )
        await _changed_one(
            session,
            update(Account)
            .where(Account.id == kept.account_id, Account.person_id.is_not_distinct_from(owner_id))
            .values(person_id=link.person_id),
        )
        if owner_id is not None:
            await _merge(session, owner_id, link.person_id)

    return change


def prefer(person_id: int, channel: str) -> Change:
    """Give the change that notes where a person wants to be spoken to."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        await _hold_active(session, person_id)
        await _require_owner(session, kept, person_id)
        await _set_preferred(session, person_id, channel)

    return change


def unlink(account_id: int, *, person_id: int) -> Change:
    """Give the change that takes another account from the person who speaks.

    Whoever had that account may have had more by it: codes and browser sessions end as well.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        await _hold_active(session, person_id)
        await _require_owner(session, kept, person_id)
        await _changed_one(
            session,
            update(Account)
            .where(Account.id == account_id, Account.person_id == person_id)
            .values(person_id=None),
        )
        linked = await look(session, person_id)
        if not linked.preferred:
            await _set_preferred(session, person_id, "")
        await _void(session, person_id)

    return change


async def hold(session: AsyncSession, *people: int) -> set[int]:
    """Let nobody else decide about these people meanwhile; give those who are active.

    Always in one order, and before anything else of theirs is changed, so that no two wait for
    each other.
    """
    held = await session.execute(
        select(Person.id, Person.state)
        .where(Person.id.in_(people))
        .order_by(Person.id)
        .with_for_update()
    )
    return {person_id for person_id, state in held if state == "active"}


async def _hold_active(session: AsyncSession, *people: int) -> None:
    if len(await hold(session, *people)) < len(people):
        raise Conflict


async def _require_owner(session: AsyncSession, kept: Kept, person_id: int) -> None:
    owner = await session.scalar(select(Account.person_id).where(Account.id == kept.account_id))
    if owner != person_id:
        raise Conflict


async def _changed_one(session: AsyncSession, statement: Any) -> None:
    changed = await session.execute(statement.execution_options(synchronize_session=False))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict


async def _merge(session: AsyncSession, old: int, new: int) -> None:
    """Let a person who has no account left go on in another one."""
    if await session.scalar(select(Account.id).where(Account.person_id == old).limit(1)):
        return
    held = aliased(Role)
    lacks = ~exists().where(
        held.person_id == new, held.role == Role.role, held.unit_id == Role.unit_id
    )
    gone = {"state": "merged", "name": "", "preferences": {}}
    for statement in (
        update(Role).where(Role.person_id == old, lacks).values(person_id=new),
        delete(Role).where(Role.person_id == old),
        update(Person).where(Person.id == old).values(**gone),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    await _void(session, old)


async def _void(session: AsyncSession, person_id: int) -> None:
    await session.execute(delete(LinkCode).where(LinkCode.person_id == person_id))
    await logins.end_all(session, person_id)


async def _set_preferred(session: AsyncSession, person_id: int, channel: str) -> None:
    found = await session.scalar(select(Person.preferences).where(Person.id == person_id))
    others = {name: value for name, value in (found or {}).items() if name != PREFERRED}
    chosen = others | ({PREFERRED: channel} if channel else {})
    await session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(preferences=chosen)
        .execution_options(synchronize_session=False)
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
