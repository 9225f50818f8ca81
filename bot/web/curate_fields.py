"""The form of a draft: its fields as a person reads and types them, its body cut into sections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from bot.web import field_phrases as phrases
from knowledge.document import Problem
from knowledge.drafting.draft import Found
from knowledge.kinds import DOC_TYPES
from knowledge.reader import LONGEST_SHORT, SOURCE_KINDS

Way = Literal["line", "text", "day", "choice"]
Sure = Literal["sure", "unsure", "missing", "changed"]

CERTAIN: Final = 0.8
"""From so much on a recognised field is called certain."""
MOST_SECTIONS: Final = 300

_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_KEY = re.compile(r"\s*(?:- )?([a-z_]+)\s*:")
_MISSING = re.compile(r"(?:thiếu trường )?([a-z_]+)\b")
_PARTS: Final[Mapping[str, str]] = {
    "from": "in_force_from",
    "to": "in_force_to",
    "note": "in_force_note",
    "in_force": "in_force_from",
    "relations": "replaces",
    "document": "replaces",
}
"""How a field is called in the file where it is called otherwise there."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: its name in a draft, and how it is filled in."""

    name: str
    way: Way = "line"
    needed: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 500


GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    "document": (
        Field("doc_type", "choice", needed=True, choices=DOC_TYPES),
        Field("number"),
        Field("issuer"),
        Field("issued", "day"),
        Field("held", "day"),
        Field("signer"),
        Field("title", "text", needed=True),
        Field("short", needed=True, longest=LONGEST_SHORT),
    ),
    "validity": (
        Field("place", needed=True),
        Field("in_force_from", "day"),
        Field("in_force_to", "day"),
        Field("in_force_note", "text"),
    ),
    "source": (
        Field("source_kind", "choice", needed=True, choices=SOURCE_KINDS),
        Field("source", "text", needed=True),
        Field("posted", "day"),
        Field("url"),
    ),
    "search": (
        Field("years", needed=True),
        Field("topics", "text", needed=True),
        Field("aliases", "text", longest=2000),
        Field("replaces"),
        Field("id", needed=True),
    ),
}
FIELDS: Final = tuple(one for group in GROUPS.values() for one in group)
_NAMES: Final = {one.name for one in FIELDS}
_DAYS: Final = {one.name for one in FIELDS if one.way == "day"}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the body: its name, and all that stands below it."""

    name: str
    text: str


@dataclass(slots=True)
class Placed:
    """Problems where a person looks for them: at a field, at a section, or above all."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[int, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.fields or self.sections or self.others)


def shown(name: str, value: str) -> str:
    """Give a field's value as a person reads it: days as 27/9/2021."""
    if name not in _DAYS:
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day}/{day.month}/{day.year}"


def taken(name: str, typed: str) -> str:
    """Give what is kept of what was typed: days as 2021-09-27; what is none stays as it is."""
    value = " ".join(typed.split())
    found = _DAY.fullmatch(value) if name in _DAYS else None
    if found is None:
        return value
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return value


def read_fields(form: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """Give all fields of a draft, those that the form has as they were typed."""
    typed = {
        one.name: taken(one.name, form[f"f-{one.name}"])[: one.longest * 2]
        for one in FIELDS
        if f"f-{one.name}" in form
    }
    return {**kept, **typed}


def read_body(form: Mapping[str, str]) -> str:
    """Give the body that the form's sections make."""
    sections = [
        Section(" ".join(form.get(f"s{at}-name", "").split()), form.get(f"s{at}-text", "").strip())
        for at in range(MOST_SECTIONS)
    ]
    return join(sections)


def split(body: str) -> list[Section]:
    """Cut a body at its sections."""
    head, *rest = re.split(r"(?m)^## +", body)
    sections = [Section("", head.strip())] if head.strip() else []
    for one in rest:
        name, _, text = one.partition("\n")
        sections.append(Section(name.strip(), text.strip()))
    return sections


def join(sections: Sequence[Section]) -> str:
    """Make a body of sections; those without anything are left out."""
    pieces = [
        f"## {one.name}\n\n{one.text}".strip() if one.name else one.text
        for one in sections
        if one.name or one.text
    ]
    return "\n\n".join(pieces) + "\n" if pieces else ""


def sure(name: str, value: str, found: Mapping[str, Found]) -> Sure:
    """Say how sure a field is, or that a person changed it."""
    was = found.get(name)
    if was is None or not was.value:
        return "changed" if value else "missing"
    if value != was.value:
        return "changed"
    return "sure" if was.confidence >= CERTAIN else "unsure"


def place(problems: Sequence[Problem], text: str) -> Placed:
    """Put each problem of a file's text where it belongs."""
    lines = text.splitlines()
    ends = [at for at, line in enumerate(lines, 1) if line.strip() == "---"][:2]
    body_at = ends[-1] if len(ends) == 2 else 0
    placed = Placed()
    for one in problems:
        if one.line > body_at:
            at = _section_of(lines, body_at, one.line)
            said = phrases.at_line(what=one.what, line=_start(lines, one.line))
            placed.sections.setdefault(at, []).append(said)
        elif name := _field_of(one, lines):
            placed.fields.setdefault(name, []).append(phrases.problem(one.what))
        else:
            placed.others.append(phrases.problem(one.what))
    return placed


def _section_of(lines: Sequence[str], body_at: int, number: int) -> int:
    """Give the place of the section, among those of `split`, in which a line stands."""
    upto = lines[body_at:number]
    headings = sum(line.startswith("## ") for line in upto)
    first = next((at for at, line in enumerate(lines[body_at:]) if line.startswith("## ")), 0)
    has_head = any(line.strip() for line in lines[body_at : body_at + first])
    return max(headings - 1, 0) + (1 if has_head and headings else 0)


def _start(lines: Sequence[str], number: int) -> str:
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return line if len(line) <= 60 else f"{line[:59]}…"


def _field_of(problem: Problem, lines: Sequence[str]) -> str:
    """Give the field that a problem of the front matter names, '' for none."""
    there = _KEY.match(lines[problem.line - 1]) if problem.line > 1 else None
    said = _MISSING.match(problem.what)
    for name in (there and there[1], said and said[1]):
        known = _PARTS.get(name or "", name or "")
        if known in _NAMES:
            return known
    return ""
