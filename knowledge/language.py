"""Words of the field as data: abbreviations, synonyms, polite noise, everyday phrases
(knowledge/language/*.yaml).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.reader import load_yaml
from knowledge.text import tokens

FOLDER = Path(__file__).parent / "language"


def _longest_first(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]


@dataclass(slots=True)
class Phrases:
    """Finds known phrases in a list of tokens, longest first at each place."""

    _by_first: dict[str, dict[int, dict[tuple[str, ...], list[str]]]] = field(default_factory=dict)

    def add(self, phrase: Iterable[str], name: str) -> None:
        """Add one phrase under a name."""
        words = tuple(phrase)
        if words:
            sizes = self._by_first.setdefault(words[0], {})
            sizes.setdefault(len(words), {}).setdefault(words, []).append(name)
            self._by_first[words[0]] = dict(sorted(sizes.items(), reverse=True))

    def at(self, words: Sequence[str], start: int) -> list[tuple[int, str]]:
        """Give (end, name) of every phrase that begins here, longest first."""
        return [
            (start + size, name)
            for size, phrases in self._by_first.get(words[start], {}).items()
            for name in phrases.get(tuple(words[start : start + size]), ())
        ]

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Give (start, end, name) of every phrase, one per name and place."""
        found = []
        for start, word in enumerate(words):
            if word in self._by_first:
                named: dict[str, int] = {}
                for end, name in self.at(words, start):
                    named.setdefault(name, end)
                found += [(start, end, name) for name, end in named.items()]
        return found

    def all_names(self, words: Sequence[str]) -> set[str]:
        """Give the names of all phrases found."""
        return {name for _, _, name in self.find(words)}

    def outer(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Give the phrases found that are not a part of a longer one."""
        outer: set[tuple[int, int]] = set()
        reached = 0
        found = self.find(words)
        for start, end in sorted({(start, end) for start, end, _ in found}, key=_longest_first):
            if end > reached:
                outer.add((start, end))
                reached = end
        return [one for one in found if one[:2] in outer]

    def names(self, words: Sequence[str]) -> set[str]:
        """Give the names of the phrases found that are not a part of a longer one."""
        return {name for _, _, name in self.outer(words)}


@dataclass(frozen=True, slots=True)
class Language:
    """What the program knows about the way people write."""

    abbreviations: dict[tuple[str, ...], tuple[tuple[str, ...], ...]]
    polite: frozenset[str]
    common: frozenset[str]
    light: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    concepts: Phrases
    concept_words: tuple[tuple[str, ...], ...]
    asking: Phrases
    introducing: Phrases
    doubting: Phrases
    empty: frozenset[str]
    levels: dict[str, Phrases]
    which_place: Phrases
    former: Phrases
    persons: Phrases
    fields: Phrases
    typed: Phrases
    typed_filler: frozenset[str]
    things: Phrases
    actors: Phrases
    at_home: Phrases
    background: Phrases
    background_after: Phrases
    asked: dict[str, Any]
    facts: dict[str, Any]
    confidence: dict[str, Any]

    def ways(self) -> list[tuple[str, ...]]:
        """Give the ways of asking as words, so that none of them is taken for a slip."""
        return [tuple(self.expand(tokens(text))) for text in _strings(self.asked)]

    def expand(self, words: Sequence[str]) -> list[str]:
        """Write out the abbreviations that have one reading; for text that people wrote with
        care.
        """
        written: list[str] = []
        for word in words:
            readings = self.abbreviations.get((word,), ()) if len(word) > 2 else ()
            written += readings[0] if len(readings) == 1 and readings[0] else (word,)
        return written


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _strings(part)]


def _yaml(name: str) -> Any:
    return load_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _phrases(texts: Iterable[str]) -> Phrases:
    phrases = Phrases()
    for text in texts:
        phrases.add(tokens(text), text)
    return phrases


def _named(ways: dict[str, list[str]]) -> Phrases:
    phrases = Phrases()
    for name, texts in ways.items():
        for text in texts:
            phrases.add(tokens(text), name)
    return phrases


@cache
def language() -> Language:
    """Load the language files once."""
    words, synonyms, asked = _yaml("words"), _yaml("synonyms")["groups"], _yaml("asked")
    concepts = Phrases()
    written = []
    for group in synonyms:
        for phrase in group:
            written.append(tuple(tokens(phrase)))
            concepts.add(written[-1], "§" + group[0])
    return Language(
        abbreviations={
            tuple(tokens(key)): tuple(tuple(tokens(reading)) for reading in readings)
            for key, readings in _yaml("abbreviations")["abbreviations"].items()
        },
        polite=frozenset(tokens(words["polite"])),
        common=frozenset(tokens(_yaml("common")["common"])),
        light=frozenset(tokens(words["light"])),
        phrases=tuple(
            tuple(tokens(line)) for line in words["phrases"].splitlines() if line.strip()
        ),
        concepts=concepts,
        concept_words=tuple(written),
        asking=_phrases(asked["request"]),
        introducing=_phrases(asked["introduction"]),
        doubting=_phrases(asked["doubting"]),
        empty=frozenset(tokens(asked["empty"])),
        levels={name: _phrases(ways) for name, ways in asked["levels"].items()},
        which_place=_phrases(asked["which_place"]),
        former=_phrases(asked["former"]),
        persons=_phrases(asked["persons"]),
        fields=_named(asked["fields"]),
        typed=_named(asked["typed"]),
        typed_filler=frozenset(tokens(asked["typed_filler"])),
        things=_named(asked["things"]),
        actors=_named({name: one["ways"] for name, one in asked["actors"].items()}),
        at_home=_phrases(asked["at_home"]),
        background=_phrases(asked["background"]["before"]),
        background_after=_phrases(asked["background"]["after"]),
        asked=asked,
        facts=_yaml("facts"),
        confidence=_yaml("confidence"),
    )
