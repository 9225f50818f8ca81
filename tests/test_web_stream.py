"""The stream: in order, each once, going on after a break, on another process, to a polite end."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse

from bot.channels.web import ACCOUNT, WebChat
from bot.web import stream
from bot.web.visitor import CHAT_COOKIE
from store.database import Database
from store.messages import Address, Sender, Update
from tests.test_web import Office, open_office

QUESTION = "Kế hoạch 246 của Hà Giang ban hành ngày nào?"


@asynccontextmanager
async def listening(office: Office, **headers: str) -> AsyncIterator[ClientResponse]:
    async with office.client.get("/chat/stream", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["X-Accel-Buffering"] == "no"
        yield answer


async def events(answer: ClientResponse, count: int) -> list[tuple[int, str]]:
    """Read so many numbered events."""
    got: list[tuple[int, str]] = []
    async with asyncio.timeout(20):
        while len(got) < count:
            event = (await answer.content.readuntil(b"\n\n")).decode()
            if number := re.search(r"^id: (\d+)$", event, re.MULTILINE):
                got.append((int(number[1]), event))
    return got


async def test_words_and_answers_come_in_order(database: Database) -> None:
    async with open_office(database) as office:
        await office.get("/chat")
        async with listening(office) as answer:
            await office.post(id="c" * 24, text=QUESTION)
            got = await events(answer, 2)
        assert [number for number, _ in got] == [1, 2]
        assert 'class="line own"' in got[0][1]
        assert f'data-client="{"c" * 24}"' in got[0][1]
        assert "27/9/2021" in got[1][1]


async def test_after_a_break_it_goes_on_from_the_last_one_seen(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        async with listening(office) as answer:
            first = await events(answer, 2)
        await office.tell(120)
        async with listening(office, **{"Last-Event-ID": str(first[-1][0])}) as answer:
            later = await events(answer, 120)
            while "Tin số 119" not in later[-1][1]:
                later += await events(answer, 1)
        numbers = [number for number, _ in later]
        assert numbers == list(range(3, numbers[-1] + 1))


async def test_it_goes_on_at_another_process(database: Database) -> None:
    """The place is a number of the table, so any process can go on from it."""
    async with open_office(database) as one, open_office(database, answering=False) as other:
        await one.ask(QUESTION)
        other.keep_cookie(CHAT_COOKIE, one.cookie(CHAT_COOKIE))
        async with listening(other, **{"Last-Event-ID": "1"}) as answer:
            got = await events(answer, 1)
        assert "27/9/2021" in got[0][1]


async def test_a_lost_signal_costs_a_look_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.1)
    async with open_office(database) as office:
        await office.ask(QUESTION)
        async with listening(office, **{"Last-Event-ID": "99"}) as answer:
            with monkeypatch.context() as deaf:
                deaf.setattr(database.signals, "wake", lambda _: None)
                await office.tell(120)
                assert "Tin số 0" in (await events(answer, 1))[0][1]


async def test_typing_is_shown(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        chat = office.cookie(CHAT_COOKIE).partition(".")[0]
        channel = office.parts.channels["web"]
        assert isinstance(channel, WebChat)
        update = Update("1", Address(ACCOUNT, chat), Sender(ACCOUNT, chat), "text", office.clock())
        async with listening(office, **{"Last-Event-ID": "99"}) as answer:
            await channel.signal(update, "typing")
            async with asyncio.timeout(5):
                assert b"retry" in await answer.content.readuntil(b"\n\n")
                assert (await answer.content.readuntil(b"\n\n")).startswith(b"event: typing\n")


async def test_silence_is_broken_by_heartbeats(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    async with open_office(database) as office:
        await office.get("/chat")
        async with listening(office) as answer, asyncio.timeout(5):
            await answer.content.readuntil(b"\n\n")
            for _ in range(3):
                assert await answer.content.readuntil(b"\n\n") == b":\n\n"


async def test_it_ends_politely_when_the_server_stops(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        async with listening(office, **{"Last-Event-ID": "99"}) as answer:
            await answer.content.readuntil(b"\n\n")
            async with asyncio.timeout(3):
                await office.client.server.app.shutdown()  # type: ignore[attr-defined]
                assert await answer.content.read() == b""


async def test_a_network_holds_so_many_streams_and_gets_them_back(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        held = [await office.client.get("/chat/stream") for _ in range(20)]
        assert {answer.status for answer in held} == {200}
        assert (await office.get("/chat/stream"))[0] == 429
        assert (await office.get("/chat/messages?after=0"))[0] == 200
        for answer in held:
            answer.close()
        statuses: list[int] = []
        while 200 not in statuses and len(statuses) < 50:
            await asyncio.sleep(0.2)
            answer = await office.client.get("/chat/stream")
            statuses.append(answer.status)
            answer.close()
        assert statuses[-1] == 200


async def test_without_a_cookie_there_is_nothing_to_follow(database: Database) -> None:
    async with open_office(database) as office:
        assert (await office.get("/chat/stream"))[0] == 204
