"""The operator's commands as they are typed: db, invite, backup, sending, doctor; and the log."""

import asyncio
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import structlog
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import clock, doctor, log
from bot.channels.contract import Finding
from bot.cli import cli
from bot.settings import Settings, read_settings
from store import invitations
from store import upgrade as up
from store.database import Database
from store.models import Address, ChannelAccount, InboxRow, OfficeSetting, OutboxRow

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class Shop:
    """A folder with a product in it, and its command line."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.set: dict[str, str] = {
            "DANVAN_DATABASE_URL": url,
            "DANVAN_DATA_DIR": str(folder / "data"),
            "DANVAN_WEB_PORT": str(free_port()),
        }

    def run(self, *words: object) -> Result:
        cleared = {name: None for name in os.environ if name.startswith("DANVAN_")}
        return CliRunner().invoke(cli, [str(one) for one in words], env={**cleared, **self.set})

    def json(self, *words: object) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def write(self, work: Any) -> Any:
        async def inside() -> Any:
            database = Database(self.url)
            await database.start()
            try:
                return await database.write(work)
            finally:
                await database.stop()

        return asyncio.run(inside())

    def settings(self) -> Settings:
        return read_settings(self.set, env_file=None)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, database_url)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Give a product on SQLite, for what does not depend on the kind of database."""
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/data/small.db")


# --- db, invite ---


def test_db_upgrade_says_what_it_did(shop):
    assert shop.json("db", "upgrade") == {"before": None, "after": up.head(), "copy": None}
    assert shop.json("db", "upgrade")["before"] == up.head()
    assert "already" in shop.run("db", "upgrade").output


