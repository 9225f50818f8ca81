"""Pictures of ours as platforms take them: small JPEGs, by bytes or under a signed address.

What is given away is always made anew from the pixels: no place, no camera, no thumbnail of what
was cut off. The original never leaves the house.
"""

import asyncio
import hmac
import math
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from store import media, office
from store.database import Database
from store.files import Files, write_whole

KEY: Final = "media_key"
"""The office setting by which addresses are signed; all processes share it."""
DAY: Final = 86_400
DAYS: Final = 7
MOST_SERVED: Final = 1_000_000
"""Bytes of what is served under an address: less than any platform's limit."""
AT_ONCE: Final = 2


class NoPicture(Exception):
    """The file is not there, or is no picture that can be read."""


class Pictures:
    """Derivatives of stored media; the original never leaves the house."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._files = Files(data_dir)
        self._public_url = public_url
        self._now = now
        self._key = b""
        self._free = asyncio.Semaphore(AT_ONCE)

    async def jpeg(self, media_id: str, *, most_bytes: int) -> bytes:
        """Give a picture re-encoded as a JPEG of at most so many bytes. Raises NoPicture."""
        async with self._database.read() as session:
            sha256 = await media.stored(session, media_id)
        if sha256 is None:
            raise NoPicture(media_id)
        made = self._files.derived(sha256, most_bytes)
        try:
            return await asyncio.to_thread(made.read_bytes)
        except FileNotFoundError:
            pass
        async with self._free:
            content = await asyncio.to_thread(_encode, self._files.path(sha256), most_bytes)
        await asyncio.to_thread(write_whole, made, content)
        return content

    async def url(self, media_id: str) -> str:
        """Give the signed address under which a picture can be read for 7 days.

        The address of one day is always the same. Raises NoPicture.
        """
        if not self._public_url:
            raise NoPicture("no public address is set")
        await self.jpeg(media_id, most_bytes=MOST_SERVED)
        key = self._key or await self._find_key() or await self._database.write(self._make_key)
        self._key = key
        expiry = (math.floor(self._now().timestamp() / DAY) + DAYS) * DAY
        return f"{self._public_url}/media/{media_id}/{expiry}/{sign(key, media_id, expiry)}"

    async def served(self, media_id: str, expiry: int, signature: str) -> tuple[bytes, int]:
        """Give what is under a signed address, and for how many seconds it holds.

        Raises NoPicture for whatever is wrong with the address or the picture.
        """
        seconds = expiry - math.floor(self._now().timestamp())
        key = self._key or await self._find_key()
        genuine = hmac.compare_digest(sign(key, media_id, expiry), signature)
        if not key or not genuine or seconds <= 0:
            raise NoPicture(media_id)
        return await self.jpeg(media_id, most_bytes=MOST_SERVED), seconds

    async def _make_key(self, session: AsyncSession) -> bytes:
        def make() -> dict[str, str]:
            return {"key": secrets.token_hex(32)}

        found = await office.get_or_make(session, KEY, make, now=self._now())
        return bytes.fromhex(found["key"])

    async def _find_key(self) -> bytes:
        """Give the key where there is one: before it is made, no address is genuine."""
        async with self._database.read() as session:
            found = await office.find(session, KEY)
        self._key = bytes.fromhex(found["key"]) if found else b""
        return self._key


def sign(key: bytes, media_id: str, expiry: int) -> str:
    """Give what proves that an address is ours: HMAC-SHA-256, in hex."""
    return hmac.digest(key, f"{media_id}/{expiry}".encode(), "sha256").hex()


def _encode(path: Path, most_bytes: int) -> bytes:
    from bot.pixels import Unreadable, encode  # noqa: PLC0415 - Pillow, for those who send pictures

    try:
        return encode(path, most_bytes)
    except Unreadable as error:
        raise NoPicture(str(error)) from None
