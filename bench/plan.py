"""`./run bench plan`: one occasion for 1,000,000 subscribers, while others commit replies.

The product's own tick (jobs.daily) on the morning of 15 October 2026, and the bare planner
(jobs.planning.tell) beside it. The replies are queued over a connection of another process, as a
second process of the product would do.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
from sqlalchemy import func, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.table import heading, median, percentile, show
from jobs.channel import Channel
from jobs.daily import tell_day
from jobs.planning import BATCH, Telling, tell
from knowledge.library import Library
from store import outbox
from store.audiences import Audience, people_of
from store.database import Database
from store.messages import Message, Priority
from store.models import Account, Address, OutboxRow, Person, Subscription, table_of
from store.sharing import Bulk
from store.upgrade import upgrade
from tests.channels import Pipe
from tests.chaos import opened, own_postgres
from tests.processes import ROOT

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 10, 15, 7, 0, 5, tzinfo=ZONE)
CHANNEL = "telegram:1"
REPLIES_EVERY = 0.05
Plan = Callable[[Database, Mapping[str, Channel]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round showed."""

    planned: int
    seconds: float
    cpu: float
    grown_mb: float
    waits: list[float]


async def fill(database: Database, count: int, *, numbered: bool = False) -> None:
    """Register so many people with a chat each, who receive what everybody receives.

    `numbered`: their chats are numbers, as on a real platform.
    """
    before = NOW - timedelta(days=1)
    n = select(literal(1).label("n")).cte("n", recursive=True)
    n = n.union_all(select(n.c.n + 1).where(n.c.n < count))
    name = literal("Cán bộ ") + func.cast(n.c.n, literal("").type)
    empty = literal_column("'{}'")
    rows: dict[Any, dict[str, Any]] = {
        Person: {"name": name, "state": "active", "preferences": empty, "created_at": before},
        Account: {"channel": CHANNEL, "user": name, "name": "", "person_id": n.c.n},
        Address: {
            "channel": CHANNEL,
            "chat": func.cast(n.c.n, literal("").type) if numbered else name,
            "private": True,
            "name": "",
            "state": "open",
            "account_id": n.c.n,
            "last_number": 0,
            "last_in_at": before,
        },
        Subscription: {"wishes": empty, "next_at": NOW - timedelta(seconds=5)},
    }

    async def work(session: AsyncSession) -> None:
        for model, given in rows.items():
            table = table_of(model)
            first = "person_id" if model is Subscription else "id"
            made = {first: n.c.n, **given}
            if "created_at" in table.c:
                made["created_at"] = before
            values = [
                value if hasattr(value, "label") else literal(value, table.c[column].type)
                for column, value in made.items()
            ]
            await session.execute(
                table.insert().from_select(list(made), select(*values), include_defaults=False)
            )

    await database.write(work)


async def daily(library: Library, database: Database, channels: Mapping[str, Channel]) -> None:
    await tell_day(database, channels, library.base, now=NOW, zone=ZONE)


async def bare(database: Database, channels: Mapping[str, Channel]) -> None:
    bulk = Bulk("broadcast:1", "broadcast:1", Priority.BROADCAST, "hold", NOW)
    telling = Telling(Message("Kính mời dự họp giao ban công tác dân vận lúc 8 giờ."), bulk)
    after = 0

    async def step(session: AsyncSession) -> int:
        people = await people_of(session, Audience(), after=after, limit=BATCH)
        await tell(session, channels, telling, people, now=NOW)
        return people[-1] if people else 0

    while after := await database.write(step, priority=2):
        pass


@asynccontextmanager
async def replies(url: str) -> AsyncIterator[list[float]]:
    """Let another process commit replies within the block; how long each waited, in ms, after."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.plan", "--reply", url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        limit=2**24,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    waits: list[float] = []
    yield waits
    told, _ = await process.communicate(b"enough\n")
    waits += json.loads(told)


async def reply(url: str) -> None:
    """Commit a reply every few milliseconds until a line comes in."""
    waits: list[float] = []
    async with opened(url) as database:
        loop = asyncio.get_running_loop()
        end = loop.run_in_executor(None, sys.stdin.readline)
        async with database.read() as session:
            address = (await session.scalars(select(Address).limit(1))).one()
        for number in range(-100, 10**6):
            key, started = f"reply:{number}", time.perf_counter()
            await database.write(
                partial(
                    outbox.enqueue,
                    address=address,
                    parts=[Message("Trả lời")],
                    key=key,
                    now=NOW,
                    priority=Priority.REPLY,
                ),
                priority=0,
            )
            if number >= 0:
                waits.append((time.perf_counter() - started) * 1000)
            elif number == -1:
                print("warm", flush=True)
            if end.done():
                break
            if number >= 0:
                await asyncio.sleep(REPLIES_EVERY)
    print(json.dumps(waits), flush=True)


async def play(url: str, count: int, plan: Plan) -> Round:
    await upgrade(url, now=NOW)
    async with opened(url) as database:
        await fill(database, count)
        me = psutil.Process()
        channels: Mapping[str, Channel] = {CHANNEL: Pipe(CHANNEL)}
        async with replies(url) as waits:
            before, rss = me.cpu_times(), me.memory_info().rss
            started = time.perf_counter()
            await plan(database, channels)
            seconds = time.perf_counter() - started
            after = me.cpu_times()
            grown = (me.memory_info().rss - rss) / 2**20
        async with database.read() as session:
            asked = select(func.count(OutboxRow.id)).where(OutboxRow.about != "")
            planned = await session.scalar(asked) or 0
    cpu = after.user + after.system - before.user - before.system
    return Round(planned, seconds, cpu, grown, waits)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--reply", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.reply:
        await reply(asked.reply)
        return
    library = Library(ROOT / "knowledge" / "content")
    plans: dict[str, Plan] = {
        "jobs.daily, the message of the day": partial(daily, library),
        "jobs.planning.tell": bare,
    }
    table = []
    for name, plan in plans.items():
        for on_server in (False, True):
            found = [await _fresh(on_server, asked.people, plan) for _ in range(asked.runs)]
            waits = [wait for one in found for wait in one.waits]
            table.append(
                (
                    name,
                    "PostgreSQL" if on_server else "SQLite",
                    f"{found[0].planned:,}",
                    median([one.seconds for one in found]),
                    median([one.cpu for one in found]),
                    max(one.grown_mb for one in found),
                    len(waits),
                    median(waits),
                    percentile(waits, 0.99),
                    max(waits),
                )
            )
    print(heading("plan", asked.runs))
    columns = ["planned by", "on", "planned", "s", "CPU s", "RSS + MB", "replies"]
    waited = ["a reply waited p50 ms", "p99 ms", "max ms"]
    show("Planning while others reply", columns + waited, table)


async def _fresh(on_server: bool, people: int, plan: Plan) -> Round:
    with (
        tempfile.TemporaryDirectory() as folder,
        own_postgres() if on_server else nullcontext((None, "")) as (_, url),
    ):
        return await play(url or f"sqlite+aiosqlite:///{Path(folder)}/danvan.db", people, plan)


if __name__ == "__main__":
    asyncio.run(main())
