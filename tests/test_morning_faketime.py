"""The product as its own process under a clock of ours: one message on the morning of 15/10/2026.

Skipped where libfaketime is not installed.
"""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from knowledge.base import SHIPPED
from tests.dialogues import BASE
from tests.fakes import telegram_server, zalo_bot_server
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram
from tests.fakes.zalo_bot_server import RemoteZaloBot, remote_zalo_bot
from tests.processes import ROOT, Product, environment, product

LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("faketime"),
    pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed (apt: libfaketime)"),
]

TELEGRAM, ZALO = "123456:faketime-token-of-35-characters-xx", "123456:faketime-token"
WHO, CHAT = 1001, "c0ffee"


def clock(local: str) -> dict[str, str]:
    """Let a process begin at a time in Viet Nam (`2026-10-15 06:59:50`), and its clock run."""
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME": f"@{local}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "Asia/Ho_Chi_Minh",
    }


@dataclass
class Office:
    """The stand-ins of both platforms, and folders with a subscriber of each."""

    telegram: RemoteTelegram
    zalo: RemoteZaloBot
    settings: dict[str, object]
    folder: Path
    seen: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def product(self, folder: Path) -> Iterator[Product]:
        with product(folder, **self.settings) as made:
            yield made

    def copy(self, name: str) -> Path:
        """Give a copy of the folder, as it is."""
        return shutil.copytree(self.folder, self.folder.with_name(name))

    async def run(self, folder: Path, local: str, *, until: int, seconds: float = 30) -> None:
        """Run the product from a time on, until so many messages of a day are settled."""
        with self.product(folder) as running:
            await running.start(clock(local))
            async with asyncio.timeout(seconds):
                if len(settled(folder)) == until:
                    await self.speak()
                while len(settled(folder)) < until:  # noqa: ASYNC110 - another process's rows
                    await asyncio.sleep(0.1)
            assert running.stop() == 0

    async def speak(self) -> None:
        """Let both subscribers ask something; when they are answered, a tick has been as well."""
        told, heard = await self.telegram.state(), await self.zalo.state()
        await self.telegram.push(update("/lich"))
        await self.zalo.say("/lich", CHAT)
        await self.telegram.state(messages=len(told["messages"]) + 1)
        await self.zalo.state(messages=len(heard["messages"]) + 1)

    async def told(self) -> dict[str, list[str]]:
        """Give what was told unasked since the last call, by platform."""
        found = {}
        for name, remote in (("telegram", self.telegram), ("zalo", self.zalo)):
            requests = (await remote.state())["requests"]
            texts = [
                str(one["parameters"].get("text", ""))
                for one in requests[self.seen.get(name, 0) :]
                if one["method"] == "sendMessage"
            ]
            self.seen[name] = len(requests)
            found[name] = [text for text in texts if "Trợ lý xin báo" in text]
        return found


def update(text: str) -> dict[str, object]:
    person = {"id": WHO, "is_bot": False, "first_name": "Lan"}
    chat = {"id": WHO, "type": "private", "first_name": "Lan"}
    return {
        "message": {
            "message_id": next(NUMBERS),
            "date": 1795309200,
            "chat": chat,
            "from": person,
            "text": text,
        }
    }


NUMBERS = iter(range(1, 1000))


def settled(folder: Path) -> list[tuple[str, str]]:
    """Give the day and the state of each message of a day that is settled."""
    with closing(sqlite3.connect(f"file:{folder}/data/danvan.db?mode=ro", uri=True)) as read:
        return read.execute(
            "SELECT about, state FROM outbox WHERE about LIKE 'day:%'"
            " AND settled_at IS NOT NULL ORDER BY about, state"
        ).fetchall()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        urls = [
            stack.enter_context(one.running_server()) for one in (telegram_server, zalo_bot_server)
        ]
        made = Office(
            await stack.enter_async_context(remote_telegram(urls[0], TELEGRAM)),
            await stack.enter_async_context(remote_zalo_bot(urls[1], ZALO)),
            {
                "KNOWLEDGE_DIR": base_with_all_occasions(tmp_path),
                "TELEGRAM_TOKEN": TELEGRAM,
                "TELEGRAM_API_URL": urls[0],
                "ZALO_BOT_TOKEN": ZALO,
                "ZALO_BOT_API_URL": urls[1],
            },
            tmp_path / "joined",
        )
        made.folder.mkdir()
        await made.zalo.set(idle_after=0.6)
        await join(made)
        yield made


def base_with_all_occasions(folder: Path) -> Path:
    """Give a base that is loaded in a moment, with the whole calendar that is shipped."""
    made = shutil.copytree(BASE, folder / "base")
    shutil.copy(SHIPPED / "occasions.yaml", made)
    return made


async def join(office: Office) -> None:
    """Let somebody join on each platform on 14/10/2026."""
    at = clock("2026-10-14 09:00:00")
    code = invitation(office, at)
    with office.product(office.folder) as running:
        await running.start(at)
        await office.telegram.push(update(f"/start {code}"))
        await office.zalo.say(f"/start {code}", CHAT)
        await office.telegram.state(messages=1)
        await office.zalo.state(messages=1)
        assert running.stop() == 0


def invitation(office: Office, at: dict[str, str]) -> str:
    own = environment(DATA_DIR=office.folder / "data", **office.settings)
    words = ["invite", "--role", "officer", "--unit", "Xã A", "--uses", "2", "--json"]
    made = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=own | at,
        capture_output=True,
        check=False,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return str(json.loads(made.stdout)["code"])


async def test_a_subscriber_gets_one_message_on_the_morning_however_the_product_is_started(
    office: Office,
) -> None:
    late, next_day = (office.copy(name) for name in ("late", "next"))
    sent, stale = ([("day:2026-10-15", state)] * 2 for state in ("sent", "stale"))

    await office.run(office.folder, "2026-10-15 06:59:55", until=2)
    for [text] in (await office.told()).values():
        assert all(count in text for count in ("96 năm", "27 năm", "77 năm"))
    await office.run(office.folder, "2026-10-15 07:05:00", until=2)
    assert await office.told() == {"telegram": [], "zalo": []}
    assert settled(office.folder) == sent

    await office.run(late, "2026-10-15 09:00:00", until=2)
    for [text] in (await office.told()).values():
        assert "96 năm" in text
    assert settled(late) == sent

    await office.run(next_day, "2026-10-16 09:00:00", until=4)
    for [text] in (await office.told()).values():
        assert "Ngày mai (Thứ Bảy, 17/10/2026):" in text
        assert "96 năm" not in text
    assert settled(next_day) == [*stale, *[("day:2026-10-16", "sent")] * 2]
