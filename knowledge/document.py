"""What one file of the base holds: a document's typed facts, its passages and its curated
questions.
"""

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

NOTES = "ghi-chu"
"""The document of the answers that curators gave and that stand in no document."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file of the base."""

    file: str
    line: int
    what: str

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class BrokenBase(Exception):
    """The files of the base cannot be used; `problems` says why, one line each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when a document is in force: dates, bare years, or None where the source is
    silent.
    """

    start: date | int | None = None
    end: date | int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How a document changes another one."""

    kind: str
    document: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """What another document of the base did to one: since when, and until when it extends it."""

    kind: str
    by: str
    name: str
    on: date | None
    until: date | int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the source."""

    name: str
    office: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class LegalBase:
    """A document that this one relies on."""

    number: str | None
    kind: str | None
    on: date | None
    issuer: str | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Exact words, and whose they are."""

    text: str
    author: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """An enumeration of the source; its count is the number of its items."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must do what, by when; the actor is None where the source names none."""

    actor: str | None
    task: str
    deadline: str | None


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A commemoration with the figures that the source itself states."""

    name: str
    years: int | None
    day: str | None
    base: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Typed facts of one document; None and empty mean that the source does not say."""

    signer: str | None = None
    people: tuple[Person, ...] = ()
    legal_bases: tuple[LegalBase, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    mottos: tuple[str, ...] = ()
    lists: tuple[Listing, ...] = ()
    duties: tuple[Duty, ...] = ()
    anniversaries: tuple[Anniversary, ...] = ()
    discrepancies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One section's text."""

    doc: str
    section: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Curated:
    """A question an officer asks, in several wordings, with its short answer.

    `given` is False where the answer says that the source is silent. `weight` below 1 marks
    questions that
    the program makes out of typed facts, so that one written by a person wins. `key` names the
    edit of the office that it came from.
    """

    doc: str
    section: str
    wordings: tuple[str, ...]
    answer: str
    line: int = 0
    given: bool = True
    weight: float = 1.0
    key: str = ""

    @property
    def heading(self) -> str:
        """Give the first wording."""
        return self.wordings[0]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the base."""

    id: str
    title: str
    short: str
    doc_type: str
    number: str | None
    issuer: str | None
    issued: date | None
    held: date | None
    period: Period
    place: str
    source_kind: str
    source: str
    posted: date | None
    url: str | None
    years: tuple[int, ...]
    topics: tuple[str, ...]
    aliases: tuple[str, ...]
    relations: tuple[Relation, ...]
    facts: Facts
    passages: tuple[Passage, ...]
    questions: tuple[Curated, ...]
    changes: tuple[Change, ...] = ()

    @property
    def is_note(self) -> bool:
        """Say whether this is no document but the office's notes."""
        return self.id == NOTES

    @property
    def day(self) -> date | None:
        """Give the day the document is known by: issued, or held."""
        return self.issued or self.held
