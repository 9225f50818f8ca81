"""One bot on the stand-in for each test of the Zalo Bot channel."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.channels.zalo_bot import ZaloBot
from store.database import Database
from tests.fakes.zalo_bot_server import (
    RemoteZaloBot,
    remote_zalo_bot,
    running_server,
)
from tests.zalo_bot.bots import (
    Pauses,
    on_ground,
    zalo_bot,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "1000") as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloBot]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_zalo_bot(server, f"{number}:AAsecretsecretsecret") as made:
        await made.set(idle_after=0.6)
        yield made


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def make(remote: RemoteZaloBot, tmp_path: Path, pauses: Pauses) -> Callable[..., ZaloBot]:
    def made(hook: str = "", database: Database | None = None, **given: str) -> ZaloBot:
        settings = {"PUBLIC_URL": "https://danvan.example", **given}
        stands_on = on_ground(remote.url, tmp_path, database, **settings)
        return zalo_bot(stands_on, remote.key, pauses, hook=hook)

    return made
