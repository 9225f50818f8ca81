"""The search index: BM25 over a few kinds of features, summed with weights, in numpy.

Features are accented syllables and their pairs, the same without accents, and character 3-4-grams
inside
syllables. A passage's score is the weighted sum, plus its best window of 60 syllables.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from sys import intern

import numpy as np
from numpy.typing import NDArray

from knowledge.text import fold_token, is_code, number_of

K1, B = 1.3, 0.75
WINDOW, STRIDE, WINDOW_WEIGHT = 60, 30, 0.35
OTHER_WEIGHT = 0.25

Floats = NDArray[np.float32]
Weighted = Sequence[tuple[str, float]]  # tokens of a question with how sure each is


def singles(words: Sequence[str]) -> list[str]:
    """Give the syllables; a code is also its number."""
    return [*words, *(number_of(word) for word in words if is_code(word))]


def pairs(words: Sequence[str]) -> list[str]:
    """Give neighbouring syllables as pairs."""
    return [f"{one} {two}" for one, two in pairwise(words)]


def folded_singles(words: Sequence[str]) -> list[str]:
    """Give the syllables without accents."""
    return [fold_token(word) for word in words]


def folded_pairs(words: Sequence[str]) -> list[str]:
    """Give the pairs without accents."""
    return pairs(folded_singles(words))


def grams(words: Sequence[str]) -> list[str]:
    """Give the character 3-4-grams inside accented syllables."""
    return [
        f"_{word}_"[at : at + size]
        for word in words
        for size in (3, 4)
        for at in range(max(1, len(word) + 3 - size))
    ]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feature and its weight in the sum."""

    features: Callable[[Sequence[str]], list[str]]
    weight: float
    tokens_each: int = 1


KINDS = (
    Kind(singles, 1.0),
    Kind(pairs, 0.75, 2),
    Kind(folded_singles, 0.2),
    Kind(folded_pairs, 0.2, 2),
    Kind(grams, 0.12, 0),
)
WINDOW_KINDS = (Kind(singles, 1.0), Kind(pairs, 0.75, 2))


@dataclass(slots=True)
class Postings:
    """For each feature: which texts have it, and how much it counts there (BM25 impact, idf
    included).
    """

    size: int = 0
    idf: dict[str, float] = field(default_factory=dict)
    _lists: dict[str, tuple[NDArray[np.int32], Floats]] = field(default_factory=dict)

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> "Postings":
        """Index lists of features."""
        counts = [Counter(text) for text in texts]
        lengths = np.array([max(1, sum(one.values())) for one in counts], dtype=np.float32)
        places: dict[str, list[int]] = defaultdict(list)
        times: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(counts):
            for word, count in one.items():
                feature = intern(word)
                places[feature].append(at)
                times[feature].append(count)
        norm = K1 * (1 - B + B * lengths / (lengths.mean() if len(lengths) else 1))
        made = cls(size=len(counts))
        for feature, found in places.items():
            at_ids = np.array(found, dtype=np.int32)
            tf = np.array(times[feature], dtype=np.float32)
            idf = float(np.log(1 + (made.size - len(found) + 0.5) / (len(found) + 0.5)))
            made.idf[feature] = idf
            made._lists[feature] = (
                at_ids,
                (idf * tf * (K1 + 1) / (tf + norm[at_ids])).astype(np.float32),
            )
        return made

    def score(self, features: Mapping[str, float]) -> Floats:
        """Sum the impacts of weighted features for every text."""
        hits = [
            (self._lists[feature], weight)
            for feature, weight in features.items()
            if feature in self._lists
        ]
        if not hits:
            return np.zeros(self.size, dtype=np.float32)
        ids = np.concatenate([ids for (ids, _), _ in hits])
        values = np.concatenate([impacts * weight for (_, impacts), weight in hits])
        return np.bincount(ids, weights=values, minlength=self.size).astype(np.float32)


def weigh(kind: Kind, words: Weighted) -> dict[str, float]:
    """Give the features of a question's tokens with their weights."""
    weights: dict[str, float] = {}
    if kind.tokens_each == 2:
        for (one, first), (two, second) in pairwise(words):
            for feature in kind.features((one, two)):
                weights[feature] = max(weights.get(feature, 0.0), min(first, second))
        return weights
    for word, weight in words:
        for feature in kind.features((word,)):
            weights[feature] = max(weights.get(feature, 0.0), weight)
    return weights


class Index:
    """A searchable list of texts, each given as tokens."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self._fields = [
            (kind, Postings.build(kind.features(text) for text in texts)) for kind in KINDS
        ]
        windows = [(at, window) for at, text in enumerate(texts) for window in cut_windows(text)]
        self._owner = np.array([at for at, _ in windows], dtype=np.int32)
        self._windows = [
            (kind, Postings.build(kind.features(window) for _, window in windows))
            for kind in WINDOW_KINDS
        ]

    def score(self, words: Weighted, others: Weighted = ()) -> Floats:
        """Score every text; `others` are second readings of single tokens."""
        total = np.zeros(self.size, dtype=np.float32)
        if not self.size:
            return total
        for kind, postings in self._fields:
            features = weigh(kind, words)
            if kind.tokens_each == 1:
                for feature, weight in weigh(kind, others).items():
                    features.setdefault(feature, weight)
            total += kind.weight * postings.score(features)
        window = np.zeros(len(self._owner), dtype=np.float32)
        for kind, postings in self._windows:
            window += kind.weight * postings.score(weigh(kind, words))
        best = np.zeros(self.size, dtype=np.float32)
        np.maximum.at(best, self._owner, window)
        return total + WINDOW_WEIGHT * best

    def idf(self, word: str) -> float:
        """Give how telling a syllable is; one that no text has counts most."""
        postings = self._fields[0][1]
        return postings.idf.get(word, float(np.log(1 + 2.0 * (postings.size + 0.5))))


def cut_windows(words: Sequence[str]) -> list[Sequence[str]]:
    """Cut overlapping windows out of a text; a short text is one window."""
    starts = range(0, max(1, len(words) - STRIDE), STRIDE)
    return [words[start : start + WINDOW] for start in starts]


def top(scores: Floats, most: int) -> list[int]:
    """Give the places of the best positive scores, best first; equal ones in their order."""
    if len(scores) > 4 * most:
        chosen = np.argpartition(-scores, most)[: 2 * most]
    else:
        chosen = np.arange(len(scores))
    order = sorted((int(at) for at in chosen if scores[at] > 0), key=lambda at: (-scores[at], at))
    return order[:most]
