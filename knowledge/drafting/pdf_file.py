"""Opens a PDF: its printed lines with their places, and its pages as pictures."""

import ctypes
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from knowledge.drafting import phrases, scan
from knowledge.drafting.draft import NotReadable
from knowledge.drafting.flow import Printed, paragraphs
from knowledge.drafting.source import Source

MOST_PAGES = 100
FEWEST_LETTERS = 20
"""A page with fewer letters and with a picture is a scan."""
MOST_PIXELS = 12_000_000
_PASSWORD, _WIDE_GAP, _BOLD = 4, 2.5, 600
_NEAR, _SMALLEST = 8, 6.0
"""How many signs back, and from what height on, tell how large the letters are: dots are small."""
_NEW_LINE = frozenset("\r\n")
_BROKEN_AT = frozenset("\x02\ufffe")
"""What the library gives for a hyphen at the end of a line, in place of the line's end."""
Box = tuple[float, float, float, float]


def open_pdf(path: Path) -> Source:
    """Read a PDF. Raises NotReadable."""
    try:
        return _read(pdfium.PdfDocument(path))
    except pdfium.PdfiumError as error:
        raise _not_readable(error) from error


def _read(document: pdfium.PdfDocument) -> Source:
    pages = len(document)
    if pages > MOST_PAGES:
        said = phrases.too_many_pages(pages=pages, most=MOST_PAGES)
        raise NotReadable("too_long", said)
    printed: list[list[Printed]] = []
    pictures: list[int] = []
    aside: list[str] = list(document.get_metadata_dict(skip_empty=True).values())
    for at in range(pages):
        page = document[at]
        printed.append(_numbers_off(list(_printed(page, at))))
        aside += _notes(page)
        letters = sum(len(line.text) for line in printed[at])
        if letters < FEWEST_LETTERS and _has_picture(page):
            pictures.append(at)
        page.close()
    read, skipped = _read_pictures(document, pictures, printed)
    lines = paragraphs([line for page_lines in printed for line in page_lines])
    texts = tuple("\n".join(line.text for line in page_lines) for page_lines in printed)
    return Source(tuple(lines), texts, aside=tuple(aside), scanned=read, skipped=skipped)


def page_of_pdf(path: Path, page: int, width: int) -> bytes | None:
    """Give a page (counted from 1) as a PNG of about this width; None where there is none.

    Raises NotReadable.
    """
    kept = io.BytesIO()
    try:
        document = pdfium.PdfDocument(path)
        if not 1 <= page <= len(document):
            return None
        _picture(document[page - 1], width).save(kept, "PNG")
    except pdfium.PdfiumError as error:
        raise _not_readable(error) from error
    return kept.getvalue()


def _not_readable(error: pdfium.PdfiumError) -> NotReadable:
    code = "encrypted" if error.err_code == _PASSWORD else "damaged"
    return NotReadable(code, phrases.SAID[code])


def _read_pictures(
    document: pdfium.PdfDocument, pictures: list[int], printed: list[list[Printed]]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Read scanned pages into `printed`; give which were read and which could not be."""
    if not pictures:
        return (), ()
    is_all_scans = len(pictures) == len(document)
    if not scan.is_installed():
        if is_all_scans:
            raise NotReadable("scan", phrases.SAID["scan"])
        return (), tuple(at + 1 for at in pictures)
    if len(pictures) > scan.MOST_PAGES:
        said = phrases.too_many_scans(pages=len(pictures), most=scan.MOST_PAGES)
        raise NotReadable("too_long", said)
    for at in pictures:
        page = document[at]
        width = round(page.get_width() / 72 * scan.DOTS_PER_INCH)
        printed[at] = _numbers_off(scan.read_picture(_picture(page, width), at))
        page.close()
    return tuple(at + 1 for at in pictures), ()


def _picture(page: pdfium.PdfPage, width: int) -> Image.Image:
    across, down = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
    most = (MOST_PIXELS / (across * down)) ** 0.5
    picture: Image.Image = page.render(scale=min(width / across, most)).to_pil()
    return picture


def _has_picture(page: pdfium.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _numbers_off(lines: list[Printed]) -> list[Printed]:
    """Leave out a page's own number, first or last on it."""
    kept = lines[1:] if lines and _is_page_number(lines[0].text) else lines
    return kept[:-1] if kept and _is_page_number(kept[-1].text) else kept


def _is_page_number(text: str) -> bool:
    bare = text.strip("-–—/| ")
    return bare.isdecimal() and len(bare) <= 3


def _notes(page: pdfium.PdfPage) -> list[str]:
    """Give the words of a page's annotations: a stamp may be one."""
    notes = []
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if note:
            notes.append(_note_words(note))
            raw.FPDFPage_CloseAnnot(note)
    return notes


def _note_words(note: ctypes.Array[ctypes.c_char]) -> str:
    size = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
    if not 2 < size <= 10_000:
        return ""
    kept = ctypes.create_string_buffer(size)
    wide = ctypes.cast(kept, ctypes.POINTER(raw.FPDF_WCHAR))
    raw.FPDFAnnot_GetStringValue(note, b"Contents", wide, size)
    return kept.raw[: size - 2].decode("utf-16-le", errors="replace")


class _Row:
    """The signs of one line, gathered one by one, with their boxes."""

    def __init__(self, at: int, height: float) -> None:
        self._at, self._height = at, height
        self._signs: list[str] = []
        self._boxes: list[Box] = []
        self._first = 0

    def is_apart(self, box: Box) -> bool:
        """Say whether a sign stands so far behind the last one that it is another column's."""
        if not self._boxes:
            return False
        tallest = max(one[3] - one[1] for one in (*self._boxes[-_NEAR:], box))
        return box[0] - self._boxes[-1][2] > _WIDE_GAP * max(tallest, _SMALLEST)

    def add(self, sign: str, place: int, box: Box | None) -> None:
        """Take a sign; blanks have no box and begin no line."""
        if box is not None:
            self._first = self._first if self._boxes else place
            self._boxes.append(box)
        if box is not None or self._signs:
            self._signs.append(sign)

    def close(self, text_page: pdfium.PdfTextPage) -> Iterator[Printed]:
        """Give the line, if there is any, and begin a new one."""
        if self._boxes:
            lefts, bottoms, rights, tops = zip(*self._boxes, strict=True)
            yield Printed(
                text=unicodedata.normalize("NFC", "".join(self._signs).strip()),
                page=self._at,
                left=min(lefts),
                right=max(rights),
                top=self._height - max(tops),
                bottom=self._height - min(bottoms),
                is_bold=_is_bold(text_page, self._first),
            )
        self._signs, self._boxes = [], []


def _printed(page: pdfium.PdfPage, at: int) -> Iterator[Printed]:
    """Give a page's lines; what stands far apart on one line is two."""
    text_page = page.get_textpage()
    row = _Row(at, page.get_height())
    for place in range(text_page.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text_page, place))
        if sign in _NEW_LINE:
            yield from row.close(text_page)
            continue
        box = None if sign.isspace() else text_page.get_charbox(place)
        if box is not None and row.is_apart(box):
            yield from row.close(text_page)
        row.add("-" if sign in _BROKEN_AT else sign, place, box)
        if sign in _BROKEN_AT:
            yield from row.close(text_page)
    yield from row.close(text_page)
    text_page.close()


def _is_bold(text_page: pdfium.PdfTextPage, place: int) -> bool:
    if raw.FPDFText_GetFontWeight(text_page, place) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(200)
    raw.FPDFText_GetFontInfo(text_page, place, name, 200, ctypes.c_int())
    return b"bold" in name.value.lower()
