"""Keeps the base in service current: its files, and what the office laid over them in the store.

A commit of an edit wakes every process; who misses that looks every 5 s. Once the base has an
answer, those who asked for it are told.
"""

import asyncio
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.parts import Parts
from jobs import answers
from knowledge.overlay import Laid
from store import edits
from store.database import Unavailable

LOOK_SECONDS = 5.0

log = structlog.get_logger()


async def read_edits(session: AsyncSession, zone: ZoneInfo) -> tuple[list[Laid], edits.Revision]:
    """Give the office's edits as plain values, and the revision at which they stand."""
    revision = await edits.revision(session)
    rows = await edits.current(session) if revision[1] else []
    return [
        Laid(one.kind, one.key, one.content, one.at.astimezone(zone).date()) for one in rows
    ], revision


async def keep_current(parts: Parts) -> None:
    """Look, until cancelled, whether the base in service is still the newest, and tell of it."""
    with parts.database.signals.listen(edits.TOPIC) as listener:
        while True:
            try:
                await look(parts)
                await _tell(parts)
            except Unavailable as error:
                log.warning("store unavailable", where="base", reason=str(error))
            except Exception:
                log.exception("base stumbled")
            await listener.wait(LOOK_SECONDS)


async def look(parts: Parts) -> None:
    """Load the base again if its files or the office's edits have changed."""
    library = parts.library
    laid = None
    async with parts.database.read() as session:
        revision = await edits.revision(session)
        if revision != library.revision:
            laid, revision = await read_edits(session, parts.settings.zone)
    known = list(library.problems)
    if await asyncio.to_thread(library.refresh, laid, revision):
        log.info("base loaded", edits=revision[0])
    for problem in library.problems if library.problems != known else ():
        log.warning("base refused", problem=str(problem))


async def _tell(parts: Parts) -> None:
    told = await answers.tell_askers(
        parts.database,
        parts.by_account,
        parts.library.base,
        now=parts.now(),
        zone=parts.settings.zone,
    )
    if told:
        log.info("askers told", count=told)
