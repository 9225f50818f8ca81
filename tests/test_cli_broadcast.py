"""`danvan broadcast`: as it is typed, beside a product that runs and a Telegram of our own."""

import asyncio
import json
import subprocess
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import clock
from store.database import Database
from store.models import Account, Address, Person, Role, Unit
from tests.broadcasts import ZONE
from tests.conftest import fresh_postgres
from tests.desk import Desk
from tests.fakes.telegram_server import remote_telegram, running_server
from tests.processes import ROOT, environment, product

TOKEN = "123456:broadcast-test-token-of-35-chars-x"
BOT = "telegram:123456"
TEXT = "Họp giao ban lúc 14 giờ."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def settle(database, chats, *, now):
    """Register an officer at a commune for each chat."""

    async def work(session):
        unit = await session.scalar(select(Unit).where(Unit.folded == "xa tam son"))
        if unit is None:
            unit = Unit(name="Xã Tam Sơn", folded="xa tam son", path="/1/", created_at=now)
            session.add(unit)
            await session.flush()
        for chat in chats:
            person = Person(name=f"Cán bộ {chat}", created_at=now)
            session.add(person)
            await session.flush()
            account = Account(channel=BOT, user=chat, person_id=person.id, created_at=now)
            role = Role(person_id=person.id, role="officer", unit_id=unit.id, created_at=now)
            session.add_all([account, role])
            await session.flush()
            session.add(
                Address(
                    channel=BOT,
                    chat=chat,
                    account_id=account.id,
                    last_in_at=now,
                    created_at=now,
                )
            )

    await database.write(work)


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path, now)
    made.with_database(lambda database: settle(database, ["1001", "1002"], now=now))
    return made


def test_what_is_handed_in_is_listed_and_has_not_begun(desk):
    made = desk.json("broadcast", "send", "--text", TEXT, "--audience", "all")
    [one] = desk.json("broadcast", "list")
    assert (one["id"], one["state"], one["text"]) == (made["id"], "scheduled", TEXT)
    found = desk.json("broadcast", "status", made["id"])
    assert (found["id"], found["counts"]) == (made["id"], {})
    assert TEXT in desk.run("broadcast", "list").output


@pytest.mark.parametrize("audience", ["all", "role:officer", "unit:xa tam son"])
def test_each_audience_is_taken(desk, audience):
    assert desk.json("broadcast", "send", "--text", TEXT, "--audience", audience) == {"id": 1}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--text", TEXT, "--audience", "role:leader"], "'role:leader' is nobody"),
        (["--text", TEXT, "--audience", "unit:Xã Không Có"], "no unit 'Xã Không Có'"),
        (["--text", "  ", "--audience", "all"], "nothing in --text"),
        (["--text", "a" * 4001, "--audience", "all"], "4,001 characters, at most 4,000"),
        (["--text", TEXT, "--audience", "all", "--photo", "big.png"], "a photo may have 20"),
        (["--text", TEXT, "--audience", "all", "--photo", "no.png"], "no photo that can be sent"),
    ],
)
def test_what_cannot_be_sent_is_said_in_one_line(desk, tmp_path, words, why):
    (tmp_path / "no.png").write_text("no picture")
    with (tmp_path / "big.png").open("wb") as big:
        big.write(PNG)
        big.truncate(20 * 2**20 + 1)
    assert why in desk.refused("broadcast", "send", *words)
    assert desk.json("broadcast", "list") == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--audience", "role:boss"], "officer, leader, curator, admin"),
        (["--audience", "everyone"], "not all, role:ROLE or unit:NAME"),
        (["--audience", "unit:"], "not all, role:ROLE or unit:NAME"),
        (["--audience", "all", "--at", "2020-01-01T07:00"], "in the past"),
        (["--audience", "all", "--at", "mai"], "no ISO 8601 time"),
        (["--audience", "all", "--photo", "x.png", "--file", "x.png"], "not both"),
    ],
)
def test_wrong_usage_is_said_as_such(desk, tmp_path, words, why):
    (tmp_path / "x.png").write_bytes(PNG)
    result = desk.run("broadcast", "send", "--text", TEXT, *words)
    assert result.exit_code == 2
    assert why in result.stderr
    assert desk.json("broadcast", "list") == []


