"""The values that a question turns into: Answer, Citation, Option."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["answer", "clarify", "refuse"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: one section of one document."""

    doc: str
    number: str | None
    section: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to continue: a button's label and the full question that pressing it asks."""

    label: str
    question: str
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the officer reads, and why.

    `body` is the answer itself, `source` the line that names document, section and the state of
    its
    period; `text` joins them and is at most 600 characters. `docs` are the documents cited
    (answer)
    or offered (clarify), nearest first for a refusal. `confidence` is between 0 and 1. `topic` is
    what a follow-up
    question inherits: the question as it was understood, standing on its own. `is_calendar`: it is
    the calendar that says it.
    """

    kind: Kind
    body: str
    source: str = ""
    docs: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    options: tuple[Option, ...] = ()
    topic: str = ""
    is_calendar: bool = False

    @property
    def text(self) -> str:
        """Give body and source line as one text."""
        return f"{self.body}\n{self.source}" if self.source else self.body
