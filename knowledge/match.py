"""Finds the curated questions nearest to what was asked.

A question counts by two figures: how near its wordings are (the cosine of the nearest one and of
all together; syllables, pairs and concepts, weighted by how telling they are), and how much of
what was asked its wordings, answer and passage cover together.

Two documents often have the same question ("who signed", "what does it cost"). Such twins lend
each other their wordings, so that a way of asking written for one finds the other as well.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern

import numpy as np
from numpy.typing import NDArray

from knowledge.index import pairs
from knowledge.language import Language
from knowledge.text import fold_token, is_year
from knowledge.twins import find_twins

COSINE, COVER = 0.5, 0.5
NEAREST, TOGETHER = 0.5, 0.65  # parts of the nearest wording and of all of them together
PAIR, CONCEPT, FOLDED = 0.4, 2.0, 0.1
LIGHT, POLITE, YEAR = 0.7, 0.02, 0.3
ORDINARY = 0.55  # an everyday word that the base does not have tells less than a strange one
LONG, HEARD = 14, 0.25  # a long question, and the least weight of its words, ...
HELD, SUBSTANCE = 0.65, 12.0  # ... counts by how much of a wording it holds; length of a full one
IN_WORDING, IN_ANSWER, IN_PASSAGE = 1.0, 1.0, 0.2
BY_CONCEPT, BY_WORD = 0.9, 0.8
SAME_THING, OFTEN = 0.05, 0.3  # gain of asking for the same kind of thing; part of the wordings

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Item:
    """One question as the matcher sees it: tokens of its wordings, its answer and its passage."""

    doc: str
    wordings: tuple[tuple[str, ...], ...]
    answer: tuple[str, ...]
    passage: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """For each question: the score, the cosine of its nearest wording, and how much of what was
    asked it covers.
    """

    total: Floats
    cosine: Floats
    cover: Floats


class Matcher:
    """Scores all questions at once."""

    def __init__(self, items: Sequence[Item], language: Language) -> None:
        self.size = len(items)
        self._language = language
        self._memo: dict[tuple[str, ...], list[tuple[int, int, str]]] | None = {}
        self._weight = np.array([item.weight for item in items], dtype=np.float32)
        self._idf = self._measure(items)
        self._unseen = float(np.log(1 + 2.0 * (self.size + 0.5)))
        rows = self._rows(items)
        self._postings = self._index_rows([row for group in rows for row in group])
        twins = find_twins([item.doc for item in items], rows)
        self._group(items, rows, twins)
        self._held = self._index_cover(
            [
                replace(
                    item,
                    wordings=tuple(w for one in (at, *twins[at]) for w in items[one].wordings),
                )
                for at, item in enumerate(items)
            ]
        )
        self._memo = None
        self._asking = self._things(items)

    def _things(self, items: Sequence[Item]) -> dict[str, NDArray[np.bool_]]:
        """Note which questions ask for each kind of thing: a person, a day, a place."""
        counts: dict[str, Floats] = defaultdict(lambda: np.zeros(self.size, dtype=np.float32))
        for at, item in enumerate(items):
            for words in item.wordings:
                for name in self._language.things.names(words):
                    counts[name][at] += 1 / len(item.wordings)
        return {name: parts >= OFTEN for name, parts in counts.items()}

    def asks_alike(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Say which questions ask for a kind of thing that words ask for."""
        alike = np.zeros(self.size, dtype=np.bool_)
        for name in self._language.things.names(words):
            alike |= self._asking.get(name, alike)
        return alike

    def _measure(self, items: Sequence[Item]) -> dict[str, float]:
        seen: Counter[str] = Counter()
        for item in items:
            seen.update({feature for words in item.wordings for feature in self._features(words)})
        return {
            intern(feature): float(np.log(1 + (self.size - count + 0.5) / (count + 0.5)))
            for feature, count in seen.items()
        }

    def _features(self, words: Sequence[str]) -> list[str]:
        return [
            *words,
            *pairs(words),
            *("~" + fold_token(word) for word in words),
            *{name for _, _, name in self._outer(words)},
        ]

    def _outer(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Give the concepts of words; remembered while the index is built."""
        if self._memo is None:
            return self._language.concepts.outer(words)
        key = tuple(words)
        if key not in self._memo:
            self._memo[key] = self._language.concepts.outer(words)
        return self._memo[key]

    def weight(self, word: str) -> float:
        """Give how much a word of a question matters."""
        idf = self._idf.get(word)
        if idf is None:
            idf = self._unseen * (ORDINARY if word in self._language.common else 1.0)
        return idf * self._lightness(word)

    def _lightness(self, word: str) -> float:
        if word in self._language.polite:
            return POLITE
        if is_year(word):
            return YEAR
        return LIGHT if word in self._language.light else 1.0

    def _vector(self, words: Sequence[str], sure: Sequence[float]) -> dict[str, float]:
        vector: dict[str, float] = {}
        for word, weight in zip(words, sure, strict=True):
            vector[word] = max(vector.get(word, 0.0), weight * self.weight(word))
            folded = "~" + fold_token(word)
            vector[folded] = max(vector.get(folded, 0.0), weight * FOLDED * self.weight(word))
        for at, pair in enumerate(pairs(words)):
            lightness = (self._lightness(words[at]) + self._lightness(words[at + 1])) / 2
            vector[pair] = (
                PAIR * min(sure[at], sure[at + 1]) * lightness * self._idf.get(pair, self._unseen)
            )
        for start, end, name in self._outer(words):
            vector[name] = max(
                vector.get(name, 0.0), CONCEPT * min(sure[start:end]) * self._idf.get(name, 0.0)
            )
        return vector

    def _rows(self, items: Sequence[Item]) -> list[list[dict[str, float]]]:
        """Give the vector of every wording, of length one; keeps how full a question each is."""
        lengths: list[float] = []
        rows = []
        for item in items:
            group = []
            for words in item.wordings:
                vector = self._vector(words, [1.0] * len(words))
                lengths.append(_length(vector))
                group.append(
                    {intern(name): value / lengths[-1] for name, value in vector.items() if value}
                )
            rows.append(group)
        self._substance = np.minimum(1.0, np.array(lengths, np.float32) / SUBSTANCE)
        return rows

    def _index_rows(
        self, rows: Sequence[dict[str, float]]
    ) -> dict[str, tuple[NDArray[np.int32], Floats]]:
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, row in enumerate(rows):
            for name, value in row.items():
                found[name].append((at, value))
        return {
            name: (
                np.array([at for at, _ in hits], np.int32),
                np.array([value for _, value in hits], np.float32),
            )
            for name, hits in found.items()
        }

    def _group(
        self,
        items: Sequence[Item],
        rows: Sequence[Sequence[dict[str, float]]],
        twins: Sequence[Sequence[int]],
    ) -> None:
        """Note which rows belong to each question, those of its twins included."""
        first = np.cumsum([0, *(len(item.wordings) for item in items)])
        groups = [
            [row for one in (at, *twins[at]) for row in range(first[one], first[one + 1])]
            for at in range(len(items))
        ]
        self._row_count = int(first[-1])
        self._members = np.array([row for group in groups for row in group], np.int32)
        self._starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
        sums: list[Counter[str]] = []
        for at in range(len(items)):
            total: Counter[str] = Counter()
            for row in (row for one in (at, *twins[at]) for row in rows[one]):
                total.update(row)
            sums.append(total)
        self._norm = np.array([_length(total) for total in sums], np.float32)

    def _index_cover(self, items: Sequence[Item]) -> dict[str, tuple[NDArray[np.int32], Floats]]:
        held: dict[str, dict[int, float]] = defaultdict(dict)
        for at, item in enumerate(items):
            parts = (*((words, IN_WORDING) for words in item.wordings), (item.answer, IN_ANSWER),
                     (item.passage, IN_PASSAGE))  # fmt: skip
            for words, value in parts:
                for feature in {*words, *{name for _, _, name in self._outer(words)}}:
                    held[feature][at] = max(held[feature].get(at, 0.0), value)
        return {
            feature: (np.array(list(found), np.int32), np.array(list(found.values()), np.float32))
            for feature, found in held.items()
        }

    def score(self, words: Sequence[str], sure: Sequence[float]) -> Scores:
        """Score every question against words and how sure each is."""
        nearest, together = self._cosines(words, sure)
        cover = self._cover(words, sure)
        cosine = np.minimum(1.0, NEAREST * nearest + TOGETHER * together)
        total = (COSINE * cosine + COVER * cover) * self._weight
        total = total * np.where(self.asks_alike(words), 1 + SAME_THING, 1.0)
        return Scores(total.astype(np.float32), nearest, cover)

    def _cosines(self, words: Sequence[str], sure: Sequence[float]) -> tuple[Floats, Floats]:
        """Give the cosine of each question's nearest wording, and of all its wordings together."""
        vector = self._vector(words, sure)
        told = self._told(words, sure)
        hits = [
            (*self._postings[feature], value, feature in told)
            for feature, value in vector.items()
            if feature in self._postings
        ]
        if not hits:
            nothing = np.zeros(self.size, dtype=np.float32)
            return nothing, nothing
        rows = np.concatenate([ids for ids, _, _, _ in hits])
        values = np.concatenate([impacts * value for _, impacts, value, _ in hits])
        sums = np.bincount(rows, weights=values, minlength=self._row_count) / _length(vector)
        together = np.add.reduceat(sums[self._members], self._starts) / self._norm
        if any(is_told for _, _, _, is_told in hits):
            kept = [(ids, impacts * impacts) for ids, impacts, _, is_told in hits if is_told]
            held = np.bincount(
                np.concatenate([ids for ids, _ in kept]),
                weights=np.concatenate([shares for _, shares in kept]),
                minlength=self._row_count,
            )
            sums = np.maximum(sums, HELD * held * self._substance)
        nearest = np.maximum.reduceat(sums[self._members], self._starts)
        return nearest.astype(np.float32), together.astype(np.float32)

    def _told(self, words: Sequence[str], sure: Sequence[float]) -> frozenset[str]:
        """Give the features of a long question that may hold a whole wording; empty when short."""
        if len(words) < LONG:
            return frozenset()
        kept = [word for word, weight in zip(words, sure, strict=True) if weight >= HEARD]
        return frozenset(self._features(kept))

    def _cover(self, words: Sequence[str], sure: Sequence[float]) -> Floats:
        cover = np.zeros(self.size, dtype=np.float32)
        concepts = self._outer(words)
        mass = 0.0
        for at, word in enumerate(words):
            weight = 0.0 if word in words[:at] else sure[at] * self.weight(word)
            mass += weight
            value = self._value(word)
            names = [name for start, end, name in concepts if start <= at < end]
            if names:
                value = value * BY_WORD
            for name in names:
                value = np.maximum(value, BY_CONCEPT * self._value(name))
            cover += weight * value
        return cover / mass if mass else cover

    def holds(self, at: int, word: str) -> bool:
        """Say whether a word, or a concept that it stands for alone, occurs in a question."""
        names = [name for _, _, name in self._outer((word,))]
        return any(self._value(feature)[at] > 0 for feature in (word, *names))

    def _value(self, feature: str) -> Floats:
        value = np.zeros(self.size, dtype=np.float32)
        if feature in self._held:
            ids, values = self._held[feature]
            value[ids] = values
        return value


def _length(vector: Mapping[str, float]) -> float:
    return float(np.sqrt(sum(value * value for value in vector.values()))) or 1.0
