"""Backup and restore: what was there is there again, on either database, and nothing is sent."""

import json
import tarfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import backup as b
from store import upgrade as up
from store.models import OfficeSetting, OutboxRow, Row, Unit
from store.office import PAUSED
from store.restore import NotEmpty, restore
from tests.conftest import fresh_postgres
from tests.test_migrations import changed, known_later

AT = datetime(2026, 11, 1, 23, 59, 59, 123456, tzinfo=UTC)
TEXT = 'Lò Thị Mai, xã Tả Ván "A"\n\t\\ 👍'


def value_of(column: sa.Column[Any], number: int) -> Any:
    """Make up a value that is awkward for its type."""
    kind = b.kind_of(column)
    if column.foreign_keys:
        (key,) = column.foreign_keys
        own = key.column.table is column.table
        if kind == "text":
            return f"{key.column.table.name} {number} {TEXT}"
        # Unit 1 and delivery 1 refer to a row that comes after them.
        return {1: 3, 2: None, 3: 2}[number] if own else number
    if kind == "text":
        return f"{column.table.name} {number} {TEXT}"
    return {
        "int": number,
        "bool": number == 2,
        "float": 0.1 + number,
        "json": {"a": [TEXT, None, 1.5, True]},
        "instant": None if column.nullable and number == 2 else AT + timedelta(days=number),
        "date": AT.date(),
        "bytes": b"\x00\xff" * number,
    }[kind]


def fill(connection: Connection) -> None:
    for table in Row.metadata.sorted_tables:
        connection.execute(table.insert(), [row(table, n) for n in (2, 3, 1)])


def row(table: sa.Table, number: int) -> dict[str, Any]:
    return {c.name: value_of(c, number) for c in table.columns}


def contents(connection: Connection) -> dict[str, Any]:
    return {
        one.name: [dict(found) for found in rows(connection, one)]
        for one in Row.metadata.sorted_tables
    }


def rows(connection: Connection, table: sa.Table) -> Any:
    return connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()


@pytest.fixture(params=["sqlite", "postgresql"])
async def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/other/other.db"
        return
    async with fresh_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    media = tmp_path / "data" / "media"
    (media / "ab").mkdir(parents=True)
    (media / "ab" / "abc.jpg").write_bytes(b"\xff\xd8" * 100_000)
    (media / "ab" / "def.jpg.part").write_bytes(b"half")
    (media / "ảnh.txt").write_text("xin chào")
    content = tmp_path / "content"
    content.mkdir()
    (content / "own.md").write_text("# Kế hoạch")
    return {"media": media, "content": content}


def new_place(tmp_path: Path) -> dict[str, Path]:
    return {"media": tmp_path / "new" / "media", "content": tmp_path / "new" / "content"}


async def full(url: str, now: datetime) -> None:
    await up.upgrade(url, now=now)
    await changed(url, without_foreign_keys)
    await changed(url, fill_free)


