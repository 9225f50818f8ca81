"""A file's text before anything is recognised in it: lines in the source's order, page by page."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "bold", "heading"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a line that stands for itself; `mark` is how the source sets it off."""

    text: str
    page: int = 0
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was opened.

    `aside` is text that belongs to no page and to no draft (running heads, notes, properties): it
    is looked through for secrecy stamps. `title`, `url` and `posted` are what the file says of
    itself; `scanned` are the pages, counted from 1, that were read from pictures, `skipped` those
    that could not be.
    """

    lines: tuple[Line, ...]
    pages: tuple[str, ...]
    aside: tuple[str, ...] = ()
    title: str = ""
    url: str = ""
    posted: str = ""
    scanned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
