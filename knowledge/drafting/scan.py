"""Reads the words of a picture with the program tesseract and its Vietnamese language."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from PIL import Image

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable
from knowledge.drafting.flow import Printed, paragraphs
from knowledge.drafting.source import Source

MOST_PAGES = 30
DOTS_PER_INCH = 250
MOST_PIXELS = 40_000_000
LANGUAGE = "vie"
_LEAST_SURE = 20.0
"""A word that the program is less sure of (of 100) is a stain or a seal."""
_WIDE_GAP = 3.0


def is_installed() -> bool:
    """Say whether pictures can be read: the program is there and has the language."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run(  # noqa: S603 - a fixed program
        [program, "--list-langs"], capture_output=True, text=True, check=False
    )
    return LANGUAGE in listed.stdout.split()


def open_picture(path: Path) -> Source:
    """Read a photographed or scanned page. Raises NotReadable."""
    picture = _opened(path)
    if not is_installed():
        raise NotReadable("scan", phrases.SAID["scan"])
    printed = read_picture(picture, 0)
    text = "\n".join(line.text for line in printed)
    return Source(tuple(paragraphs(printed)), (text,), scanned=(1,))


def page_of_picture(path: Path, page: int, width: int) -> bytes | None:
    """Give a scanned picture, made smaller, as a JPEG; it has one page."""
    if page != 1:
        return None
    picture = _opened(path).convert("RGB")
    picture.thumbnail((width, 4 * width))
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def _opened(path: Path) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(path.read_bytes()), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise NotReadable("too_large", phrases.SAID["too_large"])
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotReadable("too_large", phrases.SAID["too_large"]) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise NotReadable("damaged", phrases.SAID["damaged"]) from error
    return picture


def read_picture(picture: Image.Image, page: int) -> list[Printed]:
    """Give the lines of a picture with their places. Raises NotReadable."""
    kept = io.BytesIO()
    picture.convert("L").save(kept, "PNG", compress_level=1)
    # The worker is stopped from outside when this takes too long.
    read = subprocess.run(  # noqa: S603 - a fixed program
        ["tesseract", "stdin", "stdout", "-l", LANGUAGE, "tsv"],  # noqa: S607 - by the PATH we set
        input=kept.getvalue(), capture_output=True, check=False,
    )  # fmt: skip
    if read.returncode:
        raise NotReadable("damaged", phrases.SAID["damaged"])
    return list(_lines(read.stdout.decode("utf-8", errors="replace"), page))


def _lines(table: str, page: int) -> Iterator[Printed]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if _is_word(row)]
    for _, group in groupby(
        words, lambda row: (row["block_num"], row["par_num"], row["line_num"])
    ):
        for piece in _pieces(list(group)):
            yield _line(piece, page)


def _is_word(row: dict[str, str]) -> bool:
    return bool(row["text"] and row["text"].strip()) and float(row["conf"]) >= _LEAST_SURE


def _pieces(words: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Part a line where its words stand far apart: two columns."""
    piece: list[dict[str, str]] = []
    for word in words:
        if piece:
            last = piece[-1]
            gap = int(word["left"]) - int(last["left"]) - int(last["width"])
            if gap > _WIDE_GAP * max(int(last["height"]), int(word["height"])):
                yield piece
                piece = []
        piece.append(word)
    yield piece


def _line(words: list[dict[str, str]], page: int) -> Printed:
    return Printed(
        text=" ".join(word["text"].strip() for word in words),
        page=page,
        left=min(int(word["left"]) for word in words),
        right=max(int(word["left"]) + int(word["width"]) for word in words),
        top=min(int(word["top"]) for word in words),
        bottom=max(int(word["top"]) + int(word["height"]) for word in words),
    )
