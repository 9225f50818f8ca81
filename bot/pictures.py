"""Pictures of ours as platforms take them: small JPEGs, by bytes or under a signed address."""

from pathlib import Path

from store.database import Database


class NoPicture(Exception):
    """The file is not there, or is no picture that can be read."""


class Pictures:
    """Derivatives of stored media; the original never leaves the house."""

    def __init__(self, database: Database, data_dir: Path, public_url: str) -> None:
        self._database = database
        self._data_dir = data_dir
        self._public_url = public_url

    async def jpeg(self, media_id: str, *, most_bytes: int) -> bytes:
        """Give a picture re-encoded as a JPEG of at most so many bytes. Raises NoPicture."""
        raise NoPicture(media_id)

    async def url(self, media_id: str) -> str:
        """Give the signed address under which a picture can be read for 7 days.

        Raises NoPicture.
        """
        raise NoPicture(media_id)
