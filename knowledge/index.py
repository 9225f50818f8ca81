"""The search index: BM25 over words, pairs and grams, with the best window of each text.

An index never changes. `changed` gives another one that shares what stays: texts lie in parts, a
removed text is only left out of its part, and what was added lately is one small part that is
built anew. Reading threads keep the index that they have.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from knowledge.features import (
    GRAM_WEIGHT,
    OTHER_WEIGHT,
    PAIR_WEIGHT,
    WINDOW_WEIGHT,
    Feature,
    Floats,
    Wanted,
    Weighted,
    pairs,
    wanted,
)
from knowledge.part import Length, Part
from knowledge.scoring import Asked, Average
from knowledge.segment import K1

__all__ = ["OTHER_WEIGHT", "Floats", "Index", "Weighted", "pairs", "top"]

FEW = 400  # texts that are all scored exactly
CHOSEN = 200  # texts that are scored exactly
TOO_COMMON = 0.2  # words and pairs that more of the texts have do not choose; grams do not count
FRESH = 20_000  # words up to which the newest part is always built anew with what is added
MOST_JOINED = 100_000  # words that a change builds anew at most, besides those that it adds
AT_ONCE = 2_000
LEAST = 1e-6


class Index:
    """A searchable list of texts, each given as tokens; their places run from 0 to `size`."""

    def __init__(
        self, texts: Sequence[Sequence[str]] = (), owners: Sequence[str] | None = None
    ) -> None:
        """`owners` names the document of each text; the texts of one stand together. Without, each
        text is a document, named by its place.
        """
        names = [str(at) for at in range(len(texts))] if owners is None else owners
        self._parts: tuple[Part, ...] = (Part.of(texts, names),) if texts else ()

    @classmethod
    def of_parts(cls, parts: Iterable[Part]) -> "Index":
        """Give the index that has these parts."""
        made = cls()
        made._parts = tuple(part for part in parts if part.count)
        return made

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is made of, in the order of places."""
        return self._parts

    @cached_property
    def size(self) -> int:
        """The number of texts."""
        return sum(part.count for part in self._parts)

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """The document of each text, in the order of places."""
        return tuple(name for part in self._parts for name in part.owners())

    def changed(
        self,
        remove: Collection[str] = (),
        add: Mapping[str, Sequence[Sequence[str]]] | None = None,
    ) -> "Index":
        """Give the index without the documents of these names and with others at the end.

        A document that is there and is added again is replaced. Raises KeyError for a name to
        remove that is not there.
        """
        added = add or {}
        known = [name for part in self._parts for name in part.documents]
        if missing := set(remove).difference(known):
            raise KeyError(min(missing))
        gone = {*remove, *added}
        parts = [part for part in (one.without(gone) for one in self._parts) if part.count]
        texts = [text for some in added.values() for text in some]
        names = [name for name, some in added.items() for _ in some]
        if not texts:
            return Index.of_parts(parts)
        kept = _kept(parts, sum(map(len, texts)))
        return Index.of_parts((*parts[:kept], Part.joined(parts[kept:], texts, names)))

    def score(self, words: Weighted, others: Weighted = ()) -> Floats:
        """Score every text exactly; `others` are second readings of single tokens."""
        asked = self._asked(wanted(words, others))
        scores = [
            part.exact(asked, places[at : at + AT_ONCE], self._average)
            for part in self._parts
            for places in [part.places]
            for at in range(0, len(places), AT_ONCE)
        ]
        return np.concatenate(scores) if scores else np.zeros(0, dtype=np.float32)

    def best(
        self, words: Weighted, others: Weighted = (), most: int = 10
    ) -> list[tuple[int, float]]:
        """Give the best texts with their scores, best first, as `top` of `score` would.

        Words that are not in every fifth text choose CHOSEN texts, and only these are scored
        exactly.
        """
        if self.size <= FEW:
            scores = self.score(words, others)
            return [(at, float(scores[at])) for at in top(scores, most)]
        asked = self._asked(wanted(words, others))
        found: list[tuple[int, float]] = []
        begin = 0
        for part, places in zip(self._parts, self._chosen(asked, most), strict=True):
            scores = part.exact(asked, places, self._average)
            at = part.ranks[places] + begin
            found += zip(at.tolist(), scores.tolist(), strict=True)
            begin += part.count
        found.sort(key=lambda one: (-one[1], one[0]))
        return [one for one in found[:most] if one[1] > 0]

    def idf(self, word: str) -> float:
        """Give how telling a word is; one that no text has counts most."""
        count = sum(part.count_word(word) for part in self._parts)
        return _idf(count, self.size) if count else log(1 + 2.0 * (self.size + 0.5))

    def _chosen(self, asked: Asked, most: int) -> list[NDArray[np.int64]]:
        """Give for each part the places within it that are worth scoring."""
        rough = self._rough(asked, TOO_COMMON * self.size)
        every = np.concatenate(rough)
        if np.count_nonzero(every > LEAST) < 2 * most:
            rough = self._rough(asked, self.size)
            every = np.concatenate(rough)
        least = np.partition(every, len(every) - CHOSEN)[-CHOSEN]
        return [np.flatnonzero(one >= max(least, LEAST)) for one in rough]

    def _rough(self, asked: Asked, most: float) -> list[Floats]:
        """Give rough scores by the words and pairs that no more texts have."""
        words = _few(asked.words, asked.word_values, asked.word_counts, most)
        pairs = _few(asked.pairs, asked.pair_values, asked.pair_counts, most)
        return [part.rough(words, pairs) for part in self._parts]

    def _asked(self, found: Wanted) -> Asked:
        """Weigh the features of a question by how telling they are."""
        word_counts = [sum(part.count_word(one) for part in self._parts) for one in found.words]
        pair_counts = [sum(part.count_pair(one) for part in self._parts) for one in found.pairs]
        most = TOO_COMMON * self.size
        grams = {
            gram: count
            for gram in found.grams
            if 0 < (count := sum(part.count_gram(gram) for part in self._parts)) <= most
        }
        word_idf = self._idfs(word_counts)
        pair_values = PAIR_WEIGHT * _weights(found.pairs.values()) * self._idfs(pair_counts)
        sure = _weights(found.sure.get(word, 0.0) for word in found.words)
        return Asked(
            words=tuple(found.words),
            word_values=_weights(found.words.values()) * word_idf,
            window_values=WINDOW_WEIGHT * sure * word_idf,
            word_counts=word_counts,
            pairs=tuple(found.pairs),
            pair_values=pair_values,
            pair_window_values=WINDOW_WEIGHT * pair_values,
            pair_counts=pair_counts,
            grams=tuple(grams),
            gram_values=GRAM_WEIGHT
            * _weights(found.grams[gram] for gram in grams)
            * self._idfs(list(grams.values())),
        )

    def _idfs(self, counts: Sequence[int]) -> Floats:
        """Give the idf of features, with the constant of BM25."""
        return _weights((K1 + 1) * _idf(min(count, self.size), self.size) for count in counts)

    @cached_property
    def _average(self) -> Average:
        total = Length()
        for part in self._parts:
            total = total.plus(part.length)
        texts = max(1, self.size)
        return Average(
            words=max(1.0, total.words / texts),
            grams=max(1.0, total.grams / texts),
            window=max(1.0, total.window_words / max(1, total.windows)),
        )


