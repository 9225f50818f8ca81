"""`./run bench chaos`: 20,000 deliveries while processes are killed and the database goes.

The full size of tests/test_chaos.py: three processes on PostgreSQL, one on SQLite, the sink that
counts in a process of its own.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench.table import heading, median, show
from tests.chaos import Harm, Outcome, chaos, own_postgres

COLUMNS = (
    "what",
    "deliveries",
    "harm",
    "lost",
    "resend: doubled (may be)",
    "hold: doubled",
    "hold: unknown",
    "back after s, median / most",
)


async def killed(url: str, server: Any, folder: Path, size: int, kills: int) -> Sequence[object]:
    """Kill who sends, again and again; stop the database half way, where it is a server."""
    processes = 3 if server else 1
    async with chaos(url, folder, size, processes=processes) as play:
        for number in range(1, kills + 1):
            await play.kill(size * number // (kills + 2))
            if server and number == kills // 2:
                server.stop()
                await asyncio.sleep(1)
                server.ensure_postgres_running()
                play.harm.outages += 1
        outcome = await play.end()
    name = "PostgreSQL, three processes" if server else "SQLite, one process"
    harm = f"{kills} x kill -9" + (", the database stopped once" if server else "")
    return row(name, harm, play.harm, outcome, play.harm.takeovers)


async def stopped(url: str, server: Any, folder: Path, size: int, stops: int) -> Sequence[object]:
    """Ask who sends to stop, again and again."""
    async with chaos(url, folder, size, processes=3 if server else 1) as play:
        for number in range(1, stops + 1):
            await play.stop(size * number // (stops + 2))
        outcome = await play.end()
    name = "PostgreSQL, three processes" if server else "SQLite, one process"
    return row(name, f"{stops} x SIGTERM", play.harm, outcome, play.harm.stopped_in)


def row(
    name: str, what: str, harm: Harm, outcome: Outcome, seconds: Sequence[float]
) -> Sequence[object]:
    assert outcome.unsettled == [], outcome.unsettled[:10]
    assert outcome.unknown(hold=False) == 0
    return (
        name,
        f"{len(outcome.states):,}",
        what,
        len(outcome.lost),
        f"{outcome.doubled(hold=False)} ({harm.may_double})",
        outcome.doubled(hold=True),
        outcome.unknown(hold=True),
        f"{median(seconds):.2f} / {max(seconds):.2f}",
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=10)
    asked = parser.parse_args()
    rows = []
    for play, size, harm in (
        (killed, asked.size, asked.kills),
        (stopped, asked.size // 4, asked.kills // 2),
    ):
        for on_server in (True, False):
            with (
                tempfile.TemporaryDirectory() as folder,
                own_postgres() if on_server else nullcontext((None, "")) as (server, url),
            ):
                place = url or f"sqlite+aiosqlite:///{folder}/danvan.db"
                rows.append(await play(place, server, Path(folder), size, harm))
    print(heading("chaos", 1))
    show("Deliveries through kills", COLUMNS, rows)


if __name__ == "__main__":
    asyncio.run(main())
