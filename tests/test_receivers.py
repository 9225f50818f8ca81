"""Receivers that stumble over what nobody expected: the others go on."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from typing_extensions import override

from bot import app
from bot.app import running
from bot.channels.contract import Take
from bot.channels.web import WebChat
from bot.settings import read_settings
from tests.processes import free_port


async def test_a_receiver_that_stumbles_begins_anew_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    times = []

    class Stumbling(WebChat):
        @override
        async def receive(self, take: Take) -> None:
            times.append(1)
            if len(times) < 3:
                raise LookupError("nobody expected this")
            begun.set()
            await super().receive(take)

    monkeypatch.setattr(app, "CHANNELS", {"web": Stumbling.on})
    monkeypatch.setattr(app, "STUMBLE_SECONDS", 0)
    names = {"DATA_DIR": tmp_path / "data", "WEB_PORT": free_port()}
    settings = read_settings(
        {f"DANVAN_{name}": str(value) for name, value in names.items()}, env_file=None
    )
    async with running(settings) as product, asyncio.timeout(20):
        await begun.wait()
        url = f"http://127.0.0.1:{product.port}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.status == 200
