"""Arrays in one file that is mapped, not read: a head in JSON, then the bytes of each array.

A file that was cut, damaged or written by another version is refused with its name and the reason.
It is written beside its place, synced and renamed, so that a reader sees the old or the new one.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

MAGIC = b"danvan-arrays-1\n"
ALIGNED = 64
PIECE = 1 << 20
LONGEST_HEAD = 1 << 30
TYPES = frozenset(("int32", "int64", "uint8", "bool"))


class BrokenFile(Exception):
    """The file is not what was written; says which and why."""


def write(path: Path, told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `told` (anything JSON can hold) and the arrays. Raises OSError."""
    places: dict[str, tuple[str, int, int]] = {}
    end = 0
    checksum = 0
    for name, array in arrays.items():
        places[name] = (str(array.dtype), len(array), end)
        end += array.nbytes + _padding(array.nbytes)
        checksum = crc32(_raw(array), checksum)
    head = {"told": told, "arrays": places, "bytes": end, "checksum": checksum}
    written = json.dumps(head, ensure_ascii=False).encode()
    front = MAGIC + crc32(written).to_bytes(4, "little") + len(written).to_bytes(8, "little")
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            file.write(front + written + bytes(_padding(len(front) + len(written))))
            for array in arrays.values():
                file.write(_raw(array))
                file.write(bytes(_padding(array.nbytes)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def read(path: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Give what was told and the arrays, mapped read-only. Raises BrokenFile, OSError."""
    with path.open("rb") as file:
        front = file.read(len(MAGIC) + 12)
        if front[: len(MAGIC)] != MAGIC or len(front) < len(MAGIC) + 12:
            raise BrokenFile(f"{path}: not an index of this version")
        size = int.from_bytes(front[-8:], "little")
        written = file.read(min(size, LONGEST_HEAD))
        if len(written) != size or crc32(written) != int.from_bytes(front[-12:-8], "little"):
            raise BrokenFile(f"{path}: the head is cut or damaged")
        head = json.loads(written)
        begin = len(front) + size + _padding(len(front) + size)
        if os.fstat(file.fileno()).st_size != begin + head["bytes"]:
            raise BrokenFile(f"{path}: {begin + head['bytes']} bytes were written, not this many")
        mapped = (
            np.memmap(file, dtype=np.uint8, mode="r", offset=begin, shape=(head["bytes"],))
            if head["bytes"]
            else np.zeros(0, dtype=np.uint8)
        )
        file.seek(begin)
        _check(path, file.read, head)
    return head["told"], {
        name: _mapped(path, mapped, *where) for name, where in head["arrays"].items()
    }


def _raw(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).view(np.uint8).data


def _padding(size: int) -> int:
    return -size % ALIGNED


def _check(path: Path, take: Any, head: Any) -> None:
    """Compare the checksum with the bytes, a piece at a time, so that they need no memory."""
    checksum = 0
    for dtype, count, _ in head["arrays"].values():
        size = np.dtype(dtype).itemsize * count
        left = size
        while left and (piece := take(min(PIECE, left))):
            checksum = crc32(piece, checksum)
            left -= len(piece)
        take(_padding(size))
    if checksum != head["checksum"]:
        raise BrokenFile(f"{path}: the bytes are damaged")


def _mapped(
    path: Path, mapped: NDArray[np.uint8], dtype: str, count: int, offset: int
) -> NDArray[Any]:
    if dtype not in TYPES:
        raise BrokenFile(f"{path}: arrays of {dtype} are not known")
    return np.asarray(mapped)[offset : offset + np.dtype(dtype).itemsize * count].view(dtype)