def test_db_upgrade_of_a_newer_database_fails_in_one_line(shop):
    shop.run("db", "upgrade")
    shop.write(lambda s: s.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    for words in (
        ["db", "upgrade"],
        ["invite", "--role", "admin", "--unit", "A"],
        ["backup", "b"],
    ):
        result = shop.run(*words)
        assert result.exit_code == 1
        assert "9999" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_said_in_one_line(small, tmp_path):
    small.set["DANVAN_DATABASE_URL"] = f"postgresql+asyncpg://u:hunter2@/x?host={tmp_path}"
    result = small.run("db", "upgrade")
    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be used: ")
    assert "hunter2" not in result.output
    assert result.stderr.count("\n") == 1


def test_invite_makes_a_code_that_works(shop, now):
    made = shop.json("invite", "--role", "leader", "--unit", "Xã Tả Ván", "--uses", "2")
    assert made["links"] == {"web": f"http://127.0.0.1:{shop.set['DANVAN_WEB_PORT']}/chat"}
    invited = shop.write(lambda s: invitations.check(s, made["code"], now=now))
    assert (invited.role, invited.unit, invited.state) == ("leader", "Xã Tả Ván", "open")
    said = shop.run("invite", "--role", "officer", "--unit", "Xã Tả Ván").output
    assert "/start " in said


def test_invite_links_to_platforms_where_our_name_is_known(small, now):
    small.run("db", "upgrade")
    small.set["DANVAN_PUBLIC_URL"] = "https://tro-ly.example.vn"
    known = [
        {"name": f"{route}_name", "value": {"name": name}, "changed_at": now}
        for route, name in (("telegram", "danvan_bot"), ("zalo-oa", "4318657068771012646"))
    ]
    small.write(lambda s: s.execute(insert(OfficeSetting), known))
    made = small.json("invite", "--role", "officer", "--unit", "A")
    assert made["links"] == {
        "web": "https://tro-ly.example.vn/chat",
        "telegram": f"https://t.me/danvan_bot?start={made['code']}",
        "zalo-oa": "https://zalo.me/4318657068771012646",
    }


@pytest.mark.parametrize(
    "words",
    [
        ["--role", "king", "--unit", "A"],
        ["--role", "admin"],
        ["--role", "admin", "--unit", "  "],
        ["--role", "admin", "--unit", "A", "--uses", "0"],
    ],
)
def test_wrong_usage_of_invite_has_status_2(small, words):
    assert small.run("invite", *words).exit_code == 2
    assert not (small.folder / "data").exists()


def test_wrong_settings_stop_every_command(small):
    small.set["DANVAN_WEB_PROT"] = "1"
    for words in (["db", "upgrade"], ["backup", "b"], ["sending", "status"], ["doctor"]):
        result = small.run(*words)
        assert result.exit_code == 1
        assert "DANVAN_WEB_PROT" in result.output


# --- backup, restore, sending ---


def delivery(number: int, due: datetime, **values: Any) -> Any:
    content = {"text": f"tin {number}"}
    return insert(OutboxRow).values(
        **{
            "key": f"k{number}",
            "address_id": 1,
            "channel": "telegram:1",
            "priority": number % 3,
            "policy": "resend",
            "content": content,
            "due_at": due,
            "created_at": due,
            **values,
        }
    )


def with_deliveries(shop: Shop, at: datetime) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(insert(ChannelAccount).values(id="telegram:1", created_at=at))
        address = {"channel": "telegram:1", "chat": "5", "created_at": at}
        await session.execute(insert(Address).values(id=1, **address))
        await session.execute(delivery(1, at - timedelta(hours=2)))
        await session.execute(delivery(2, at - timedelta(hours=1)))
        await session.execute(delivery(3, at + timedelta(days=1)))
        in_flight = {"state": "sending", "attempts": 1, "lease_until": at + timedelta(minutes=9)}
        await session.execute(delivery(4, at - timedelta(hours=1), **in_flight))
        held = {**in_flight, "policy": "hold"}
        await session.execute(delivery(5, at - timedelta(hours=1), **held))

    shop.run("db", "upgrade")
    shop.write(work)


async def states(session: AsyncSession) -> dict[int, str]:
    rows = await session.execute(select(OutboxRow.key, OutboxRow.state))
    return {int(key[1:]): state for key, state in rows}


def at_office() -> datetime:
    return clock.now(Settings().zone)


@pytest.fixture
def restored(shop: Shop, tmp_path: Path) -> Shop:
    """Give a new place into which a backup with a backlog has been restored."""
    with_deliveries(shop, at_office())
    (tmp_path / "data" / "media").mkdir(parents=True)
    (tmp_path / "data" / "media" / "photo.jpg").write_bytes(b"jpg")
    made = shop.json("backup", tmp_path / "b.tar.gz")
    assert made["rows"]["outbox"] == 5
    assert made["bytes"] == (tmp_path / "b.tar.gz").stat().st_size
    new = Shop(tmp_path / "new", f"sqlite+aiosqlite:///{tmp_path}/new/data/new.db")
    said = new.json("restore", tmp_path / "b.tar.gz")
    assert said["sending"] == "paused"
    assert (tmp_path / "new" / "data" / "media" / "photo.jpg").read_bytes() == b"jpg"
    return new


def test_a_backup_comes_back_with_sending_paused(restored):
    told = restored.json("sending", "status")
    assert told["paused"]["reason"] == "restore"
    assert told["due"] == {"reply": 0, "reminder": 1, "broadcast": 1}
    assert told["later"] == 1
    assert "Paused since" in restored.run("sending", "status").output


def test_released_everything_goes_on(restored):
    assert restored.json("sending", "release") == {"cancelled": 0}
    assert restored.write(states) == {
        1: "queued",
        2: "queued",
        3: "queued",
        4: "queued",
        5: "unknown",
    }
    assert restored.json("sending", "status")["paused"] is None


def test_dropped_what_was_due_is_cancelled(restored):
    assert restored.json("sending", "drop") == {"cancelled": 3}
    assert restored.write(states) == {
        **dict.fromkeys((1, 2, 4), "cancelled"),
        3: "queued",
        5: "unknown",
    }
    again = restored.run("sending", "drop")
    assert (again.exit_code, again.stderr) == (1, "Sending is not paused.\n")


def test_a_second_restore_is_refused_in_words(restored, tmp_path):
    result = restored.run("restore", tmp_path / "b.tar.gz")
    assert result.exit_code == 1
    assert "empty place" in result.stderr


def test_backups_are_never_written_over_one_another(small, tmp_path):
    small.run("db", "upgrade")
    (tmp_path / "there").write_text("mine")
    assert small.run("backup", tmp_path / "there").exit_code == 1
    assert (tmp_path / "there").read_text() == "mine"
    assert small.run("backup", tmp_path / "no" / "b.tar.gz").exit_code == 1
    (tmp_path / "many").mkdir()
    assert small.run("backup", tmp_path / "many").exit_code == 0
    (made,) = (tmp_path / "many").iterdir()
    assert made.name.startswith("danvan-")
    assert made.name.endswith(".tar.gz")


def test_an_empty_database_is_not_backed_up(small, tmp_path):
    result = small.run("backup", tmp_path / "b.tar.gz")
    assert result.exit_code == 1
    assert "db upgrade" in result.stderr


def test_what_is_no_backup_is_refused_in_one_line(small, tmp_path):
    (tmp_path / "b.tar.gz").write_text("no backup")
    result = small.run("restore", tmp_path / "b.tar.gz")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
    assert small.run("restore", tmp_path / "none").exit_code == 2


@pytest.mark.parametrize("there", ["the same", "another", "none"])
def test_the_base_comes_back_beside_one_that_differs(small, tmp_path, there):
    base = tmp_path / "content"
    base.mkdir()
    (base / "own.md").write_text("# ours")
    small.set["DANVAN_KNOWLEDGE_DIR"] = str(base)
    small.run("db", "upgrade")
    assert small.run("backup", tmp_path / "b.tar.gz").exit_code == 0
    if there == "another":
        (base / "own.md").write_text("# changed since")
    if there == "none":
        (base / "own.md").unlink()
    new = Shop(tmp_path / "new", f"sqlite+aiosqlite:///{tmp_path}/new/new.db")
    new.set["DANVAN_KNOWLEDGE_DIR"] = str(base)
    said = new.json("restore", tmp_path / "b.tar.gz")
    place = tmp_path / "new" / "data" / "content" if there == "another" else base
    assert said["content"] == str(place)
    assert (place / "own.md").read_text() == "# ours"


# --- doctor ---


class FakePlatform:
    """A channel that only doctor looks at."""

    def __init__(self, examine: Any) -> None:
        self.examine = examine
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False


async def looked(settings: Settings, now: datetime, **channels: Any) -> dict[str, list[str]]:
    by_state: dict[str, list[str]] = {"ok": [], "warning": [], "wrong": []}
    for one in await doctor.examine(settings, channels, now=now):
        by_state[one.state].append(one.text)
    return by_state


def test_doctor_on_a_fresh_machine_finds_nothing_wrong_and_leaves_nothing(small):
    result = small.run("doctor")
    assert result.exit_code == 0, result.output
    assert "✔ Cài đặt" in result.output
    assert "! Cơ sở dữ liệu SQLite: chưa có" in result.output
    assert "@BotFather" in result.output
    assert "✘" not in result.output
    assert list(small.folder.iterdir()) == []


def test_what_nobody_has_looked_at_is_no_pass(small):
    small.set |= {
        "DANVAN_ZALO_OA_APP_ID": "1",
        "DANVAN_ZALO_OA_APP_SECRET": "app-secret",
        "DANVAN_ZALO_OA_SECRET_KEY": "oa-secret-key",
    }
    result = small.run("doctor")
    assert result.exit_code == 0, result.output
    assert "• Zalo OA, chưa kiểm chứng trên tài khoản thật" in result.output


def test_doctor_in_json(shop):
    shop.run("invite", "--role", "admin", "--unit", "A")
    found = shop.json("doctor")
    assert {one["state"] for one in found} == {"ok", "warning"}
    kind = "SQLite" if shop.url.startswith("sqlite") else "PostgreSQL"
    assert {
        "state": "ok",
        "text": f"Cơ sở dữ liệu {kind}: truy cập được, bản {up.head()}",
    } in found


def test_doctor_says_wrong_settings(small):
    small.set |= {"DANVAN_WEB_PORT": "x", "DANVAN_TELEGRAM_TOKEN": "bad" + TOKEN}
    result = small.run("doctor")
    assert result.exit_code == 1
    assert result.output.count("✘ Cài đặt sai: DANVAN_") == 2
    assert TOKEN not in result.output


async def test_doctor_looks_at_channels_side_by_side_and_not_for_long(small, now, monkeypatch):
    async def fine() -> list[Finding]:
        await asyncio.sleep(0.2)
        return [doctor.ok("fine")]

    async def forever() -> list[Finding]:
        await asyncio.sleep(60)
        return []

    async def broken() -> list[Finding]:
        raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")

    channels = {
        "a": FakePlatform(fine),
        "b": FakePlatform(fine),
        "c": FakePlatform(forever),
        "d": FakePlatform(broken),
        "telegram": None,
    }
    monkeypatch.setattr(doctor, "SECONDS", 2.0)
    began = asyncio.get_running_loop().time()
    found = await looked(small.settings(), now, **channels)
    assert asyncio.get_running_loop().time() - began < 10
    assert found["ok"].count("fine") == 2
    assert [one for one in found["wrong"] if "tri thức" not in one] == [
        "Kiểm tra c: quá 2 giây không trả lời",
        "Kiểm tra d: gặp lỗi RuntimeError",
    ]
    assert any(one.startswith("Telegram: chưa cấu hình") for one in found["warning"])
    assert not any(one.is_open for one in channels.values() if one)


async def test_doctor_tells_what_the_database_tells(database_url, small, now):
    await up.upgrade(database_url, now=now)
    small.set["DANVAN_DATABASE_URL"] = database_url
    real = clock.now(small.settings().zone)
    database = Database(database_url)
    await database.start()

    async def work(session: AsyncSession) -> None:
        raw = {"channel": "c", "conversation": "", "raw": b"", "state": "dead"}
        for number, at in enumerate((real, real + timedelta(hours=3))):
            values = {**raw, "update_id": str(number), "received_at": at}
            await session.execute(insert(InboxRow).values(**values))
        stopped = {"id": "telegram:1", "stopped_reason": "token bị thu hồi", "created_at": real}
        await session.execute(insert(ChannelAccount).values(**stopped))
        address = {"id": 1, "channel": "telegram:1", "chat": "5", "created_at": real}
        await session.execute(insert(Address).values(**address))
        await session.execute(delivery(1, real - timedelta(minutes=25)))
        await session.execute(delivery(2, real, state="unknown"))

    async def paused(session: AsyncSession) -> None:
        values = {"name": "sending_paused", "value": {"since": "x"}, "changed_at": real}
        await session.execute(insert(OfficeSetting).values(**values))
        await session.execute(update(InboxRow).values(received_at=real))

    await database.write(work)
    found = await looked(small.settings(), real)
    await database.write(paused)
    after = await looked(small.settings(), real)
    await database.stop()

    said = "\n".join(found["warning"])
    assert "2 tin đến không xử lý được" in said
    assert "1 tin gửi không rõ đã đến hay chưa" in said
    assert "quá hạn 25 phút" in said
    assert "Chưa có người quản trị" in said
    assert found["wrong"] == [
        "Kênh telegram:1 đang dừng: token bị thu hồi",
        "Đồng hồ máy chạy lùi: có tin đã nhận ở thời điểm sau bây giờ",
    ]
    assert any("sending status" in one for one in after["warning"])
    assert not any("quá hạn" in one for one in after["warning"])


async def test_doctor_says_what_is_wrong_with_the_database(small, now, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    (tmp_path / "a.db").write_bytes(b"")
    (empty,) = await doctor.database(url, now=now)
    assert (empty.state, "còn trống" in empty.text) == ("warning", True)
    await up.upgrade(url, now=now)
    database = Database(url)
    await database.start()
    await database.write(
        lambda s: s.execute(text("UPDATE alembic_version SET version_num='9999'"))
    )
    (newer,) = await doctor.database(url, now=now)
    assert (newer.state, "mới hơn chương trình" in newer.text) == ("wrong", True)
    await database.write(lambda s: s.execute(text("DELETE FROM alembic_version")))
    (foreign,) = await doctor.database(url, now=now)
    assert foreign.state == "wrong"
    await database.stop()
    away = f"postgresql+asyncpg://u:hunter2@/x?host={tmp_path}"
    (unreachable,) = await doctor.database(away, now=now)
    assert (unreachable.state, "hunter2" in unreachable.text) == ("wrong", False)


async def test_the_time_of_another_machine_is_compared(postgres_url, small, now):
    settings = small.settings()
    from tests.conftest import fresh_postgres

    async with fresh_postgres(postgres_url) as url:
        real = clock.now(settings.zone)
        await up.upgrade(url, now=real)
        assert not any("lệch" in one.text for one in await doctor.database(url, now=real))
        late = await doctor.database(url, now=real - timedelta(hours=1))
        assert any("lệch nhau 3" in one.text and one.state == "wrong" for one in late)


class Answering:
    """Something that listens on a port and answers everything the same."""

    def __init__(self, reply: bytes) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.reply = reply
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        peer, _ = self.socket.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(self.reply)

    def stop(self) -> None:
        self.thread.join()
        self.socket.close()


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"status": "ok"}', "ok"),
        (b"HTTP/1.1 200 OK\r\n\r\n<h1>nginx</h1>", "wrong"),
        (b"220 mail\r\n", "wrong"),
    ],
)
def test_the_port_is_ours_or_somebody_elses(small, reply, state):
    other = Answering(reply)
    small.set["DANVAN_WEB_PORT"] = str(other.port)
    (found,) = doctor.port(small.settings())
    other.stop()
    assert found.state == state


