"""What the page of a draft shows: each field with how sure it is, each section, each problem."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aiohttp import web

from bot import approval
from bot.approval import Examined
from bot.web import curate_fields as fields
from bot.web.curate_fields import Field, Placed, Section
from bot.web.curators import today
from bot.web.site import Site
from knowledge.answer import Answer
from knowledge.base import Base
from knowledge.drafting.draft import Draft as Recognised
from knowledge.drafting.draft import Found
from store.kinds import PICTURES
from store.logins import LoggedIn
from store.models import Draft, MediaRow

PICTURED: Final = PICTURES | {"application/pdf"}
"""Files whose pages can be shown as pictures."""
FEWEST_ROWS: Final = 3
MOST_ROWS: Final = 18
LETTERS_IN_ROW: Final = 60


@dataclass(frozen=True, slots=True)
class Work:
    """A draft as it stands in the form, which may not be what is stored."""

    fields: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says of itself: it was saved, a question to try, a problem, a conflict."""

    saved: bool = False
    question: str = ""
    problem: str = ""
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field as it is shown."""

    field: Field
    value: str
    sure: str
    line: str
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One section as it is shown, with the height of its box in rows."""

    section: Section
    rows: int
    problems: Sequence[str]
    doubts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft that somebody looks at, with its file while there is one."""

    draft: Draft
    file: MediaRow | None
    person: LoggedIn


async def edit_page(site: Site, opened: Opened, work: Work, said: Said) -> web.Response:
    """Show the form of a draft."""
    draft, file = opened.draft, opened.file
    found = Recognised.from_json(draft.found) if draft.found else Recognised({}, "", ())
    base, day = site.parts.library.base, today(site)
    examined, answer = await asyncio.to_thread(_look, work, said.question, base, day)
    problems = fields.place(examined.problems, examined.text)
    doubts = fields.place(examined.doubts, examined.text)
    return site.pages.page(
        "draft.html",
        status=409 if said.conflict else 422 if said.problem else 200,
        person=opened.person,
        draft=draft,
        said=said,
        examined=examined,
        answer=answer,
        problems=problems,
        doubts=doubts,
        groups={
            name: [_field_line(one, work, found.fields, problems) for one in group]
            for name, group in fields.GROUPS.items()
        },
        sections=_section_lines(work.body, problems, doubts),
        pages=found.pages,
        warnings=found.warnings,
        pictured=file is not None and file.type in PICTURED,
    )


def _look(work: Work, question: str, base: Base, day: date) -> tuple[Examined, Answer | None]:
    examined = approval.examine(work.fields, work.body, base, day)
    if not question or examined.document is None:
        return examined, None
    return examined, approval.ask_alone(examined.document, question, base, day)


def _field_line(
    field: Field, work: Work, found: Mapping[str, Found], problems: Placed
) -> FieldLine:
    value = work.fields.get(field.name, "")
    there = found.get(field.name)
    return FieldLine(
        field,
        fields.shown(field.name, value),
        fields.sure(field.name, value, found),
        there.line if there else "",
        problems.fields.get(field.name, ()),
    )


def _section_lines(body: str, problems: Placed, doubts: Placed) -> list[SectionLine]:
    """Give the sections, and an empty one in which another can be written."""
    return [
        SectionLine(
            one, _rows(one.text), problems.sections.get(at, ()), doubts.sections.get(at, ())
        )
        for at, one in enumerate([*fields.split(body), Section("", "")])
    ]


def _rows(text: str) -> int:
    needed = sum(1 + len(line) // LETTERS_IN_ROW for line in text.split("\n"))
    return min(max(needed + 1, FEWEST_ROWS), MOST_ROWS)
