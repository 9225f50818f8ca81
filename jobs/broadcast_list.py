"""The list of who got a broadcast and who did not: a file, or names where no file can be sent."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from jobs import broadcast_phrases as phrases
from jobs.broadcast_telling import named
from jobs.channel import Channel
from jobs.work import Hopeless, Kind, Result
from store import media
from store.broadcast_lists import LIST
from store.broadcast_outcomes import Outcome, outcomes
from store.database import Database
from store.files import Content, Files, measure
from store.jobs import Job
from store.messages import Message
from store.models import Address

BATCH: Final = 1000
SECONDS: Final = 600.0
NAMED: Final = 200
"""So many are named in words."""
CSV_TYPE: Final = "text/csv"
SEPARATOR: Final = ";"
"""What Excel expects where the comma is the decimal sign, as in Viet Nam."""
BOM: Final = "\ufeff"
"""Without it Excel takes the text for another encoding."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def list_kinds(
    database: Database,
    channels: Mapping[str, Channel],
    files: Files,
    zone: ZoneInfo,
    now: Callable[[], datetime],
) -> dict[str, Kind]:
    """Give the kind for the runner's table. `channels` by channel account."""
    listing = _Listing(database, channels, files, zone, now)
    return {LIST: Kind(listing.work, _give_up, 1, SECONDS)}


class _Listing:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        files: Files,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channels = channels
        self._files = files
        self._zone = zone
        self._now = now

    async def work(self, job: Job) -> Result:
        """Make the list in the form that its channel can send."""
        number = int(job.input["broadcast"])
        async with self._database.read() as session:
            address = await session.get(Address, int(job.input["address"]))
        channel = self._channels.get(address.channel) if address else None
        if channel is None:
            raise Hopeless("nowhere", "its address or channel is gone")
        if not channel.caps.files:
            return Result(message=Message(await self._names(number)))
        part = await asyncio.to_thread(self._files.part)
        try:
            await self._write(number, part)
            content = await asyncio.to_thread(self._take, part)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        now = self._now()

        async def keep(session: AsyncSession) -> str:
            return await media.add_own(session, self._files, content, now=now)

        media_id = await self._database.write(keep)
        text = phrases.FILE_TEXT.format(number=number)
        return Result(message=Message(text, file=media_id), media_id=media_id)

    async def _write(self, number: int, part: Path) -> None:
        after, place = 0, 0
        await asyncio.to_thread(_append, part, BOM + as_csv([phrases.COLUMNS]))
        while True:
            async with self._database.read() as session:
                some = await outcomes(session, number, after=after, limit=BATCH)
            if not some:
                return
            rows = [self._row(place + at, one) for at, one in enumerate(some, 1)]
            await asyncio.to_thread(_append, part, as_csv(rows))
            after, place = some[-1].number, place + len(some)

    def _row(self, place: int, one: Outcome) -> list[str]:
        confirmed = one.confirmed_at.astimezone(self._zone) if one.confirmed_at else None
        return [
            str(place),
            one.name,
            one.unit,
            one.channel.partition(":")[0],
            phrases.STATES[one.state],
            phrases.WHYS.get(one.why, ""),
            f"{confirmed:%H:%M %d/%m/%Y}" if confirmed else "",
        ]

    def _take(self, part: Path) -> Content:
        content = measure(part)
        self._files.place(part, content.sha256)
        return replace(content, type=CSV_TYPE)

    async def _names(self, number: int) -> str:
        async with self._database.read() as session:
            some = await outcomes(session, number, limit=NAMED + 1, which="unreached")
        names = [named(one) for one in some[:NAMED]]
        return phrases.many(number=number, names=names, is_all=len(some) <= NAMED)


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as Excel opens them in Viet Nam; what it would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return text.getvalue()


def _append(part: Path, text: str) -> None:
    with part.open("a", encoding="utf-8", newline="") as file:
        file.write(text)


def _give_up(_: Job, __: str) -> Result:
    return Result(message=Message(phrases.NO_LIST))
