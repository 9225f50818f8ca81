"""A Zalo Bot on its stand-in, for tests that need the channel and no product."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from typing_extensions import override

from bot.channels.contract import Ground
from bot.channels.zalo_bot import ROUTE, ZaloBot
from bot.channels.zalo_bot_receive import Webhook
from bot.pictures import Pictures
from bot.settings import read_settings
from store.database import Database
from tests.conftest import NOW
from tests.fakes.zalo_bot_server import RemoteZaloBot
from tests.grounds import ground

SECRET = "webhook_Secret-1"


class Shown(Pictures):
    """Pictures that lie on the stand-in's own host."""

    def __init__(self, database: Database, data_dir: Path, address: str) -> None:
        super().__init__(database, data_dir, address, lambda: NOW)
        self.address = address

    @override
    async def url(self, media_id: str) -> str:
        return self.address if media_id == "m1" else await super().url(media_id)


class Pauses:
    """Waits as long as is asked, that is: not at all, but it is written down."""

    def __init__(self, rest_from: float = float("inf")) -> None:
        self.seconds: list[float] = []
        self.changed = asyncio.Event()
        self.rest_from = rest_from

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.changed.set()
        if seconds >= self.rest_from:
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.seconds) < count:
                self.changed.clear()
                await self.changed.wait()


class Inbox:
    """Takes raw updates; fails as often as it is told to."""

    def __init__(self, failures: float = 0) -> None:
        self.failures = failures
        self.tries = 0
        self.stored: list[bytes] = []
        self.changed = asyncio.Event()

    async def take(self, raws: Sequence[bytes]) -> None:
        self.tries += 1
        self.changed.set()
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.stored += raws

    async def reach(self, stored: int = 0, tries: int = 0) -> list[bytes]:
        async with asyncio.timeout(20):
            while len(self.stored) < stored or self.tries < tries:
                self.changed.clear()
                await self.changed.wait()
        return self.stored


def on_ground(url: str, tmp_path: Path, database: Database | None = None, **given: str) -> Ground:
    """Give the ground of a bot at that API; `given` are settings without their prefix."""
    names = {"ZALO_BOT_API_URL": url, "DATA_DIR": str(tmp_path), **given}
    settings = read_settings(
        {f"DANVAN_{name}": value for name, value in names.items()}, env_file=None
    )
    return ground(settings, database)


def zalo_bot(stands_on: Ground, token: str, pause: Pauses, *, hook: str = "") -> ZaloBot:
    """Make the channel; `hook` is where a webhook of ours is reached, '' for polling."""
    webhook = Webhook(hook + ROUTE, SECRET) if hook else None
    return ZaloBot(stands_on, token, webhook=webhook, seconds=2, pause=pause)


@asynccontextmanager
async def receiving(bot: ZaloBot, inbox: Inbox) -> AsyncIterator["asyncio.Future[None]"]:
    await bot.open()
    task = asyncio.ensure_future(bot.receive(inbox.take))
    try:
        yield task
        assert task.cancelled() or not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await bot.close()


async def ask(remote: RemoteZaloBot, method: str, **asked: Any) -> None:
    """Call the API as somebody else who holds the token."""
    url = f"{remote.url}/bot{remote.key}/{method}"
    async with remote.session.post(url, json=asked) as response:
        assert (await response.json())["ok"]


def texts(bot: ZaloBot, raws: list[bytes]) -> list[str]:
    return [one.text for raw in raws if (one := bot.parse(raw)) is not None]
