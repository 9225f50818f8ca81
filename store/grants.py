"""What lets us act for an Official Account: a pair of tokens that replaces itself, kept in a row.

The refresh token works once, so the row says at every moment what may have become of it:

1. `take`: one owner, for a while; that the token is being shown is committed before it is.
2. `keep`: the new pair, wherever the one that it came from still stands, whoever asks.
3. `pause`: no pair this time, and whether the token may have been used up without our knowing.
4. `lose`: only a person can get a new pair; the channel account stops, so that the admins hear.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import channel_accounts, office
from store.database import INSERTS
from store.models import Grant, table_of

GRANT = table_of(Grant)
LEASE = timedelta(seconds=60)
"""How long an owner is left alone: longer than the request that it makes can take."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, when it ends, and the refresh token that gives the next pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The grant as it stood when it was read; `reason` says what is wrong, '' for nothing."""

    channel: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime | None
    generation: int
    state: str
    reason: str
    spent_at: datetime | None
    changed_at: datetime
    """When this pair came, or the grant was lost."""


_HELD = (
    GRANT.c.channel,
    GRANT.c.access_token,
    GRANT.c.refresh_token,
    GRANT.c.expires_at,
    GRANT.c.generation,
    GRANT.c.state,
    GRANT.c.reason,
    GRANT.c.spent_at,
    GRANT.c.changed_at,
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A refresh token from the settings: it is planted once, and known ever after by its hash.

    The hash is the office's and goes into backups, the grant does not: after a restore the seed
    is seen to be used up and is never shown again.
    """

    name: str
    """The office setting in which hashes are kept."""
    token: str = field(repr=False)

    @property
    def digest(self) -> str:
        """Give the SHA-256 by which the seed is known."""
        return hashlib.sha256(self.token.encode()).hexdigest()


async def find(session: AsyncSession, channel: str) -> Held | None:
    """Give the grant; None where there never was one here."""
    row = (await session.execute(select(*_HELD).where(GRANT.c.channel == channel))).first()
    return Held(*row) if row is not None else None


async def is_known(session: AsyncSession, seed: Seed) -> bool:
    """Say whether the seed was planted before, here or where a backup came from."""
    return seed.digest in await _digests(session, seed)


async def _digests(session: AsyncSession, seed: Seed) -> list[str]:
    return list((await office.find(session, seed.name) or {}).get("sha256", []))


async def plant(session: AsyncSession, channel: str, seed: Seed, *, now: datetime) -> bool:
    """Begin with a seed where there is no grant, or a lost one. False when another was first.

    The hash is kept with it. Show the seed only after the commit. Why the old grant was lost stays
    until there is a pair.
    """
    fresh = {
        "access_token": "",
        "refresh_token": seed.token,
        "expires_at": None,
        "state": "good",
        "owner": "",
        "lease_until": None,
        "spent_at": None,
        "changed_at": now,
    }
    insert = INSERTS[session.get_bind().dialect.name](GRANT)
    planted = await session.execute(
        insert.values(channel=channel, generation=0, reason="", **fresh)
        .on_conflict_do_update(
            index_elements=["channel"],
            set_={**fresh, "generation": GRANT.c.generation + 1},
            where=GRANT.c.state == "lost",
        )
        .returning(GRANT.c.generation)
    )
    if planted.first() is None:
        return False
    known = [*await _digests(session, seed), seed.digest]
    await office.put(session, name=seed.name, value={"sha256": known}, now=now)
    return True


async def miss(session: AsyncSession, channel: str, *, reason: str, now: datetime) -> None:
    """Note that there is no grant and that only a person can get one."""
    insert = INSERTS[session.get_bind().dialect.name](GRANT)
    missing = await session.execute(
        insert.values(
            channel=channel,
            access_token="",
            refresh_token="",
            generation=0,
            state="lost",
            reason=reason,
            owner="",
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel"])
        .returning(GRANT.c.channel)
    )
    if missing.first() is not None:
        await _stop(session, channel, reason, now=now)


async def take(session: AsyncSession, held: Held, *, owner: str, now: datetime) -> bool:
    """Become the one who shows the refresh token, and note that it is shown.

    False when somebody else is at it, or the grant is not as it was read.
    """
    taken = await session.execute(
        update(GRANT)
        .where(
            GRANT.c.channel == held.channel,
            GRANT.c.generation == held.generation,
            GRANT.c.state == "good",
            GRANT.c.spent_at.is_not_distinct_from(held.spent_at),
            or_(GRANT.c.lease_until.is_(None), GRANT.c.lease_until <= now),
        )
        .values(owner=owner, lease_until=now + LEASE, spent_at=now)
        .returning(GRANT.c.channel)
    )
    return taken.first() is not None


async def keep(session: AsyncSession, held: Held, pair: Pair, *, now: datetime) -> bool:
    """Put a new pair in the place of the one that it came from. False when that has gone.

    Whoever owns the row now, and even where it counts as lost: the latest pair is the one alive.
    """
    here = (GRANT.c.channel == held.channel, GRANT.c.generation == held.generation)
    reason = await session.scalar(select(GRANT.c.reason).where(*here).with_for_update())
    if reason is None:
        return False
    await session.execute(
        update(GRANT).where(*here).values(**_anew(pair, now), generation=held.generation + 1)
    )
    if reason:
        await channel_accounts.be_well(session, held.channel)
    return True


async def replace(session: AsyncSession, channel: str, pair: Pair, *, now: datetime) -> None:
    """Put a pair that a person got in the place of whatever there was."""
    insert = INSERTS[session.get_bind().dialect.name](GRANT)
    anew = _anew(pair, now)
    await session.execute(
        insert.values(channel=channel, generation=0, **anew).on_conflict_do_update(
            index_elements=["channel"], set_={**anew, "generation": GRANT.c.generation + 1}
        )
    )
    await channel_accounts.be_well(session, channel)


def _anew(pair: Pair, now: datetime) -> dict[str, object]:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_at": pair.expires_at,
        "state": "good",
        "reason": "",
        "owner": "",
        "lease_until": None,
        "spent_at": None,
        "changed_at": now,
    }


async def pause(
    session: AsyncSession,
    held: Held,
    *,
    owner: str,
    reason: str,
    spent_at: datetime | None,
    stops: bool,
    now: datetime,
) -> None:
    """Let go without a new pair. `spent_at` is since when the token may be used up, if it may.

    With `stops` nothing can be sent meanwhile, and the admins must know.
    """
    if await _let_go(session, held, owner, reason=reason, spent_at=spent_at) and stops:
        await channel_accounts.rest(session, held.channel, until=now, refused=reason, now=now)


async def lose(
    session: AsyncSession, held: Held, *, owner: str, reason: str, now: datetime
) -> None:
    """Note that the refresh token is worth nothing any more, unless a pair came meanwhile."""
    if await _let_go(session, held, owner, reason=reason, state="lost", changed_at=now):
        await _stop(session, held.channel, reason, now=now)


async def _let_go(session: AsyncSession, held: Held, owner: str, **values: object) -> bool:
    left = await session.execute(
        update(GRANT)
        .where(
            GRANT.c.channel == held.channel,
            GRANT.c.generation == held.generation,
            GRANT.c.owner == owner,
        )
        .values(owner="", lease_until=None, **values)
        .returning(GRANT.c.channel)
    )
    return left.first() is not None


async def _stop(session: AsyncSession, channel: str, reason: str, *, now: datetime) -> None:
    # First well again: whatever stood there, this is news, and news is told.
    await channel_accounts.be_well(session, channel)
    await channel_accounts.rest(session, channel, until=now, refused=reason, now=now)
