"""BM25 of chosen texts, exactly: words, pairs and grams of a whole text, and its best window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats
from knowledge.segment import K1, STRIDE, WINDOW, B, Segment

Places = NDArray[np.int64]
Slots = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Asked:
    """The features of a question, numbered, what each is worth (weight and idf), and in how many
    texts it stands.
    """

    words: Sequence[str]
    word_values: Floats
    window_values: Floats
    word_counts: Sequence[int]
    pairs: Sequence[tuple[str, str]]
    pair_values: Floats
    pair_window_values: Floats
    pair_counts: Sequence[int]
    grams: Sequence[str]
    gram_values: Floats


@dataclass(frozen=True, slots=True)
class Average:
    """The mean length of all texts in words and grams, and of their windows in words."""

    words: float
    grams: float
    window: float


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where features of the question stand: in which chosen text, which one, at which word."""

    owner: Places
    slot: Slots
    at: Places


def exact(segment: Segment, asked: Asked, chosen: Places, average: Average) -> Floats:
    """Score the chosen texts of a segment."""
    begins = segment.starts[chosen]
    lengths = segment.starts[chosen + 1] - begins
    owner = np.repeat(np.arange(len(chosen)), lengths)
    stream = segment.stream[spread(begins, lengths)]
    first = np.cumsum(lengths) - lengths
    words, pairs = _hits(segment, asked, stream, owner, first)
    norm = _norm(lengths, average.words)
    total = _bm25(words.owner, words.slot, asked.word_values, norm)
    total += _bm25(pairs.owner, pairs.slot, asked.pair_values, norm)
    total += _grams(
        segment, asked, stream, owner, _norm(segment.gram_lengths[chosen], average.grams)
    )
    return total + _best_window(asked, words, pairs, lengths, average)


def spread(begins: Places, counts: Places) -> Places:
    """Give `begin, begin + 1, ...` for every begin, as many as its count says."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(begins - ends + counts, counts) + np.arange(total)


def window_counts(lengths: Places) -> Places:
    """Give the number of windows of texts; they overlap, and a short text is one."""
    return np.maximum(1, -((STRIDE - lengths) // STRIDE))


def _norm(lengths: NDArray[np.int64] | NDArray[np.int32], mean: float) -> Floats:
    return (K1 * (1 - B + B * lengths / mean)).astype(np.float32)


def _bm25(owner: Places, slot: Slots | Places, values: Floats, norm: Floats) -> Floats:
    """Sum over the features of a question for each text (or window)."""
    if not len(values):
        return np.zeros(len(norm), dtype=np.float32)
    cells = np.bincount(owner * len(values) + slot, minlength=len(norm) * len(values))
    times = cells.reshape(len(norm), len(values)).astype(np.float32)
    times /= times + norm[:, None]
    return np.asarray((times * values).sum(axis=1, dtype=np.float32))


def _hits(
    segment: Segment, asked: Asked, stream: NDArray[np.int32], owner: Places, first: Places
) -> tuple[_Hits, _Hits]:
    slots = np.full(len(segment.words) + 1, -1, dtype=np.int16)
    for number, word in enumerate(asked.words):
        known = segment.ids.get(word)
        if known is not None:
            slots[known] = number
    slot = slots[stream]
    at = np.flatnonzero(slot >= 0)
    words = _Hits(owner[at], slot[at], at - first[owner[at]])
    pairs = _pairs(asked, words, at)
    if any(word.isdecimal() for word in asked.words):
        also = slots[segment.numbers][stream]
        more = np.flatnonzero(also >= 0)
        words = _Hits(
            np.concatenate((words.owner, owner[more])),
            np.concatenate((words.slot, also[more])),
            np.concatenate((words.at, more - first[owner[more]])),
        )
    return words, pairs


def _pairs(asked: Asked, words: _Hits, at: Places) -> _Hits:
    """Find the question's pairs among its words: those that stand side by side in one text."""
    slots = {word: slot for slot, word in enumerate(asked.words)}
    table = np.full((len(slots), len(slots)), -1, dtype=np.int16)
    for number, (one, two) in enumerate(asked.pairs):
        table[slots[one], slots[two]] = number
    beside = np.flatnonzero((np.diff(at) == 1) & (words.owner[:-1] == words.owner[1:]))
    slot = table[words.slot[beside], words.slot[beside + 1]]
    kept = slot >= 0
    beside = beside[kept]
    return _Hits(words.owner[beside], slot[kept], words.at[beside])


def _grams(
    segment: Segment, asked: Asked, stream: NDArray[np.int32], owner: Places, norm: Floats
) -> Floats:
    known = [segment.gram_ids.get(gram, -1) for gram in asked.grams]
    there = np.array([at for at, one in enumerate(known) if one >= 0], dtype=np.int64)
    numbers = np.array([one for one in known if one >= 0], dtype=np.int64)
    counts = segment.holder_offsets[numbers + 1] - segment.holder_offsets[numbers]
    word = segment.holders[spread(segment.holder_offsets[numbers], counts)]
    order = np.argsort(word, kind="stable")
    slot, word = np.repeat(there, counts)[order], word[order]
    hits_of = np.bincount(word, minlength=len(segment.words))
    begin_of = np.cumsum(hits_of) - hits_of
    told = np.flatnonzero(hits_of[stream])
    words = stream[told]
    times = hits_of[words]
    found = slot[spread(begin_of[words], times)]
    return _bm25(np.repeat(owner[told], times), found, asked.gram_values, norm)


def _best_window(
    asked: Asked, words: _Hits, pairs: _Hits, lengths: Places, average: Average
) -> Floats:
    counts = window_counts(lengths)
    firsts = np.cumsum(counts) - counts
    inside = np.arange(int(counts.sum())) - np.repeat(firsts, counts)
    norm = _norm(np.minimum(WINDOW, np.repeat(lengths, counts) - STRIDE * inside), average.window)
    owner, slot = _in_windows(words, 1, counts, firsts)
    total = _bm25(owner, slot, asked.window_values, norm)
    owner, slot = _in_windows(pairs, 2, counts, firsts)
    total += _bm25(owner, slot, asked.pair_window_values, norm)
    return np.maximum.reduceat(total, firsts) if len(firsts) else total


def _in_windows(hits: _Hits, size: int, counts: Places, firsts: Places) -> tuple[Places, Slots]:
    """Give the windows that hold each hit whole (windows reach over the next one's first half)."""
    last = hits.at // STRIDE
    before = last - 1
    in_last = last < counts[hits.owner]
    in_before = (before >= 0) & (hits.at + size <= STRIDE * before + WINDOW)
    owner = np.concatenate(
        ((firsts[hits.owner] + last)[in_last], (firsts[hits.owner] + before)[in_before])
    )
    return owner, np.concatenate((hits.slot[in_last], hits.slot[in_before]))
