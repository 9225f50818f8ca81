"""A segment as one index sees it: which of its texts are still there, and what these count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats, Ints
from knowledge.scoring import Asked, Average, Places, exact, spread, window_counts
from knowledge.segment import MOST_IMPACT, STRIDE, WINDOW, Segment, build


@dataclass(frozen=True, slots=True)
class Length:
    """Words, grams, windows, and words in windows: sums over texts."""

    words: int = 0
    grams: int = 0
    windows: int = 0
    window_words: int = 0

    def plus(self, other: "Length", sign: int = 1) -> "Length":
        """Give the sum."""
        return Length(
            self.words + sign * other.words,
            self.grams + sign * other.grams,
            self.windows + sign * other.windows,
            self.window_words + sign * other.window_words,
        )


@dataclass(frozen=True)
class Part:
    """Texts of a segment. `documents` says where the texts of each lie: (first, how many).

    `word_counts`, `pair_counts` and `gram_counts` say in how many texts each feature stands; of a
    gram it is the sum over its words.
    """

    segment: Segment
    documents: dict[str, tuple[int, int]]
    is_there: NDArray[np.bool_]
    length: Length
    word_counts: Ints
    pair_counts: Ints
    gram_counts: Ints

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], owners: Sequence[str]) -> "Part":
        """Make a part of texts; `owners` names the document of each."""
        segment = build(texts)
        documents: dict[str, tuple[int, int]] = {}
        first = 0
        for name, some in groupby(owners):
            count = sum(1 for _ in some)
            if name in documents:
                raise ValueError(f"the texts of {name!r} do not stand together")
            documents[name] = (first, count)
            first += count
        return cls.whole(segment, documents)

    @classmethod
    def whole(cls, segment: Segment, documents: dict[str, tuple[int, int]]) -> "Part":
        """Give a part that has every text of a segment."""
        word_counts = np.diff(segment.word_offsets).astype(np.int32)
        return cls(
            segment=segment,
            documents=documents,
            is_there=np.ones(segment.size, dtype=bool),
            length=_length(segment, np.arange(segment.size)),
            word_counts=word_counts,
            pair_counts=np.diff(segment.pair_offsets).astype(np.int32),
            gram_counts=_of_grams(segment, np.arange(len(segment.words)), word_counts),
        )

    @classmethod
    def left(
        cls, segment: Segment, documents: dict[str, tuple[int, int]], is_there: NDArray[np.bool_]
    ) -> "Part":
        """Give a part that has some texts of a segment."""
        gone = np.flatnonzero(~is_there)
        return cls.whole(segment, documents).emptied(gone, documents)

    @classmethod
    def joined(
        cls, parts: Sequence["Part"], texts: Sequence[Sequence[str]], owners: Sequence[str]
    ) -> "Part":
        """Build one part of what is left of some and of more texts."""
        kept = [part.segment.text(at) for part in parts for at in part.places.tolist()]
        names = [name for part in parts for name in part.owners()]
        return cls.of([*kept, *texts], [*names, *owners])

    @property
    def count(self) -> int:
        """The number of texts that are there."""
        return len(self.places)

    @cached_property
    def places(self) -> Places:
        """Where in the segment the texts lie."""
        return np.flatnonzero(self.is_there)

    @cached_property
    def ranks(self) -> Places:
        """For each text of the segment, its place among those that are there."""
        return np.cumsum(self.is_there) - 1

    def owners(self) -> list[str]:
        """Give the document of each text that is there."""
        return [name for name, (_, count) in self.documents.items() for _ in range(count)]

    def without(self, names: Collection[str]) -> "Part":
        """Leave documents out."""
        gone = [self.documents[name] for name in names if name in self.documents]
        if not gone:
            return self
        places = np.concatenate([np.arange(first, first + count) for first, count in gone])
        left = {name: where for name, where in self.documents.items() if name not in names}
        return self.emptied(places, left)

    def emptied(self, places: Places, documents: dict[str, tuple[int, int]]) -> "Part":
        """Leave the texts at these places out; `documents` are those that stay."""
        is_there = self.is_there.copy()
        is_there[places] = False
        words, word_counts = _words_of(self.segment, places)
        pairs, pair_counts = _pairs_of(self.segment, places)
        return replace(
            self,
            documents=documents,
            is_there=is_there,
            length=self.length.plus(_length(self.segment, places), -1),
            word_counts=_less(self.word_counts, words, word_counts),
            pair_counts=_less(self.pair_counts, pairs, pair_counts),
            gram_counts=self.gram_counts - _of_grams(self.segment, words, word_counts),
        )

    def rough(
        self, words: Sequence[tuple[str, float]], pairs: Sequence[tuple[tuple[str, str], float]]
    ) -> Floats:
        """Give a rough score of every text of the segment by some features' values."""
        total = np.zeros(self.segment.size, dtype=np.float32)
        one = self.segment
        for word, value in words:
            known = one.ids.get(word)
            if known is not None:
                some = slice(one.word_offsets[known], one.word_offsets[known + 1])
                total[one.word_texts[some]] += one.word_impacts[some] * np.float32(
                    value / MOST_IMPACT
                )
        for pair, value in pairs:
            known = one.pair(*pair)
            if known >= 0:
                some = slice(one.pair_offsets[known], one.pair_offsets[known + 1])
                total[one.pair_texts[some]] += one.pair_impacts[some] * np.float32(
                    value / MOST_IMPACT
                )
        if self.count < one.size:
            total[~self.is_there] = 0
        return total

    def exact(self, asked: Asked, places: Places, average: Average) -> Floats:
        """Score chosen texts."""
        if not len(places):
            return np.zeros(0, dtype=np.float32)
        return exact(self.segment, asked, places, average)

    def count_word(self, word: str) -> int:
        """Say in how many texts a word stands."""
        known = self.segment.ids.get(word)
        return 0 if known is None else int(self.word_counts[known])

    def count_pair(self, pair: tuple[str, str]) -> int:
        """Say in how many texts a pair stands."""
        known = self.segment.pair(*pair)
        return 0 if known < 0 else int(self.pair_counts[known])

    def count_gram(self, gram: str) -> int:
        """Say in how many texts a gram stands, each counted once for each of its words there."""
        known = self.segment.gram_ids.get(gram)
        return 0 if known is None else int(self.gram_counts[known])


