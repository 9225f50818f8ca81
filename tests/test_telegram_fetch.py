"""Files from Telegram: asked for by name, then fetched from the API's own host."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from jobs.channel import NotFetched
from store.messages import Media
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server

TOKEN = "{}:AAsecretsecretsecret"
PHOTO = Media("a-photo", "image/jpeg")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteTelegram]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_telegram(server, TOKEN.format(number)) as made:
        yield made


@pytest.fixture
async def telegram(remote: RemoteTelegram) -> AsyncIterator[Telegram]:
    channel = Telegram(remote.token, api_url=remote.url)
    await channel.open()
    yield channel
    await channel.close()


async def test_a_photo_is_written_to_a_new_file(telegram: Telegram, tmp_path: Path) -> None:
    await telegram.fetch(PHOTO, tmp_path / "a", most_bytes=1000)
    assert (tmp_path / "a").read_bytes().startswith(b"\xff\xd8\xff")


FAILURES: dict[str, tuple[dict[str, object], str]] = {
    "too large by its name": ({"file_path": "a", "file_size": 21 * 2**20}, "too large"),
    "no path": ({}, "forbidden"),
    "a path of the server's own disk": ({"file_path": "/var/lib/a"}, "forbidden"),
    "a path that climbs": ({"file_path": "../a"}, "forbidden"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_what_the_api_names_is_judged(
    telegram: Telegram, remote: RemoteTelegram, tmp_path: Path, name: str
) -> None:
    result, fault = FAILURES[name]
    await remote.script({"method": "getFile", "status": 200, "body": result_of(result)})
    assert await fault_of(telegram, tmp_path / "a") == fault


REFUSALS = {
    "too large": (400, "Bad Request: file is too big", "too large"),
    "unknown": (400, "Bad Request: wrong file_id", "gone"),
    "a token that is refused": (401, "Unauthorized", "away"),
    "in trouble": (502, "Bad Gateway", "away"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_what_the_api_refuses_is_told_apart(
    telegram: Telegram, remote: RemoteTelegram, tmp_path: Path, name: str
) -> None:
    status, description, fault = REFUSALS[name]
    await remote.script({"method": "getFile", "status": status, "description": description})
    assert await fault_of(telegram, tmp_path / "a") == fault


async def test_more_than_we_take_is_not_written(telegram: Telegram, tmp_path: Path) -> None:
    assert await fault_of(telegram, tmp_path / "a", most_bytes=3) == "too large"


async def fault_of(telegram: Telegram, into: Path, most_bytes: int = 1000) -> str:
    with pytest.raises(NotFetched) as caught:
        await telegram.fetch(PHOTO, into, most_bytes=most_bytes)
    assert not into.exists()  # noqa: ASYNC240
    assert "secret" not in str(caught.value)
    return caught.value.fault


def result_of(result: dict[str, object]) -> str:
    return json.dumps({"ok": True, "result": result})
