"""Makes files for the tests of reading documents: one text as txt, docx, html and pdf.

A line of the text is a paragraph; `# ` before it sets it off in bold, `||` parts it into the two
columns of a head.
"""

import io
import textwrap
import zlib
from collections.abc import Callable, Sequence
from html import escape

import docx
from docx.oxml import parse_xml
from PIL import Image, ImageDraw, ImageFont

PAGE_ROWS = 46
COLUMNS = 70
LETTER, SIZE, STEP = 6.5, 13, 16
LEFT, TOP, MIDDLE = 85.0, 790.0, 300.0


def as_txt(text: str) -> bytes:
    """Give UTF-8 text, its two columns apart by blanks."""
    rows = []
    for line in text.splitlines():
        left, _, right = line.removeprefix("# ").partition("||")
        rows.append(f"{left.strip():<44}{right.strip()}".rstrip() if "||" in line else left)
    return "\n".join(rows).encode()


def as_docx(text: str, *, header: str = "", box: str = "", inside: str = "") -> bytes:
    """Give a Word file, its two columns in a table without lines; `inside` is XML of its own."""
    document = docx.Document()
    for line in filter(str.strip, text.splitlines()):
        if "||" in line:
            cells = document.add_table(rows=1, cols=2).rows[0].cells
            for cell, words in zip(cells, line.split("||"), strict=True):
                cell.paragraphs[0].add_run(words.strip())
            continue
        run = document.add_paragraph().add_run(line.removeprefix("# "))
        run.bold = line.startswith("# ")
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if box:
        document.element.body[0].append(parse_xml(_BOX.format(text=escape(box))))
    if inside:
        document.element.body.insert(0, parse_xml(_INSIDE.format(inside=inside)))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


_INSIDE = """<w:sdt xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:sdtContent>{inside}</w:sdtContent></w:sdt>"""
_BOX = """<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:pict>
<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>
<w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"""


def as_html(text: str, *, script: str = "", hidden: str = "") -> bytes:
    """Give a web page with a menu, a script and what is hidden."""
    body = "".join(_html_line(line) for line in filter(str.strip, text.splitlines()))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Trang</title><script>{script}"
        f"</script><style>p {{ color: red }}</style></head><body><nav>Trang chủ Giới thiệu</nav>"
        f"<div style='display:none'>{hidden}</div><article>{body}</article>"
        f"<script>document.write('{script}')</script><footer>Bản quyền</footer></body></html>"
    ).encode()


def _html_line(line: str) -> str:
    if "||" in line:
        cells = "".join(f"<td>{escape(words.strip())}</td>" for words in line.split("||"))
        return f"<table><tr>{cells}</tr></table>"
    words = escape(line.removeprefix("# "))
    return f"<p><b>{words}</b></p>" if line.startswith("# ") else f"<p>{words}</p>"


Row = tuple[float, str, bool]


def _rows(text: str) -> list[list[Row]]:
    """Break a text into printed rows, each of (left, words, bold) pieces."""
    rows: list[list[Row]] = []
    for line in text.splitlines():
        bold, words = line.startswith("# "), line.removeprefix("# ")
        if "||" in line:
            left, right = (piece.strip() for piece in line.split("||"))
            rows.append([(at, one, bold) for at, one in ((LEFT, left), (MIDDLE, right)) if one])
        else:
            broken = textwrap.wrap(words, COLUMNS, initial_indent="" if bold else "    ") or [""]
            rows += [[(_left(piece), piece.strip(), bold)] for piece in broken]
    return rows


def _left(piece: str) -> float:
    return LEFT + LETTER * (len(piece) - len(piece.lstrip()))


