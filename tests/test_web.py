"""An office to test in: real store, dispatcher and pages behind a real server; its front door."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from bot.channels.contract import Platform
from bot.channels.web import WebChat
from bot.dispatch import Dispatcher
from bot.intake import Intake
from bot.parts import Parts
from bot.pictures import Pictures
from bot.settings import Settings
from bot.web.application import make_application
from handlers.conversation import Conversation
from knowledge.library import Library
from store import invitations, logins, outbox
from store.database import Database
from store.messages import Message
from store.models import Address, InboxRow, Person, Role, Unit
from tests.conftest import NOW

Channels = dict[str, Platform]


@cache
def library() -> Library:
    return Library(Path(__file__).parent.parent / "knowledge" / "content")


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> None:
        self.at += timedelta(**step)


class Fake(WebChat):
    """A tiny channel with a webhook: it admits what carries the word."""

    account = "fake:1"
    webhook = "/webhooks/fake"
    stored_is_sent = False

    @override
    def admit(self, headers: Mapping[str, str], body: bytes) -> int:
        if headers.get("X-Word") != "open sesame":
            return 401
        try:
            json.loads(body)
        except ValueError:
            return 400
        return 200


@dataclass
class Office:
    parts: Parts
    client: TestClient[Request, Application]
    clock: Clock

    @property
    def database(self) -> Database:
        return self.parts.database

    async def post(self, *, script: bool = True, **fields: str) -> tuple[int, str]:
        """Post a form as the page's script does, or as a browser without scripts."""
        headers = {"HX-Request": "true"} if script else {}
        async with self.client.post(
            "/chat/messages", data=fields, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def ask(self, text: str) -> str:
        """Ask without a script and give the page that follows."""
        status, _ = await self.post(script=False, text=text)
        assert status == 303
        return (await self.get("/chat"))[1]

    async def tell(self, count: int) -> None:
        """Say so many things at the only address."""

        async def work(session: AsyncSession) -> None:
            address = (await session.scalars(select(Address))).one()
            for number in range(count):
                await outbox.enqueue(
                    session,
                    address,
                    [Message(f"Tin số {number}")],
                    key=f"told:{number}",
                    now=self.clock(),
                    priority=1,
                    stored_is_sent=True,
                )

        await self.database.write(work)

    def cookie(self, name: str) -> str:
        return self.client.session.cookie_jar.filter_cookies(self.client.make_url("/"))[name].value

    def keep_cookie(self, name: str, value: str) -> None:
        self.client.session.cookie_jar.update_cookies({name: value}, self.client.make_url("/"))

    async def stored(self) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(InboxRow)) or 0

    async def person(self, role: str) -> int:
        async def work(session: AsyncSession) -> int:
            unit = Unit(
                name=f"Đơn vị {role}", folded=role, path=f"/{role}/", created_at=self.clock()
            )
            person = Person(name="Lò Thị Mai", preferences={}, created_at=self.clock())
            session.add_all([unit, person])
            await session.flush()
            session.add(
                Role(person_id=person.id, role=role, unit_id=unit.id, created_at=self.clock())
            )
            return int(person.id)

        return await self.database.write(work)

    async def log_in(self, role: str) -> None:
        """Give the client's cookies a session of somebody with that role."""
        person_id = await self.person(role)
        secret = await self.database.write(
            lambda session: logins.begin(session, person_id, now=self.clock())
        )
        self.keep_cookie("danvan_session", secret)


@asynccontextmanager
async def open_office(
    database: Database,
    *,
    answering: bool = True,
    port: int | None = None,
    shelf: Library | None = None,
    **chosen: Any,
) -> AsyncIterator[Office]:
    """Open an office; one that changes its base brings a `shelf` of its own."""
    clock = Clock()
    shelf = shelf or library()
    settings = Settings(**chosen)
    channels = Channels(web=WebChat(settings), fake=Fake(settings))
    intake = Intake(database, clock)
    pictures = Pictures(database, settings.data_dir, settings.public_url, clock)
    parts = Parts(settings, database, shelf, channels, pictures, intake.take, clock)
    conversation = Conversation(
        shelf, ask_open=settings.ask_open, zone=settings.zone, home=settings.home
    )
    dispatcher = Dispatcher(database, {"web": channels["web"]}, conversation, clock)
    server = TestServer(make_application(parts), port=port)
    client = TestClient(server, cookie_jar=CookieJar(unsafe=True))
    working = asyncio.create_task(dispatcher.run()) if answering else None
    await client.start_server()
    try:
        yield Office(parts, client, clock)
    finally:
        await client.close()
        dispatcher.stop()
        if working:
            await working


async def test_health_is_said_to_everybody(database: Database) -> None:
    async with open_office(database) as office:
        assert await office.get("/healthz") == (200, '{"status": "ok"}')
        status, text = await office.get("/readyz")
        assert (status, json.loads(text)["database"]) == (200, "ok")


async def test_figures_are_for_this_machine_and_admins(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask("15/10 là ngày gì?")
        status, text = await office.get("/metrics")
        assert status == 200
        assert 'danvan_outbox{channel="web:main",state="sent"}' in text
        assert 'danvan_inbox{state="dead"} 0.0' in text
        assert (await office.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"}))[0] == 404


async def test_every_answer_is_armoured(database: Database) -> None:
    async with open_office(database) as office:
        for path in ("/chat", "/login", "/nowhere", "/healthz"):
            async with office.client.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "unsafe" not in policy
                assert "default-src 'none'" in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "aiohttp" not in answer.headers["Server"]


async def test_pages_have_no_script_or_style_in_them(database: Database) -> None:
    async with open_office(database) as office:
        page = await office.ask("15/10 là ngày gì?")
        assert page.count("<script") == page.count('<script src="/static/')
        for word in ("<style", "style=", "onclick", "javascript:", "hx-on"):
            assert word not in page
        assert "http://" not in page
        assert "https://" not in page


async def test_static_files_may_be_kept_for_a_year(database: Database) -> None:
    async with open_office(database) as office:
        _, page = await office.get("/chat")
        paths = {
            part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/static/")
        }
        assert len(paths) == 4
        for path in paths:
            async with office.client.get(path) as answer:
                assert answer.status == 200
                assert "immutable" in answer.headers["Cache-Control"]
                assert answer.headers.get("Content-Encoding") == "gzip"
        assert (await office.get("/static/../phrases.py"))[0] == 404
        assert (await office.get("/static/chat.js"))[0] == 404


async def test_the_page_is_small_on_a_weak_line(database: Database) -> None:
    async with open_office(database) as office:
        _, page = await office.get("/chat")
        paths = {
            part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/static/")
        }
        weight = 0
        for path in ["/chat", *paths]:
            async with office.client.get(path) as answer:
                raw = int(answer.headers.get("Content-Length", 0)) or len(await answer.read())
                weight += raw
        assert weight < 32_000


async def invite(office: Office, role: str = "officer") -> str:
    return await office.database.write(
        lambda session: invitations.create(
            session, role=role, unit="Xã Tả Lủng", now=office.clock()
        )
    )
