"""Reads a file into a draft, in this process; strangers' files go through `bounded.py`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge.drafting import phrases
from knowledge.drafting.draft import Draft, NotReadable
from knowledge.drafting.encoding import decoded, refuse_old_font
from knowledge.drafting.flow import plain_lines
from knowledge.drafting.pdf_file import open_pdf, page_of_pdf
from knowledge.drafting.recognise import recognise
from knowledge.drafting.scan import open_picture, page_of_picture
from knowledge.drafting.secrecy import is_secret, is_secret_name
from knowledge.drafting.signs import kind_of
from knowledge.drafting.source import Source
from knowledge.drafting.web_page import open_page
from knowledge.drafting.word_file import open_word

MOST_BYTES = 20 * 1024 * 1024
MOST_LETTERS = 400_000


def _open_text(path: Path) -> Source:
    text = decoded(path.read_bytes())
    return Source(tuple(plain_lines(text)), tuple(text.split("\f")))


_OPEN: dict[str, Callable[[Path], Source]] = {
    "docx": open_word,
    "pdf": open_pdf,
    "html": lambda path: open_page(decoded(path.read_bytes())),
    "picture": open_picture,
    "txt": _open_text,
}
_PICTURE: dict[str, Callable[[Path, int, int], bytes | None]] = {
    "pdf": page_of_pdf,
    "picture": page_of_picture,
}


def read_file(path: Path, *, name: str, today: date) -> Draft:
    """Read a file; `name` is what its sender calls it. Raises NotReadable.

    Nothing bounds time and memory here but the sizes that are looked at first.
    """
    source = _OPEN[_kind(path)](path).fit()
    called = "".join(filter(str.isprintable, name))
    _refuse(source, called)
    return recognise(source, name=called, today=today)


def picture_of(path: Path, page: int, width: int) -> bytes | None:
    """Give page `page` (counted from 1) as PNG or JPEG; None where the kind has no pictures.

    Raises NotReadable.
    """
    draw = _PICTURE.get(_kind(path))
    return draw(path, page, width) if draw else None


def _kind(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise NotReadable("too_large", phrases.SAID["too_large"])
    return kind_of(path.read_bytes())


def _refuse(source: Source, name: str) -> None:
    """Raise NotReadable where no draft may be made of what was read."""
    printed = [line for page in source.pages for line in page.splitlines()]
    lines = [line.text for line in source.lines]
    if is_secret_name(name) or any(map(is_secret, (lines, printed, source.aside))):
        raise NotReadable("secret", phrases.SAID["secret"])
    letters = sum(map(len, lines))
    if not any(sign.isalnum() for line in lines for sign in line):
        raise NotReadable("empty", phrases.SAID["empty"])
    if letters > MOST_LETTERS:
        said = phrases.too_many_letters(letters=letters, most=MOST_LETTERS)
        raise NotReadable("too_long", said)
    refuse_old_font("\n".join(lines))