def test_a_photo_goes_with_it(desk, tmp_path):
    (tmp_path / "x.png").write_bytes(PNG)
    given = ["--text", TEXT, "--audience", "all", "--photo", "x.png"]
    assert desk.json("broadcast", "send", *given) == {"id": 1}
    assert [path.read_bytes() for path in (tmp_path / "data/media").glob("??/*")] == [PNG]


def test_commands_in_the_wrong_state_and_for_none(desk):
    number = desk.json("broadcast", "send", "--text", TEXT, "--audience", "all")["id"]
    assert "is scheduled; it cannot be resumed" in desk.refused("broadcast", "resume", number)
    desk.json("broadcast", "cancel", number)
    for command in ("pause", "resume", "cancel"):
        assert "is cancelled" in desk.refused("broadcast", command, number)
        assert desk.refused("broadcast", command, 77) == "There is no broadcast 77."
    assert desk.refused("broadcast", "status", 77) == "There is no broadcast 77."


def test_the_limit_for_a_second_leader(desk):
    assert desk.json("broadcast", "limit") == {"people": 200}
    assert desk.json("broadcast", "limit", "50") == {"people": 50}
    assert desk.json("broadcast", "limit") == {"people": 50}
    assert desk.run("broadcast", "limit", "0").exit_code == 2


class Typed:
    """The command line in processes of its own, beside a product."""

    def __init__(self, folder: Path, settings: dict[str, object]) -> None:
        self._environment = environment(DATA_DIR=folder / "data", **settings)

    async def __call__(self, *words: object):
        command = [sys.executable, "-m", "bot", "broadcast", *map(str, words), "--json"]
        ended = await asyncio.to_thread(
            subprocess.run,
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            check=True,
        )
        return json.loads(ended.stdout)

    async def until(self, number: int, state: str):
        async with asyncio.timeout(60):
            while (found := await self("status", number, "--names"))["state"] != state:
                pass
        return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_beside_a_running_product(tmp_path, kind, request):
    async with AsyncExitStack() as stack:
        server = stack.enter_context(running_server())
        settings: dict[str, object] = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server}
        url = f"sqlite+aiosqlite:///{tmp_path}/data/danvan.db"
        if kind == "postgresql":
            made = fresh_postgres(request.getfixturevalue("postgres_url"))
            url = await stack.enter_async_context(made)
            settings["DATABASE_URL"] = url
        typed = Typed(tmp_path, settings)
        running = stack.enter_context(product(tmp_path, **settings))
        telegram = await stack.enter_async_context(remote_telegram(server, TOKEN))
        await running.start()
        database = Database(url)
        await database.start()
        await settle(database, ["1001", "1002", "1003"], now=clock.now(ZONE))
        await database.stop()

        number = (await typed("send", "--text", TEXT, "--audience", "all"))["id"]
        found = await typed.until(number, "done")
        assert found["counts"] == {"sent": 3}
        assert (found["missed"], found["reasons"]) == (0, {})
        names = {one["name"] for one in found["names"]}
        assert names == {f"Cán bộ {chat}" for chat in (1001, 1002, 1003)}
        sent = await telegram.calls("sendMessage")
        assert sorted(str(one["chat_id"]) for one in sent) == ["1001", "1002", "1003"]

        soon = (clock.now(ZONE) + timedelta(hours=1)).isoformat()
        later = (await typed("send", "--text", TEXT, "--audience", "all", "--at", soon))["id"]
        assert (await typed("pause", later))["state"] == "paused"
        assert (await typed("resume", later))["state"] == "resumed"
        assert (await typed("status", later))["state"] == "scheduled"
        await typed("cancel", later)
        assert (await typed("status", later))["counts"] == {}
        states = {one["id"]: one["state"] for one in await typed("list")}
        assert states == {number: "done", later: "cancelled"}
        assert len(await telegram.calls("sendMessage")) == 3
        assert running.stop() == 0
