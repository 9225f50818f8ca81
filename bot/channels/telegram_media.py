"""Pictures and files of ours on Telegram's side: sent once by their bytes, then by Telegram's id.

The bytes of a picture are made anew from its pixels, as everywhere; a file goes as it is. An id of
Telegram's lives long; it is kept for 30 days, and forgotten when Telegram does not know it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InputFile

from bot.channels.contract import Ground
from store import media, uploads
from store.files import Files
from store.messages import Message

PICTURE_BYTES: Final = 5_000_000
"""Telegram takes 10 MB."""
KEPT: Final = timedelta(days=30)
UNKNOWN_ID: Final = "wrong file identifier"
"""What Telegram says of an id that it does not know (small letters)."""


class NotThere(Exception):
    """The file is not stored (any more)."""


class Shelf:
    """The pictures and files that Telegram holds for one bot."""

    def __init__(self, ground: Ground, account: str) -> None:
        self._ground = ground
        self._account = account
        self._files = Files(ground.settings.data_dir)
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def file(self, message: Message) -> AsyncIterator[str | InputFile]:
        """Give what stands for the picture or file of a message: Telegram's id, or its bytes.

        Who gives the bytes holds back all others that send the same file until its id is kept.
        Raises NotThere, bot.pictures.NoPicture, OSError and Unavailable.
        """
        media_id = message.photo or message.file
        if kept := await self._kept(media_id):
            yield kept
            return
        lock = self._one_at_a_time.setdefault(media_id, asyncio.Lock())
        async with lock:
            kept = await self._kept(media_id)
            yield kept or await self._content(message)

    async def keep(self, media_id: str, result: Any) -> None:
        """Keep the id that Telegram's answer names. Raises Unavailable."""
        reference = _id_of(result)
        if not reference:
            return
        expires_at = self._ground.now() + KEPT

        async def work(session: AsyncSession) -> None:
            await uploads.keep(session, self._account, media_id, reference, expires_at=expires_at)

        await self._ground.database.write(work)

    async def forget(self, media_id: str, reference: str) -> None:
        """Let go of an id that Telegram does not know. Raises Unavailable."""

        async def work(session: AsyncSession) -> None:
            await uploads.forget(session, self._account, media_id, reference)

        await self._ground.database.write(work)

    async def _kept(self, media_id: str) -> str:
        async with self._ground.database.read() as session:
            return await uploads.find(session, self._account, media_id, now=self._ground.now())

    async def _content(self, message: Message) -> InputFile:
        if message.photo:
            content = await self._ground.pictures.jpeg(message.photo, most_bytes=PICTURE_BYTES)
            return InputFile(content, filename="anh.jpg")
        async with self._ground.database.read() as session:
            found = await media.described(session, message.file)
        if found is None:
            raise NotThere(message.file)
        content = await asyncio.to_thread(_read, self._files.path(found.sha256))
        return InputFile(content, filename=found.name)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _id_of(result: Any) -> str:
    """Give the id of the sent picture (the largest size) or file, '' where none is told."""
    if not isinstance(result, dict):
        return ""
    sizes = result.get("photo")
    held = sizes[-1] if isinstance(sizes, list) and sizes else result.get("document")
    found = held.get("file_id") if isinstance(held, dict) else None
    return found if isinstance(found, str) else ""
