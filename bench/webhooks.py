"""`./run bench webhooks`: 20,000 mutated bodies on each webhook; no 5xx, no death, memory flat.

The product runs as a process of its own; the platforms that it answers to are another.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import psutil

from bench.inbound import Load
from bench.table import heading, show
from tests.mutations import (
    APP_ID,
    OA_KEY,
    SECRET,
    SEEDS,
    Request,
    fresh_connections,
    requests,
    status_of,
)
from tests.processes import Product

AT_ONCE = 16
LOOKS = 5
FLAT_MB = 10.0


async def send(session: aiohttp.ClientSession, some: Iterator[Request]) -> Counter[int]:
    """Send until there is nothing left, and count what came back."""
    return Counter([await status_of(session, one) for one in some])


async def attack(product: Product, platform: str, count: int) -> list[object]:
    """Send everything to one route, looking at the memory now and then."""
    process = psutil.Process(product.pid)
    statuses: Counter[int] = Counter()
    memory: list[float] = []
    started = time.monotonic()
    async with fresh_connections(product.url) as session:
        every = requests(platform, count)
        for _ in range(LOOKS):
            some = (one for _, one in zip(range(count // LOOKS), every, strict=False))
            for told in await asyncio.gather(*(send(session, some) for _ in range(AT_ONCE))):
                statuses += told
            memory.append(process.memory_info().rss / 2**20)
    assert product.runs, "the product has died"
    return [
        platform,
        sum(statuses.values()),
        ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items())),
        sum(count for status, count in statuses.items() if status >= 500),
        " ".join(f"{mb:.0f}" for mb in memory),
        time.monotonic() - started,
    ]


def settings(load: Load) -> dict[str, object]:
    """Switch every channel with a webhook on."""
    return {
        "TELEGRAM_TOKEN": "123456:bench-token-of-the-product-35-chars",
        "TELEGRAM_API_URL": load.url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "ZALO_BOT_TOKEN": "123456:bench-token",
        "ZALO_BOT_API_URL": load.url,
        "ZALO_BOT_MODE": "webhook",
        "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": "app-secret",
        "ZALO_OA_SECRET_KEY": OA_KEY,
        "ZALO_OA_REFRESH_TOKEN": "refresh",
        "ZALO_OA_API_URL": load.url,
        "ZALO_OA_OAUTH_URL": load.url,
    }


async def run(count: int, platforms: Sequence[str]) -> list[list[object]]:
    load = Load()
    try:
        with tempfile.TemporaryDirectory() as place:
            product = Product(Path(place), **settings(load))
            await product.start()
            try:
                return [await attack(product, one, count) for one in platforms]
            finally:
                product.kill()
    finally:
        load.process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=20_000)
    parser.add_argument("--platform", choices=SEEDS, action="append")
    asked = parser.parse_args()
    rows = asyncio.run(run(asked.bodies, asked.platform or list(SEEDS)))
    print(heading("webhooks", 1))
    columns = ["route", "bodies", "statuses", "5xx", "RSS MB at each fifth", "seconds"]
    show("Mutated webhook bodies", columns, rows)


if __name__ == "__main__":
    main()