def as_pdf(text: str, *, pages: int = 0, note: str = "", encrypted: bool = False) -> bytes:
    """Give a PDF with text, written by hand; the font has no shapes, only widths and letters.

    `pages` adds so many pages with a line each, `note` an annotation.
    """
    rows = _rows(text)
    sheets = [rows[at : at + PAGE_ROWS] for at in range(0, len(rows), PAGE_ROWS)]
    sheets += [[[(LEFT, f"Trang thêm {at}.", False)]] for at in range(pages)]
    letters = sorted(
        {sign for sheet in sheets for row in sheet for _, words, _ in row for sign in words}
    )
    codes = {sign: at + 1 for at, sign in enumerate(letters)}
    return _pdf(
        [_content(sheet, codes) for sheet in sheets], codes, note=note, encrypted=encrypted
    )


def _content(sheet: Sequence[Sequence[Row]], codes: dict[str, int]) -> bytes:
    drawn = []
    for at, row in enumerate(sheet):
        for left, words, bold in row:
            shown = "".join(f"{codes[sign]:04x}" for sign in words)
            font = "F2" if bold else "F1"
            drawn.append(
                f"BT /{font} {SIZE} Tf 1 0 0 1 {left} {TOP - at * STEP} Tm <{shown}> Tj ET"
            )
    return "\n".join(drawn).encode()


def _to_unicode(codes: dict[str, int]) -> bytes:
    lines = [f"<{code:04x}> <{sign.encode('utf-16-be').hex()}>" for sign, code in codes.items()]
    parts = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    tables = "\n".join(
        f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in parts
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /T def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{tables}\nendcmap end end"
    ).encode()


def _pdf(contents: Sequence[bytes], codes: dict[str, int], *, note: str, encrypted: bool) -> bytes:
    objects: list[bytes] = [b""] * 7  # catalogue, pages, two fonts, their letters, two descendants
    kids = []
    for content in contents:
        packed = zlib.compress(content)
        stream = f"<< /Length {len(packed)} /Filter /FlateDecode >> stream\n".encode()
        objects.append(stream + packed + b"\nendstream")
        extra = ""
        if note:
            words = ("\ufeff" + note).encode("utf-16-be").hex()
            extra = f" /Annots [<< /Subtype /FreeText /Rect [0 0 9 9] /Contents <{words}> >>]"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            f" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>{extra} >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    table = _to_unicode(codes)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    for at, name in ((2, "Serif"), (3, "Serif-Bold")):
        objects[at] = (
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
            f" /DescendantFonts [{at + 4} 0 R] /ToUnicode 5 0 R >>"
        ).encode()
        objects[at + 3] = (
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW 500 /CIDSystemInfo"
            " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ).encode()
    objects[4] = f"<< /Length {len(table)} >> stream\n".encode() + table + b"\nendstream"
    return _assembled(objects, encrypted=encrypted)


def _assembled(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    kept = io.BytesIO()
    kept.write(b"%PDF-1.5\n")
    places = []
    for at, content in enumerate(objects, 1):
        places.append(kept.tell())
        kept.write(f"{at} 0 obj\n".encode() + content + b"\nendobj\n")
    start = kept.tell()
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    lock = f" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'5a' * 32}> /U <{'3c' * 32}> >>"
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n"
    tail = f"<< /Size {len(objects) + 1} /Root 1 0 R /ID [<{'01' * 16}> <{'01' * 16}>]"
    end = f"{lock if encrypted else ''} >>\nstartxref\n{start}\n%%EOF\n"
    kept.write((head + tail + end).encode())
    return kept.getvalue()


def picture_of(text: str, *, font: str = "DejaVuSerif.ttf") -> Image.Image:
    """Draw a text as a scanned page. Raises OSError where the font is not there."""
    picture = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(picture)
    letters = ImageFont.truetype(font, 30)
    for at, row in enumerate(_rows(text)):
        for left, words, _ in row:
            draw.text((left * 2.6 - 60, 90 + at * 46), words, font=letters, fill=0)
    return picture


def as_scan(text: str) -> bytes:
    """Give a PDF of one page that is a picture."""
    kept = io.BytesIO()
    picture_of(text).save(kept, "PDF", resolution=200.0)
    return kept.getvalue()


KINDS: dict[str, Callable[[str], bytes]] = {
    "txt": as_txt,
    "docx": as_docx,
    "html": as_html,
    "pdf": as_pdf,
}
