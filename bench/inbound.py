"""`./run bench inbound`: a webhook call -> durable -> answered, on every platform that calls us,
beside a bare PTB echo.

The platforms and the load are one process of their own, each bot is another. CPU is the bot's own
process time per update, which does not change with what else the machine does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.platforms import APP_ID, OA_KEY
from bench.table import heading, median, percentile, show
from tests.processes import ROOT, environment, free_port

TOKEN = "123456:bench-token-of-the-product-35-chars"
SECRET = "bench-secret"
CHATS = 500
PACED = 300
"""Updates of a round on a platform that lets us answer only so many a second."""
QUESTION = "Kế hoạch 246 của Hà Giang ban hành ngày nào?"
COMMAND = [{"type": "bot_command", "offset": 0, "length": 8}]


class Load:
    """The process that plays the platforms."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.platform_load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.url = f"http://127.0.0.1:{self._line()}"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def play(self, bot: "Bot", *, updates: int, text: str, latency: float = 0.0) -> dict[str, Any]:
        asked = {
            "url": bot.webhook,
            "platform": bot.platform,
            "secret": SECRET,
            "updates": updates,
            "chats": CHATS,
            "text": text,
            "latency": latency,
            "entities": COMMAND if text.startswith("/") else [],
        }
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told


@dataclass
class Bot:
    """A bot process under load."""

    name: str
    process: psutil.Process
    webhook: str
    platform: str = "telegram"

    def on(self, platform: str) -> "Bot":
        """Give the same process as another platform meets it."""
        path = f"/webhooks/{platform}"
        webhook = self.webhook.rpartition("/webhooks/")[0] + path
        return Bot(f"{self.name}, {platform}", self.process, webhook, platform)


@contextmanager
def started(
    name: str, command: list[str], port: int, path: str, **settings: object
) -> Iterator[Bot]:
    """Start a bot and wait until it is ready."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(**settings), stdout=output, stderr=output
        )
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            yield Bot(name, psutil.Process(process.pid), f"http://127.0.0.1:{port}{path}")
        finally:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the bot has ended"
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own process
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@contextmanager
def the_product(load: Load, folder: Path) -> Iterator[Bot]:
    port = free_port()
    settings = {
        "DATA_DIR": folder / "data",
        "WEB_PORT": port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": load.url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "ZALO_BOT_TOKEN": TOKEN,
        "ZALO_BOT_API_URL": load.url,
        "ZALO_BOT_MODE": "webhook",
        "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": "bench-app-secret",
        "ZALO_OA_SECRET_KEY": OA_KEY,
        "ZALO_OA_REFRESH_TOKEN": "bench-refresh-token",
        "ZALO_OA_API_URL": load.url,
        "ZALO_OA_OAUTH_URL": load.url,
    }
    command = [sys.executable, "-m", "bot", "run"]
    with started("this product", command, port, "/webhooks/telegram", **settings) as bot:
        yield bot


@contextmanager
def the_peer(load: Load) -> Iterator[Bot]:
    port = free_port()
    command = [sys.executable, "-m", "bench.ptb_echo", str(port), load.url]
    with started("PTB echo, stock transport", command, port, "/webhook") as bot:
        yield bot


@dataclass
class Round:
    """What one round showed."""

    cpu_ms: float
    per_second: float
    p99_ms: float
    replies: int


def measure(bot: Bot, load: Load, *, updates: int, text: str, latency: float = 0.0) -> Round:
    before = _cpu(bot)
    told = load.play(bot, updates=updates, text=text, latency=latency)
    return Round(
        (_cpu(bot) - before) * 1000 / updates,
        told["replies"] / told["seconds"],
        percentile(told["took"], 0.99),
        told["replies"],
    )


def _cpu(bot: Bot) -> float:
    times = bot.process.cpu_times()
    return float(times.user + times.system)


def rounds(bots: list[Bot], load: Load, runs: int, **asked: Any) -> dict[str, list[Round]]:
    """Let the bots take turns, so that a noisy minute hits them alike."""
    found: dict[str, list[Round]] = {bot.name: [] for bot in bots}
    for bot in bots:
        measure(bot, load, **{**asked, "updates": min(CHATS, asked["updates"])})
    for _ in range(runs):
        for bot in bots:
            found[bot.name].append(measure(bot, load, **asked))
    return found


def row(what: str, name: str, found: list[Round], updates: int) -> list[object]:
    return [
        what,
        name,
        median([one.cpu_ms for one in found]),
        median([one.per_second for one in found]),
        median([one.p99_ms for one in found]),
        f"{min(one.replies for one in found)}/{updates}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--updates", type=int, default=2000)
    asked = parser.parse_args()
    load = Load()
    with (
        tempfile.TemporaryDirectory() as folder,
        the_product(load, Path(folder)) as ours,
        the_peer(load) as peer,
    ):
        both, runs, updates = [ours, peer], asked.runs, asked.updates
        zalo = [ours.on("zalo-bot"), ours.on("zalo-oa")]
        plain = rounds(both, load, runs, updates=updates, text="/trogiup")
        plain |= rounds(zalo, load, runs, updates=PACED, text="/trogiup")
        real = rounds([ours], load, runs, updates=updates, text=QUESTION)
        real |= rounds(zalo, load, runs, updates=PACED, text=QUESTION)
        slow = rounds(both, load, runs, updates=CHATS, text="/trogiup", latency=0.05)
    load.process.kill()
    counts = {bot.name: PACED for bot in zalo} | {bot.name: updates for bot in both}
    table = [
        row("/trogiup", bot.name, plain[bot.name], counts[bot.name]) for bot in [*both, *zalo]
    ]
    table += [
        row("a question", one.name, real[one.name], counts[one.name]) for one in [ours, *zalo]
    ]
    table += [row("50 ms API", bot.name, slow[bot.name], CHATS) for bot in both]
    print(heading("inbound", runs))
    columns = ["load", "bot", "CPU ms/update", "updates/s", "p99 of the 200, ms", "answered"]
    show("Webhook in, durable, answered", columns, table)
    cpu = [median([one.cpu_ms for one in plain[bot.name]]) for bot in both]
    pace = [median([one.per_second for one in slow[bot.name]]) for bot in both]
    print(f"\nCPU: {cpu[0] / cpu[1]:.2f} x the echo (at most 1.65).")
    print(f"50 ms API: {pace[0] / pace[1]:.1f} x its updates/s (at least 10).")


if __name__ == "__main__":
    main()
