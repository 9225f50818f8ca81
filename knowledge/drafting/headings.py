"""Cuts a document's paragraphs into sections, in the source's order; nothing is left out and
nothing invented.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from knowledge.drafting.source import Line
from knowledge.drafting.vocabulary import sentence, starts_with, vocabulary
from knowledge.sections import LONGEST_SECTION, NOT_GIVEN
from knowledge.text import normal

Kind = Literal["named", "theme", "actor"]
LONGEST_HEADING = 120
LONGEST_INLINE = 70
ROOM = 250
"""A paragraph without a heading of its own joins the one before while that one is shorter."""
_LEVELS = (
    (1, re.compile(r"(?:(?:Phần|PHẦN|Chương|CHƯƠNG)\s+[\dIVX]+|PHỤ LỤC|Phụ lục)\b[\s.:-]*")),
    (2, re.compile(r"[IVX]{1,5}\s*[.\-/)]\s*(?=\S)")),
    (2, re.compile(r"Điều\s+\d{1,3}\s*[.:]?\s*")),
    (3, re.compile(r"\d{1,2}\s*[.)/-]\s*(?=[^\d\s])")),
)
_WEAK = frozenset({
    "và", "của", "các", "những", "cho", "về", "trong", "với", "theo", "tại", "là", "để", "từ",
    "đến", "trên", "có", "được", "như", "nhằm", "đã", "khi", "vào", "do", "bằng", "cùng", "mà",
    "sẽ", "cần", "phải",
})  # fmt: skip
"""A name that has to be cut is cut before one of these."""
_LEAD_IN = re.compile(
    r"(?:Theo (?:đó|kế hoạch|Kế hoạch)|Tại (?:đây|hội nghị)|Bên cạnh đó|Ngoài ra|Đồng thời"
    r"|Trong năm \d{4}|Cùng với đó|Trong đó)\s*,\s*"
)
_DOES = re.compile(
    r"(?<!\bcác)\s+(?:đẩy mạnh|phát huy|chủ động|có trách nhiệm|chịu trách nhiệm|chủ trì|tổ chức"
    r"|thực hiện|tiếp tục|tăng cường|xây dựng|phối hợp|đưa|căn cứ|chỉ đạo|cần|phải|tập trung"
    r"|hướng dẫn|tham mưu|triển khai|vận động)\b"
)
SHORTEST_NAME = 15
LONGEST_ACTOR = 70


@dataclass(slots=True)
class Section:
    """A section of a draft: its name, lines that only lead to it, its paragraphs.

    `kind` says whether the source itself names it, it is called by its first words, or it is about
    what somebody has to do.
    """

    name: str
    kind: Kind
    lead: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    rest: str


def sections_of_form(lines: Sequence[Line], *, opening: str, grounds: str) -> list[Section]:
    """Cut the body of an administrative document at its headings."""
    found: list[Section] = []
    lead: list[str] = []
    for line in lines:
        heading = _heading(line)
        if heading is None:
            if not found or lead:
                found.append(_begun(lead, line, opening, grounds))
                lead = []
            found[-1].text.append(line.text)
            continue
        if heading.rest or heading.level >= 3:
            found.append(_section(heading, line.text, lead))
            lead = []
        elif heading.text:
            lead.append(line.text)
    if lead:
        found.append(Section(_name(lead[-1]), "named", [], lead))
    return _merged(found)


def _begun(lead: list[str], line: Line, opening: str, grounds: str) -> Section:
    """Begin a section with a paragraph that has no heading of its own."""
    if lead:
        bare = _bare(lead[-1])
        name = _name(bare)
        kept = lead if normal(name) != normal(bare) else lead[:-1]
        return Section(name, _kind(name), list(kept))
    return Section(
        grounds if starts_with(line.text, ("căn cứ", "thực hiện")) else opening, "named"
    )


def _section(heading: _Heading, text: str, lead: list[str]) -> Section:
    name = _name(heading.text)
    is_whole = normal(name) == normal(heading.text) and not heading.rest
    return Section(name, _kind(name), list(lead), [] if is_whole else [text])


def _heading(line: Line) -> _Heading | None:
    for level, pattern in _LEVELS:
        found = pattern.match(line.text)
        if found:
            return _numbered(level, line.text[found.end() :].strip(), line)
    is_short = len(line.text) <= LONGEST_HEADING and not line.text.endswith((".", ";", ","))
    if line.mark and is_short and line.text[0].isupper():
        return _Heading(2, line.text.rstrip(":"), "")
    return None


def _numbered(level: int, text: str, line: Line) -> _Heading | None:
    """Tell a heading from a sentence that merely bears a number."""
    head, colon, rest = text.partition(":")
    if level < 3 and len(text) <= 2 * LONGEST_HEADING:
        return _Heading(level, text.rstrip(":. ") or line.text, "")
    if colon and rest.strip() and len(head) <= LONGEST_INLINE:
        return _Heading(level, head.strip(), rest.strip())
    if len(text) <= LONGEST_HEADING and not text.endswith((".", ";", ",", "…")):
        return _Heading(level, text.rstrip(": "), "")
    return None


def _bare(text: str) -> str:
    for _, pattern in _LEVELS:
        found = pattern.match(text)
        if found and found.end() < len(text):
            return text[found.end() :].strip().rstrip(":. ")
    return text.rstrip(":. ")


def _merged(sections: Iterable[Section]) -> list[Section]:
    """Let a section without text lead to the next one, and give each a name of its own."""
    kept: list[Section] = []
    lead: list[str] = []
    for one in sections:
        if not one.text:
            lead += [*one.lead, one.name]
            continue
        one.lead, lead = [*lead, *one.lead], []
        kept.append(one)
    if lead:
        kept.append(Section(_name(lead[-1]), "named", [], lead))
    return unique(kept)


def sections_of_news(lines: Sequence[Line], opening: str) -> list[Section]:
    """Cut a news item: at numbered headings, else paragraph by paragraph."""
    found: list[Section] = []
    for line in lines:
        heading = _heading(line)
        if heading is not None and (heading.rest or heading.level < 3):
            name = _name(heading.text)
            found.append(Section(name, _kind(name), [], [line.text]))
        elif not found:
            found.append(Section(opening, "named", [], [line.text]))
        elif _opened(line.text):
            found.append(Section(_opened(line.text), "named", [], [line.text]))
        elif _joins(found[-1], line.text):
            found[-1].text.append(line.text)
        else:
            found.append(_theme(line.text))
    return unique(found)


def _joins(section: Section, text: str) -> bool:
    return len(text) < LONGEST_HEADING or sum(map(len, section.text[:ROOM])) < ROOM


def _theme(text: str) -> Section:
    """Name a paragraph after who has to do something, else by its first words."""
    actor = actor_of(text)
    if actor and len(actor) <= LONGEST_SECTION:
        return Section(_name(actor), "actor", [], [text])
    told = _LEAD_IN.sub("", text)
    return Section(_name(told[:1].upper() + told[1:]), "theme", [], [text])


def actor_of(text: str) -> str:
    """Give who has to do what a paragraph says; "" where it does not begin with somebody."""
    told = _LEAD_IN.sub("", re.sub(r"^[-+•]\s*", "", _bare(text)))
    does = _DOES.search(told)
    actor = told[: does.start()].strip(" ,;") if does else ""
    is_one = 0 < len(actor) <= LONGEST_ACTOR and _kind(actor) == "actor"
    return actor[:1].upper() + actor[1:] if is_one else ""


def _opened(text: str) -> str:
    """Give the name of the section that a paragraph opens by its first words; "" for none."""
    words = normal(text).replace(",", " ").split()[:12]
    return next((name for start, _, name in vocabulary().openers.find(words) if start == 0), "")


def unique(sections: Sequence[Section]) -> list[Section]:
    """Number the names that come again."""
    seen: dict[str, int] = {}
    for one in sections:
        times = seen[normal(one.name)] = seen.get(normal(one.name), 0) + 1
        if times > 1:
            tail = f" ({times})"
            one.name = one.name[: LONGEST_SECTION - len(tail)].rstrip() + tail
    return list(sections)


def _kind(name: str) -> Kind:
    words = normal(name).replace(",", " ").split()
    starts = [start for start, _, _ in vocabulary().actors.find(words)]
    return "actor" if 0 in starts else "named"


def _name(text: str) -> str:
    """Make a section's name out of a heading or a paragraph's beginning."""
    name = sentence(" ".join(_bare(text).split()))
    if len(name) > LONGEST_SECTION:
        name = _cut(name)
    name = name.strip(' .,;:-–#>“"')[:LONGEST_SECTION] or text[:LONGEST_SECTION]
    name = name[:1].upper() + name[1:]
    return f"Nguồn: {name}"[:LONGEST_SECTION] if name.startswith(NOT_GIVEN) else name


def _cut(name: str) -> str:
    """Cut a name that is too long where a phrase ends, as far as can be seen."""
    words = name[: LONGEST_SECTION + 1].split(" ")[:-1]
    for at in range(len(words) - 1, 0, -1):
        if normal(words[at]) in _WEAK and len(" ".join(words[:at])) >= SHORTEST_NAME:
            words = words[:at]
            break
    while len(words) > 1 and normal(words[-1]) in _WEAK:
        words = words[:-1]
    return " ".join(words)
