"""Pictures of ours on Zalo's side: uploaded once, then sent under the id that Zalo gave.

An id lives for 7 days; it is kept for 6, so that none ends between our look and the sending.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

import aiohttp
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Ground
from bot.channels.zalo_http import NoAnswer
from bot.channels.zalo_oa_api import Answer, Api
from store import uploads, usage
from store.database import Unavailable
from store.usage import UPLOADS

PATH: Final = "/v2.0/oa/upload/image"
"""The upload paths of v3.0 do not exist."""
MOST_BYTES: Final = 900_000
"""Zalo takes 1 MB, but has refused pictures that came near it."""
MOST_UPLOADS: Final = 5000
KEPT: Final = timedelta(days=6)
_ID_NAMES: Final = ("attachment_id", "token")
_LONGEST_ID: Final = 1000

log = structlog.get_logger()


class TooMany(Exception):
    """The month's uploads are used up."""


class NotTaken(Exception):
    """Zalo has answered an upload, but has not taken the picture."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.code))
        self.answer = answer


class Album:
    """The pictures that Zalo holds for one OA."""

    def __init__(self, ground: Ground, account: str, api: Api) -> None:
        self._ground = ground
        self._account = account
        self._api = api
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def attachment(self, media_id: str) -> str:
        """Give Zalo's id for a picture, uploaded now where there is none.

        Raises NoPicture, OSError, TooMany, NotTaken, Unavailable, NoGrant, NotSent and NoAnswer;
        in each of these cases no message has been sent.
        """
        lock = self._one_at_a_time.setdefault(media_id, asyncio.Lock())
        async with lock:  # many are sent the same picture at once: it goes up once
            return await self._kept(media_id) or await self._upload(media_id)

    async def forget(self, media_id: str, attachment_id: str) -> None:
        """Let go of an id that Zalo does not know any more. Raises Unavailable."""

        async def work(session: AsyncSession) -> None:
            await uploads.forget(session, self._account, media_id, attachment_id)

        await self._ground.database.write(work)

    async def _kept(self, media_id: str) -> str:
        async with self._ground.database.read() as session:
            return await uploads.find(session, self._account, media_id, now=self._ground.now())

    async def _upload(self, media_id: str) -> str:
        content = await self._ground.pictures.jpeg(media_id, most_bytes=MOST_BYTES)
        await self._see_room()
        try:
            answer = await self._api.ask("POST", PATH, lambda: _form(content))
        except NoAnswer:
            await self._put(self._count)  # Zalo may have counted it
            raise
        attachment_id = _id_in(answer)
        expires_at = self._ground.now() + KEPT

        async def work(session: AsyncSession) -> None:
            await self._count(session)
            await uploads.keep(
                session, self._account, media_id, attachment_id, expires_at=expires_at
            )

        await self._put(work)
        return attachment_id

    async def _see_room(self) -> None:
        """Look whether the month has room for one more. Raises TooMany and Unavailable."""
        async with self._ground.database.read() as session:
            used = await usage.used(session, self._account, now=self._ground.now())
        if any(one.kind == UPLOADS and one.count >= MOST_UPLOADS for one in used):
            raise TooMany

    async def _count(self, session: AsyncSession) -> None:
        await usage.add(session, self._account, UPLOADS, now=self._ground.now())

    async def _put(self, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
        """Write down what is so already; where that fails, the next one uploads again."""
        try:
            await self._ground.database.write(work)
        except (Unavailable, DBAPIError) as error:
            log.warning("zalo_oa_upload_not_kept", reason=type(error).__name__)


def _form(content: bytes) -> Mapping[str, Any]:
    form = aiohttp.FormData()
    # without an extension Zalo says yes and gives no id
    form.add_field("file", content, filename="anh.jpg", content_type="image/jpeg")
    return {"data": form}


def _id_in(answer: Answer) -> str:
    """Read the id under either of its names; a yes without one is a no. Raises NotTaken."""
    for name in _ID_NAMES if answer.code == 0 else ():
        value = answer.result.get(name)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable():
            return value
    raise NotTaken(answer)
