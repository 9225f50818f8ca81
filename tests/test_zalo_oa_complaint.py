"""A key that is wrong makes the assistant deaf: the admins hear of it, and doctor knows."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Running, running
from bot.channels import zalo_oa_phrases as phrases
from bot.channels.contract import Platform
from bot.channels.zalo_oa import DOUBTS, ZaloOa
from bot.parts import Parts
from bot.settings import read_settings
from bot.ticks import TICKS
from bot.web import figures
from tests.channels import Post
from tests.conftest import NOW
from tests.grounds import ground
from tests.processes import free_port

APP, KEY = "360846524940903967", "oa-secret-key"
WEB = "web:main"
DEAD = "http://127.0.0.1:1"


class Clock:
    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def product(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Running]:
    names = {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "WEB_PORT": str(free_port()),
        "ZALO_OA_APP_ID": APP,
        "ZALO_OA_APP_SECRET": "app-secret",
        "ZALO_OA_SECRET_KEY": KEY,
        "ZALO_OA_API_URL": DEAD,
        "ZALO_OA_OAUTH_URL": DEAD,
    }
    settings = read_settings({f"DANVAN_{n}": value for n, value in names.items()}, env_file=None)
    async with running(settings, clock) as started:
        post = Post(started.parts.database, {})
        await post.person("Admin", {WEB: timedelta(hours=1)}, role="admin")
        await post.person("Lan", {WEB: timedelta(hours=1)})
        yield started


def oa_of(product: Running) -> Platform:
    return product.parts.channels["zalo-oa"]


def call(key: str = KEY, **more: Any) -> tuple[dict[str, str], bytes]:
    content = {"app_id": APP, "event_name": "user_send_text", "timestamp": "1", **more}
    body = json.dumps(content).encode()
    whole = APP.encode() + body + b"1" + key.encode()
    return {"X-ZEvent-Signature": f"mac={hashlib.sha256(whole).hexdigest()}"}, body


def refuse(product: Running, times: int, *, key: str = "another", **more: Any) -> None:
    for _ in range(times):
        assert oa_of(product).admit(*call(key, **more)) == 401


async def look(parts: Parts) -> None:
    """Let the clock of a process look."""
    [one] = [one for one in TICKS if one.name == "complaints"]
    await one.do(parts)


async def tick(product: Running) -> None:
    await look(product.parts)


async def told(product: Running) -> list[Any]:
    """Give what admins were told; the next look of the clock included."""
    await tick(product)
    return [row.content["text"] for row in await Post(product.parts.database, {}).rows(WEB)]


async def doctor_says(product: Running) -> list[tuple[str, str]]:
    """Look from another process, which has seen no call."""
    made = ZaloOa(ground(product.parts.settings, product.parts.database))
    found = [(one.state, one.text) for one in await made.examine()]
    return [one for one in found if "OA Secret Key" in one[1]]


async def test_a_wrong_key_is_told_once_a_day_and_to_doctor_until_one_matches(product, clock):
    refuse(product, DOUBTS)
    for _ in range(3):
        assert await told(product) == [phrases.WRONG_KEY]
        clock.at += timedelta(minutes=1)
    assert "DANVAN_ZALO_OA_SECRET_KEY" in phrases.WRONG_KEY
    assert await doctor_says(product) == [("wrong", phrases.complained(phrases.WRONG_KEY))]
    clock.at += timedelta(days=1)
    assert await told(product) == [phrases.WRONG_KEY] * 2
    assert oa_of(product).admit(*call()) == 200
    clock.at += timedelta(days=1)
    assert len(await told(product)) == 2
    assert await doctor_says(product) == []


async def test_what_strangers_send_is_no_reason(product):
    refuse(product, 20, app_id="1")
    refuse(product, 20, app_id=None)
    _, body = call()
    for headers, sent in (({}, body), (call("another")[0], b"{"), (call("another")[0], b"[]")):
        for _ in range(20):
            assert oa_of(product).admit(headers, sent) == 401
    refuse(product, DOUBTS - 1)
    assert await told(product) == []
    assert await doctor_says(product) == []


async def test_once_one_has_matched_nothing_is_a_reason(product):
    assert oa_of(product).admit(*call()) == 200
    refuse(product, 20)
    assert await told(product) == []
    assert await doctor_says(product) == []


async def test_a_process_to_which_nothing_comes_takes_nothing_back(product):
    refuse(product, DOUBTS)
    await tick(product)
    idle = ZaloOa(ground(product.parts.settings, product.parts.database))
    await look(replace(product.parts, channels={"zalo-oa": idle}))
    assert len(await doctor_says(product)) == 1


async def test_the_page_of_admins_shows_it(product):
    refuse(product, DOUBTS)
    await tick(product)
    async with product.parts.database.read() as session:
        assert await figures.complaints(session) == {f"zalo-oa:{APP}": phrases.WRONG_KEY}
    assert oa_of(product).admit(*call()) == 200
    await tick(product)
    async with product.parts.database.read() as session:
        assert await figures.complaints(session) == {}
