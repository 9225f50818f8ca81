"""Start the product as a person would, in a process of its own, and kill it on demand."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent
START_SECONDS = 60


def free_port() -> int:
    """Give a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """Give this process's environment with only these settings of ours in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    return kept | {f"DANVAN_{name}": str(value) for name, value in settings.items()}


BASE = Path(__file__).parent / "cases" / "dialogues" / "base"
"""A small base: it is loaded in a moment."""


class Product:
    """One `python -m bot run` with a small base, started again on the same data as often as
    wanted.
    """

    command: Sequence[str] = ("bot", "run")

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        own: dict[str, object] = {
            "DATA_DIR": folder / "data",
            "KNOWLEDGE_DIR": BASE,
            "WEB_PORT": self.port,
            "PUBLIC_URL": self.url,
        }
        self._environment = environment(**own | settings)
        self._process: subprocess.Popen[bytes] | None = None
        self.output = folder / "output.txt"

    async def start(self, more: Mapping[str, str] | None = None) -> None:
        """Start it, with more in its environment, and wait until it says that it is ready."""
        self._spawn(more or {})
        assert self._process is not None
        async with aiohttp.ClientSession() as session, asyncio.timeout(START_SECONDS):
            while not await self._is_ready(session):
                assert self._process.poll() is None, self.output.read_text()[-3000:]
                await asyncio.sleep(0.05)

    def _spawn(self, more: Mapping[str, str]) -> None:
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env={**self._environment, **more},
                stdout=output,
                stderr=output,
            )

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    def kill(self) -> None:
        """Kill it between any two lines."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask it to stop and give its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=20)

    @property
    def pid(self) -> int:
        """Give the number of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Say whether the process lives."""
        return self._process is not None and self._process.poll() is None


@contextmanager
def product(folder: Path, **settings: object) -> Iterator[Product]:
    """Give a product that is not started yet, and leave no process behind."""
    made = Product(folder, **settings)
    try:
        yield made
    finally:
        if made.runs:
            made.kill()
