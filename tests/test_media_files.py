"""Rows and files of media stay true to each other, whoever comes and goes at the same moment."""

import asyncio
import hashlib
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from store import media
from store.database import Conflict, Database
from store.files import Files
from store.models import Account, MediaRow
from tests.conftest import NOW, open_database
from tests.fakes.zalo_cdn import jpeg
from tests.media_stage import place

PICTURE = jpeg()
DIGEST = hashlib.sha256(PICTURE).hexdigest()


async def test_a_file_is_not_removed_while_its_row_is_being_stored(
    database_url: str, tmp_path: Path
) -> None:
    files = Files(tmp_path / "data")
    async with open_database(database_url) as first:
        second = first if first.is_sqlite else Database(database_url)
        if second is not first:
            await second.start()
        media_id = await add_pending(first, 1)
        content = place(files, PICTURE)
        settled, may_commit = asyncio.Event(), asyncio.Event()

        async def settle(session: AsyncSession) -> None:
            await media.settle_stored(session, files, media_id, content, now=NOW)
            settled.set()
            await may_commit.wait()

        async with asyncio.TaskGroup() as group:
            group.create_task(first.write(settle))
            await settled.wait()
            removing = group.create_task(second.write(lambda s: media.discard(s, files, [DIGEST])))
            await asyncio.wait([removing], timeout=0.3)
            assert not removing.done()
            may_commit.set()
        assert removing.result() == 0
        if second is not first:
            await second.stop()
    assert files.path(DIGEST).exists()


async def test_a_stored_row_always_has_its_file_whoever_removes_meanwhile(
    database_url: str, tmp_path: Path
) -> None:
    """Two processes bring one content in and let it go, again and again, all at once."""
    files = Files(tmp_path / "data")
    async with open_database(database_url) as first:
        second = Database(database_url) if not first.is_sqlite else first
        if second is not first:
            await second.start()
        async with asyncio.TaskGroup() as group:
            for n in range(24):
                group.create_task(come_and_go(first if n % 2 else second, files, n))
        if second is not first:
            await second.stop()
        async with first.read() as session:
            kept = await media.stored(session, f"{0:032x}")
    assert kept == DIGEST
    assert files.path(DIGEST).read_bytes() == PICTURE


async def add_pending(database: Database, number: int) -> str:
    media_id = f"{number:032x}"

    async def add(session: AsyncSession) -> None:
        account = Account(channel="files:1", user=media_id, name="", created_at=NOW)
        session.add(account)
        await session.flush()
        session.add(
            MediaRow(
                id=media_id,
                type="image/jpeg",
                state="pending",
                source={"a": 1},
                account_id=account.id,
                created_at=NOW,
            )
        )

    await database.write(add)
    return media_id


async def come_and_go(database: Database, files: Files, number: int) -> None:
    async def settle(session: AsyncSession) -> None:
        await media.settle_stored(session, files, media_id, content, now=NOW)

    media_id = await add_pending(database, number)
    for _ in range(6):
        content = await asyncio.to_thread(place, files, PICTURE)
        try:
            await database.write(settle)
        except Conflict:
            continue
        async with database.read() as session:
            if await media.stored(session, media_id):
                assert files.path(DIGEST).exists()
        if number:
            await database.write(lambda s: again(s, media_id))
            await database.write(lambda s: media.discard(s, files, [DIGEST]))


async def again(session: AsyncSession, media_id: str) -> None:
    values = {"state": "pending", "sha256": None}
    await session.execute(update(MediaRow).where(MediaRow.id == media_id).values(**values))
