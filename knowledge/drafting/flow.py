"""Joins printed lines into paragraphs: a line goes on in the next one when it was broken only
because it was full.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.drafting.source import Line

WIDEST = 160
"""Lines of plain text that are longer are paragraphs already."""
_BEGINS = re.compile(
    r"(?:[IVXL]{1,6}|[A-ZĐ]|\d{1,2}(?:\.\d{1,2})*)\s*[.)/-]\s*\D|[-–+•*○▪]\s*(?!\d{4})\S|[a-zđ]\)\s"
    r"|(?:Điều|Chương|Phần|Mục)\s+[\dIVX]+\b|Căn cứ |Nơi nhận|Số\s*:|(?:TM|KT|TL|TUQ|T/M|K/T)\b\.?"
)
_DASH = re.compile(r"[-–]\s+[^\W\dA-ZĐ]")
_ALONE = re.compile(r"(?:CỘNG H(?:ÒA|OÀ) XÃ HỘI|CỘNG SẢN).*VIỆT NAM$|Hạnh phúc$")
_PIECE = re.compile(r"\S+(?:\s{1,2}\S+)*")
_AT_HYPHEN = re.compile(r"(\w-)\n")
_ENDED = re.compile(r"[.:;!?…]['\")”’\]]*$")
_GAP_GROWS = 1.45
_INDENT, _COLUMN = 1.2, 14
_ROOM = 1.2
"""Letters differ in width: so much more room than the mean a word may have wanted."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as it stands on a page; positions in any unit, `top` and `bottom` growing
    downwards.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    is_bold: bool = False

    @property
    def letter(self) -> float:
        """Give the mean width of a letter."""
        return (self.right - self.left) / max(1, len(self.text))


def plain_lines(text: str) -> list[Line]:
    """Give the paragraphs of plain text; its pages end with form feeds."""
    placed = [one for page, part in enumerate(text.split("\f")) for one in _placed(part, page)]
    if any(one.right > WIDEST for one in placed):
        return [_joined([one]) for one in placed]
    return paragraphs(placed)


def _placed(text: str, page: int) -> list[Printed]:
    """Place lines by their letters; what stands far apart on one line is two."""
    return [
        Printed(piece.group(), page, piece.start(), piece.end(), row, row + 0.9)
        for row, line in enumerate(text.expandtabs(8).splitlines())
        for piece in _PIECE.finditer(line)
    ]


def paragraphs(printed: Sequence[Printed]) -> list[Line]:
    """Give the paragraphs of a document's lines, in their order."""
    if not printed:
        return []
    page = _measured(printed)
    lines: list[Line] = []
    pieces: list[Printed] = []
    for one in printed:
        if pieces and not page.goes_on(pieces[-1], one):
            lines.append(_joined(pieces))
            pieces = []
        pieces.append(one)
    return [*lines, _joined(pieces)]


def _joined(pieces: Sequence[Printed]) -> Line:
    whole = "\n".join(" ".join(piece.text.split()) for piece in pieces)
    text = _AT_HYPHEN.sub(r"\1", whole).replace("\n", " ")
    return Line(text, pieces[0].page, "bold" if all(one.is_bold for one in pieces) else "")


def _measured(printed: Sequence[Printed]) -> "_Page":
    """Find where full lines begin and end, nearly the farthest, and how far apart they are."""
    lefts = sorted(one.left for one in printed)
    rights = sorted(one.right for one in printed)
    steps = [
        two.top - one.top
        for one, two in pairwise(printed)
        if one.page == two.page and two.top > one.top
    ]
    return _Page(
        left=lefts[int(len(lefts) * 0.05)],
        right=rights[min(len(rights) - 1, int(len(rights) * 0.95))],
        step=median(steps) if steps else 0.0,
    )


def _begins(one: Printed, two: Printed) -> bool:
    """Say whether the second line begins like an item or a heading; a dash may just be broken."""
    if one.text.isupper() != two.text.isupper():
        return True
    is_broken = _DASH.match(two.text) is not None and not _ENDED.search(one.text)
    return not is_broken and _BEGINS.match(two.text) is not None


@dataclass(frozen=True, slots=True)
class _Page:
    """The measures of a document's pages."""

    left: float
    right: float
    step: float

    def goes_on(self, one: Printed, two: Printed) -> bool:
        """Say whether a line goes on in the next one."""
        if one.is_bold != two.is_bold or _ALONE.search(one.text) or _begins(one, two):
            return False
        if not self._is_full(one, two) or one.left - two.left > _COLUMN * one.letter:
            return False
        if one.page != two.page:
            return two.text[0].islower() or not _ENDED.search(one.text)
        is_below = 0 < two.top - one.top <= self.step * _GAP_GROWS
        return is_below and not self._is_new(one, two)

    def _is_full(self, one: Printed, two: Printed) -> bool:
        """Say whether the next line's first word had no room."""
        first_word = len(two.text.split(maxsplit=1)[0]) + 1
        return one.right + first_word * one.letter * _ROOM >= self.right

    def _is_new(self, one: Printed, two: Printed) -> bool:
        """Say whether the second line is set in, or begins, like a paragraph."""
        indent = _INDENT * one.letter
        if two.left > one.left + indent:
            return True
        if not (_ENDED.search(one.text) and two.text[0].isupper()):
            return False
        are_both_set_in = min(one.left, two.left) > self.left + indent
        return are_both_set_in and abs(two.left - one.left) <= indent
