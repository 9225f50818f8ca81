"""The kinds of job about files: fetch one that came in; remove those that nobody has any more."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from jobs import fetch_phrases as phrases
from jobs.channel import Channel, NotFetched
from jobs.work import Hopeless, Kind, Postponed, Result
from store import kinds, media
from store.database import Database
from store.files import Content, Files, measure
from store.jobs import Job
from store.messages import Media, Message

FETCHES: Final = 8
"""Downloads at once: a few that hang leave room for an album."""
FETCH_SECONDS: Final = 90.0
DISCARD_SECONDS: Final = 60.0
WANTED: Final[Mapping[str, frozenset[str]]] = {"photo": kinds.PICTURES}
"""What a file must be, by the kind of the update that brought it; anything else may be anything
that we take."""


def media_kinds(
    database: Database,
    channels: Mapping[str, Channel],
    files: Files,
    now: Callable[[], datetime],
) -> dict[str, Kind]:
    """Give the kinds for the runner's table. `channels` by channel account."""
    fetching = _Fetching(database, channels, files, now)
    return {
        media.FETCH: Kind(fetching.work, fetching.give_up, FETCHES, FETCH_SECONDS),
        media.DISCARD: Kind(partial(_discard, files), _give_up_nothing, 1, DISCARD_SECONDS),
    }


class _Fetching:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channels = channels
        self._files = files
        self._now = now

    async def work(self, job: Job) -> Result:
        """Bring one file in; nothing where it was erased meanwhile."""
        media_id = str(job.input["media"])
        async with self._database.read() as session:
            wanted = await media.pending(session, media_id)
        if wanted is None:
            return Result()
        account, kind, what = wanted
        if what.bytes is not None and what.bytes > media.MOST_BYTES:
            raise Hopeless("too large", f"{what.bytes} bytes announced")
        channel = self._channels.get(account)
        if channel is None:
            raise Postponed("away", f"{account} does not run")
        content = await self._bring(channel, kind, what)
        return Result(
            lambda s: media.settle_stored(s, self._files, media_id, content, now=self._now())
        )

    async def _bring(self, channel: Channel, kind: str, what: Media) -> Content:
        """Fetch a file and put it in its place, on the disk before any row speaks of it."""
        part = await asyncio.to_thread(self._files.part)
        try:
            await channel.fetch(what, part, most_bytes=media.MOST_BYTES)
            return await asyncio.to_thread(self._take, part, kind)
        except NotFetched as error:
            failure = Postponed if error.fault == "away" else Hopeless
            raise failure(error.fault, str(error)) from None
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    def _take(self, part: Path, kind: str) -> Content:
        content = measure(part)
        if content.type not in WANTED.get(kind, kinds.ALL):
            raise NotFetched("wrong kind", content.type or "unknown bytes")
        self._files.place(part, content.sha256)
        return content

    def give_up(self, job: Job, code: str) -> Result:
        """Forget the file and ask for it again; of photos sent together, once."""
        return Result(
            lambda session: media.settle_gone(session, str(job.input["media"])),
            Message(phrases.not_fetched(code)),
            key=f"not fetched:{job.input['together']}:{code}",
        )


async def _discard(files: Files, job: Job) -> Result:
    hashes = [str(sha256) for sha256 in job.input["hashes"]]

    async def change(session: AsyncSession) -> None:
        await media.discard(session, files, hashes)

    return Result(change)


def _give_up_nothing(_: Job, __: str) -> Result:
    return Result()
