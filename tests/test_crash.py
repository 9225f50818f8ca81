"""Five times `kill -9` while 500 updates come in: all answered, twice only what was in flight."""

import re
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from jobs.delivery import MOST_IN_FLIGHT
from tests.conftest import fresh_postgres
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.processes import Product, product

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


@pytest.mark.parametrize(
    ("mode", "database"),
    [("webhook", "sqlite"), ("polling", "sqlite"), ("webhook", "postgresql")],
)
async def test_every_update_is_answered_through_five_kills(
    mode: str, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(running_server("--speed", "20"))
        settings: dict[str, object] = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server}
        if database == "postgresql":
            made = fresh_postgres(request.getfixturevalue("postgres_url"))
            settings["DATABASE_URL"] = await stack.enter_async_context(made)
        if mode == "webhook":
            settings["TELEGRAM_MODE"] = "webhook"
            settings["TELEGRAM_WEBHOOK_SECRET"] = "secret-of-the-crash-test"
        running = stack.enter_context(product(tmp_path, **settings))
        telegram = await stack.enter_async_context(remote_telegram(server, TOKEN))
        answers = await play(running, telegram)
    doubled = sum(count - 1 for count in answers.values())
    sys.stdout.write(f"{mode}, {database}: {len(answers)} answered, {doubled} doubled\n")
    assert set(answers) == {f"u{n:04d}" for n in range(UPDATES)}
    assert doubled <= KILLS * MOST_IN_FLIGHT


async def play(running: Product, telegram: RemoteTelegram) -> Counter[str]:
    await running.start()
    given = [update(n) for n in range(UPDATES)]
    for kill in range(KILLS + 1):
        await telegram.push(*given[kill :: KILLS + 1])
        if kill < KILLS:
            await telegram.state(seconds=60, messages=(kill + 1) * 60)
            running.kill()
            await running.start()
    told = await telegram.state()
    while missing := UPDATES - len(answered(told)):
        told = await telegram.state(seconds=100, messages=len(told["messages"]) + missing)
    assert running.stop() == 0
    return answered(await telegram.state())


def answered(told: dict[str, Any]) -> Counter[str]:
    """Count what arrived, by the command that it answers."""
    texts = [
        str(one["parameters"].get("text", ""))
        for one in told["requests"]
        if one["method"] == "sendMessage"
    ]
    return Counter(found for text in texts for found in re.findall(r"/(u\d{4})\b", text))
