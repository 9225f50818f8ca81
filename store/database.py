"""Engines and transactions: one `Database` for SQLite on one machine and PostgreSQL for several.

Reading and writing are apart. All writes of a process go through one queue that commits in groups,
replies first: on SQLite that is the one writer the file allows, on both it shares the price of a
durable commit among all that wait for one.
"""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from store import sqlite_driver
from store.signals import Signals

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

GROUP = 64
"""Works that share one commit at most."""
GATHER_SECONDS = 0.012
"""How long a commit waits for company, where the one before it had some."""
PATIENT = 2
"""From this priority on nobody waits for what is written."""
YIELD_SECONDS = 0.006
"""On SQLite it leaves so much time for other processes: several of their attempts to begin."""
BUSY_SECONDS = 5
STOP_SECONDS = 5
"""How long SQLite waits for another process's lock before the work is refused."""


class Unavailable(Exception):
    """The database does not answer or has no room; nothing was stored, try again later."""


class Conflict(Exception):
    """What was read before deciding has changed meanwhile; read again and decide again."""


@dataclass(order=True)
class _Waiting:
    priority: int
    order: int
    work: Work[Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)


class Database:
    """The store's engines, its writer, and the signals that follow a commit."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.signals = Signals()
        self.process = secrets.randbits(62) + 1
        """A number for this process; on PostgreSQL a lock of that number says that it lives."""
        self._queue: asyncio.PriorityQueue[_Waiting] = asyncio.PriorityQueue()
        self._order = itertools.count()
        self._writer: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._listening: AsyncConnection | None = None
        self._write_engine = _engine(url, writes=True)
        self._read_engine = _engine(url, writes=False) if self.is_sqlite else self._write_engine

    @property
    def is_sqlite(self) -> bool:
        """Say whether one file is the database."""
        return self.url.get_backend_name() == "sqlite"

    async def start(self) -> None:
        """Start the writer; on PostgreSQL hear other processes. Raises Unavailable."""
        self._writer = asyncio.get_running_loop().create_task(self._write_forever(), name="writer")
        if not self.is_sqlite:
            try:
                await self._hear_others()
                self._hearing = asyncio.get_running_loop().create_task(
                    self._hear_forever(), name="hearing"
                )
            except (OSError, DBAPIError) as error:
                raise Unavailable(_first_line(error)) from error

    async def stop(self) -> None:
        """Finish what waits to be written, then let go of every connection."""
        if self._writer is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._queue.join()
            await _end(self._writer)
        if self._hearing is not None:
            await _end(self._hearing)
        if self._listening is not None:
            await self._listening.close()
        await self._write_engine.dispose()
        await self._read_engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Give a session for reading. Raises Unavailable."""
        try:
            async with AsyncSession(self._read_engine, expire_on_commit=False) as session:
                yield session
        except (DBAPIError, OSError, PoolTimeout) as error:
            if not _is_away(error):
                raise
            raise Unavailable(_first_line(error)) from error

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection of one's own, for what must outlive a transaction (locks)."""
        async with self._write_engine.connect() as connection:
            yield connection

    async def write(self, work: Work[T], *, priority: int = 1) -> T:
        """Run work in a write transaction and return its result once that is durable.

        The work may share its transaction with others and may be run a second time, so it touches
        nothing but its session. Raises Unavailable, and whatever the work raises (nothing of it is
        then stored).
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(priority, next(self._order), work, done))
        return await done

    async def _write_forever(self) -> None:
        """Commit what waits, group after group; while much is to be written, wait for more."""
        crowded = False
        while True:
            group = [await self._queue.get()]
            if crowded:
                await asyncio.sleep(GATHER_SECONDS)
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            crowded = len(group) > 1
            try:
                await self._write_group([one for one in group if not one.done.cancelled()])
            finally:
                for _ in group:
                    self._queue.task_done()
            if self.is_sqlite and group[0].priority >= PATIENT:
                await asyncio.sleep(YIELD_SECONDS)

    async def _write_group(self, group: list[_Waiting]) -> None:
        """Commit the group together; where that fails, each on its own, so none harms another."""
        try:
            results = await self._commit(group)
        except Exception as error:  # noqa: BLE001 - handed to whoever gave the work
            if len(group) == 1 or _is_away(error):
                for one in group:
                    _fail(one, error)
                return
            for one in group:
                await self._write_group([one])
            return
        for one, result in zip(group, results, strict=True):
            if not one.done.done():
                one.done.set_result(result)

    async def _commit(self, group: list[_Waiting]) -> list[Any]:
        async with (
            AsyncSession(self._write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            results = [await one.work(session) for one in group]
            topics = session.info.get(_TOPICS, set())
            if topics and not self.is_sqlite:
                for topic in sorted(topics):
                    await session.execute(_NOTIFY, {"topic": topic})
        for topic in topics:
            self.signals.wake(topic)
        return results

    async def _hear_forever(self) -> None:
        """Notice a lost connection, and listen and be known as alive again on a new one."""
        while True:
            await asyncio.sleep(BUSY_SECONDS)
            try:
                if self._listening is None:
                    await self._hear_others()
                else:
                    await self._listening.execute(text("SELECT 1"))
                    await self._listening.commit()
            except (DBAPIError, OSError):
                lost, self._listening = self._listening, None
                if lost is not None:
                    with suppress(DBAPIError, OSError):
                        await lost.invalidate()

    async def _hear_others(self) -> None:
        """Listen on a connection of its own; every payload is a topic."""
        self._listening = await self._write_engine.connect()
        await self._listening.execute(_ALIVE, {"process": self.process})
        await self._listening.commit()
        driver: Any = (await self._listening.get_raw_connection()).driver_connection
        await driver.add_listener(_CHANNEL, lambda *heard: self.signals.wake(heard[3]))


INSERTS: dict[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""How each database says `insert ... on conflict`."""
_TOPICS = "topics"
_CHANNEL = "danvan"
_ALIVE = text("SELECT pg_advisory_lock(:process)")
_NOTIFY = text(f"SELECT pg_notify('{_CHANNEL}', :topic)")


