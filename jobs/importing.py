"""The kind of job that reads a file which was handed in and makes a draft of it.

The file is read by a process of its own, with bounded time and memory. What was recognised, or why
it cannot be read, is written down when the job ends, so a death between leaves nothing half read.
"""

import asyncio
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from jobs import importing_phrases as phrases
from jobs.work import Kind, Result
from knowledge.document import NOTES
from knowledge.drafting.bounded import read_bounded
from knowledge.drafting.draft import Draft, NotReadable
from knowledge.library import Library
from store import drafts, jobs, media
from store.database import Database
from store.files import Content, Files
from store.jobs import Job

T = TypeVar("T")

IMPORT: Final = "import"
SECRET: Final = "secret"  # noqa: S105 - the code of a refusal
NAMELESS: Final = "van-ban"
READ_SECONDS: Final = 180.0
"""A scan of many pages takes so long; every other file is read within seconds."""
SECONDS: Final = READ_SECONDS + 20.0


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a draft keeps of a file that was read."""

    found: dict[str, Any]
    fields: dict[str, str]
    body: str


async def take_in(
    session: AsyncSession,
    files: Files,
    content: Content,
    name: str,
    *,
    person_id: int | None,
    now: datetime,
) -> int:
    """Take in a file that lies in its place: its row, its draft, the job that reads it.

    Give the draft's number. Raises Conflict where the file does not lie there.
    """
    media_id = await media.add_own(session, files, content, now=now)
    draft_id = await drafts.add(session, name, media_id, person_id=person_id, now=now)
    work = {"draft": draft_id, "media": media_id}
    await jobs.enqueue(session, IMPORT, str(draft_id), work, now=now)
    return draft_id


def recognised(draft: Draft, taken: Collection[str]) -> Recognised:
    """Give what is kept of a draft; its id is none of those that are taken."""
    fields = {name: found.value for name, found in draft.fields.items()}
    fields["id"] = free_id(fields.get("id") or NAMELESS, taken)
    return Recognised(draft.as_json(), fields, draft.body)


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Give an id that is not taken: the wanted one, or that with a number behind it."""
    if wanted not in taken and wanted != NOTES:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def import_kinds(
    database: Database,
    library: Library,
    files: Files,
    zone: ZoneInfo,
    now: Callable[[], datetime],
) -> dict[str, Kind]:
    """Give the kind for the runner's table."""
    importing = _Importing(database, library, files, zone, now)
    return {IMPORT: Kind(importing.work, importing.give_up, 1, SECONDS)}


class _Importing:
    def __init__(
        self,
        database: Database,
        library: Library,
        files: Files,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._files = files
        self._zone = zone
        self._now = now

    async def work(self, job: Job) -> Result:
        """Read one file; nothing where its draft was put away meanwhile."""
        draft_id = int(job.input["draft"])
        async with self._database.read() as session:
            draft = await drafts.find(session, draft_id)
            file = await drafts.file_of(session, draft_id)
        if draft is None or draft.state != "reading" or file is None or file.sha256 is None:
            return Result()
        today = self._now().astimezone(self._zone).date()
        path = self._files.path(file.sha256)
        try:
            read = await _apart(partial(_read, path, draft.name, today))
        except NotReadable as error:
            return self._refused(draft_id, error.said, is_secret=error.code == SECRET)
        return self._read(draft_id, read)

    def _read(self, draft_id: int, read: Draft) -> Result:
        async def change(session: AsyncSession) -> None:
            held = {one.id for one in self._library.base.documents}
            kept = recognised(read, held | await drafts.documents(session))
            await drafts.set_read(
                session,
                draft_id,
                found=kept.found,
                fields=kept.fields,
                body=kept.body,
                now=self._now(),
            )

        return Result(change)

    def _refused(self, draft_id: int, said: str, *, is_secret: bool = False) -> Result:
        """Keep why, and not the file; of a secret one not even its name."""
        name = phrases.NOT_KEPT if is_secret else None

        async def change(session: AsyncSession) -> None:
            await drafts.set_unreadable(session, draft_id, said, now=self._now(), name=name)

        return Result(change)

    def give_up(self, job: Job, code: str) -> Result:
        """Say that the file cannot be read."""
        del code
        return self._refused(int(job.input["draft"]), phrases.BROKEN)


async def _apart(work: Callable[[], T]) -> T:
    """Do what blocks in a thread that nobody waits for where the product is stopped meanwhile."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(finish: Callable[[], None]) -> None:
        if not done.done():
            finish()

    def run() -> None:
        try:
            finish = partial(done.set_result, work())
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            finish = partial(done.set_exception, error)
        with suppress(RuntimeError):  # the loop is over
            loop.call_soon_threadsafe(settle, finish)

    threading.Thread(target=run, daemon=True, name="import").start()
    return await done


def _read(path: Path, name: str, today: date) -> Draft:
    return read_bounded(path, name=name, today=today, seconds=READ_SECONDS)
