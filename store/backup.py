"""A backup is one .tar.gz that restores on SQLite and PostgreSQL alike, into an empty place only.

tables/NAME.jsonl      a line for each row, all tables of one moment, in the order of foreign keys
media/..., content/... the folders that were given, file by file
manifest.json          last: revision, columns, row counts and the SHA-256 of everything before

The manifest says what a column holds, so an older backup is restored as it was and migrated then.
Logins, codes and tokens are left out: who was signed in signs in again. After a restore nothing is
sent until an admin has said what becomes of what fell due meanwhile (`sending release` or `sending
drop`).
"""

import asyncio
import base64
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from store import upgrade as up
from store.database import Unavailable
from store.models import Row, UtcDateTime

FORMAT = 1
BATCH = 500

_MANIFEST = "manifest.json"
_UNFINISHED = re.compile(r"/\.|\.(part|tmp)$")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class BrokenBackup(Exception):
    """The file is no backup, or not as it was written; nothing was touched."""


class NewerBackup(Exception):
    """The backup was made by newer code than this."""


class NotUpgraded(Exception):
    """The database does not stand at this code's revision; `db upgrade` brings it there."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of some column types travel: as what they are bound, to JSON and back."""

    covers: type[sa.types.TypeEngine[Any]]
    bound: sa.types.TypeEngine[Any]
    write: Callable[[Any], Any] = _same
    read: Callable[[Any], Any] = _same


