"""Taking a file in: streamed to the disk, put under its hash, and a job queued that reads it."""

import asyncio
from pathlib import Path, PurePath
from typing import Final

from aiohttp import BodyPartReader, web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import curate
from bot.web import curate_phrases as phrases
from bot.web.curators import for_curators, see
from bot.web.form import plain
from bot.web.frame import refuse
from bot.web.site import SITE
from jobs import importing
from store.disk import make_new, sync
from store.files import Content, Files, measure
from store.logins import LoggedIn

MOST_BYTES: Final = phrases.MOST_MEGABYTES * 2**20
FIELD: Final = "file"
LONGEST_NAME: Final = 200
ROOM_FOR_THE_FORM: Final = 4096
CHUNK: Final = 2**18


class _TooLarge(Exception):
    """More came than is taken."""


@for_curators
async def take_file(request: web.Request, person: LoggedIn) -> web.StreamResponse:
    """Store what was handed in as a draft that is to be read, and lead there."""
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    site = request.app[SITE]
    files = Files(site.parts.settings.data_dir)
    part = await asyncio.to_thread(files.part)
    try:
        name = await _receive(request, part)
        if not name:
            return await curate.show(request, person, problem=phrases.NO_FILE)
        content = await asyncio.to_thread(_place, files, part)
    except _TooLarge:
        return refuse(request, 413, phrases.TOO_LARGE)
    except ValueError:
        raise web.HTTPBadRequest from None
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)

    async def work(session: AsyncSession) -> int:
        return await importing.take_in(
            session, files, content, name, person_id=person.person_id, now=site.now()
        )

    return see(f"/curate/drafts/{await site.database.write(work)}")


async def _receive(request: web.Request, into: Path) -> str:
    """Write the form's file down, its only field. Give its name, '' where none was chosen.

    Raises _TooLarge, and ValueError for what is no such form.
    """
    if (request.content_length or 0) > MOST_BYTES + ROOM_FOR_THE_FORM:
        raise _TooLarge
    one = await (await request.multipart()).next()
    if not isinstance(one, BodyPartReader) or one.name != FIELD:
        raise ValueError(FIELD)
    if not one.filename:
        return ""
    await _write(one, into)
    name = PurePath(plain(one.filename).replace("\\", "/")).name.strip()
    return name[-LONGEST_NAME:] or phrases.NAMELESS


async def _write(one: BodyPartReader, into: Path) -> None:
    size = 0
    file = await asyncio.to_thread(make_new, into)
    try:
        while chunk := await one.read_chunk(CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise _TooLarge
            await asyncio.to_thread(file.write, chunk)
        await asyncio.to_thread(sync, file)
    finally:
        await asyncio.to_thread(file.close)


def _place(files: Files, part: Path) -> Content:
    content = measure(part)
    files.place(part, content.sha256)
    return content
