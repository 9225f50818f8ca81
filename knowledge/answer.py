"""The values that a question turns into: Answer, Citation, Option."""

from dataclasses import dataclass
from typing import Literal

from knowledge.phrases import understood

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
    its period; `text` joins them and is at most 600 characters. `docs` are the documents cited
    (answer) or offered (clarify), nearest first for a refusal. `confidence` is the probability
    that the answer is the right one; 0 where nothing was found. `topic` is what a follow-up
    question inherits: the question as it was understood, standing on its own. `is_calendar`: it is
    the calendar that says it. `understood` is how the question was read, where that is in doubt.
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
    understood: str = ""

    @property
    def text(self) -> str:
        """Give reading, body and source line as one text."""
        read = understood(text=self.understood) if self.understood else ""
        return "\n".join(part for part in (read, self.body, self.source) if part)
