"""A fixed list of texts as arrays: what stands in each, and in which texts each feature stands.

Built once, never changed, shared by every index that has these texts. The exact score comes from
the texts themselves; the postings, whose impacts are rounded to a byte, only find the texts that
are worth scoring.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Ints, grams
from knowledge.text import is_code, number_of

K1, B = 1.3, 0.75
WINDOW, STRIDE = 60, 30
MOST_IMPACT = 255

ARRAYS = (
    *("stream", "starts", "numbers", "word_offsets", "word_texts", "word_impacts"),
    *("pair_keys", "pair_offsets", "pair_texts", "pair_impacts"),
    *("gram_offsets", "gram_list", "gram_lengths", "holder_offsets", "holders"),
)

Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segment:
    """Texts as numbers of words (`stream` from `starts[n]` to `starts[n + 1]`) and postings of
    words and pairs: texts of feature n stand from `offsets[n]` to `offsets[n + 1]`.

    `numbers` gives for a document code the word that is its number, else -1; `gram_list` gives
    the grams of each word, `holders` the words of each gram.
    """

    words: Sequence[str]
    grams: Sequence[str]
    stream: Ints
    starts: Longs
    numbers: Ints
    word_offsets: Longs
    word_texts: Ints
    word_impacts: Bytes
    pair_keys: Longs
    pair_offsets: Longs
    pair_texts: Ints
    pair_impacts: Bytes
    gram_offsets: Longs
    gram_list: Ints
    gram_lengths: Ints
    holder_offsets: Longs
    holders: Ints
    ids: dict[str, int] = field(init=False, default_factory=dict)
    gram_ids: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.ids.update(zip(self.words, range(len(self.words)), strict=True))
        self.gram_ids.update(zip(self.grams, range(len(self.grams)), strict=True))

    @property
    def size(self) -> int:
        """The number of texts."""
        return len(self.starts) - 1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give all arrays by their names."""
        return {name: getattr(self, name) for name in ARRAYS}

    def text(self, at: int) -> list[str]:
        """Give the words of one text."""
        return [self.words[one] for one in self.stream[self.starts[at] : self.starts[at + 1]]]

    def pair(self, one: str, two: str) -> int:
        """Give the number of a pair, -1 where no text has it."""
        first, second = self.ids.get(one), self.ids.get(two)
        if first is None or second is None:
            return -1
        key = first * len(self.words) + second
        at = int(self.pair_keys.searchsorted(key))
        return at if at < len(self.pair_keys) and self.pair_keys[at] == key else -1


def build(texts: Sequence[Sequence[str]]) -> Segment:
    """Number the words of texts and turn them round."""
    ids: dict[str, int] = {}
    stream = np.array(
        [ids.setdefault(word, len(ids)) for text in texts for word in text], dtype=np.int32
    )
    numbers = {
        ids[word]: ids.setdefault(number_of(word), len(ids)) for word in list(ids) if is_code(word)
    }
    also = np.full(len(ids), -1, dtype=np.int32)
    also[list(numbers.keys())] = list(numbers.values())
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    starts = np.concatenate(([0], lengths.cumsum())).astype(np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    words = list(ids)
    gram_ids, gram_offsets, gram_list = _number_grams(words)
    counts = np.diff(gram_offsets)
    by_gram = np.argsort(gram_list, kind="stable")
    holders = np.bincount(gram_list, minlength=len(gram_ids))
    norms = K1 * (1 - B + B * lengths / max(1.0, float(lengths.mean()) if len(texts) else 1.0))
    codes = np.flatnonzero(also[stream] >= 0) if numbers else np.zeros(0, dtype=np.int64)
    keys = np.concatenate((stream, also[stream[codes]])).astype(np.int64)
    found = _turned(keys, np.concatenate((owner, owner[codes])), norms)
    beside = np.flatnonzero(owner[:-1] == owner[1:])
    pair_keys = stream[beside].astype(np.int64) * len(words) + stream[beside + 1]
    found_pairs = _turned(pair_keys, owner[beside], norms)
    return Segment(
        words=words,
        grams=list(gram_ids),
        stream=stream,
        starts=starts,
        numbers=also,
        word_offsets=found.offsets,
        word_texts=found.texts,
        word_impacts=found.impacts,
        pair_keys=found_pairs.keys,
        pair_offsets=found_pairs.offsets,
        pair_texts=found_pairs.texts,
        pair_impacts=found_pairs.impacts,
        gram_offsets=gram_offsets,
        gram_list=gram_list,
        gram_lengths=np.bincount(owner, weights=counts[stream], minlength=len(texts)).astype(
            np.int32
        ),
        holder_offsets=np.concatenate(([0], holders.cumsum())).astype(np.int64),
        holders=np.repeat(np.arange(len(words)), counts)[by_gram].astype(np.int32),
    )


@dataclass(frozen=True, slots=True)
class _Turned:
    keys: Longs
    offsets: Longs
    texts: Ints
    impacts: Bytes


def _turned(keys: Longs, owner: Longs, norms: NDArray[np.floating[Any]]) -> _Turned:
    """Give for each key the texts that have it, and what it counts there before its idf."""
    size = max(1, len(norms))
    both = keys * size + owner
    both.sort()
    first = np.flatnonzero(np.diff(both, prepend=-1))
    times = np.diff(first, append=len(both))
    both = both[first]
    texts = (both % size).astype(np.int32)
    both //= size
    begins = np.flatnonzero(np.diff(both, prepend=-1))
    impacts = MOST_IMPACT * times / (times + norms[texts])
    return _Turned(
        keys=both[begins],
        offsets=np.append(begins, len(both)).astype(np.int64),
        texts=texts,
        impacts=np.rint(impacts).astype(np.uint8),
    )


def _number_grams(words: Sequence[str]) -> tuple[dict[str, int], Longs, Ints]:
    ids: dict[str, int] = {}
    lists = [[ids.setdefault(gram, len(ids)) for gram in grams(word)] for word in words]
    offsets = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int64)
    return ids, offsets, np.array([gram for one in lists for gram in one], dtype=np.int32)
