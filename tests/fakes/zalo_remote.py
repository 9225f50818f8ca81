"""How tests reach a stand-in for Zalo: it runs as a process, and `Remote` steers one account."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from aiohttp import web

from tests.fakes.zalo_control import Json


@contextmanager
def running(module: str, *arguments: str) -> Iterator[str]:
    """Run a server as a process of its own; gives its URL."""
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


class Remote:
    """The server's controls for one account, from another process."""

    def __init__(self, url: str, key: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.key = key
        self.session = session

    @classmethod
    @asynccontextmanager
    async def steer(cls, url: str, key: str) -> AsyncIterator[Self]:
        """Steer one account; at the end its requests must all have been right."""
        async with aiohttp.ClientSession() as session:
            remote = cls(url, key, session)
            await remote.set()
            yield remote
            assert (await remote.state())["violations"] == []

    async def script(self, *steps: Json) -> None:
        """Let the next requests fail, each step once or `times`, after `skip` good ones."""
        await self.post("script", list(steps))

    async def set(self, **settings: Any) -> None:
        await self.post("settings", settings)

    async def state(self, seconds: float = 20, **counts: int) -> Json:
        """Wait until the counts are reached, then tell everything."""
        url = f"{self.url}/control/{quote(self.key)}/state"
        query = {"seconds": str(seconds), **{name: str(n) for name, n in counts.items()}}
        async with self.session.get(url, params=query) as response:
            told: Json = await response.json()
            assert response.status == 200, told
            return told

    async def forgive(self) -> list[str]:
        """Take the violations that were meant, so that they do not fail the test."""
        return list((await self.post("forgive", {}))["violations"])

    async def calls(self, method: str, count: int = 0) -> list[Json]:
        """Give the parameters of the requests of one method."""
        told = await self.state(requests=count)
        return [one["parameters"] for one in told["requests"] if one["method"] == method]

    async def cdn(self, name: str, **told: Any) -> str:
        """Let the picture host serve something (see `zalo_cdn`); gives its URL."""
        await self.post(f"cdn/{name}", told)
        return f"{self.url}/cdn/{quote(self.key)}/{name}"

    async def cdn_gets(self, name: str = "") -> list[Json]:
        """Tell what was fetched: `name`, `status`, `headers`, bytes `sent`, if `whole`."""
        async with self.session.get(f"{self.url}/control/{quote(self.key)}/cdn-gets") as response:
            gets: list[Json] = (await response.json())["gets"]
            return [one for one in gets if name in ("", one["name"])]

    async def post(self, what: str, content: Any) -> Json:
        url = f"{self.url}/control/{quote(self.key)}/{what}"
        async with self.session.post(url, data=json.dumps(content)) as response:
            assert response.status == 200, await response.text()
            told: Json = await response.json()
            return told


class Hook:
    """A webhook that answers with `statuses`, then 200, `slow` seconds late; `got` all of it."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.slow = 0.0
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def receive(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        await asyncio.sleep(self.slow)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def open_hook() -> AsyncIterator[Hook]:
    """Run a webhook in this process, to see what a stand-in calls."""
    made, app = Hook(), web.Application()
    app.router.add_post("/hook", made.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()
