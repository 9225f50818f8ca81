"""Three times `kill -9` while messages come in by Zalo: what was delivered to us is answered.

By polling the platform forgets a message as it gives it, so a kill may take the one in hand; never
more. By webhook it is delivered again.
"""

import re
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from jobs.delivery import MOST_IN_FLIGHT
from tests.fakes import zalo_bot_server, zalo_oa_server
from tests.fakes.zalo_bot_server import RemoteZaloBot, remote_zalo_bot
from tests.fakes.zalo_oa_events import user_text
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa
from tests.processes import Product, product

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]

TOKEN, APP_ID = "123456:crash-test-token", "360846524940903967"
UPDATES = 90
CHATS = 30
KILLS = 3


def zalo_bot_settings(url: str, mode: str) -> dict[str, object]:
    return {
        "ZALO_BOT_TOKEN": TOKEN,
        "ZALO_BOT_API_URL": url,
        "ZALO_BOT_MODE": mode,
        "ZALO_BOT_WEBHOOK_SECRET": "secret-of-the-crash-test",
    }


def zalo_oa_settings(url: str, refresh_token: str) -> dict[str, object]:
    return {
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": "app-secret",
        "ZALO_OA_SECRET_KEY": "oa-secret-key",
        "ZALO_OA_REFRESH_TOKEN": refresh_token,
        "ZALO_OA_API_URL": url,
        "ZALO_OA_OAUTH_URL": url,
    }


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_the_bot_answers_through_kills(mode: str, tmp_path: Path) -> None:
    given = [zalo_bot_server.update(f"c{n % CHATS}", text=f"/u{n:04d}") for n in range(UPDATES)]
    async with AsyncExitStack() as stack:
        url = stack.enter_context(zalo_bot_server.running_server())
        remote = await stack.enter_async_context(remote_zalo_bot(url, TOKEN))
        await remote.set(retries=30, idle_after=0.6)
        running = stack.enter_context(product(tmp_path, **zalo_bot_settings(url, mode)))
        answers = await play(running, remote, given, lost=KILLS if mode == "polling" else 0)
    judge(f"zalo-bot, {mode}", answers, lost=KILLS if mode == "polling" else 0)


async def test_the_official_account_answers_through_kills(tmp_path: Path) -> None:
    given = [user_text(str(1000 + n % CHATS), f"/u{n:04d}") for n in range(UPDATES)]
    async with AsyncExitStack() as stack:
        url = stack.enter_context(zalo_oa_server.running_server("--speed", "60"))
        remote = await stack.enter_async_context(remote_zalo_oa(url, APP_ID))
        pair = await remote.issue()
        settings = zalo_oa_settings(url, pair["refresh_token"])
        running = stack.enter_context(product(tmp_path, **settings))
        await remote.webhook(f"{running.url}/webhooks/zalo-oa")
        answers = await play(running, remote, given, lost=0)
        assert (await remote.state())["spent_uses"] == []
    judge("zalo-oa, webhook", answers, lost=0)


async def play(
    running: Product,
    remote: RemoteZaloBot | RemoteZaloOa,
    given: list[dict[str, Any]],
    *,
    lost: int,
) -> Counter[str]:
    """Push in parts, with a kill in the midst of answering each but the last."""
    await running.start()
    for kill in range(KILLS + 1):
        await remote.push(*given[kill :: KILLS + 1])
        if kill < KILLS:
            await remote.state(seconds=60, messages=(kill + 1) * 20)
            running.kill()
            await running.start()
    told = await remote.state()
    while (missing := UPDATES - len(answered(told))) > lost:
        told = await remote.state(seconds=100, messages=len(told["messages"]) + missing - lost)
    assert running.stop() == 0
    return answered(await remote.state())


def answered(told: dict[str, Any]) -> Counter[str]:
    """Count what arrived, by the command that it answers."""
    texts = [str(one.get("text") or "") for one in told["messages"]]
    return Counter(found for text in texts for found in re.findall(r"/(u\d{4})\b", text))


def judge(what: str, answers: Counter[str], *, lost: int) -> None:
    doubled = sum(count - 1 for count in answers.values())
    sys.stdout.write(f"{what}: {len(answers)} answered, {doubled} doubled\n")
    assert set(answers) <= {f"u{n:04d}" for n in range(UPDATES)}
    assert len(answers) >= UPDATES - lost
    assert doubled <= KILLS * MOST_IN_FLIGHT
