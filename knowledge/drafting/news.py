"""Recognises a news item about a document: its headline, and what it says of the document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.drafting import phrases
from knowledge.drafting.days import days_in
from knowledge.drafting.draft import Found
from knowledge.drafting.form import CODE
from knowledge.drafting.issuer import completed
from knowledge.drafting.source import Line
from knowledge.drafting.vocabulary import places_in, starts_with, vocabulary
from knowledge.kinds import DOC_TYPES
from knowledge.text import normal, sentences

HEAD_LINES = 15
SHORTEST_HEADLINE, LONGEST_HEADLINE = 25, 250
LONGEST_LABEL = 60
LONGEST_SENTENCE = 2000
"""What is told later in a sentence is not looked for: patterns are slow on endless ones."""
_DAY_LINE = re.compile(
    r"\W*(?:(?:ngày đăng|đăng|ngày|cập nhật|lần cuối|lúc|vào|thứ \w+|chủ nhật|\d{1,2}:\d{2})\W*)*"
    r"\d{1,2}/\d{1,2}/\d{4}"
    r"(?:[\W\d]|lượt xem|lượt đọc|số lần xem|số lượt xem|đã xem|xem|gmt|am|pm|sa|ch)*",
    re.IGNORECASE,
)
"""A line that has the day of an item and nothing else."""
_SAYS_POSTED = re.compile(r"đăng|cập nhật|lượt xem|\d{1,2}:\d{2}", re.IGNORECASE)
_KINDS = "|".join(kind for kind in DOC_TYPES if kind != "hội nghị")
_ISSUED = re.compile(
    r"(?P<who>[^,.;:]{0,150}?)\s*(?:vừa |đã |mới )*"
    r"(?P<how>ký ban hành|ban hành|triển khai|xây dựng)\s+"
    rf"(?P<kind>{_KINDS})\b(?:\s+số\s*:?\s*(?P<code>{CODE}))?(?P<about>[^.;]{{0,600}})",
    re.IGNORECASE,
)
_CUT = re.compile(
    r",? (?:với các|với nội dung|nhằm|gồm|trong đó|tại|có hiệu lực)\b|, (?:với|nhằm|yêu cầu)\b|:"
)
_HELD = re.compile(
    r"(?P<title>hội nghị (?!đại biểu\b)[^.]{10,260}?)(?:,? (?:được )?(?:tổ chức|diễn ra))?"
    r"\s*(?:vào )?(?:ngày|sáng ngày|chiều ngày)\s+(?P<day>\d{1,2}/\d{1,2}/\d{4})",
    re.IGNORECASE,
)
_CODE_LINE = re.compile(rf"\bsố\s*:?\s*(?P<code>{CODE})", re.IGNORECASE)
_NAME = r"[A-ZĐÀ-Ỹ][a-zđà-ỹ]+(?:\s[A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,3}"
_AUTHOR = re.compile(rf"(?:(?:Tin|Bài|Tác giả|Nguồn)[^:]*:\s*)?({_NAME})")
_JOINT = re.compile(r"(?<=[.!?…/])(?=[A-ZĐÀ-Ỹ][a-zđà-ỹ]+\s[A-ZĐÀ-Ỹ])|(?<=[a-zà-ỹ])(?=Các ý kiến)")
"""Where a copied page ran two lines together."""
_PICTURE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|webp)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class News:
    """A news item: what it says of a document, its headline, its own paragraphs."""

    fields: dict[str, Found]
    headline: str
    author: str
    body: tuple[Line, ...]


def read_news(lines: Sequence[Line], *, title: str, place: str) -> News:
    """Take a news item apart; `title` is what the file calls itself, `place` what it is about."""
    kept = _ended(lines)
    at = _headline_at(kept, title)
    headline = kept[at].text if at is not None else title
    fields = _posted(kept[:HEAD_LINES])
    body = _body(kept, -1 if at is None else at)
    author, body = _author(body)
    told = [text[:LONGEST_SENTENCE] for line in body for text in sentences(line.text)]
    held = _held(told)
    fields |= held or _issued(told, place)
    if not held:
        fields |= _number_elsewhere(body, fields)
    if "title" not in fields and headline:
        fields["title"] = Found(headline, 0.6, headline)
    return News(fields, headline, author, tuple(body))


def _ended(lines: Sequence[Line]) -> list[Line]:
    ends = vocabulary().lists["ends"]
    apart = [
        Line(text.strip(), line.page, line.mark)
        for line in lines
        for text in _JOINT.split(line.text)
    ]
    for at, line in enumerate(apart):
        if at > 3 and len(line.text) < LONGEST_LABEL and starts_with(line.text, ends):
            return apart[:at]
    return apart


def _is_furniture(text: str) -> bool:
    low = normal(text)
    short = len(text) < LONGEST_HEADLINE // 2
    words = vocabulary().lists["furniture"]
    return short and (
        low.startswith(words)
        or _DAY_LINE.fullmatch(text) is not None
        or _PICTURE_NAME.fullmatch(text) is not None
    )


def _headline_at(lines: Sequence[Line], title: str) -> int | None:
    """Find the headline: set off by the source, or the first line that looks like one."""
    top = [
        at
        for at, line in enumerate(lines[:HEAD_LINES])
        if SHORTEST_HEADLINE <= len(line.text) <= LONGEST_HEADLINE and not _is_furniture(line.text)
    ]
    marked = [at for at in top if lines[at].mark == "heading"]
    called = [at for at in top if title and normal(lines[at].text) in normal(title)]
    plain = [at for at in top if _is_headline(lines[at].text)]
    return next((some[0] for some in (marked, called, plain) if some), None)


def _is_headline(text: str) -> bool:
    return text[0].isupper() and not text.endswith((".", ";", ",", ":"))


def _body(lines: Sequence[Line], at: int) -> list[Line]:
    """Give the paragraphs below the headline, without what only furnishes the page."""
    headline = normal(lines[at].text) if at >= 0 else ""
    body = [line for line in lines[at + 1 :] if not _is_furniture(line.text)]
    while body and normal(body[0].text) in headline:
        body = body[1:]  # the headline once more, over one line or several
    return body


def _author(body: list[Line]) -> tuple[str, list[Line]]:
    """Take the author off the end: a name alone on a line."""
    for back in range(1, min(4, len(body)) + 1):
        line = body[-back]
        found = _AUTHOR.fullmatch(line.text.strip())
        if found and not places_in(found[1]):
            return found[1], [*body[:-back], *body[len(body) - back + 1 :]]
    return "", body


def _posted(head: Sequence[Line]) -> dict[str, Found]:
    for line in head:
        days = days_in(line.text)
        if len(line.text) < 100 and days and _DAY_LINE.fullmatch(line.text):
            sure = 0.95 if _SAYS_POSTED.search(line.text) else 0.8
            return {"posted": Found(days[0][1].isoformat(), sure, line.text)}
    return {}


def _held(told: Sequence[str]) -> dict[str, Found]:
    """Recognise news of a conference, where no document is said to be issued."""
    if any(_is_issue(found) for text in told[:6] for found in _ISSUED.finditer(text)):
        return {}
    for text in told[:6]:
        found = _HELD.search(text)
        days = days_in(found["day"]) if found else []
        if found and days:
            title = " ".join(found["title"].split()).rstrip(", ")
            return {
                "doc_type": Found("hội nghị", 0.9, text),
                "title": Found(title[:1].upper() + title[1:], 0.85, text),
                "held": Found(days[0][1].isoformat(), 0.9, text),
            }
    return {}


def _is_issue(found: re.Match[str]) -> bool:
    """Say whether a sentence tells that somebody issued a document of theirs."""
    is_issuing = "ban hành" in found["how"].lower() or found["code"] is not None
    return bool(found["who"].strip()) and (is_issuing or found["kind"][0].isupper())


def _issued(told: Sequence[str], place: str) -> dict[str, Found]:
    for text in told:
        found = next((one for one in _ISSUED.finditer(text) if _is_issue(one)), None)
        if found is not None:
            return _from_issue(found, text, place)
    return {}


def _from_issue(found: re.Match[str], text: str, place: str) -> dict[str, Found]:
    kind = found["kind"].lower()
    about = _CUT.split(found["about"])[0]
    about = re.sub(r"^\s*ngày\s+[\d/]+\s*|^\s*,\s*", "", about).strip(" ,")
    fields = {
        "doc_type": Found(kind, 0.9, text),
        "issuer": Found(completed(_who(found["who"]), place), 0.85, text),
        "title": Found(f"{kind[:1].upper()}{kind[1:]} {about}".strip(), 0.85, text),
    }
    if found["code"]:
        fields["number"] = Found(_tight(found["code"]), 0.95, text)
    days = [day for at, day in days_in(text) if at < found.end("about")]
    if days:
        fields["issued"] = Found(days[0].isoformat(), 0.9, text)
    return fields


def _who(words: str) -> str:
    """Leave out what stands before the body: a day, a turn of speech."""
    words = re.sub(r"^.*\bngày\s+[\d/]+\s*,?\s*", "", words, flags=re.IGNORECASE)
    words = re.sub(r"\s*(?:đồng chí|Chủ tịch|Phó Chủ tịch)\b.*?(?=UBND|Ủy ban|Ban )", "", words)
    return re.sub(r"\s*\b(?:đã|vừa|mới|có|ký)\s*$", "", words.strip(" -–()")).strip()


def _number_elsewhere(body: Sequence[Line], known: dict[str, Found]) -> dict[str, Found]:
    """Find the number at the end of the item, where the day is the document's own."""
    if "number" in known or "issued" not in known:
        return {}
    for line in reversed(body[-6:]):
        found = _CODE_LINE.search(line.text)
        days = {day.isoformat() for _, day in days_in(line.text)}
        if found and known["issued"].value in days:
            return {"number": Found(_tight(found["code"]), 0.8, line.text)}
    return {}


def _tight(code: str) -> str:
    return re.sub(r"\s+", "", code).replace("–", "-")


def news_source(news: News) -> Found:
    """Name the item as the source."""
    return Found(phrases.news_source(title=news.headline, author=news.author), 0.9, news.headline)
