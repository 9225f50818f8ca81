"""Counts what was asked: by document and by week, and what was refused most often."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.mask import masked
from knowledge.text import fold, tokens

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Event:
    """One question: on which day, about which document ('' none), and how it went.

    `kind` is answer, clarify or refuse; `curated`: a curator answered it afterwards.
    """

    on: date
    doc: str
    kind: str
    disliked: bool = False
    curated: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of some questions; `name` is a document's id, a week (2026-W47), or ''."""

    name: str
    asked: int
    answered: int
    clarified: int
    refused: int
    disliked: int
    curated: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts, by document and by week, and refused questions with how often they came."""

    total: Line
    documents: tuple[Line, ...]
    weeks: tuple[Line, ...]
    refused: tuple[tuple[str, int], ...]


def tally(events: Sequence[Event]) -> Tally:
    """Count. The refused questions are masked; those that differ only in accents are one."""
    return Tally(
        total=_line("", events),
        documents=tuple(sorted(_by(events, lambda one: one.doc), key=_size)),
        weeks=tuple(sorted(_by(events, _week), key=lambda line: line.name)),
        refused=_refused(events),
    )


def _by(events: Sequence[Event], name_of: Callable[[Event], str]) -> list[Line]:
    groups: dict[str, list[Event]] = {}
    for one in events:
        groups.setdefault(name_of(one), []).append(one)
    return [_line(name, some) for name, some in groups.items()]


def _line(name: str, events: Iterable[Event]) -> Line:
    some = list(events)
    kinds = Counter(one.kind for one in some)
    return Line(
        name=name,
        asked=len(some),
        answered=kinds["answer"],
        clarified=kinds["clarify"],
        refused=kinds["refuse"],
        disliked=sum(one.disliked for one in some),
        curated=sum(one.curated for one in some),
    )


def _week(one: Event) -> str:
    year, week, _ = one.on.isocalendar()
    return f"{year}-W{week:02}"


def _size(line: Line) -> tuple[int, str]:
    return -line.asked, line.name


def _refused(events: Iterable[Event]) -> tuple[tuple[str, int], ...]:
    counts: Counter[tuple[str, ...]] = Counter()
    said: dict[tuple[str, ...], str] = {}
    for one in events:
        text = " ".join(masked(one.text).split())
        key = tuple(tokens(fold(text)))
        if one.kind == "refuse" and key:
            counts[key] += 1
            said.setdefault(key, text)
    return tuple((said[key], count) for key, count in counts.most_common(SHOWN))
