"""What the search looks at: syllables, their pairs, and character 3-4-grams inside syllables.

A question's features carry weights; how telling each is (idf) comes from all texts together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.text import is_code, number_of

PAIR_WEIGHT, GRAM_WEIGHT, WINDOW_WEIGHT = 0.75, 0.12, 0.35
OTHER_WEIGHT = 0.25

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Feature = TypeVar("Feature")
Weighted = Sequence[tuple[str, float]]  # tokens of a question with how sure each is


def pairs(words: Sequence[str]) -> list[str]:
    """Give neighbouring syllables as pairs."""
    return [f"{one} {two}" for one, two in pairwise(words)]


@lru_cache(maxsize=4_000)
def grams(word: str) -> tuple[str, ...]:
    """Give the character 3-4-grams inside one accented syllable."""
    framed = f"_{word}_"
    return tuple(
        framed[at : at + size] for size in (3, 4) for at in range(max(1, len(framed) + 1 - size))
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """The features of a question with their weights.

    `words` has also the second readings of unsure words, `sure` only the first ones.
    """

    words: dict[str, float]
    sure: dict[str, float]
    pairs: dict[tuple[str, str], float]
    grams: dict[str, float]


def wanted(words: Weighted, others: Weighted = ()) -> Wanted:
    """Give what a question looks for; of a feature that occurs twice the greater weight."""
    sure = _greatest((one, weight) for word, weight in words for one in _named(word))
    second = _greatest((one, weight) for word, weight in others for one in _named(word))
    return Wanted(
        words=second | sure,
        sure=sure,
        pairs=_greatest(
            ((one, two), min(first, last)) for (one, first), (two, last) in pairwise(words)
        ),
        grams=_greatest((gram, weight) for word, weight in words for gram in grams(word)),
    )


def _named(word: str) -> tuple[str, ...]:
    """A document code is also found by its number alone."""
    return (word, number_of(word)) if is_code(word) else (word,)


def _greatest(found: Iterable[tuple[Feature, float]]) -> dict[Feature, float]:
    weights: dict[Feature, float] = {}
    for feature, weight in found:
        weights[feature] = max(weights.get(feature, 0.0), weight)
    return weights
