"""Lean platforms and a load of webhook calls in one process: `python -m bench.platform_load`.

It speaks raw HTTP over asyncio so that it takes little of the machine: a constant answer to every
method, after a latency where one is set, and as many keep-alive connections as Telegram uses.
It reads one line of JSON per round from standard input (url, platform, secret, updates, chats,
latency, and text or a list of texts used in turn) and answers with one line: seconds, replies, and
the latency of every webhook answer in ms.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from bench.platforms import PLATFORMS, answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
CONNECTIONS = 40
PATIENCE = 120


class Api:
    """The platforms' API: counts the messages that were sent."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.sent = 0
        self.wanted = 0
        self.counts = ""
        self.enough = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self._skip_body(head.lower(), reader)
                method = head.split(b" ", 2)[1].rsplit(b"/", 1)[-1].decode()
                if self.latency:
                    await asyncio.sleep(self.latency)
                body = answer(method, self.sent + 1)
                writer.write(HEAD % len(body) + body)
                self.sent += method == self.counts
                if self.sent >= self.wanted:
                    self.enough.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _skip_body(self, head: bytes, reader: asyncio.StreamReader) -> None:
        if b"chunked" in head:
            await self._chunks(reader)
            return
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await reader.readexactly(int(line[15:]))

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> None:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")


class Load:
    """One round of webhook calls."""

    def __init__(self, asked: dict[str, Any], first: int) -> None:
        self.asked = asked
        self.platform = PLATFORMS[asked["platform"]]
        self.place = urlsplit(asked["url"])
        self.numbers = iter(range(first, first + asked["updates"]))
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()

    async def play(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._connection())

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection(self.place.hostname, self.place.port)
        for number in self.numbers:
            body = json.dumps(self._update(number)).encode()
            head = (
                f"POST {self.place.path} HTTP/1.1\r\nHost: {self.place.netloc}\r\n"
                f"{self.platform.headers(body, self.asked)}"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            for line in answer.lower().split(b"\r\n"):
                if line.startswith(b"content-length:") and (length := int(line[15:])):
                    await reader.readexactly(length)
            self.took.append((time.perf_counter() - started) * 1000)
            self.statuses[int(answer.split(b" ", 2)[1])] += 1
        writer.close()

    def _text(self, number: int) -> str:
        texts = self.asked.get("texts") or [self.asked["text"]]
        return str(texts[number % len(texts)])

    def _update(self, number: int) -> dict[str, Any]:
        chat = 1000 + number % self.asked["chats"]
        return self.platform.update(number, chat, {**self.asked, "text": self._text(number)})


async def main() -> None:
    api = Api()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop, first = asyncio.get_running_loop(), 1
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        api.latency = asked.get("latency", 0.0)
        api.sent, api.wanted = 0, asked["updates"]
        api.counts = PLATFORMS[asked["platform"]].counts
        api.enough.clear()
        load = Load(asked, first)
        first += asked["updates"]
        started = time.perf_counter()
        await load.play()
        try:
            async with asyncio.timeout(PATIENCE):
                await api.enough.wait()
        except TimeoutError:
            pass
        seconds = time.perf_counter() - started
        told = {
            "seconds": seconds,
            "replies": api.sent,
            "statuses": load.statuses,
            "took": load.took,
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
