"""The whole product is killed while it fetches a photo: after it, the photo is there once."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from store.database import Database
from store.files import Files
from store.models import MediaRow
from tests.fakes.zalo_bot_server import remote_zalo_bot, running_server
from tests.fakes.zalo_cdn import jpeg
from tests.processes import ROOT, Product, product

TOKEN = "1234567890:crash-test-of-photos"
CODE_SECONDS = 30


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
async def test_a_photo_is_there_once_after_its_fetching_was_killed(tmp_path: Path) -> None:
    """The whole product, killed while the picture's host is answering, three times."""
    with running_server() as api, product(tmp_path, **settings(api)) as running_product:
        async with remote_zalo_bot(api, TOKEN) as zalo, asyncio.timeout(90):
            await running_product.start()
            await zalo.say(await invite(running_product), chat="c1")
            await zalo.state(seconds=CODE_SECONDS, messages=1)
            url = await zalo.cdn("a.jpg", delay=2)
            await zalo.photo(url, chat="c1")
            for kill in range(1, 4):
                while len(await zalo.cdn_gets()) < kill:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
                running_product.kill()
                await running_product.start()
            row = await stored(running_product)
            assert len(await zalo.cdn_gets()) == 4
            assert running_product.stop() == 0
    assert Files(tmp_path / "data").path(row.sha256 or "").read_bytes() == jpeg()


def settings(api: str) -> dict[str, object]:
    return {
        "ZALO_BOT_TOKEN": TOKEN,
        "ZALO_BOT_API_URL": api,
        "ZALO_MEDIA_HOSTS": api.removeprefix("http://"),
    }


async def invite(running_product: Product) -> str:
    asked = ("invite", "--role", "officer", "--unit", "Xã Yên Minh", "--json")
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *asked),
        cwd=ROOT,
        env=running_product._environment,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await made.communicate()
    return str(json.loads(told)["code"])


async def stored(running_product: Product) -> MediaRow:
    """Wait until the only photo is here."""
    database = Database(f"sqlite+aiosqlite:///{running_product.folder}/data/danvan.db")
    try:
        async with asyncio.timeout(30):
            while True:
                async with database.read() as session:
                    (row,) = await session.scalars(select(MediaRow))
                if row.state == "stored":
                    return row
                await asyncio.sleep(0.05)
    finally:
        await database.stop()