def without_foreign_keys(connection: Connection) -> None:
    """Let the made-up rows come in any order on PostgreSQL too (SQLite's are off here)."""
    if connection.dialect.name == "postgresql":
        for table in Row.metadata.sorted_tables:
            connection.execute(sa.text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER ALL'))


def fill_free(connection: Connection) -> None:
    fill(connection)
    if connection.dialect.name == "postgresql":
        for table in Row.metadata.sorted_tables:
            connection.execute(sa.text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER ALL'))


async def test_every_row_and_file_comes_back_on_either_database(
    database_url, other_url, folders, tmp_path, now
):
    await full(database_url, now)
    before = await changed(database_url, contents)
    target = tmp_path / "b.tar.gz"
    made = await b.back_up(database_url, target, folders=folders, now=now)
    assert made.rows == sum(len(before[name]) for name in before.keys() - up.LEFT_OUT)
    assert target.stat().st_mode & 0o777 == 0o600

    place = new_place(tmp_path)
    restored = await restore(other_url, target, folders=place, now=now)

    assert restored == made
    after = await changed(other_url, contents)
    pause = after["office_setting"].pop()
    assert pause["name"] == PAUSED
    assert pause["value"]["reason"] == "restore"
    assert pause["value"]["since"] == now.isoformat()
    for name in up.LEFT_OUT:
        assert after.pop(name) == []
        before.pop(name)
    for found in (row for kept in before.values() for row in kept):
        if found.get("lease_until"):
            found["lease_until"] = now
    assert after == before
    assert (place["media"] / "ab" / "abc.jpg").read_bytes() == b"\xff\xd8" * 100_000
    assert sorted(path.name for path in place["media"].iterdir()) == ["ab", "ảnh.txt"]
    assert not (place["media"] / "ab" / "def.jpg.part").exists()
    assert (place["content"] / "own.md").read_text() == "# Kế hoạch"
    assert await changed(other_url, next_unit) == 4
    assert {path.name for path in target.parent.glob("*b.tar.gz*")} == {"b.tar.gz"}


def next_unit(connection: Connection) -> Any:
    new = {"name": "n", "folded": "n", "path": "/", "province": "", "created_at": AT}
    return connection.execute(sa.insert(Unit).values(**new).returning(Unit.id)).scalar_one()


async def test_only_an_empty_place_is_filled(database_url, folders, tmp_path, now):
    await full(database_url, now)
    target = tmp_path / "b.tar.gz"
    await b.back_up(database_url, target, folders=folders, now=now)
    with pytest.raises(NotEmpty, match="media"):
        await restore(database_url, target, folders=folders, now=now)
    place = new_place(tmp_path)
    with pytest.raises(NotEmpty):
        await restore(database_url, target, folders=place, now=now)
    assert not any(path.is_file() for path in (tmp_path / "new").rglob("*"))
    with pytest.raises(FileExistsError):
        await b.back_up(database_url, target, folders=folders, now=now)


async def test_tables_without_a_row_count_as_empty(database_url, other_url, tmp_path, now):
    await full(database_url, now)
    await b.back_up(database_url, tmp_path / "b.tar.gz", folders={}, now=now)
    await up.upgrade(other_url, now=now)
    await restore(other_url, tmp_path / "b.tar.gz", folders={}, now=now)
    assert len((await changed(other_url, contents))["person"]) == 3


async def test_an_older_backup_is_restored_as_it_was_and_then_migrated(
    database_url, other_url, tmp_path, now, monkeypatch
):
    await full(database_url, now)
    made = await b.back_up(database_url, tmp_path / "b.tar.gz", folders={}, now=now)
    number = known_later(tmp_path, monkeypatch)
    if database_url.startswith("sqlite"):
        await changed(other_url, up.bring_to, None, made.revision)
    await restore(other_url, tmp_path / "b.tar.gz", folders={}, now=now)
    assert await up.stands_at(other_url) == number
    names = await changed(
        other_url, lambda c: c.execute(sa.text("SELECT named FROM person ORDER BY id")).all()
    )
    assert [name for (name,) in names] == [f"person {n} {TEXT}" for n in (1, 2, 3)]


async def test_the_rows_of_a_backup_are_all_of_one_moment(
    database_url, tmp_path, now, monkeypatch
):
    await full(database_url, now)
    written = False
    inner = b._dump_table

    def dump(connection: Connection, one: sa.Table, path: Path) -> b.Dump:
        nonlocal written
        if not written:
            done = inner(connection, one, path)
            written = True
            write_meanwhile(database_url)
            return done
        return inner(connection, one, path)

    monkeypatch.setattr(b, "_dump_table", dump)
    made = await b.back_up(database_url, tmp_path / "b.tar.gz", folders={}, now=now)
    assert {one.rows for one in made.tables} == {3}
    assert len((await changed(database_url, contents))["office_setting"]) == 4


def write_meanwhile(url: str) -> None:
    """Write from another process's point of view while the backup reads."""
    import asyncio
    import threading

    def add(connection: Connection) -> None:
        connection.execute(sa.insert(OfficeSetting).values(name="new", value={}, changed_at=AT))

    thread = threading.Thread(target=lambda: asyncio.run(changed(url, add)))
    thread.start()
    thread.join()


def spoil(source: Path, target: Path, change: Any) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            changed_entry = change(entry.name, old.extractfile(entry).read())  # type: ignore[union-attr]
            if changed_entry is None:
                continue
            import io

            name, content = changed_entry
            made = tarfile.TarInfo(name)
            made.size = len(content)
            new.addfile(made, io.BytesIO(content))


def in_manifest(change: Any) -> Any:
    def work(name: str, content: bytes) -> Any:
        if name != "manifest.json":
            return name, content
        values = json.loads(content)
        change(values)
        return name, json.dumps(values).encode()

    return work


SPOILED = {
    "a row changed": lambda n, c: (n, c.replace(b"Mai", b"Hoa")),
    "a table missing": lambda n, c: None if "person" in n else (n, c),
    "a file more": lambda n, c: ("media/x" if n == "media/a" else n, c),
    "no manifest": lambda n, c: None if n == "manifest.json" else (n, c),
    "rows miscounted": in_manifest(lambda m: m["tables"][0].update(rows=7)),
    "a table with a strange name": in_manifest(lambda m: m["tables"][0].update(name='x"; DROP')),
    "a manifest of another kind": in_manifest(lambda m: m.update(tables=3)),
}


@pytest.mark.parametrize("how", SPOILED)
async def test_a_spoiled_backup_is_refused_before_anything_is_touched(tmp_path, now, how):
    source, spoiled = tmp_path / "b.tar.gz", tmp_path / "spoiled.tar.gz"
    media = tmp_path / "media"
    media.mkdir()
    (media / "a").write_bytes(b"a")
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await full(url, now)
    await b.back_up(url, source, folders={"media": media}, now=now)
    spoil(source, spoiled, SPOILED[how])
    with pytest.raises(b.BrokenBackup):
        await restore(
            f"sqlite+aiosqlite:///{tmp_path}/new/new.db",
            spoiled,
            folders={"media": tmp_path / "new" / "media"},
            now=now,
        )
    assert not (tmp_path / "new").exists()


async def test_what_is_no_backup_or_half_of_one_is_refused(tmp_path, now):
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await full(url, now)
    await b.back_up(url, tmp_path / "b.tar.gz", folders={}, now=now)
    whole = (tmp_path / "b.tar.gz").read_bytes()
    for content in (b"", b"text", whole[: len(whole) // 2], whole[:-400]):
        (tmp_path / "half.tar.gz").write_bytes(content)
        with pytest.raises(b.BrokenBackup):
            b.check(tmp_path / "half.tar.gz")
    with pytest.raises(b.BrokenBackup):
        b.check(tmp_path / "none.tar.gz")


async def test_a_path_that_leads_out_is_refused(tmp_path, now):
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await full(url, now)
    media = tmp_path / "media"
    media.mkdir()
    (media / "a").write_bytes(b"a")
    await b.back_up(url, tmp_path / "b.tar.gz", folders={"media": media}, now=now)

    def out(name: str, content: bytes) -> Any:
        return name.replace("media/a", "media/../../a"), content.replace(
            b"media/a", b"media/../../a"
        )

    spoil(tmp_path / "b.tar.gz", tmp_path / "c.tar.gz", out)
    with pytest.raises(b.BrokenBackup):
        b.check(tmp_path / "c.tar.gz")


async def test_a_backup_of_newer_code_is_refused(tmp_path, now):
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await full(url, now)
    await b.back_up(url, tmp_path / "b.tar.gz", folders={}, now=now)
    for newer in ({"revision": "9999"}, {"format": 99}):
        spoil(
            tmp_path / "b.tar.gz",
            tmp_path / "c.tar.gz",
            in_manifest(lambda m, n=newer: m.update(n)),
        )
        with pytest.raises(b.NewerBackup):
            b.check(tmp_path / "c.tar.gz")


async def test_a_database_that_is_not_upgraded_is_not_backed_up(database_url, tmp_path, now):
    with pytest.raises(b.NotUpgraded):
        await b.back_up(database_url, tmp_path / "b.tar.gz", folders={}, now=now)
    assert not list(tmp_path.glob("*.tar.gz*"))


async def test_a_full_disk_leaves_the_new_place_empty(
    database_url, folders, tmp_path, now, monkeypatch
):
    await full(database_url, now)
    await b.back_up(database_url, tmp_path / "b.tar.gz", folders=folders, now=now)
    url = f"sqlite+aiosqlite:///{tmp_path}/new/new.db"

    def no_room(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfileobj", no_room)
        with pytest.raises(OSError, match="No space"):
            await restore(url, tmp_path / "b.tar.gz", folders=new_place(tmp_path), now=now)
    assert await up.stands_at(url) is None
    await restore(url, tmp_path / "b.tar.gz", folders=new_place(tmp_path), now=now)
    assert len((await changed(url, contents))[OutboxRow.__tablename__]) == 3