def test_ports_and_addresses(small):
    assert "còn trống" in doctor.port(small.settings())[0].text
    small.set["DANVAN_WEB_HOST"] = "192.0.2.1"
    (found,) = doctor._free(small.settings(), "x")
    assert found.state == "wrong"
    for url, state in (
        ("http://a.vn", "warning"),
        ("https://a.vn", "ok"),
        ("http://127.0.0.1", "ok"),
    ):
        small.set["DANVAN_PUBLIC_URL"] = url
        assert doctor.public_url(small.settings())[0].state == state


def test_a_data_folder_without_room_is_said(tmp_path, monkeypatch):
    class Usage:
        free: ClassVar[int] = 0

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    for free, state in ((50 << 20, "wrong"), (500 << 20, "warning"), (5 << 30, "ok")):
        Usage.free = free
        assert doctor.data_folder(tmp_path)[0].state == state
    (tmp_path / "file").write_text("")
    assert doctor.data_folder(tmp_path / "file")[0].state == "wrong"


def test_a_broken_base_and_an_open_env_file_are_said(tmp_path):
    (tmp_path / "a.md").write_text("no front matter")
    (found,) = doctor.base(tmp_path)
    assert found.state == "wrong"
    assert "a.md" in found.text
    (tmp_path / ".env").write_text("")
    (tmp_path / ".env").chmod(0o644)
    assert doctor.env_file(tmp_path / ".env")[0].state == "warning"
    (tmp_path / ".env").chmod(0o600)
    assert doctor.env_file(tmp_path / ".env") == []