KINDS: Mapping[str, Kind] = {
    "bool": Kind(sa.Boolean, sa.Boolean()),
    "int": Kind(sa.Integer, sa.BigInteger()),
    "float": Kind(sa.Float, sa.Float()),
    "text": Kind(sa.String, sa.String()),
    "json": Kind(sa.JSON, sa.JSON(none_as_null=True)),
    "instant": Kind(UtcDateTime, UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(sa.Date, sa.Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind(
        sa.LargeBinary,
        sa.LargeBinary(),
        lambda raw: base64.b64encode(raw).decode(),
        base64.b64decode,
    ),
}


def kind_of(column: sa.Column[Any]) -> str:
    """Name the kind of a column of the models."""
    return next(name for name, kind in KINDS.items() if isinstance(column.type, kind.covers))


@dataclass(frozen=True, slots=True)
class Dump:
    """One table of a backup: its columns with the kind of each."""

    name: str
    columns: dict[str, str]
    rows: int
    sha256: str

    @property
    def path(self) -> str:
        """Say where in the archive its rows are."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: tables in the order of foreign keys, and the SHA-256 of each file."""

    made_at: str
    revision: str
    tables: list[Dump]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(one.rows for one in self.tables)


async def back_up(
    url: str, target: Path, *, folders: Mapping[str, Path], now: datetime
) -> Manifest:
    """Write a backup; the product may run meanwhile. Raises NotUpgraded, Unavailable, OSError."""
    engine = up.open_engine(url)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as work:
            async with engine.connect() as connection:
                manifest = await connection.run_sync(_dump, Path(work), now)
            await asyncio.to_thread(_pack, Path(work), target, manifest, folders)
            return manifest
    except DBAPIError as error:
        raise Unavailable(up.said(error)) from error
    finally:
        await engine.dispose()


def _dump(connection: Connection, work: Path, now: datetime) -> Manifest:
    revision = up.recorded(connection)
    if revision != up.head():
        raise NotUpgraded(f"The database stands at {revision}, this code at {up.head()}.")
    tables = [one for one in Row.metadata.sorted_tables if one.name not in up.LEFT_OUT]
    dumps = [_dump_table(connection, one, work / one.name) for one in tables]
    return Manifest(now.astimezone(UTC).isoformat(), revision, dumps)


def _dump_table(connection: Connection, one: sa.Table, path: Path) -> Dump:
    columns = {column.name: kind_of(column) for column in one.columns}
    writers = [KINDS[kind].write for kind in columns.values()]
    rows = connection.execute(
        sa.select(one).order_by(*one.primary_key), execution_options={"yield_per": BATCH}
    )
    with path.open("wb") as raw:
        out = _Hashing(raw)
        for row in rows:
            pairs = zip(row, writers, strict=True)
            values = [None if value is None else write(value) for value, write in pairs]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            out.write(line.encode() + b"\n")
    return Dump(one.name, columns, out.lines, out.sha256.hexdigest())


def _pack(work: Path, target: Path, manifest: Manifest, folders: Mapping[str, Path]) -> None:
    """Put everything into one archive under a temporary name, then give it its own."""
    part = work / "backup.part"
    with part.open("xb") as raw:
        part.chmod(0o600)
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
            for one in manifest.tables:
                _add(tar, one.path, work / one.name)
            for name, folder in folders.items():
                for path in sorted(folder.rglob("*")):
                    inside = f"{name}/{path.relative_to(folder).as_posix()}"
                    if path.is_file() and not path.is_symlink() and not _UNFINISHED.search(inside):
                        with suppress(FileNotFoundError):
                            manifest.files[inside] = _add(tar, inside, path)
            listed = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(listed)
            tar.addfile(entry, io.BytesIO(listed))
        raw.flush()
        os.fsync(raw.fileno())
    if target.exists():
        raise FileExistsError(str(target))
    part.rename(target)
    folder_handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder_handle)
    os.close(folder_handle)


class _Hashing:
    """A file that is read or written, its lines counted and its SHA-256 taken on the way."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self.sha256 = hashlib.sha256()
        self.lines = 0

    def read(self, size: int = -1) -> bytes:
        return self._seen(self._inner.read(size))

    def write(self, piece: bytes) -> int:
        return self._inner.write(self._seen(piece))

    def _seen(self, piece: bytes) -> bytes:
        self.sha256.update(piece)
        self.lines += piece.count(b"\n")
        return piece


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as raw:
        entry = tar.gettarinfo(arcname=name, fileobj=raw)
        entry.mode = 0o600
        hashing = _Hashing(raw)
        tar.addfile(entry, hashing)
        return hashing.sha256.hexdigest()


def check(source: Path) -> Manifest:
    """Read a whole backup and hold it against its manifest. Raises BrokenBackup, NewerBackup."""
    found: dict[str, tuple[str, int]] = {}
    values: Any = {}
    try:
        for name, content in members(source):
            if name == _MANIFEST:
                values = json.loads(content.read())
                continue
            hashing = _Hashing(content)
            while hashing.read(1 << 20):
                pass
            found[name] = hashing.sha256.hexdigest(), hashing.lines
        if values["format"] > FORMAT or values["revision"] not in up.revisions():
            raise NewerBackup(f"It is of revision {values['revision']}, this code of {up.head()}.")
        tables = [Dump(**one) for one in values.pop("tables")]
        manifest = Manifest(**values, tables=tables)
        wrong = _differences(manifest, found)
    except (*_UNREADABLE, KeyError, TypeError, ValueError) as error:
        raise BrokenBackup(f"{type(error).__name__}: {error}") from error
    if wrong:
        raise BrokenBackup(f"not as it was written: {', '.join(sorted(wrong)[:3])}")
    return manifest


_UNREADABLE = (tarfile.TarError, EOFError, zlib.error, OSError)


def members(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Give the files of an archive one after the other, each to be read before the next."""
    with tarfile.open(source, mode="r|gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is not None:
                yield entry.name, content


def _differences(manifest: Manifest, found: Mapping[str, tuple[str, int]]) -> set[str]:
    wanted = {one.path: one.sha256 for one in manifest.tables} | manifest.files
    had = {name: sha256 for name, (sha256, _) in found.items()}
    wrong = {name for name in wanted.keys() | had.keys() if wanted.get(name) != had.get(name)}
    wrong |= {name for name in manifest.files if ".." in PurePosixPath(name).parts}
    for one in manifest.tables:
        names = [one.name, *one.columns]
        if found[one.path][1] != one.rows or not all(map(_NAME.fullmatch, names)):
            wrong.add(one.path)
    return wrong
