"""Copies of a SQLite file that an upgrade keeps: the last three, whole, without live tokens."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from store import upgrade as up
from tests.test_migrations import changed, filled, known_later


async def test_the_last_three_copies_are_kept(tmp_path, now, monkeypatch):
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    known_later(tmp_path, monkeypatch)
    for day in range(5):
        for left in tmp_path.glob("test.db*"):
            left.unlink()
        await changed(url, up.bring_to, None, up.revisions()[-2])
        await up.upgrade(url, keep_copy_in=tmp_path / "copies", now=now + timedelta(days=day))
    days = sorted(path.stem[-16:-8] for path in (tmp_path / "copies").iterdir())
    assert days == ["20261124", "20261125", "20261126"]


SECRET = "refresh-token-that-works-once"


def with_secrets(connection: Connection) -> None:
    at = "'2026-11-22 01:00:00.000000'"
    filled(connection)
    columns = "channel, access_token, refresh_token, generation, state, reason, owner, changed_at"
    connection.execute(
        text(
            f"INSERT INTO platform_grant ({columns})"  # noqa: S608
            f" VALUES ('zalo-oa:1', 'a', '{SECRET}', 1, 'good', '', '', {at})"
        )
    )
    for number in range(200):
        token = f"{SECRET}-{number}"
        connection.execute(text(f"INSERT INTO login_token VALUES ('{token}', 1, {at}, NULL)"))  # noqa: S608


async def test_a_copy_holds_no_token_that_may_come_to_life_again(tmp_path, now, monkeypatch):
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    await up.upgrade(url, now=now)
    await changed(url, with_secrets)
    known_later(tmp_path, monkeypatch)
    copies = tmp_path / "copies"
    copies.mkdir()
    left, of_another = copies / "test-0001-20260101T000000Z.part", copies / "b-0001.part"
    for path in (left, of_another):
        path.write_text("what a death left")

    done = await up.upgrade(url, keep_copy_in=copies, now=now)

    assert done.copy is not None
    assert set(copies.iterdir()) == {done.copy, of_another}
    assert SECRET.encode() not in done.copy.read_bytes()
    with closing(sqlite3.connect(done.copy)) as copy:
        for name in up.LEFT_OUT:
            assert copy.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)  # noqa: S608
        assert copy.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert copy.execute("SELECT name FROM person").fetchall() == [("Lò Thị Mai",)]
    with closing(sqlite3.connect(tmp_path / "test.db")) as live:
        assert live.execute("SELECT refresh_token FROM platform_grant").fetchone() == (SECRET,)


async def test_an_older_database_that_has_no_tokens_is_copied_too(tmp_path, now):
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    await changed(url, up.bring_to, None, "0001")
    done = await up.upgrade(url, keep_copy_in=tmp_path / "copies", now=now)
    assert done.copy is not None
    assert done.before == "0001"


async def test_without_a_copy_nothing_is_changed(tmp_path, now, monkeypatch):
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    await up.upgrade(url, now=now)
    before = up.head()
    known_later(tmp_path, monkeypatch)
    (tmp_path / "copies").write_text("a file where the folder should be")
    with pytest.raises(up.CopyFailed):
        await up.upgrade(url, keep_copy_in=tmp_path / "copies", now=now)
    assert await up.stands_at(url) == before
