"""Words and word pairs of the base, and the tables that find a word by its letters or its keys."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.keys import decode, keystrokes
from knowledge.language import Language
from knowledge.syllable import is_syllable
from knowledge.text import fold_token, is_word

PAIR, SINGLE, FLOOR = 0.72, 0.27, 1e-4
COST_EDIT = 3.2
COST_LETTER = 0.3  # of an edit that is one of letters, but several of keys
COST_SPLIT = 3.0
COST_SPACE_TYPED = 1.0  # more than COST_SPLIT: another key was hit for the space
PRIOR = 0.3  # how much a common word goes before a rare one that is as near
SHORT = 5  # letters of a word below which only one edit is looked for
UNLIKELY = 100.0
NEAREST = 8
MOST_SPLITS = 6
MOST_BEFORE = 200
HALVES = 4
LONGEST_NEAR, LONGEST_SPLIT = 16, 24  # letters of a word that is looked up
CACHED = 3_000
SHIFT = 32

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a token: its words, what that costs, and how sure it leaves us."""

    words: tuple[str, ...]
    cost: float
    weight: float = 1.0


@dataclass(slots=True)
class Model:
    """Words and word pairs of the base, with the tables that find a word by its folded form or
    its keys.
    """

    language: Language
    count: Counter[str] = field(default_factory=Counter)
    _ids: dict[str, int] = field(default_factory=dict)
    _words: list[str] = field(default_factory=list)
    _heard: list[tuple[Longs, int]] = field(default_factory=list)
    _pairs: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _pair_counts: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _counts: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _padded: Longs = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    _total: int = 1
    _by_second: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _seconds: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _folded: dict[str, list[str]] = field(default_factory=dict)
    _speller: "Speller | None" = None
    _near: dict[str, tuple[Reading, ...]] = field(default_factory=dict)

    def learn(self, texts: Iterable[Sequence[str]], weight: int = 1) -> None:
        """Count the words and pairs of token lists."""
        ids = self._ids
        heard: list[int] = []
        for words in texts:
            heard += [ids.setdefault(word, len(ids)) for word in words]
            heard.append(-1)
        self._heard.append((np.array(heard, dtype=np.int64), weight))

    def close(self) -> None:
        """Build the tables once everything is learnt."""
        self._words = list(self._ids)
        counts = np.zeros(len(self._words), dtype=np.int64)
        keys, weights = [], []
        for heard, weight in self._heard:
            counts += weight * np.bincount(heard[heard >= 0], minlength=len(counts))
            beside = np.flatnonzero((heard[:-1] >= 0) & (heard[1:] >= 0))
            found, times = np.unique(
                (heard[beside] << SHIFT) | heard[beside + 1], return_counts=True
            )
            keys.append(found)
            weights.append(weight * times)
        self._heard.clear()
        every = np.concatenate(keys) if keys else self._pairs
        self._pairs, where = np.unique(every, return_inverse=True)
        times = np.concatenate(weights) if weights else self._pair_counts
        self._pair_counts = np.bincount(where, weights=times).astype(np.int64)
        self._counts = counts
        self._index()

    def _index(self) -> None:
        self.count = Counter(dict(zip(self._words, self._counts.tolist(), strict=True)))
        self._padded = np.append(self._counts, 0)
        self._total = max(1, int(self._counts.sum()))
        seconds = self._pairs & ((1 << SHIFT) - 1)
        self._by_second = np.lexsort((-self._pair_counts, seconds))
        self._seconds = seconds[self._by_second]
        self._folded = {}
        known = [(word, count) for word, count in self.count.most_common() if is_word(word)]
        for word, _ in known:
            self._folded.setdefault(fold_token(word), []).append(word)
        self._speller = Speller(known)
        self._near.clear()

    @classmethod
    def restored(
        cls,
        language: Language,
        words: list[str],
        counts: Longs,
        pairs: Longs,
        pair_counts: Longs,
    ) -> "Model":
        """Give the model that `words` and `arrays` were taken from."""
        made = cls(language)
        made._words = words
        made._ids = dict(zip(words, range(len(words)), strict=True))
        made._counts, made._pairs, made._pair_counts = counts, pairs, pair_counts
        made._index()
        return made

    @property
    def words(self) -> list[str]:
        """Every word that was learnt."""
        return self._words

    def arrays(self) -> dict[str, Longs]:
        """Give how often words and pairs were learnt, to restore the model from."""
        return {"counts": self._counts, "pairs": self._pairs, "pair_counts": self._pair_counts}

    def steps(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """Give the cost of a word after another, for many pairs at once."""
        if not pairs:
            return {}
        ids = self._ids
        first = np.array([ids.get(one, -1) for one, _ in pairs], dtype=np.int64)
        second = np.array([ids.get(two, -1) for _, two in pairs], dtype=np.int64)
        counts = self._padded
        both = self._times(np.where((first < 0) | (second < 0), -1, (first << SHIFT) | second))
        chance = PAIR * both / (counts[first] + 2) + SINGLE * counts[second] / self._total + FLOOR
        return dict(zip(pairs, (-np.log(chance)).tolist(), strict=True))

    def _times(self, keys: Longs) -> Longs:
        if not len(self._pairs):
            return np.zeros(len(keys), dtype=np.int64)
        at = np.minimum(self._pairs.searchsorted(keys), len(self._pairs) - 1)
        return np.where(self._pairs[at] == keys, self._pair_counts[at], 0)

    def before(self, word: str) -> list[str]:
        """Give the commonest words that come before a word, commonest first."""
        known = self._ids.get(word)
        if known is None:
            return []
        start, end = self._seconds.searchsorted((known, known + 1))
        firsts = self._pairs[self._by_second[start:end]] >> SHIFT
        return [self._words[one] for one in firsts[:MOST_BEFORE].tolist()]

    def same_letters(self, word: str) -> list[str]:
        """Give the base's words with the same letters but for accents, commonest first."""
        return self._folded.get(fold_token(word), [])

    def near(self, word: str) -> tuple[Reading, ...]:
        """Give the words a few keys away, and the two words that it can be without its space."""
        if word not in self._near:
            if len(self._near) >= CACHED:
                self._near.clear()
            self._near[word] = (*self._slips(word), *self._splits(word))
        return self._near[word]

    def _slips(self, word: str) -> list[Reading]:
        if self._speller is None or not 2 <= len(word) <= LONGEST_NEAR:
            return []
        found = self._speller.near(word)
        return [Reading((one,), cost, 0.85) for one, cost in found]

    def _splits(self, word: str) -> list[Reading]:
        """Read a word as several that lost their spaces: each known, or one of two a slip away."""
        if not 4 <= len(word) <= LONGEST_SPLIT:
            return []
        cuts = [(word[:at], word[at:], 0.0) for at in range(2, len(word) - 1)]
        cuts += [(word[:at], word[at + 1 :], COST_SPACE_TYPED) for at in range(2, len(word) - 2)]
        found = [
            Reading((left, right), COST_SPLIT + cost, 0.85)
            for first, second, cost in cuts
            for left in self._known(first)[:2]
            for right in self._known(second)[:2]
        ][:MOST_SPLITS]
        return found or self._three(word) or self._half_known(word)

    def _three(self, word: str) -> list[Reading]:
        cuts = [
            (word[:one], word[one:two], word[two:])
            for one in range(2, min(8, len(word) - 3))
            if word[:one] in self.count
            for two in range(one + 2, len(word) - 1)
        ]
        return [
            Reading(cut, 2 * COST_SPLIT, 0.85)
            for cut in cuts
            if cut[1] in self.count and cut[2] in self.count
        ][:MOST_SPLITS]

    def _half_known(self, word: str) -> list[Reading]:
        cuts = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
        halves = [(one, two, True) for one, two in cuts if one in self.count]
        halves += [(one, two, False) for one, two in cuts if two in self.count]
        halves.sort(key=lambda half: -len(half[0] if half[2] else half[1]))
        found = []
        for one, two, is_first in halves[:HALVES]:
            for slip in self._slips(two if is_first else one)[:2]:
                words = (one, *slip.words) if is_first else (*slip.words, two)
                found.append(Reading(words, COST_SPLIT + slip.cost, 0.8))
        return sorted(found, key=lambda one: one.cost)[:MOST_SPLITS]

    def _known(self, word: str) -> list[str]:
        return [word] if word in self.count else self.same_letters(word) if word.isascii() else []


class Speller:
    """Finds the words nearest to one that is mistyped.

    Two words that are two edits apart differ in at most four letters; a number with one bit for
    each letter tells so for all words at once, and only what is left is measured.
    """

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        known = [(word, count) for word, count in counts if len(word) <= LONGEST_NEAR]
        self._words = _Spelled([word for word, _ in known])
        self._keys = _Spelled([keystrokes(word) for word, _ in known])
        self._prior = PRIOR * np.log(np.array([count for _, count in known], dtype=np.float64) + 1)

    def near(self, word: str) -> list[tuple[str, float]]:
        """Give words and what it costs to mean them, likeliest first."""
        most = 1 if len(word) < SHORT else 2
        costs = np.full(len(self._prior), UNLIKELY)
        meant = decode(word)
        keys = keystrokes(meant)
        is_typed_plain = word.isascii() and word != keys and not is_syllable(meant)
        for one in (keys, word) if is_typed_plain else (keys,):
            at, distances = self._keys.near(one, most)
            costs[at] = np.minimum(costs[at], COST_EDIT * distances)
        at, distances = self._words.near(word, most)
        costs[at] = np.minimum(costs[at], COST_EDIT * distances + COST_LETTER)
        found = np.flatnonzero(costs < UNLIKELY)
        order = found[np.argsort(costs[found] - self._prior[found], kind="stable")[:NEAREST]]
        words = self._words.words
        return [
            (words[at], cost)
            for at, cost in zip(order.tolist(), costs[order].tolist(), strict=True)
        ]


class _Spelled:
    """One spelling of each word: by its letters, or by its keys."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        lengths = np.array([len(word) for word in words], dtype=np.int64)
        self._order = np.argsort(lengths, kind="stable")
        self._begins = np.searchsorted(lengths[self._order], np.arange(lengths.max(initial=0) + 2))
        self._texts = np.array(words, dtype=object)[self._order]
        self._letters = np.array([_letters(word) for word in words], dtype=np.uint32)[self._order]

    def near(self, word: str, most: int) -> tuple[Longs, NDArray[np.uint8]]:
        """Give the places of words that are few edits away, and how many."""
        longest = len(self._begins) - 1
        begin = int(self._begins[min(max(0, len(word) - most), longest)])
        end = int(self._begins[min(len(word) + most + 1, longest)])
        apart = np.bitwise_count(self._letters[begin:end] ^ np.uint32(_letters(word)))
        like = np.flatnonzero(apart <= 2 * most) + begin
        if not len(like):
            return like, np.zeros(0, dtype=np.uint8)
        distances = process.cdist(
            [word], self._texts[like], scorer=OSA.distance, score_cutoff=most, dtype=np.uint8
        )[0]
        found = np.flatnonzero(distances <= most)
        return self._order[like[found]], distances[found]


def _letters(keys: str) -> int:
    bits = 0
    for char in keys:
        bits |= 1 << (ord(char) % 32)
    return bits
