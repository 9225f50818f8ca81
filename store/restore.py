"""Bring a backup back, into an empty place only, on SQLite and PostgreSQL alike."""

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from store import upgrade as up
from store.backup import BATCH, KINDS, Dump, Kind, Manifest, check, members
from store.database import Unavailable
from store.models import OfficeSetting, Row
from store.office import PAUSED

STAGING = ".restoring"


class NotEmpty(Exception):
    """There is something already where the backup should go; nothing was touched."""


async def restore(
    url: str, source: Path, *, folders: Mapping[str, Path], now: datetime
) -> Manifest:
    """Bring a backup's rows, and those of its folders that are given, to an empty place.

    1. Check the backup as a whole. 2. See that the place is empty. 3. In one transaction: make the
    tables as they were then, fill them, migrate, end every lease, pause all sending. 4. Put the
    files in their places, then commit. Raises BrokenBackup, NewerBackup, NotEmpty, Unavailable.
    """
    manifest = await asyncio.to_thread(check, source)
    for folder in folders.values():
        if folder.exists() and any(path.name != STAGING for path in folder.iterdir()):
            raise NotEmpty(f"{folder}")
    engine = up.open_engine(url)
    try:
        async with engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(up.lock)
            await connection.run_sync(_make_place, manifest.revision)
            await connection.run_sync(_fill, source, manifest)
            await connection.run_sync(up.bring_to, manifest.revision, up.head())
            await connection.run_sync(_pause, manifest, now)
            await asyncio.to_thread(_unpack, source, folders)
    except DBAPIError as error:
        raise Unavailable(up.said(error)) from error
    finally:
        await engine.dispose()
    return manifest


def _make_place(connection: Connection, revision: str) -> None:
    """Make the tables of a revision, in place of others only where those hold no row at all."""
    before = up.recorded(connection)
    if before is not None:
        for one in Row.metadata.sorted_tables:
            if connection.execute(sa.select(sa.literal(1)).select_from(one).limit(1)).first():
                raise NotEmpty(f"{connection.engine.url.database}: {one.name}")
        if before != revision:
            Row.metadata.drop_all(connection)
            connection.exec_driver_sql("DELETE FROM alembic_version")
            before = None
    up.bring_to(connection, before, revision)


def _fill(connection: Connection, source: Path, manifest: Manifest) -> None:
    dumps = {one.path: one for one in manifest.tables}
    for name, content in members(source):
        if name in dumps:
            _fill_table(connection, dumps[name], content)


def _fill_table(connection: Connection, dump: Dump, lines: IO[bytes]) -> None:
    """Insert the rows in batches; on PostgreSQL first where they may refer to any other."""
    postgresql = connection.dialect.name == "postgresql"
    place, names = dump.name, ", ".join(f'"{name}"' for name in dump.columns)
    if postgresql:
        place = f"restoring_{dump.name}"
        connection.exec_driver_sql(f'CREATE TEMP TABLE {place} (LIKE "{dump.name}")')
    kinds = [KINDS[kind] for kind in dump.columns.values()]
    columns = [sa.column(name, kind.bound) for name, kind in zip(dump.columns, kinds, strict=True)]
    into = sa.insert(sa.table(place, *columns))
    while some := list(itertools.islice(lines, BATCH)):
        rows = [zip(dump.columns, kinds, json.loads(line), strict=True) for line in some]
        connection.execute(
            into, [{n: _read(kind, v, postgresql) for n, kind, v in row} for row in rows]
        )
    if postgresql:
        copy = f'INSERT INTO "{dump.name}" ({names}) SELECT {names} FROM {place}'  # noqa: S608
        connection.exec_driver_sql(copy)
        connection.exec_driver_sql(f"DROP TABLE {place}")
        if dump.columns.get("id") == "int":
            connection.exec_driver_sql(_NEXT_ID.format(dump.name))


_NEXT_ID = (
    "SELECT setval(pg_get_serial_sequence('\"{0}\"', 'id'),"
    ' (SELECT coalesce(max(id), 0) + 1 FROM "{0}"), false)'
)


def _read(kind: Kind, value: Any, postgresql: bool) -> Any:
    if isinstance(value, str) and postgresql:
        value = value.replace("\0", "")
    return None if value is None else kind.read(value)


def _pause(connection: Connection, manifest: Manifest, now: datetime) -> None:
    """End what the backup had in work, and have all sending wait for an admin."""
    for one in Row.metadata.sorted_tables:
        if "lease_until" in one.columns:
            lease = one.columns["lease_until"]
            connection.execute(sa.update(one).where(lease.is_not(None)).values(lease_until=now))
    value = {"since": now.isoformat(), "reason": "restore", "backup_of": manifest.made_at}
    connection.execute(sa.delete(OfficeSetting).where(OfficeSetting.name == PAUSED))
    connection.execute(sa.insert(OfficeSetting).values(name=PAUSED, value=value, changed_at=now))


def _unpack(source: Path, folders: Mapping[str, Path]) -> None:
    """Write the files beside their places first, so that a full disk leaves nothing behind."""
    staged = {name: folder / STAGING for name, folder in folders.items()}
    try:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700)
        for name, content in members(source):
            top, _, inside = name.partition("/")
            if top in staged:
                path = staged[top] / inside
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as out:
                    shutil.copyfileobj(content, out)
                    out.flush()
                    os.fsync(out.fileno())
        for name, folder in staged.items():
            for path in folder.iterdir():
                path.rename(folders[name] / path.name)
    finally:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