def wake_after(session: AsyncSession, topic: str) -> None:
    """Wake a topic once the session's transaction is durable."""
    session.info.setdefault(_TOPICS, set()).add(topic)


def _fail(one: _Waiting, error: Exception) -> None:
    if _is_away(error):
        cause: Exception = error
        error = Unavailable(_first_line(cause))
        error.__cause__ = cause
    if not one.done.done():
        one.done.set_exception(error)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


AWAY_STATES = ("08", "53", "57")
"""Classes of PostgreSQL's SQLSTATE: connection, no resources (a full disk), shut down."""


def _is_away(error: Exception) -> bool:
    """Tell a database that is away or full from a statement that is wrong."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    away = (OperationalError, InterfaceError, InternalError, OSError, PoolTimeout)
    return isinstance(error, away) or state.startswith(AWAY_STATES)


def _first_line(error: Exception) -> str:
    """Say what the driver said, without the statement and its values."""
    origin = getattr(error, "orig", None) or error
    return f"{type(origin).__name__}: {str(origin).splitlines()[0] if str(origin) else ''}"


def _engine(url: str, *, writes: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=20,
            max_overflow=20,
            pool_pre_ping=True,
            pool_timeout=BUSY_SECONDS,
        )

    async def open_file(*_: object, **__: object) -> sqlite_driver.Connection:
        path = make_url(url).database or ":memory:"
        return await sqlite_driver.connect(path, busy_seconds=BUSY_SECONDS)

    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0 if writes else 4,
        connect_args={"async_creator_fn": open_file},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS + (WRITER if writes else READER):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(sqlite_driver.BEGIN_WRITING if writes else "BEGIN")

    return engine


WRITER = ("cache_size=-1000",)
READER = ("query_only=ON", "busy_timeout=1000", "cache_size=-500")
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=FAST",
    "journal_size_limit=67108864",
)
