"""Opens a Word file (.docx): its paragraphs in order, with what Word keeps beside them.

Read with lxml alone, not with a library for Word files: these leave out text boxes and running
heads, where a secrecy stamp stands, and unpack before anybody has looked at the sizes. Entities
are never expanded.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable
from knowledge.drafting.source import Line, Mark, Source

MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
"""Text packs to a tenth, seldom to a fiftieth; what packs better was made to burst."""
SMALL = 1024 * 1024
MOST_PARTS = 5000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, etree.XMLSyntaxError, ValueError, KeyError,
)  # fmt: skip
_MAIN = "word/document.xml"
_ASIDE = re.compile(
    r"word/(?:header|footer|footnotes|endnotes|comments|diagrams/data)\d*\.xml"
    r"|docProps/(?:core|app|custom)\.xml",
    re.IGNORECASE,
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}p"
_ART = "{urn:schemas-microsoft-com:vml}textpath"
"""Words as a picture: Word makes watermarks of them."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|title|tiêu ?đề|đề ?mục)\s?\d?", re.IGNORECASE)
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_OFF = ("0", "false", "none")


def open_word(path: Path) -> Source:
    """Read a Word file. Raises NotReadable."""
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_bomb(packed)
            if _MAIN not in packed.namelist():
                raise NotReadable("unknown_kind", phrases.SAID["unknown_kind"])
            body = _parsed(packed, _MAIN)
            names = [name for name in packed.namelist() if _ASIDE.fullmatch(name)]
            aside = [text for name in names for text in _all_texts(_parsed(packed, name))]
            styles = _heading_styles(packed)
    except _BROKEN as error:
        raise NotReadable("damaged", phrases.SAID["damaged"]) from error
    except (RuntimeError, NotImplementedError) as error:  # a zip with a password, an odd packing
        raise NotReadable("encrypted", phrases.SAID["encrypted"]) from error
    lines = tuple(_lines(body, styles))
    text = "\n".join(line.text for line in lines)
    return Source(lines, (text,), aside=(*aside, *_all_texts(body)))


def _refuse_bomb(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    bursts = any(
        part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size)
        for part in parts
    )
    if bursts or unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise NotReadable("too_large", phrases.SAID["too_large"])


def _parsed(packed: zipfile.ZipFile, name: str) -> etree._Element:
    """Parse one part; what a part says of its size is not trusted beyond the limit."""
    with packed.open(name) as part:
        content = part.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise NotReadable("too_large", phrases.SAID["too_large"])
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise NotReadable("damaged", phrases.SAID["damaged"])  # Word never writes one
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _all_texts(root: etree._Element) -> list[str]:
    """Give the words of a part wherever they stand: in cells, boxes, drawings, properties."""
    if str(root.tag).lower().endswith("properties"):
        return [one.text for one in root.iter() if one.text]
    drawn = ["".join(one.itertext()) for one in root.iter(_DRAWN)]
    art = [one.get("string") or "" for one in root.iter(_ART)]
    return [*_texts(root), *drawn, *art]


def _texts(root: etree._Element) -> list[str]:
    return [_text(paragraph) for paragraph in root.iter(f"{_W}p")]


def _lines(body: etree._Element, styles: frozenset[str]) -> Iterator[Line]:
    for element in _blocks(body):
        if element.tag == f"{_W}tr":
            cells = [" ".join(_texts(cell)).strip() for cell in element.iterfind(f"{_W}tc")]
            yield from _line("; ".join(" ".join(cell.split()) for cell in cells if cell), "")
            continue
        mark = _mark(element, styles)
        for piece in re.split(r"\n|\t+|\s{3,}", _text(element)):
            yield from _line(piece, mark)


def _line(text: str, mark: Mark) -> Iterator[Line]:
    written = " ".join(text.split())
    if written:
        yield Line(written, 0, mark)


def _blocks(body: etree._Element) -> Iterator[etree._Element]:
    """Give paragraphs, and rows of tables with three columns and more; narrower tables only lay
    out a page, and their paragraphs stand for themselves.
    """
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}p":
            yield element
            boxes = element.iter(f"{_W}txbxContent")
            waiting += reversed([box for box in boxes if _is_own(box, element) and _is_seen(box)])
        elif element.tag == f"{_W}tr" and len(element.findall(f"{_W}tc")) > 2:
            yield element
        else:
            waiting += reversed(element)


def _is_seen(box: etree._Element) -> bool:
    """Word writes a box twice, for itself and for programs that do not know it."""
    return next(box.iterancestors(_FALLBACK), None) is None


def _text(paragraph: etree._Element) -> str:
    """Give a paragraph's own words; what was struck out and what stands in boxes is not."""
    words = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t" and _is_own(element, paragraph):
            words.append(element.text or "")
        elif element.tag in _BREAKS and _is_own(element, paragraph):
            words.append(_BREAKS[str(element.tag)])
    return "".join(words)


def _is_own(element: etree._Element, paragraph: etree._Element) -> bool:
    return next(element.iterancestors(f"{_W}p"), None) is paragraph


def _mark(paragraph: etree._Element, styles: frozenset[str]) -> Mark:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") in styles:
        return "heading"
    if paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None:
        return "heading"
    runs = [run for run in paragraph.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    return "bold" if runs and all(_is_bold(run) for run in runs) else ""


def _is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(f"{_W}val") not in _OFF


def _heading_styles(packed: zipfile.ZipFile) -> frozenset[str]:
    if "word/styles.xml" not in packed.namelist():
        return frozenset()
    found = set()
    for style in _parsed(packed, "word/styles.xml").iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        called = "" if name is None else name.get(f"{_W}val") or ""
        if _HEADING.fullmatch(called):
            found.add(style.get(f"{_W}styleId") or "")
    return frozenset(found)
