"""Where the files of media lie: one for each content, under its hash, whoever sent it how often.

media/ab/<sha256>               what came in, part of the backup
media/.<random>.part            what is still coming
derived/<sha256>-<bytes>.jpg    what was made of it, made again where it is missing

All of it blocks, so it belongs in a thread.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.disk import make_new, sync, sync_folder
from store.kinds import HEAD_BYTES, kind_of

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: its hash, its size, and its type by its first bytes ('' is unknown)."""

    sha256: str
    bytes: int
    type: str


@dataclass(frozen=True, slots=True)
class Files:
    """The files below one DATA_DIR."""

    data_dir: Path

    def path(self, sha256: str) -> Path:
        """Give where the content with this hash lies, whether it is there or not."""
        return self._media / sha256[:2] / sha256

    def derived(self, sha256: str, most_bytes: int) -> Path:
        """Give where the small picture made of it lies."""
        return self._derived / f"{sha256}-{most_bytes}.jpg"

    def part(self) -> Path:
        """Give a name for a file that is still to come."""
        self._media.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._media / f".{secrets.token_hex(8)}.part"

    def place(self, part: Path, sha256: str) -> None:
        """Move a finished file, which is on the disk already, to where it belongs, durably."""
        path = self.path(sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.replace(path)
        sync_folder(path.parent)
        sync_folder(self._media)

    def remove(self, sha256: str) -> None:
        """Remove the content and all that was made of it; what is not there is no matter."""
        for path in (self.path(sha256), *self._derived.glob(f"{sha256}-*")):
            path.unlink(missing_ok=True)

    def hashes(self, *, before: datetime) -> Iterator[str]:
        """Give the hash of all that lies here since before then, some twice."""
        for path in (*self._media.glob("??/*"), *self._derived.glob("*")):
            name = path.name[:64]
            if _HASH.fullmatch(name) and _is_older(path, before):
                yield name

    def sweep(self, *, before: datetime) -> int:
        """Remove what was never finished and has not been written to since then. Give how many."""
        parts = (*self._media.glob(".*.part"), *self._derived.glob(".*.part"))
        left = [path for path in parts if _is_older(path, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @property
    def _media(self) -> Path:
        return self.data_dir / "media"

    @property
    def _derived(self) -> Path:
        return self.data_dir / "derived"


def measure(path: Path) -> Content:
    """Say what a file holds. Raises OSError."""
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:HEAD_BYTES]
            digest.update(chunk)
            size += len(chunk)
    return Content(digest.hexdigest(), size, kind_of(head))


def take_copy(files: Files, source: Path) -> Content:
    """Put a copy of a file in its place. Raises OSError."""
    part = files.part()
    try:
        with source.open("rb") as file, make_new(part) as copy:
            shutil.copyfileobj(file, copy, _CHUNK)
            sync(copy)
        content = measure(part)
        files.place(part, content.sha256)
    finally:
        part.unlink(missing_ok=True)
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that can be made again: whole or not at all, even where the power fails."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with make_new(part) as file:
            file.write(content)
            sync(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _is_older(path: Path, before: datetime) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < before.timestamp()
    return False
