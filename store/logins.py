"""Logging in to the web: one-time tokens and the sessions that follow; only hashes are kept."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import LoginToken, Person, Role, WebSession
from store.talks import Change, Kept

TOKEN_LASTS = timedelta(minutes=5)
SESSION_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An active person behind a web session, with the roles held now."""

    person_id: int
    name: str
    roles: frozenset[str]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """Make up a token; it means nothing before it is kept."""
    return secrets.token_urlsafe(32)


async def make_token(session: AsyncSession, person_id: int, *, now: datetime) -> str:
    """Make a one-time token for a person's login link."""
    token = new_token()
    await _keep(session, token, person_id, now)
    return token


def keep_token(token: str, person_id: int) -> Change:
    """Give the change that lets a person log in by a token, once."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        await _keep(session, token, person_id, kept.now)

    return change


async def _keep(session: AsyncSession, token: str, person_id: int, now: datetime) -> None:
    await session.execute(
        insert(LoginToken).values(
            hash=_hash(token), person_id=person_id, expires_at=now + TOKEN_LASTS
        )
    )


async def consume(session: AsyncSession, token: str, *, now: datetime) -> int | None:
    """Use a token up and give its person; None when it is unknown, used or too old."""
    person_id = await session.scalar(
        update(LoginToken)
        .where(
            LoginToken.hash == _hash(token),
            LoginToken.used_at.is_(None),
            LoginToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(LoginToken.person_id)
        .execution_options(synchronize_session=False)
    )
    return None if person_id is None else int(person_id)


async def begin(session: AsyncSession, person_id: int, *, now: datetime) -> str:
    """Begin a web session and give the secret that its cookie carries."""
    secret = secrets.token_urlsafe(32)
    await session.execute(
        insert(WebSession).values(
            hash=_hash(secret), person_id=person_id, expires_at=now + SESSION_LASTS, created_at=now
        )
    )
    return secret


async def whose(session: AsyncSession, secret: str, *, now: datetime) -> LoggedIn | None:
    """Give the active person behind a session's secret; None when it has ended."""
    person_id = await session.scalar(
        select(WebSession.person_id).where(
            WebSession.hash == _hash(secret), WebSession.expires_at > now
        )
    )
    return None if person_id is None else await look_up(session, person_id)


async def look_up(session: AsyncSession, person_id: int) -> LoggedIn | None:
    """Give a person with the roles held now; None when they are not active."""
    rows = (
        await session.execute(
            select(Person.name, Role.role)
            .outerjoin(Role, Role.person_id == Person.id)
            .where(Person.id == person_id, Person.state == "active")
        )
    ).all()
    if not rows:
        return None
    return LoggedIn(person_id, rows[0][0], frozenset(role for _, role in rows if role))


async def who_may(
    session: AsyncSession, roles: Collection[str], called: str
) -> list[tuple[int, str]]:
    """Give number and name of the active people with one of the roles that are called so."""
    rows = await session.execute(
        select(Person.id, Person.name)
        .join(Role, Role.person_id == Person.id)
        .where(Person.state == "active", Role.role.in_(roles))
        .distinct()
        .order_by(Person.id)
    )
    wanted = called.casefold()
    return [(row[0], row[1]) for row in rows if wanted in {str(row[0]), row[1].casefold()}]


async def end(session: AsyncSession, secret: str) -> None:
    """End one session."""
    await session.execute(delete(WebSession).where(WebSession.hash == _hash(secret)))


async def end_all(session: AsyncSession, person_id: int) -> None:
    """End every session of a person and void their unused links (they leave, or lost a device)."""
    await session.execute(delete(WebSession).where(WebSession.person_id == person_id))
    await session.execute(delete(LoginToken).where(LoginToken.person_id == person_id))


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete tokens and sessions whose time is over."""
    await session.execute(delete(LoginToken).where(LoginToken.expires_at <= now))
    await session.execute(delete(WebSession).where(WebSession.expires_at <= now))
