"""Candidates for curated questions: one for a section, with an excerpt as its answer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.drafting import phrases
from knowledge.drafting.headings import Section, actor_of
from knowledge.text import normal, sentences

LONGEST_ANSWER = 360
"""So that it fits a phone together with the longest usual source line (600 in all)."""
MOST = 9
"""One fewer than the questions from which a document counts as curated (`fewest` of
language/facts.yaml): so the base goes on answering number, dates and signer from the fields."""
_CLAUSE = re.compile(r"(?<=[;,])\s")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that a curator may keep: its wordings, the first one its heading."""

    wordings: tuple[str, ...]
    answer: str


_ASK: dict[str, Callable[[str, str], list[str]]] = {
    "named": lambda name, document: phrases.section_question(section=name, document=document),
    "theme": lambda name, document: phrases.theme_question(section=name, document=document),
    "actor": lambda name, document: phrases.actor_question(actor=name, document=document),
}


def candidates(
    sections: Sequence[Section], document: str, *, without: frozenset[str]
) -> dict[str, list[Candidate]]:
    """Give the candidates of each section by its name: one for the section, then, while there is
    room, one for everybody who is given something to do in it.

    `document` is how the questions call it; sections named in `without` are not asked for.
    """
    kept = [one for one in sections if one.name not in without]
    wanted = [(one, one.name, one.kind, one.text) for one in kept]
    wanted += [
        (one, actor_of(text), "actor", [text])
        for one in kept
        if one.kind != "actor"
        for text in one.text
        if actor_of(text)
    ]
    asked: dict[str, list[Candidate]] = {}
    seen: set[str] = set()
    for section, name, kind, text in wanted:
        ways = [way for way in _ASK[kind](name, document) if normal(way) not in seen]
        if len(ways) > 1 and sum(map(len, asked.values())) < MOST:
            seen.update(map(normal, ways))
            asked.setdefault(section.name, []).append(Candidate(tuple(ways), excerpt(text)))
    return asked


def excerpt(paragraphs: Sequence[str], most: int = LONGEST_ANSWER) -> str:
    """Give as many whole sentences from the beginning as fit."""
    kept = ""
    for part in sentences("\n".join(paragraphs)):
        longer = f"{kept} {part}".strip()
        if len(longer) > most:
            break
        kept = longer
    return kept or _cut("\n".join(paragraphs), most)


def _cut(text: str, most: int) -> str:
    """Cut a sentence that is longer than an answer after a clause, and show it."""
    head = text[: most - 1]
    ends = [found.start() for found in _CLAUSE.finditer(head)]
    cut = head[: ends[-1]] if ends and ends[-1] > most // 2 else head.rsplit(" ", 1)[0]
    return f"{cut.rstrip(' ,;')}…"
