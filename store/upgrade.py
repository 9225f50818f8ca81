"""Bring a database to the newest revision, from wherever it stands.

Revisions are the numbers in front of the files in store/migrations/versions, so whether there is
anything to do is known without alembic, whose import costs more than the rest of the start. An
empty database gets its tables from the models at once; a test holds both ways to the same result.
A change happens in one transaction that other processes wait for, and of a SQLite file a copy is
kept first, without what must not come to life again. Code never works on a database that is newer
than itself.
"""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Column, MetaData, String, Table, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import PrimaryKeyConstraint

from store.database import Unavailable
from store.models import Row

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
COPIES = 3
"""How many copies of a SQLite file are kept."""
LEFT_OUT = frozenset({"link_code", "login_token", "platform_grant", "upload", "web_session"})
"""Tables that are empty in a copy or backup: ways in, and tokens that work once."""
WAIT_SECONDS = 60
"""How long another process's upgrade of the same SQLite file is waited for."""

_LOCK = 0x64616E76616E
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The table in which alembic writes down where a database stands."""


class CannotUpgrade(Exception):
    """The database was left as it is, for the reason that the message says in a sentence."""


class NewerDatabase(CannotUpgrade):
    """The database was changed by newer code; this code would damage it."""


class ForeignDatabase(CannotUpgrade):
    """The database has tables named like ours that did not come from our migrations."""


class CopyFailed(CannotUpgrade):
    """No copy of the database could be kept, so it was left as it is."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """Where a database stood (None: it was empty), where it stands now, and the copy of before."""

    before: str | None
    after: str
    copy: Path | None = None


def revisions() -> list[str]:
    """List all revisions that this code knows, oldest first."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """Name the newest revision that this code knows."""
    return revisions()[-1]


async def upgrade(url: str, *, keep_copy_in: Path | None = None, now: datetime) -> Upgraded:
    """Bring a database to the newest revision, creating it where it is empty.

    Raises CannotUpgrade (NewerDatabase, ForeignDatabase, CopyFailed) and Unavailable; nothing is
    changed then.
    """
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            before = await connection.run_sync(recorded)
        if before == head():
            return Upgraded(before, before)
        async with engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(lock)
            before = await connection.run_sync(recorded)
            copy = None
            if before not in (None, head()) and connection.dialect.name == "sqlite":
                copy = await asyncio.to_thread(_keep_copy, engine, keep_copy_in, before, now)
            await connection.run_sync(bring_to, before, head())
            return Upgraded(before, head(), copy)
    except (DBAPIError, OSError) as error:
        raise Unavailable(said(error)) from error
    finally:
        await engine.dispose()


async def stands_at(url: str) -> str | None:
    """Say at which revision a database stands, None where it is empty. Raises as `upgrade`."""
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(recorded)
    except (DBAPIError, OSError) as error:
        raise Unavailable(said(error)) from error
    finally:
        await engine.dispose()


def lock(connection: Connection) -> None:
    """Have other processes wait until the transaction ends; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def recorded(connection: Connection) -> str | None:
    """Read the revision of a database. Raises NewerDatabase and ForeignDatabase."""
    names = set(inspect(connection).get_table_names())
    rows = []
    if _VERSION.name in names:
        rows = list(connection.scalars(_VERSION.select()))
    if not rows:
        ours = sorted(names & set(Row.metadata.tables))
        if ours:
            raise ForeignDatabase(
                f"The database has tables ({', '.join(ours[:3])}) that are not from this program."
            )
        return None
    unknown = sorted(set(rows) - set(revisions()))
    if unknown or len(rows) > 1:
        raise NewerDatabase(
            f"The database stands at revision {', '.join(unknown or rows)}, newer than this code"
            f" ({head()}): start the newer code."
        )
    return str(rows[0])


def bring_to(connection: Connection, before: str | None, wanted: str) -> None:
    """Change the tables from one revision to a later one, in the connection's transaction."""
    if before == wanted:
        return
    if before is None and wanted == head():
        Row.metadata.create_all(connection)
        _VERSION.create(connection, checkfirst=True)
        connection.execute(_VERSION.insert().values(version_num=wanted))
        return
    from alembic import command  # noqa: PLC0415 - see the module's docstring

    command.upgrade(alembic_config(connection), wanted)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ForeignDatabase(
                f"a row of {broken[0]} refers to a row of {broken[2]} that is not"
            )


def alembic_config(connection: Connection) -> "Config":
    """Say to alembic, without any file, where the migrations are and what to work on."""
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def open_engine(url: str) -> AsyncEngine:
    """Give an engine for changing tables: no pool, and on SQLite no foreign keys in the way.

    With the execution option `writes` a SQLite transaction takes the write lock at its start.
    """
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return create_async_engine(place, poolclass=NullPool, hide_parameters=True)
    if place.database and not place.database.startswith((":", "file:")):
        file = Path(place.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    engine = create_async_engine(
        place,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": WAIT_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL").close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def said(error: Exception) -> str:
    """Give the first line of what a driver said, without the statement and its values."""
    origin = getattr(error, "orig", None) or error
    return f"{type(origin).__name__}: {(str(origin).splitlines() or [''])[0]}"


def _keep_copy(
    engine: AsyncEngine, folder: Path | None, revision: str, now: datetime
) -> Path | None:
    """Copy a SQLite file while its writer is held up, and let go of the oldest copies."""
    source = engine.url.database
    if folder is None or not source:
        return None
    stem = Path(source).stem
    copy = folder / f"{stem}-{revision}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
    part = copy.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(f"{stem}-*.part"):  # by a death: nobody else is at work here
            left.unlink()
        with closing(sqlite3.connect(f"file:{quote(source)}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.chmod(0o600)
        _empty(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(copy)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            part.unlink()
        raise CopyFailed(f"No copy could be kept in {folder}: {said(error)}") from error
    copies = sorted(folder.glob(f"{stem}-*.db"), key=lambda path: path.stem[-16:])
    for old in copies[:-COPIES]:
        old.unlink()
    return copy


def _empty(file: Path) -> None:
    """Take out of a copy what must not come to life again, and the pages that held it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")  # a death throws the whole copy away
        there = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for name in LEFT_OUT.intersection(name for (name,) in there.fetchall()):
            connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
        connection.execute("VACUUM")
