"""`./run bench broadcast`: 10,000 recipients at the rate that Telegram allows.

The long run is in simulated time, against a channel that counts as Telegram does. Then one minute
of real time: the product in a process of its own sends a broadcast of the command line to the fake
Bot API with its limits on, while others ask. Then a sender's memory: a thousand queued, a million.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.inbound import QUESTION
from bench.plan import CHANNEL, NOW, fill
from bench.table import heading, percentile, show
from bot.channels.telegram import Telegram
from jobs.channel import ChatLimit
from jobs.delivery import GATHER_SECONDS, Sender
from store.database import Database
from store.messages import Message, Outcome, Priority, Receipt
from store.models import Address, OutboxRow, table_of
from store.upgrade import upgrade
from tests.channels import Pipe
from tests.chaos import opened
from tests.fakes.telegram_server import remote_telegram, running_server
from tests.processes import ROOT, Product, environment

RATE = 25
TOKEN = "1:bench-token-of-the-broadcast-35-characters"
GROUPS, TO_EACH_GROUP = 10, 40


@dataclass
class Counting(Pipe):
    """A channel in simulated time that refuses what Telegram would refuse."""

    now: datetime = NOW
    refused: int = 0
    total: int = 0
    rate: float = Telegram.rate
    sent_at: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def chat_limit(self, chat: str) -> ChatLimit | None:
        return Telegram.chat_limits["group" if chat.startswith("-") else "private"]

    async def send(self, address: Any, message: Message) -> Receipt:  # noqa: ARG002
        chat_rule = (20, 60) if address.chat.startswith("-") else (5, 5)
        for key, (most, seconds) in {"": (30, 1), address.chat: chat_rule}.items():
            times = self.sent_at[key]
            while times and times[0] <= self.now - timedelta(seconds=seconds):
                times.popleft()
            self.refused += len(times) >= most
            times.append(self.now)
        self.total += 1
        return Receipt(Outcome.SENT, external_id="1")


async def simulated(count: int) -> list[object]:
    """Send all of it in simulated time, some of it many to a group."""
    channel = Counting(CHANNEL)
    async with fresh() as database:
        await queue_to_groups(database)
        await queue(database, count - GROUPS * TO_EACH_GROUP)
        sender = Sender(database, channel, bulk_rate=RATE, now=lambda: channel.now)
        while await left(database):
            async with asyncio.TaskGroup() as group:
                before = channel.total
                wait = await sender.step(group)
            # Whatever ends wakes the sender.
            wait = wait if channel.total == before else 0.0
            channel.now += timedelta(seconds=wait + GATHER_SECONDS)
    seconds = (channel.now - NOW).total_seconds()
    rate = count / seconds
    return [f"{count:,}, simulated", seconds, rate, f"{rate / RATE:.1%}", channel.refused]


@asynccontextmanager
async def fresh() -> AsyncIterator[Database]:
    """Give an empty database of one's own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/danvan.db"
        await upgrade(url, now=NOW)
        async with opened(url) as database:
            yield database


async def queue(database: Database, count: int) -> None:
    """Queue one delivery to each of so many chats."""
    n = select(literal(1).label("n")).cte("n", recursive=True)
    n = n.union_all(select(n.c.n + 1).where(n.c.n < count))
    chat = func.cast(n.c.n, literal("").type)
    await many(
        database,
        Address,
        n,
        {
            "id": n.c.n + GROUPS,
            "channel": CHANNEL,
            "chat": chat,
            "private": True,
            "name": "",
            "state": "open",
            "last_number": 0,
            "created_at": NOW,
        },
    )
    message = Message("Kính mời dự họp giao ban công tác dân vận lúc 8 giờ.").as_json()
    await many(
        database,
        OutboxRow,
        n,
        {
            "key": literal("k") + chat,
            "address_id": n.c.n + GROUPS,
            "channel": CHANNEL,
            "priority": Priority.BROADCAST,
            "policy": "hold",
            "state": "queued",
            "content": message,
            "about": "broadcast:1",
            "sequence": 0,
            "number": 0,
            "attempts": 0,
            "external_id": "",
            "code": "",
            "reason": "",
            "due_at": NOW,
            "created_at": NOW,
        },
    )


async def many(database: Database, model: Any, n: Any, given: dict[str, Any]) -> None:
    table = table_of(model)
    values = [
        value if hasattr(value, "label") else literal(value, table.c[column].type)
        for column, value in given.items()
    ]

    async def work(session: AsyncSession) -> None:
        await session.execute(
            table.insert().from_select(
                list(given), select(*values).select_from(n), include_defaults=False
            )
        )

    await database.write(work)


