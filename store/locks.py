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

from store.database import Database

AGAIN_SECONDS = 2.0


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


@asynccontextmanager
async def only_one(database: Database, name: str) -> AsyncIterator[None]:
    """Wait until nobody else holds the name, then hold it.

    On SQLite the process itself is the only one on its database, so there is nothing to wait for.
    """
    if database.is_sqlite:
        yield
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
            yield
        finally:
            try:
                await connection.execute(
                    text("SELECT pg_advisory_unlock(:number)"), {"number": number}
                )
            except DBAPIError:
                await connection.invalidate()
