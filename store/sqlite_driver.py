"""SQLite without a thread hop per statement.

aiosqlite runs every statement in a thread of its own; for statements that take microseconds the
two hops cost ten times the work. Here statements run where they are called, and only what really
waits leaves the event loop: the commit, which waits for the disk, and the start of a write
transaction, which waits for another process and does so without blocking anybody.

SQLAlchemy's aiosqlite dialect takes it through `async_creator_fn`; it has just the part of
aiosqlite's interface that the dialect uses.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

AGAIN_SECONDS = 0.002
BEGIN_WRITING = "BEGIN IMMEDIATE"


async def connect(path: str, *, busy_seconds: float, uri: bool = False) -> "Connection":
    """Open a database file. `busy_seconds` bounds the wait for another process's lock."""
    opened = sqlite3.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, uri=uri
    )
    return Connection(opened, busy_seconds)


class Cursor:
    """A cursor whose coroutines end at once."""

    def __init__(self, cursor: sqlite3.Cursor, busy_seconds: float) -> None:
        self._cursor = cursor
        self._busy_seconds = busy_seconds
        self.arraysize = cursor.arraysize

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._cursor.close()

    @property
    def description(self) -> Any:
        """Name the columns, as DB-API does."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """Count the rows that the statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Give the number of the row that was inserted last."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run a statement; one that starts writing waits for its turn."""
        if statement != BEGIN_WRITING:
            self._cursor.execute(statement, parameters)
            return self
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._busy_seconds
        while True:
            try:
                self._cursor.execute(statement)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or loop.time() > deadline:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return self

    async def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> Self:
        """Run a statement for each row."""
        self._cursor.executemany(statement, rows)
        return self

    async def fetchall(self) -> list[Any]:
        """Give every row that is left."""
        return self._cursor.fetchall()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Give the next rows."""
        return self._cursor.fetchmany(size or self.arraysize)

    async def fetchone(self) -> Any:
        """Give the next row."""
        return self._cursor.fetchone()

    async def close(self) -> None:
        """Let go of the statement."""
        self._cursor.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        for row in self._cursor:
            yield row


class Connection:
    """A connection of the event loop."""

    def __init__(self, opened: sqlite3.Connection, busy_seconds: float) -> None:
        self._connection: sqlite3.Connection | None = opened
        self._conn = opened
        self._busy_seconds = busy_seconds

    def cursor(self) -> Cursor:
        """Give a new cursor."""
        return Cursor(self._conn.cursor(), self._busy_seconds)

    async def commit(self) -> None:
        """Make the transaction durable, in a thread: it waits for the disk."""
        if self._conn.in_transaction:
            await asyncio.get_running_loop().run_in_executor(None, self._conn.commit)

    async def rollback(self) -> None:
        """Undo the transaction."""
        self._conn.rollback()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """Register a function for use in statements."""
        self._conn.create_function(*arguments, **options)

    async def close(self) -> None:
        """Close the connection."""
        self.stop()

    def stop(self) -> None:
        """Close the connection at once."""
        if self._connection is not None:
            self._connection = None
            self._conn.close()