async def queue_to_groups(database: Database) -> None:
    async def work(session: AsyncSession) -> None:
        for group in range(GROUPS):
            made = insert(table_of(Address)).returning(table_of(Address).c.id)
            place = {"channel": CHANNEL, "chat": f"-{group}", "created_at": NOW}
            address = await session.scalar(made, [place])
            rows = [
                {
                    "key": f"g{group}:{number}",
                    "address_id": address,
                    "channel": CHANNEL,
                    "priority": Priority.BROADCAST,
                    "policy": "hold",
                    "content": Message("Thông báo").as_json(),
                    "due_at": NOW,
                    "created_at": NOW,
                }
                for number in range(TO_EACH_GROUP)
            ]
            await session.execute(insert(table_of(OutboxRow)), rows)

    await database.write(work)


async def left(database: Database) -> bool:
    asked = select(OutboxRow.id).where(OutboxRow.settled_at.is_(None)).limit(1)
    async with database.read() as session:
        return await session.scalar(asked) is not None


async def real(count: int, seconds: float) -> tuple[list[object], list[float]]:
    """Send a broadcast for a while with the product itself; how long questions waited, in ms."""
    with tempfile.TemporaryDirectory() as name, running_server() as api:
        folder = Path(name)
        (folder / "data").mkdir()
        url = f"sqlite+aiosqlite:///{folder}/data/danvan.db"
        settings: dict[str, object] = {
            "DATABASE_URL": url,
            "DATA_DIR": folder / "data",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": "secret-of-the-broadcast-bench",
            "ASK_OPEN": "true",
        }
        await upgrade(url, now=NOW)
        async with opened(url) as database:
            await fill(database, count, numbered=True)
        product = Product(folder, **settings)
        async with remote_telegram(api, TOKEN) as telegram:
            await telegram.set(limits=True)
            try:
                await product.start()
                said = ("--text", "Kính mời dự họp.", "--audience", "all")
                command = [sys.executable, "-m", "bot", "broadcast", "send", *said]
                given = environment(**settings, PUBLIC_URL=product.url)
                ended = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=given)
                assert await ended.wait() == 0
                return await watch(telegram, seconds)
            finally:
                product.kill()


async def watch(telegram: Any, seconds: float) -> tuple[list[object], list[float]]:
    while (await telegram.tally())[0] < 50:  # noqa: ASYNC110 - another process counts
        await asyncio.sleep(0.05)
    begun = time.monotonic()
    asked: dict[str, float] = {}
    while time.monotonic() < begun + seconds:
        chat = 5_000_000 + len(asked)
        asked[str(chat)] = time.monotonic()
        await telegram.push(question(chat))
        await asyncio.sleep(2)
    end = time.monotonic()
    await asyncio.sleep(2)
    state = await telegram.state()
    bulk = [
        one["at"]
        for one in state["messages"]
        if str(one["chat_id"]) not in asked and begun <= one["at"] < end
    ]
    heard = {str(one["chat_id"]): one["at"] for one in reversed(state["messages"])}
    waits = [(heard[chat] - at) * 1000 for chat, at in asked.items() if chat in heard]
    assert len(waits) == len(asked), f"{len(asked) - len(waits)} questions were not answered"
    rate = len(bulk) / (end - begun)
    refused = sum(r["method"] == "sendMessage" for r in state["requests"]) - len(state["messages"])
    row = [f"{len(bulk):,}, the product", end - begun, rate, f"{rate / RATE:.1%}", refused]
    return row, waits


def question(chat: int) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Lan"}
    place = {"id": chat, "type": "private", "first_name": "Lan"}
    message = {"message_id": chat, "date": 1795309200, "chat": place, "from": person}
    return {"message": {**message, "text": QUESTION}}


class Quick(Pipe):
    """A channel that keeps nothing of what it sends."""

    async def send(self, address: Any, message: Message) -> Receipt:  # noqa: ARG002
        return Receipt(Outcome.SENT, external_id="1")


async def memory(count: int, sends: int) -> float:
    """Give the RSS in MB after a sender sent some of so many queued deliveries."""
    async with fresh() as database:
        await queue(database, count)
        clock = [NOW]
        channel = Quick(CHANNEL, rate=1e6)
        sender = Sender(database, channel, bulk_rate=1e6, now=lambda: clock[0])
        for _ in range(sends // 10):
            async with asyncio.TaskGroup() as group:
                await sender.step(group)
            clock[0] += timedelta(seconds=0.05)
        gc.collect()
        return psutil.Process().memory_info().rss / 2**20


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--million", type=int, default=1_000_000)
    asked = parser.parse_args()
    grown = [(many, await memory(many, 1000)) for many in (1000, 1000, asked.million)]
    row, waits = await real(asked.recipients, asked.seconds)
    rows = [await simulated(asked.recipients), row]
    print(heading("broadcast", 1))
    show("At the rate that is set", ["sent", "s", "messages/s", "of 25/s", "429"], rows)
    columns = ["questions", "p50 ms", "p99 ms", "max ms"]
    told = [len(waits), percentile(waits, 0.5), percentile(waits, 0.99), max(waits)]
    show("Questions asked meanwhile", columns, [told])
    show("A sender's memory", ["queued", "RSS MB"], [[f"{n:,}", mb] for n, mb in grown[1:]])


if __name__ == "__main__":
    asyncio.run(main())
