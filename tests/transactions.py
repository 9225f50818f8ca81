"""Two write transactions at once, as two processes on one database have them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from store.database import Database

Work = Callable[[AsyncSession], Awaitable[Any]]
BLOCKED_SECONDS = 0.3


@asynccontextmanager
async def two_on(url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Give the two ends of two processes on a database that has its tables."""
    pair = Database(url), Database(url)
    for one in pair:
        await one.start()
    try:
        yield pair
    finally:
        for one in pair:
            await one.stop()


async def overlapping(
    first: Database, early: Work, second: Database, late: Work
) -> list[BaseException | None]:
    """Do late work while early work is done and not committed; give what each of them raised."""
    done, may_commit = asyncio.Event(), asyncio.Event()

    async def hold(session: AsyncSession) -> None:
        await early(session)
        done.set()
        await may_commit.wait()

    async def follow() -> None:
        await done.wait()
        await second.write(late)

    began = asyncio.ensure_future(first.write(hold))
    follows = asyncio.ensure_future(follow())
    await done.wait()
    await asyncio.wait([follows], timeout=BLOCKED_SECONDS)
    may_commit.set()
    ends = await asyncio.gather(began, follows, return_exceptions=True)
    return [one if isinstance(one, BaseException) else None for one in ends]
