"""The kind of job that gives the calendar of the next twelve months as a file."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from jobs import calendar_phrases as phrases
from jobs.channel import Channel
from jobs.work import Hopeless, Kind, Result
from knowledge.icalendar_file import to_icalendar
from knowledge.library import Library
from store import media
from store.calendar_files import CALENDAR
from store.database import Database
from store.disk import make_new, sync
from store.files import Content, Files, measure
from store.jobs import Job
from store.messages import Message
from store.models import Address

CALENDAR_TYPE: Final = "text/calendar"
SECONDS: Final = 60.0
DAY: Final = timedelta(days=1)
YEAR: Final = 365 * DAY


def calendar_kinds(
    database: Database,
    library: Library,
    channels: Mapping[str, Channel],
    files: Files,
    now: Callable[[], datetime],
) -> dict[str, Kind]:
    """Give the kind for the runner's table. `channels` by channel account."""
    making = _Making(database, library, channels, files, now)
    return {CALENDAR: Kind(making.work, _give_up, 1, SECONDS)}


class _Making:
    def __init__(
        self,
        database: Database,
        library: Library,
        channels: Mapping[str, Channel],
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._channels = channels
        self._files = files
        self._now = now

    async def work(self, job: Job) -> Result:
        """Make the file; where none can be sent, say how else to get it."""
        async with self._database.read() as session:
            address = await session.get(Address, job.reply_address_id)
        channel = self._channels.get(address.channel) if address else None
        if channel is None:
            raise Hopeless("nowhere", "its address or channel is gone")
        if not channel.caps.files:
            return Result(message=Message(phrases.NO_FILES))
        first = date.fromisoformat(str(job.input["from"]))
        last = first + YEAR - DAY
        found = self._library.base.occasions.between(first, last)
        now = self._now()
        content = await asyncio.to_thread(self._place, to_icalendar(found, stamp=now))

        async def keep(session: AsyncSession) -> str:
            return await media.add_own(session, self._files, content, now=now)

        media_id = await self._database.write(keep)
        text = phrases.file_text(first=first, last=last, count=len(found))
        return Result(message=Message(text, file=media_id), media_id=media_id)

    def _place(self, written: bytes) -> Content:
        """Put the file in its place, on the disk before any row speaks of it."""
        part = self._files.part()
        try:
            with make_new(part) as file:
                file.write(written)
                sync(file)
            content = measure(part)
            self._files.place(part, content.sha256)
        finally:
            part.unlink(missing_ok=True)
        return replace(content, type=CALENDAR_TYPE)


def _give_up(_: Job, __: str) -> Result:
    return Result(message=Message(phrases.FAILED))
