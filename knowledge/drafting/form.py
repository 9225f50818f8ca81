"""Recognises the administrative form: head, kind and title, body, signature.

The State's (Nghị định 30/2020), the Party's (Hướng dẫn 36-HD/VPTW) and the Front's. The two
columns of a head may come one after the other, line by line, or on one line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.drafting.days import day_of
from knowledge.drafting.draft import Found
from knowledge.drafting.issuer import issuer_of
from knowledge.drafting.source import Line
from knowledge.drafting.vocabulary import sentence, starts_with, vocabulary
from knowledge.kinds import DOC_TYPES
from knowledge.text import normal

HEAD_LINES = 30
TITLE_LINES = 6
LONGEST_TITLE_LINE = 250
CODE = (
    r"\d{1,5}\s?[/-]\s?[A-ZĐ]{1,10}[A-Za-zĐđÀ-ỹ]*\d*"
    r"(?:\s?[-–/.]\s?[A-ZĐ][A-Za-zĐđÀ-ỹ]*\d*|\(\w+\)){0,4}"
)
_NUMBER = re.compile(rf"^Số\s*:?\s*({CODE})(?!\w)")
_BLANK_NUMBER = re.compile(r"^Số\s*:?\s*[.…_\s]*[/-]\s?[A-ZĐ]")
_PLACED_DAY = re.compile(
    r"(?P<place>[A-ZĐÀ-Ỹ][^,;:\d]{1,40}?)\s*,\s*ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})"
    r"\s+năm\s+(?P<year>\d{4})"
)
_SUBJECT = re.compile(r"^V/v\s*:?\s*(.+)", re.IGNORECASE)
_KIND = re.compile(rf"^({'|'.join(kind.upper() for kind in DOC_TYPES)})\b[\s:]*(.*)$")
_RULE = re.compile(r"^[\s\-–—_*=.·]+$")
_BODY_BEGINS = re.compile(
    r"(?:Căn cứ|Thực hiện .*(?:,\s*$|;\s*$)|Kính gửi|Phần |Chương |Điều \d|Nhằm |Để |Theo |Xét "
    r"|[IVX]+\s*[.\-/]|\d+\s*[.)])"
)
_HANGS = re.compile(
    r"(?:[,“\"(-]|\b(?:về|và|của|các|những|cho|hiện|khai|chức|đoạn|năm|tại|động|trên|với|từ|đến|trong"
    r"|theo|số|ngày|tháng|thứ|việc|tác|kỷ|tỉnh|xã|phường))$",
    re.IGNORECASE,
)
_RECIPIENTS = re.compile(r"^Nơi nhận\s*:?", re.IGNORECASE)
_NAME = re.compile(r"^(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+)(?:\s[A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,4}$")
_APPENDIX = re.compile(r"^(?:PHỤ LỤC|Phụ lục)\b")
SIGNATURE_LINES = 45


@dataclass(frozen=True, slots=True)
class Form:
    """An administrative document in its parts; `end` is what follows the last word of the body,
    from the recipients to the signer, `rest` the appendices.
    """

    fields: dict[str, Found]
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    end: tuple[Line, ...]
    rest: tuple[Line, ...]
    has_blank_number: bool = False


def read_form(lines: Sequence[Line]) -> Form | None:
    """Take a document apart; None where it has not the administrative form."""
    kept = [line for line in lines if not _RULE.match(line.text)]
    top = kept[:HEAD_LINES]
    number, day = _first(_NUMBER, top), _first(_PLACED_DAY, top, search=True)
    kind = next((at for at, line in enumerate(top) if _KIND.match(_left(line.text))), None)
    subject = next((at for at, line in enumerate(top) if _SUBJECT.match(line.text)), None)
    is_blank = any(_BLANK_NUMBER.match(line.text) for line in top)
    has_letterhead = any(_bare(line.text) != line.text.strip() for line in top)
    shown = (has_letterhead, number is not None or is_blank, day is not None)
    if sum(shown) < 2 or (kind is None and subject is None):
        return None
    fields, title_end = _title(kept, kind, subject)
    head_end = kind if kind is not None else title_end
    fields |= _numbered(number) | _dated(day)
    fields |= issuer_of([_bare(line.text) for line in kept[:head_end]])
    end, rest = _signature(kept, title_end)
    fields |= _signer(kept[end:rest])
    head = [line for line in kept[:title_end] if _bare(line.text)]
    return Form(
        fields, tuple(head), tuple(kept[title_end:end]), tuple(kept[end:rest]),
        tuple(kept[rest:]), has_blank_number=is_blank,
    )  # fmt: skip


def _first(
    pattern: re.Pattern[str], lines: Sequence[Line], *, search: bool = False
) -> tuple[re.Match[str], str] | None:
    for line in lines:
        for text in (line.text, _bare(line.text)):
            found = pattern.search(text) if search else pattern.match(text)
            if found:
                return found, line.text
    return None


def _bare(text: str) -> str:
    """Give a line of the head without the words that every head has."""
    low = normal(text)
    if len(low) != len(text):
        return text.strip()
    for words in vocabulary().lists["letterhead"]:
        at = low.find(words)
        if at >= 0:
            text, low = text[:at] + text[at + len(words) :], low[:at] + low[at + len(words) :]
    return text.strip(" *-–")


def _left(text: str) -> str:
    return re.sub(r"^\d+\.\s*", "", text.strip(" *"))


def _numbered(number: tuple[re.Match[str], str] | None) -> dict[str, Found]:
    if number is None:
        return {}
    code = re.sub(r"\s+", "", number[0][1]).replace("–", "-")
    return {"number": Found(code, 0.95, number[1])}


def _dated(day: tuple[re.Match[str], str] | None) -> dict[str, Found]:
    if day is None:
        return {}
    found = day_of(day[0]["day"], day[0]["month"], day[0]["year"])
    return {"issued": Found(found.isoformat(), 0.95, day[1])} if found else {}


def _title(
    lines: Sequence[Line], kind: int | None, subject: int | None
) -> tuple[dict[str, Found], int]:
    """Give kind and title, and where the body begins."""
    if kind is None:
        return _letter(lines, subject or 0)
    found = _KIND.match(_left(lines[kind].text))
    name = found[1].lower() if found else ""
    pieces = [found[2]] if found and found[2] else []
    at = kind + 1
    while at < len(lines) and at <= kind + TITLE_LINES and _is_title(lines, at, pieces):
        pieces.append(lines[at].text)
        at += 1
    written = " ".join(sentence(piece) for piece in pieces)
    title = f"{name[:1].upper()}{name[1:]} {_lower_first(written)}".strip()
    source = " ".join([lines[kind].text, *pieces])
    sure = 0.95 if pieces else 0.5
    return {
        "doc_type": Found(name, 0.95, lines[kind].text),
        "title": Found(title, sure, source),
    }, at


def _is_title(lines: Sequence[Line], at: int, pieces: Sequence[str]) -> bool:
    text = lines[at].text
    if len(text) > LONGEST_TITLE_LINE or _BODY_BEGINS.match(text):
        return False
    if not pieces:
        return True
    goes_on = not text[0].isupper() or _HANGS.search(pieces[-1]) is not None
    is_marked = bool(lines[at].mark) and lines[at].mark == lines[at - 1].mark
    return (goes_on or is_marked) and not text.endswith((".", ";", ":"))


def _letter(lines: Sequence[Line], subject: int) -> tuple[dict[str, Found], int]:
    """Read an official letter: no kind stands on it, its subject begins with V/v."""
    found = _SUBJECT.match(lines[subject].text)
    title = found[1] if found else lines[subject].text
    at = subject + 1
    while at < len(lines) and not lines[at].text[0].isupper() and at < subject + 3:
        title = f"{title} {lines[at].text}"
        at += 1
    end = max(
        [at]
        + [at + 1 for at, line in enumerate(lines[:HEAD_LINES]) if _PLACED_DAY.search(line.text)]
    )
    return {
        "doc_type": Found("công văn", 0.8, lines[subject].text),
        "title": Found(f"Công văn {_lower_first(_about(title))}", 0.9, lines[subject].text),
    }, end


def _about(title: str) -> str:
    return title if normal(title).startswith("về ") else f"về {title}"


def _lower_first(text: str) -> str:
    first = text.split(maxsplit=1)[0] if text else ""
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _signature(lines: Sequence[Line], begin: int) -> tuple[int, int]:
    """Give where recipients and signature begin, and where appendices do."""
    rest = next((at for at in range(begin + 1, len(lines)) if _is_appendix(lines, at)), len(lines))
    first = max(begin, rest - SIGNATURE_LINES)
    marks = [at for at in range(first, rest) if _opens_end(lines[at].text)]
    return (marks[0] if marks else rest), rest


def _is_appendix(lines: Sequence[Line], at: int) -> bool:
    """Say whether an appendix begins: on its own line, after somebody signed."""
    text = lines[at].text
    has_ended = any(_opens_end(line.text) for line in lines[max(0, at - SIGNATURE_LINES) : at])
    return bool(_APPENDIX.match(text)) and len(text) <= 60 and has_ended


def _opens_end(text: str) -> bool:
    return bool(_RECIPIENTS.match(text)) or _is_office(text)


def _is_office(text: str) -> bool:
    is_loud = text.isupper() or (sum(map(str.isupper, text)) > 0.6 * sum(map(str.isalpha, text)))
    return is_loud and len(text) < 80 and starts_with(text, vocabulary().lists["signs_as"])


def _signer(lines: Sequence[Line]) -> dict[str, Found]:
    """Find the name that stands below an office."""
    offices = [at for at, line in enumerate(lines) if _is_office(line.text)]
    for line in reversed(lines[offices[0] + 1 :] if offices else []):
        name = re.sub(r"^(?:-\s*Lưu\b[^;.]*[;.]|\(.*?\))\s*", "", line.text).strip(" ./")
        if _NAME.match(name):
            return {"signer": Found(name, 0.9 if line.text == name else 0.7, line.text)}
    return {}