def _length(segment: Segment, places: Places) -> Length:
    lengths = (segment.starts[places + 1] - segment.starts[places]).astype(np.int64)
    counts = window_counts(lengths)
    inside = spread(np.zeros(len(counts), dtype=np.int64), counts)
    words = np.minimum(WINDOW, np.repeat(lengths, counts) - STRIDE * inside)
    grams = segment.gram_lengths[places].sum()
    return Length(int(lengths.sum()), int(grams), int(counts.sum()), int(words.sum()))


def _words_of(segment: Segment, places: Places) -> tuple[Places, Places]:
    begins = segment.starts[places]
    lengths = segment.starts[places + 1] - begins
    stream = segment.stream[spread(begins, lengths)].astype(np.int64)
    also = segment.numbers[stream]
    owner = np.repeat(np.arange(len(places)), lengths)
    coded = np.flatnonzero(also >= 0)
    return _distinct(np.concatenate((stream, also[coded])), np.concatenate((owner, owner[coded])))


def _pairs_of(segment: Segment, places: Places) -> tuple[Places, Places]:
    begins = segment.starts[places]
    lengths = np.maximum(0, segment.starts[places + 1] - begins - 1)
    at = spread(begins, lengths)
    keys = segment.stream[at].astype(np.int64) * len(segment.words) + segment.stream[at + 1]
    numbers = segment.pair_keys.searchsorted(keys)
    return _distinct(numbers, np.repeat(np.arange(len(places)), lengths))


def _distinct(features: Places, owner: Places) -> tuple[Places, Places]:
    """Give the features and in how many texts each stands."""
    most = int(owner.max()) + 1 if len(owner) else 1
    features, counts = np.unique(np.unique(features * most + owner) // most, return_counts=True)
    return features, counts


def _less(counts: Ints, places: Places, less: Places) -> Ints:
    left = counts.copy()
    left[places] -= less.astype(np.int32)
    return left


def _of_grams(segment: Segment, words: Places, counts: Places | Ints) -> Ints:
    begins = segment.gram_offsets[words]
    sizes = segment.gram_offsets[words + 1] - begins
    grams = segment.gram_list[spread(begins, sizes)]
    weights = np.repeat(counts, sizes)
    return np.bincount(grams, weights=weights, minlength=len(segment.grams)).astype(np.int32)
