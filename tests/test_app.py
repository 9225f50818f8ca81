"""The whole product in this process, with Telegram played by a process of its own."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select, text

from bot.app import Running, running
from bot.settings import Settings, read_settings
from handlers import phrases
from store import invitations
from store.identity import WrongFolder
from store.locks import Taken
from store.models import Address, InboxRow
from tests.dialogues import BASE
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.processes import free_port

TOKEN = "123456:test-app-token-of-35-characters-xyz"
SECRET = "the-webhook-secret"
WEBHOOK = "/webhooks/telegram"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def settings_for(folder: Path, api: str, *, mode: str = "webhook", **more: str) -> Settings:
    port = free_port()
    values = {
        "DATA_DIR": str(folder / "data"),
        "KNOWLEDGE_DIR": str(BASE),
        "WEB_PORT": str(port),
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "TELEGRAM_MODE": mode,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    } | more
    return read_settings(
        {f"DANVAN_{name}": value for name, value in values.items()}, env_file=None
    )


@pytest.fixture
def api() -> Any:
    with running_server("--speed", "50") as url:
        yield url


@pytest.fixture
async def product(tmp_path: Path, api: str) -> AsyncIterator[Running]:
    async with running(settings_for(tmp_path, api)) as started:
        yield started


@pytest.fixture
async def telegram(api: str) -> AsyncIterator[RemoteTelegram]:
    async with remote_telegram(api, TOKEN) as remote:
        yield remote


@pytest.fixture
async def http(product: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{product.port}") as session:
        yield session


def message(words: str, *, number: int = 1, chat: int = 77, **more: Any) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Lan"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1795309200,
            "chat": {"id": chat, "type": "private", "first_name": "Lan"},
            "from": person,
            "text": words,
        }
        | more,
    }


async def stored(product: Running) -> int:
    async with product.parts.database.read() as session:
        return int(await session.scalar(select(func.count(InboxRow.id))) or 0)


async def test_a_question_in_telegram_is_answered_with_its_source(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    question = message("Tháng Dân vận ở Hà Giang thực hiện khi nào?")
    async with http.post(WEBHOOK, json=question, headers=HEADERS) as answer:
        assert answer.status == 200
    told = (await telegram.state(messages=1))["requests"]
    said = " ".join(str(one["parameters"].get("text", "")) for one in told)
    assert "31/12/2026" in said
    assert "12/KH-UBND" in said


async def test_the_same_update_ten_times_is_answered_once(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    for _ in range(10):
        async with http.post(WEBHOOK, json=message("/u0001"), headers=HEADERS) as answer:
            assert answer.status == 200
    async with http.post(WEBHOOK, json=message("/u0002", number=2), headers=HEADERS) as answer:
        assert answer.status == 200
    calls = await telegram.state(messages=2)
    assert len(calls["messages"]) == 2
    assert await stored(product) == 2


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{}", 401),
        ({"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 401),
        ({"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"not json", 401),
        (HEADERS, b"not json", 400),
        (HEADERS, b'{"update_id": 1, "x": "' + b"a" * 300_000 + b'"}', 413),
    ],
)
async def test_a_webhook_call_that_is_not_right_stores_nothing(
    product: Running,
    http: aiohttp.ClientSession,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    async with http.post(WEBHOOK, data=body, headers=headers) as answer:
        assert answer.status == status
    assert await stored(product) == 0


async def test_a_malformed_update_does_not_stop_the_next(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    nonsense = {"update_id": 1, "message": {"chat": {"id": 77}, "text": ["?"]}}
    for update in (nonsense, message("/trogiup", number=2)):
        async with http.post(WEBHOOK, json=update, headers=HEADERS) as answer:
            assert answer.status == 200
    await telegram.state(messages=1)


async def test_a_locked_database_makes_the_platform_deliver_again(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    path = product.parts.settings.data_dir / "danvan.db"
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    async with http.post(WEBHOOK, json=message("/trogiup"), headers=HEADERS) as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
    blocker.execute("ROLLBACK")
    blocker.close()
    async with http.post(WEBHOOK, json=message("/trogiup"), headers=HEADERS) as answer:
        assert answer.status == 200
    assert len((await telegram.state(messages=1))["messages"]) == 1


async def test_a_full_disk_is_said_and_nothing_is_lost(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    database = product.parts.database

    async def pages(limit: int) -> None:
        await database.write(lambda s: s.execute(text(f"PRAGMA max_page_count = {limit}")))

    await pages(1)
    big = message("a" * 100_000)
    async with http.post(WEBHOOK, json=big, headers=HEADERS) as answer:
        assert answer.status == 503
    await pages(1_000_000)
    async with http.post(WEBHOOK, json=message("/trogiup", number=2), headers=HEADERS) as answer:
        assert answer.status == 200
    assert len((await telegram.state(messages=1))["messages"]) == 1


async def test_stamped_text_is_refused_and_never_reaches_the_disk(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    secret = message("TỐI MẬT\nphương án di dời ở thôn Khuổi Hỏn")
    async with http.post(WEBHOOK, json=secret, headers=HEADERS) as answer:
        assert answer.status == 200
    told = json.dumps(await telegram.state(messages=1), ensure_ascii=False)
    assert "bí mật nhà nước" in told
    folder = product.parts.settings.data_dir
    kept = b"".join(path.read_bytes() for path in folder.glob("danvan.db*"))
    assert "Khuổi Hỏn".encode() not in kept
    assert b"Khu\\u1ed5i" not in kept


async def test_the_start_does_not_wait_for_a_platform_that_cannot_be_reached(
    tmp_path: Path,
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with asyncio.timeout(20):
        async with running(settings_for(tmp_path, nowhere, mode="polling")) as started:
            url = f"http://127.0.0.1:{started.port}/chat"
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                assert answer.status == 200


async def test_a_folder_of_another_database_is_refused(tmp_path: Path, api: str) -> None:
    settings = settings_for(tmp_path, api)
    async with running(settings):
        pass
    (settings.data_dir / "store-id").write_text("0123456789abcdef\n")
    with pytest.raises(WrongFolder, match="another database"):
        async with running(settings):
            pass


async def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path, api: str) -> None:
    async with running(settings_for(tmp_path, api)):
        with pytest.raises(Taken):
            async with running(settings_for(tmp_path, api)):
                pass


async def test_an_update_that_fails_three_times_is_apologised_for_and_the_admins_are_told(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    now = product.parts.now()
    code = await product.parts.database.write(
        lambda session: invitations.create(session, role="admin", unit="Tỉnh", now=now)
    )
    joins = message(f"/start {code}", chat=500)
    async with http.post(WEBHOOK, json=joins, headers=HEADERS) as answer:
        assert answer.status == 200
    joined = len((await telegram.state(messages=2))["messages"])
    good, product.parts.library.base = product.parts.library.base, None  # type: ignore[assignment]
    async with http.post(WEBHOOK, json=message("hỏi", number=2), headers=HEADERS) as answer:
        assert answer.status == 200
    told = await telegram.state(messages=joined + 2)
    product.parts.library.base = good
    heard = {
        (int(one["parameters"]["chat_id"]), one["parameters"]["text"])
        for one in told["requests"]
        if one["method"] == "sendMessage"
    }
    assert (77, phrases.sorry()) in heard
    assert (500, phrases.update_is_dead()) in heard
    async with product.parts.database.read() as session:
        states = set(await session.scalars(select(InboxRow.state)))
    assert states == {"done", "dead"}


async def test_a_blocked_bot_closes_the_address_until_the_person_writes_again(
    product: Running, telegram: RemoteTelegram, http: aiohttp.ClientSession
) -> None:
    async def state() -> str:
        async with product.parts.database.read() as session:
            return str(await session.scalar(select(Address.state).where(Address.chat == "77")))

    async with http.post(WEBHOOK, json=message("/u0001"), headers=HEADERS) as answer:
        assert answer.status == 200
    await telegram.state(messages=1)
    blocked = {"method": "sendMessage", "status": 403}
    await telegram.script(blocked | {"description": "Forbidden: bot was blocked by the user"})
    async with http.post(WEBHOOK, json=message("/u0002", number=2), headers=HEADERS) as answer:
        assert answer.status == 200
    await until(state, "blocked")
    async with http.post(WEBHOOK, json=message("/u0003", number=3), headers=HEADERS) as answer:
        assert answer.status == 200
    assert len((await telegram.state(messages=2))["messages"]) == 2
    assert await state() == "open"


async def until(look: Callable[[], Awaitable[str]], wanted: str) -> None:
    async with asyncio.timeout(10):
        while await look() != wanted:  # noqa: ASYNC110 - the row is in the database
            await asyncio.sleep(0.02)
