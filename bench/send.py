"""`./run bench send`: a queued delivery -> claimed -> sent -> settled durably, limits lifted.

Ten are under way at once. Beside it, in turn and in the same process, what sends and stores
nothing: PTB with our transport, PTB with its own, bare aiohttp. The API answers a constant from a
process of its own.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiohttp
import psutil
from sqlalchemy import select, update
from telegram import Bot
from telegram.request import HTTPXRequest

from bench.inbound import TOKEN, Load
from bench.table import heading, median, show
from bot import clock
from bot.channels.telegram import Telegram
from bot.channels.telegram_request import AiohttpRequest
from jobs.channel import ChatLimit
from jobs.delivery import LEAST_IN_FLIGHT, Sender
from store.database import Database
from store.messages import Message, Priority
from store.models import Address, OutboxRow, fixed, table_of
from store.upgrade import upgrade
from tests.chaos import opened, own_postgres

TEXT = "Kính mời đồng chí dự họp giao ban công tác dân vận lúc 8 giờ tại hội trường ủy ban xã."
NOBODY = ChatLimit(1000, 1.0)
UNDER_WAY = ("sending", "queued")
NOW = partial(clock.now, ZoneInfo("Asia/Ho_Chi_Minh"))
Send = Callable[[int], Awaitable[object]]


class Unlimited(Telegram):
    """A bot whose platform takes as much as it is given."""

    rate: Final = 1e6
    chat_limits: Final = {"private": NOBODY, "group": NOBODY}


@dataclass(frozen=True, slots=True)
class Round:
    """What one round showed."""

    per_second: float
    cpu_ms: float


async def measured(count: int, work: Callable[[], Awaitable[None]]) -> Round:
    me = psutil.Process()
    before, started = me.cpu_times(), time.perf_counter()
    await work()
    seconds, after = time.perf_counter() - started, me.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return Round(count / seconds, cpu * 1000 / count)


async def ten_at_once(count: int, send: Send) -> None:
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(LEAST_IN_FLIGHT):
            group.create_task(worker())


async def ours(database: Database, url: str, count: int) -> Round:
    """Send what is queued, from the first claim to the last settled row."""
    bot = Unlimited(TOKEN, api_url=url)
    await bot.open()
    await queue(database, bot.account, count)
    sender = Sender(database, bot, bulk_rate=1e6, now=NOW)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sender.run())
            while await waiting(database):  # noqa: ASYNC110 - the database counts
                await asyncio.sleep(0.05)
            sender.stop()

    try:
        return await measured(count, work)
    finally:
        await bot.close()


async def queue(database: Database, account: str, count: int) -> None:
    async def work(session: Any) -> None:
        """Queue one message to each chat anew; the first time the chats too."""
        outbox, chats = table_of(OutboxRow), table_of(Address)
        again = update(outbox).values(state="queued", attempts=0, settled_at=None)
        if (await session.execute(again)).rowcount:
            return
        now = NOW()
        given = [
            {"channel": account, "chat": str(10_000 + n), "created_at": now} for n in range(count)
        ]
        ids = await session.scalars(chats.insert().returning(chats.c.id), given)
        rows = [
            {
                "key": f"n{address}",
                "address_id": address,
                "channel": account,
                "priority": Priority.REMINDER,
                "policy": "resend",
                "content": Message(TEXT).as_json(),
                "due_at": now,
                "created_at": now,
            }
            for address in ids
        ]
        await session.execute(outbox.insert(), rows)

    await database.write(work)


async def waiting(database: Database) -> bool:
    asked = [select(OutboxRow.id).where(OutboxRow.state == fixed(one)) for one in UNDER_WAY]
    async with database.read() as session:
        found = [await session.scalar(one.limit(1)) for one in asked]
    return any(one is not None for one in found)


async def bot_of(stack: AsyncExitStack, url: str, request: Any) -> Send:
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)
    await request.initialize()
    stack.push_async_callback(request.shutdown)
    return lambda number: bot.send_message(10_000 + number, TEXT)


async def bare(stack: AsyncExitStack, url: str) -> Send:
    session = await stack.enter_async_context(aiohttp.ClientSession())

    async def send(number: int) -> None:
        asked = {"chat_id": 10_000 + number, "text": TEXT}
        async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=asked) as answer:
            await answer.json()

    return send


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sends", type=int, default=2000)
    asked = parser.parse_args()
    load, count = Load(), asked.sends
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        _, postgres = stack.enter_context(own_postgres())
        databases = {
            "SQLite": f"sqlite+aiosqlite:///{Path(folder)}/danvan.db",
            "PostgreSQL": postgres,
        }
        contenders: dict[str, Callable[[], Awaitable[Round]]] = {}
        for name, url in databases.items():
            await upgrade(url, now=NOW())
            database = await stack.enter_async_context(opened(url))
            contenders[f"this product, {name}"] = partial(ours, database, load.url, count)
        peers = {
            "PTB, our transport": await bot_of(stack, load.url, AiohttpRequest()),
            "PTB, its own transport": await bot_of(stack, load.url, HTTPXRequest(256)),
            "bare aiohttp": await bare(stack, load.url),
        }
        for name, send in peers.items():
            contenders[name] = partial(measured, count, partial(ten_at_once, count, send))
        found: dict[str, list[Round]] = {name: [] for name in contenders}
        for number in range(asked.runs + 1):
            for name, contend in contenders.items():
                one = await contend()
                if number:
                    found[name].append(one)
    load.process.kill()
    tell(found, asked.runs)


def tell(found: dict[str, list[Round]], runs: int) -> None:
    speed = {name: median([one.per_second for one in some]) for name, some in found.items()}
    cpu = {name: median([one.cpu_ms for one in some]) for name, some in found.items()}
    peer = speed["PTB, our transport"]
    rows = [[name, speed[name], cpu[name], speed[name] / peer] for name in found]
    print(heading("send", runs))
    show("Sent and settled", ["what", "sends/s", "CPU ms/send", "x PTB, our transport"], rows)


if __name__ == "__main__":
    asyncio.run(main())
