"""Upgrading: migrations say what the models say, copies are kept, newer databases are refused."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from store import upgrade as up
from store.database import Unavailable
from store.models import Row

LATER = """
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("later", sa.String(), nullable=True))
        table.alter_column("name", new_column_name="named")
"""


async def changed(url: str, work: Any, *arguments: Any) -> Any:
    engine = up.open_engine(url)
    try:
        async with engine.execution_options(writes=True).begin() as connection:
            return await connection.run_sync(work, *arguments)
    finally:
        await engine.dispose()


def migrate(connection: Connection) -> None:
    from alembic import command

    command.upgrade(up.alembic_config(connection), "head")


def differences(connection: Connection) -> list[Any]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Row.metadata))


def shape(connection: Connection) -> dict[str, Any]:
    """Describe every table as the database itself does, in an order that means nothing."""
    look = inspect(connection)
    described = {}
    for name in look.get_table_names():
        described[name] = {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"]))
                for c in look.get_columns(name)
            ),
            "key": look.get_pk_constraint(name),
            "unique": sorted(map(repr, look.get_unique_constraints(name))),
            "foreign": sorted(map(repr, look.get_foreign_keys(name))),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"], options(i))
                for i in look.get_indexes(name)
            ),
        }
    return described


def options(index: Any) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())


def emptied(connection: Connection) -> None:
    Row.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


async def test_migrations_say_what_the_models_say(database_url):
    await changed(database_url, migrate)
    assert await changed(database_url, differences) == []
    migrated = await changed(database_url, shape)
    await changed(database_url, emptied)

    await changed(database_url, up.bring_to, None, up.head())
    assert await changed(database_url, differences) == []
    assert await changed(database_url, shape) == migrated
    assert any("WHERE" in str(i) or "where" in str(i) for i in migrated["outbox"]["indexes"])


async def test_the_head_is_what_alembic_calls_the_head(database_url):
    from alembic.script import ScriptDirectory

    def heads(connection: Connection) -> Any:
        script = ScriptDirectory.from_config(up.alembic_config(connection))
        return script.get_heads(), sorted(one.revision for one in script.walk_revisions())

    assert await changed(database_url, heads) == ([up.head()], up.revisions())


async def test_an_empty_database_is_filled_and_a_second_time_nothing_happens(
    database_url, now, tmp_path
):
    assert await up.stands_at(database_url) is None
    first = await up.upgrade(database_url, keep_copy_in=tmp_path / "copies", now=now)
    assert first == up.Upgraded(None, up.head())
    again = await up.upgrade(database_url, keep_copy_in=tmp_path / "copies", now=now)
    assert again == up.Upgraded(up.head(), up.head())
    assert await up.stands_at(database_url) == up.head()
    assert not (tmp_path / "copies").exists()


async def test_processes_that_start_together_wait_for_each_other(database_url, now):
    done = await asyncio.gather(*(up.upgrade(database_url, now=now) for _ in range(4)))
    assert sorted(one.before or "" for one in done) == ["", *[up.head()] * 3]


async def test_rows_survive_a_change_of_their_table(database_url, now, tmp_path, monkeypatch):
    await up.upgrade(database_url, now=now)
    await changed(database_url, filled)
    number = known_later(tmp_path, monkeypatch)
    before = up.revisions()[-2]

    done = await asyncio.gather(
        *(up.upgrade(database_url, keep_copy_in=tmp_path / "copies", now=now) for _ in range(2))
    )

    assert {one.after for one in done} == {number}
    assert sorted(one.before or "" for one in done) == [before, number]
    assert await changed(database_url, roles) == [("Lò Thị Mai", "officer")]
    copies = list((tmp_path / "copies").glob("*"))
    if not database_url.startswith("sqlite"):
        assert copies == []
        return
    assert [path.name for path in copies] == [f"test-{before}-20261122T010000Z.db"]
    assert copies[0].stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("SELECT name FROM person").fetchall() == [("Lò Thị Mai",)]


def known_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    here = tmp_path / "code"
    shutil.copytree(up.MIGRATIONS, here)
    number = f"{len(up.revisions()) + 1:04}"
    (here / "versions" / f"{number}_later.py").write_text(
        LATER.format(number=number, before=up.head())
    )
    monkeypatch.setattr(up, "MIGRATIONS", here)
    return number


def filled(connection: Connection) -> None:
    at = "'2026-11-22 01:00:00.000000'"
    connection.execute(
        text(f"INSERT INTO unit VALUES (1, NULL, 'Xã A', 'xa a', '/1/', 'Hà Giang', {at})")  # noqa: S608
    )
    connection.execute(
        text(
            "INSERT INTO person (id, name, state, preferences, created_at)"  # noqa: S608
            f" VALUES (1, 'Lò Thị Mai', 'active', '{{}}', {at})"
        )
    )
    connection.execute(text(f"INSERT INTO role VALUES (1, 1, 'officer', 1, {at})"))  # noqa: S608


def roles(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(
        text("SELECT named, role FROM person JOIN role ON role.person_id = person.id")
    )
    return [tuple(row) for row in found]


async def test_a_newer_database_is_refused(database_url, now):
    await up.upgrade(database_url, now=now)
    await changed(
        database_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(up.NewerDatabase, match="9999"):
        await up.upgrade(database_url, now=now)
    with pytest.raises(up.NewerDatabase, match="9999"):
        await up.stands_at(database_url)


async def test_tables_of_somebody_else_are_refused(database_url, now):
    await changed(database_url, lambda c: c.execute(text("CREATE TABLE person (id integer)")))
    with pytest.raises(up.ForeignDatabase, match="person"):
        await up.upgrade(database_url, now=now)


async def test_a_database_that_does_not_answer_is_said(tmp_path, now):
    with pytest.raises(Unavailable):
        await up.upgrade(f"postgresql+asyncpg://x@/x?host={tmp_path}", now=now)
    (tmp_path / "no.db").write_text(
        "this is no database, it is a text of more than a hundred bytes" * 9
    )
    with pytest.raises(Unavailable):
        await up.upgrade(f"sqlite+aiosqlite:///{tmp_path}/no.db", now=now)


@pytest.mark.slow
def test_alembic_is_not_imported_where_nothing_is_to_be_migrated(tmp_path):
    code = f"""
import asyncio, sys
from datetime import UTC, datetime
from store.upgrade import upgrade
now = datetime(2026, 1, 1, tzinfo=UTC)
for _ in range(2):
    asyncio.run(upgrade("sqlite+aiosqlite:///{tmp_path}/a.db", now=now))
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600


def test_there_is_nothing_left_to_draft():
    from sqlalchemy import create_engine

    from store.migrations.draft import draft

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        assert draft(connection, "nothing") == []
    engine.dispose()
