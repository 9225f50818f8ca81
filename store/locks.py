"""Being the only one: a lock that vanishes with its process.

On SQLite a file lock beside the database, on PostgreSQL an advisory lock of a session of its own.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database

AGAIN_SECONDS = 2.0
LOOK_SECONDS = 3.0


class Taken(Exception):
    """Another process holds this lock."""


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Hold a file within the block. Raises Taken."""
    import fcntl  # noqa: PLC0415 - not there on Windows, where Docker or WSL is used

    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(str(path)) from error
        yield


class Lock:
    """A lock that is held as long as its connection lives."""

    def __init__(self, connection: AsyncConnection | None) -> None:
        self._connection = connection
        self._seen = asyncio.get_running_loop().time()

    async def is_held(self) -> bool:
        """Say whether the connection still lives; asked of the server every few seconds."""
        now = asyncio.get_running_loop().time()
        if self._connection is None or now - self._seen < LOOK_SECONDS:
            return True
        self._seen = now
        try:
            await self._connection.execute(text("SELECT 1"))
            await self._connection.rollback()
        except (DBAPIError, OSError):
            return False
        return True


@asynccontextmanager
async def only_one(database: Database, name: str) -> AsyncIterator[Lock]:
    """Wait until nobody else holds the name, then hold it. Raises DBAPIError, OSError.

    On SQLite the process itself is the only one on its database, so there is nothing to wait for.
    """
    if database.is_sqlite:
        yield Lock(None)
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    async with database.connection() as connection:
        while not await connection.scalar(
            text("SELECT pg_try_advisory_lock(:number)"), {"number": number}
        ):
            await connection.rollback()
            await asyncio.sleep(AGAIN_SECONDS)
        await connection.rollback()
        try:
            yield Lock(connection)
        finally:
            # The connection goes, and the lock with it, whatever state it is in.
            await connection.invalidate()
