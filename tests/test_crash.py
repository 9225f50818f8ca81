"""Five times `kill -9` while 500 updates come in: all answered, twice only what was in flight."""

import asyncio
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jobs.delivery import IN_FLIGHT
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.processes import product

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]

TOKEN = "123456:crash-test-token-of-35-characters-x"
UPDATES = 500
CHATS = 100
KILLS = 5


def update(number: int) -> dict[str, Any]:
    chat = 1000 + number % CHATS
    person = {"id": chat, "is_bot": False, "first_name": f"Cán bộ {chat}"}
    return {
        "message": {
            "message_id": number + 1,
            "date": 1795309200,
            "chat": {"id": chat, "type": "private", "first_name": person["first_name"]},
            "from": person,
            "text": f"/u{number:04d}",
        }
    }


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_every_update_is_answered_through_five_kills(mode: str, tmp_path: Path) -> None:
    with running_server("--speed", "20") as server:
        settings: dict[str, object] = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server}
        with product(tmp_path, **settings) as running:
            if mode == "webhook":
                running._environment |= {
                    "DANVAN_TELEGRAM_MODE": "webhook",
                    "DANVAN_TELEGRAM_WEBHOOK_SECRET": "secret-of-the-crash-test",
                    "DANVAN_PUBLIC_URL": running.url,
                }
            async with remote_telegram(server, TOKEN) as telegram:
                answers = await play(running, telegram)
    doubled = {name: count for name, count in answers.items() if count > 1}
    figures = f"{mode}: {len(answers)} answered, {sum(doubled.values()) - len(doubled)} doubled"
    sys.stdout.write(figures + "\n")
    assert set(answers) == {f"u{n:04d}" for n in range(UPDATES)}
    assert sum(answers.values()) - len(answers) <= KILLS * IN_FLIGHT


async def play(running: Any, telegram: RemoteTelegram) -> Counter[str]:
    await running.start()
    given = [update(n) for n in range(UPDATES)]
    for kill in range(KILLS + 1):
        await telegram.push(*given[kill :: KILLS + 1])
        if kill < KILLS:
            await telegram.state(seconds=60, messages=(kill + 1) * 60)
            running.kill()
            await running.start()
    told = 0
    async with asyncio.timeout(120):
        while len(await heard(telegram)) < UPDATES:
            told = len((await telegram.state(seconds=5, messages=told + 1))["messages"])
    assert running.stop() == 0
    return await heard(telegram)


async def heard(telegram: RemoteTelegram) -> Counter[str]:
    """Count what arrived, by the command that it answers."""
    told = await telegram.state()
    texts = [
        str(one["parameters"].get("text", ""))
        for one in told["requests"]
        if one["method"] == "sendMessage"
    ]
    return Counter(found for text in texts for found in re.findall(r"/(u\d{4})\b", text))