# --- logs ---


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Give what reads the lines that were logged; logging is as it was before at the end."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in log.QUIET}
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_one_json_line_for_each_event(logs):
    log.start_logging()
    events = structlog.get_logger()
    with structlog.contextvars.bound_contextvars(update="telegram:1/7"):
        events.info("nhận tin", count=3, ok=True, parts=["a", 1.5])
    events.debug("not this")
    logging.getLogger("asyncio").warning("slow %s", "callback")
    logging.getLogger("httpx").info("HTTP Request: GET https://x")
    first, second = logs()
    assert first.pop("at").endswith("Z")
    assert first == {
        "event": "nhận tin",
        "level": "info",
        "update": "telegram:1/7",
        "count": 3,
        "ok": True,
        "parts": ["a", 1.5],
    }
    assert (second["event"], second["logger"], second["level"]) == (
        *("slow callback", "asyncio"),
        "warning",
    )


def test_tracebacks_are_one_line_too_and_a_death_is_logged(logs):
    log.start_logging()
    try:
        int(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError as error:
        structlog.get_logger().exception("failed", error=error)
        logging.getLogger("x").exception("failed there")
        sys.excepthook(ValueError, error, error.__traceback__)
    ours, theirs, death = logs()
    for one in (ours, theirs, death):
        assert "ValueError" in one["exception"]
        assert TOKEN not in json.dumps(one)
    assert death["event"] == "died"


SHAPES = (
    "{}",
    "token={}",
    "Authorization: Bearer {}",
    "https://api.telegram.org/bot{}/sendMessage",
    "https://api.telegram.org/file/bot{}/photos/1.jpg",
    '{{"access_token": "{}", "n": 1}}',
    "{{'Authorization': 'Bearer {}'}}",
    "https://x.vn/?a=1&access_token={}&b=2",
    "refresh_token: {}",
    "postgresql+asyncpg://danvan:{}@db/danvan",
    "X-Telegram-Bot-Api-Secret-Token: {}",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_token_never_appears(logs, shape):
    log.start_logging()
    said = shape.format(TOKEN)
    events = structlog.get_logger()
    events.info(said, url=said, deep={"a": [said, (said,)], said: 1}, error=RuntimeError(said))
    events.bind(bound=said).warning(
        "bound", telegram_token=TOKEN, headers={"Authorization": "xyz"}
    )
    logging.getLogger("aiohttp.server").error("at %s", said)
    written = logs()
    out = json.dumps(written)
    assert len(written) == 3
    assert TOKEN not in out
    assert TOKEN.partition(":")[2] not in out
    assert "xyz" not in out


SECRET = st.from_regex(r"[1-9][0-9]{7,9}:[A-Za-z0-9_-]{35}", fullmatch=True)


@given(
    before=st.text(max_size=20), secret=SECRET, after=st.sampled_from(["", " ", "/x", '"', "\n"])
)
@how(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_around_it_a_token_is_taken_out(before, secret, after):
    assert secret.partition(":")[2] not in log.redacted(before + secret + after)


@pytest.mark.parametrize(
    "phone",
    ["0912345678", "+84912345678", "84912345678", "0912 345 678", "091.234.5678", "02193 866 123"],
)
def test_phone_numbers_are_taken_out(phone):
    assert log.redacted(f"gọi {phone} nhé") == "gọi *** nhé"
    assert log.redacted(f"sđt:{phone}") == "sđt:***"


@pytest.mark.parametrize(
    "plain",
    [
        "14/KH-BDVTU ngày 25/9/2021",
        "2026-11-22T01:00:00.012345Z",
        "took 0.0123456789 s",
        "chat -1001234567890 update 734105298",
        "01/10 - 31/10/2021, 35.000.000 đồng",
        "telegram:110201543",
        "Kênh zalo-bot:1459232241 đang dừng",
        "a1b2c3d4-0123-4567-89ab-0123456789ab",
    ],
)
def test_what_is_no_secret_stays(plain):
    assert log.redacted(plain) == plain
