"""The office around `tests/rotation.py`: an admin to tell, a grant to renew, and how it ended."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import clock
from bot.channels.telegram import Telegram
from bot.settings import Settings
from jobs import watch
from store import channel_accounts, grants
from store import upgrade as up
from store.database import Database
from store.models import Account, Address, OutboxRow, Person, Role, Unit

TELEGRAM = "telegram:1"


def digest(token: str) -> str:
    """Give a token as it may be told between processes."""
    return hashlib.sha256(token.encode()).hexdigest()


async def with_admin(url: str) -> None:
    """Make the tables, and an admin who can be reached elsewhere."""
    now = clock.now(Settings().zone)
    await up.upgrade(url, now=now)
    made = {"created_at": now}

    async def work(session: AsyncSession) -> None:
        session.add(Unit(id=1, name="Tỉnh", folded="tinh", path="/1/", province="", **made))
        session.add(Person(id=1, name="Lò Thị Mai", preferences={}, **made))
        await session.flush()
        session.add(Role(person_id=1, role="admin", unit_id=1, **made))
        session.add(Account(id=1, channel=TELEGRAM, user="5", person_id=1, **made))
        await session.flush()
        session.add(Address(channel=TELEGRAM, chat="5", account_id=1, last_in_at=now, **made))

    await _in_database(url, lambda database: database.write(work))


async def begin(url: str, account: str, given: dict[str, str]) -> None:
    """Put a pair into the row whose access token has ended."""
    now = clock.now(Settings().zone)
    pair = grants.Pair(given["access_token"], given["refresh_token"], now)
    await _in_database(
        url,
        lambda database: database.write(
            lambda session: grants.replace(session, account, pair, now=now)
        ),
    )


async def examine(
    url: str, account: str, live: dict[str, Any], said: list[dict[str, Any]]
) -> dict[str, Any]:
    """Say how it ended, with one look of the watch.

    `live` is what the platform tells of the grant, `said` what the processes say that they got.
    """
    now = clock.now(Settings().zone)

    async def look(database: Database) -> dict[str, Any]:
        await watch.watch(database, {TELEGRAM: Telegram("1:token")}, now=now)
        async with database.read() as session:
            held = await grants.find(session, account)
            stops = {one.id: one.stopped_reason for one in await channel_accounts.stopped(session)}
            queued = await session.scalars(
                select(OutboxRow.key).where(OutboxRow.key.startswith(f"stopped:{account}:"))
            )
            told = len(queued.all())
        await database.write(lambda session: channel_accounts.be_well(session, account))
        assert held is not None
        pair = {"access_token": held.access_token, "refresh_token": held.refresh_token}
        is_live = pair == {name: live["tokens"][name] for name in pair}
        ended = "silent"
        if held.state == "good" and is_live and account not in stops:
            ended = "kept"
        if held.state == "lost" and held.reason and stops.get(account) == held.reason and told:
            ended = "told"
        return {
            "ended": ended,
            "spent_uses": len(live["spent_uses"]),
            "rotations": len(live["refreshes"]),
            "wrong": _wrong(ended, digest(held.access_token), said),
            "row": [held.state, is_live, held.reason, stops.get(account), told],
        }

    found: dict[str, Any] = await _in_database(url, look)
    return found


def _wrong(ended: str, token: str, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give what a process was told that does not fit: another token, or no word of the loss."""
    return [
        one
        for one in said
        if one.get("token") not in {None, token} or (ended == "told" and not one.get("lost"))
    ]


async def _in_database(url: str, use: Any) -> Any:
    database = Database(url)
    await database.start()
    try:
        return await use(database)
    finally:
        await database.stop()
