"""An office with one Official Account, and as many processes' keepers as a test wants."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa_grant import Keeper, NoGrant, account_of
from bot.settings import Settings
from store import grants
from store.database import Database
from store.models import ChannelAccount, Grant
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa
from tests.grounds import ground

HOURS = timedelta(hours=1)
DEAD = "http://127.0.0.1:{}"


@dataclass
class Office:
    """One database with one app, and as many processes' keepers as a test wants."""

    database: Database
    oa: RemoteZaloOa
    url: str
    now: datetime = NOW
    seed: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def settings(self) -> Settings:
        told = {"zalo_oa_refresh_token": self.seed} if self.seed else {}
        return Settings.model_validate(
            {
                "zalo_oa_app_id": self.oa.key,
                "zalo_oa_app_secret": "app-secret",
                "zalo_oa_secret_key": "oa-secret-key",
                "zalo_oa_oauth_url": self.url,
                **told,
            }
        )

    @property
    def account(self) -> str:
        return account_of(self.settings)

    async def keeper(self, *, seconds: float = 20.0, look: float = 180.0) -> Keeper:
        """Give the keeper of one more process."""
        http = Http(self.url, seconds=seconds)
        await http.open()
        self.stack.push_async_callback(http.close)
        base = ground(self.settings, self.database, lambda: self.now)
        return Keeper(base, self.account, http, waits=(0.0,), look_seconds=look)

    async def begin(self, **values: Any) -> dict[str, Any]:
        """Put a live pair into the row, good for 25 hours from now."""
        given = await self.oa.issue()
        pair = grants.Pair(
            given["access_token"], given["refresh_token"], self.now + timedelta(hours=25)
        )
        await self.database.write(lambda s: grants.replace(s, self.account, pair, now=self.now))
        if values:
            await self.database.write(lambda s: s.execute(update(Grant).values(**values)))
        return given

    async def row(self) -> Grant:
        async with self.database.read() as session:
            return (
                await session.scalars(select(Grant).where(Grant.channel == self.account))
            ).one()

    async def renewed(self) -> None:
        """Wait until another pair than the first is in the row."""
        while (await self.row()).generation == 0:  # noqa: ASYNC110 - another process's commit
            await asyncio.sleep(0.01)

    async def stopped(self) -> str:
        """Give why the channel account is stopped, '' when it is not."""
        async with self.database.read() as session:
            found = await session.get(ChannelAccount, self.account)
            return found.stopped_reason if found else ""

    async def is_live(self) -> bool:
        """Say whether the row holds the pair that lives at the platform."""
        row, told = await self.row(), (await self.oa.state())["tokens"]
        return (row.access_token, row.refresh_token) == (
            told["access_token"],
            told["refresh_token"],
        )


@asynccontextmanager
async def opened(database: Database, url: str, app_id: str = "") -> AsyncIterator[Office]:
    """Give an office with an app of its own at the fake, or the one that is named."""
    async with remote_zalo_oa(url, app_id or str(secrets.randbelow(10**18))) as oa:
        made = Office(database, oa, url)
        async with made.stack:
            yield made


@asynccontextmanager
async def started(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.start()
    try:
        yield database
    finally:
        await database.stop()


async def refreshes(oa: RemoteZaloOa) -> int:
    return len((await oa.state())["refreshes"])


async def why_not(keeper: Keeper) -> NoGrant:
    with pytest.raises(NoGrant) as caught:
        await keeper.token()
    return caught.value


async def held_of(place: Office) -> grants.Held:
    async with place.database.read() as session:
        held = await grants.find(session, place.account)
    assert held is not None
    return held