def _kept(parts: Sequence[Part], words: int) -> int:
    """Say how many parts stay when so many words come: the last ones join them while they are
    small, so that there are never many parts, and a change never costs much.
    """
    kept, joined = len(parts), 0
    while kept:
        more = parts[kept - 1].length.words
        if more > max(FRESH, 2 * (joined + words)) or joined + more > MOST_JOINED:
            break
        kept, joined = kept - 1, joined + more
    return kept


def _few(
    features: Sequence[Feature], values: Floats, counts: Sequence[int], most: float
) -> list[tuple[Feature, float]]:
    return [
        (feature, value)
        for feature, value, count in zip(features, values.tolist(), counts, strict=True)
        if 0 < count <= most
    ]


def _idf(count: int, size: int) -> float:
    return log(1 + (size - count + 0.5) / (count + 0.5))


def _weights(values: Iterable[float]) -> Floats:
    return np.array(list(values), dtype=np.float32)


def top(scores: Floats, most: int) -> list[int]:
    """Give the places of the best positive scores, best first; equal ones in their order."""
    if len(scores) > 4 * most:
        chosen = np.argpartition(-scores, most)[: 2 * most]
    else:
        chosen = np.arange(len(scores))
    order = sorted((int(at) for at in chosen if scores[at] > 0), key=lambda at: (-scores[at], at))
    return order[:most]
