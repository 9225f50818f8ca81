"""Logging in to the web: one-time tokens and the sessions that follow; only hashes are kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import LoginToken, Person, Role, WebSession

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


async def make_token(session: AsyncSession, person_id: int, *, now: datetime) -> str:
    """Make a one-time token for a person's login link."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        insert(LoginToken).values(
            hash=_hash(token), person_id=person_id, expires_at=now + TOKEN_LASTS
        )
    )
    return token


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
