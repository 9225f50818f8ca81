"""A file's text before anything is recognised in it: lines in the source's order, page by page."""

import re
from dataclasses import dataclass, replace
from typing import Literal

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

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

    def fit(self) -> "Source":
        """Give it without controls and halves of signs, which no database keeps."""
        return replace(
            self,
            lines=tuple(replace(line, text=_fit(line.text)) for line in self.lines),
            pages=tuple(map(_fit, self.pages)),
            aside=tuple(map(_fit, self.aside)),
            title=_fit(self.title),
            url=_fit(self.url),
            posted=_fit(self.posted),
        )


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
