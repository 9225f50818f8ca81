"""Words and word pairs of the base, and the tables that find a word by its letters or its keys."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.keys import decode, keystrokes
from knowledge.language import Language
from knowledge.text import fold_token, is_word

PAIR, SINGLE, FLOOR = 0.72, 0.27, 1e-4
COST_EDIT = 2.6
COST_SPLIT = 3.0
NEAREST = 5
CACHED = 3_000


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
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    _total: int = 0
    _folded: dict[str, list[str]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _key_list: list[str] = field(default_factory=list)
    _folded_list: list[str] = field(default_factory=list)
    _near: dict[str, tuple[Reading, ...]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, texts: Iterable[Sequence[str]], weight: int = 1) -> None:
        """Count the words and pairs of token lists."""
        for words in texts:
            for word in words:
                self.count[word] += weight
            for pair in pairwise(words):
                self.pairs[pair] += weight

    def close(self) -> None:
        """Build the tables once everything is learnt."""
        self._total = sum(self.count.values()) or 1
        self._folded = {}
        for word, _ in self.count.most_common():
            if is_word(word):
                self._folded.setdefault(fold_token(word), []).append(word)
        self._keys = {keystrokes(word): word for word in reversed(self.count) if is_word(word)}
        self._key_list = list(self._keys)
        self._folded_list = list(self._folded)
        self._near.clear()
        self.before = {}
        for (one, word), _ in self.pairs.most_common():
            self.before.setdefault(word, []).append(one)

    def step(self, before: str, word: str) -> float:
        """Give the cost of a word after another."""
        count = self.count
        single = count[word] / self._total if word in count else 0.0
        pair = self.pairs.get((before, word), 0) / (count[before] + 2) if before in count else 0.0
        return -log(PAIR * pair + SINGLE * single + FLOOR)

    def same_letters(self, word: str) -> list[str]:
        """Give the base's words with the same letters but for accents, commonest first."""
        return self._folded.get(fold_token(word), [])

    def near(self, word: str) -> tuple[Reading, ...]:
        """Give the words a few keys away."""
        if word not in self._near:
            if len(self._near) >= CACHED:
                self._near.clear()
            self._near[word] = tuple(self._find_near(word))
        return self._near[word]

    def _find_near(self, word: str) -> list[Reading]:
        if len(word) < 2:
            return []
        keys = keystrokes(decode(word))
        most = 1 if len(keys) < 7 else 2
        found = [
            Reading((self._keys[key],), COST_EDIT * distance, 0.85)
            for key, distance in self._extract(keys, self._key_list, most)
        ]
        if word.isascii() and len(word) > 3:
            for letters, distance in self._extract(word, self._folded_list, 1)[:3]:
                cost = COST_EDIT * distance + 0.5
                found += [Reading((one,), cost, 0.8) for one in self._folded[letters][:3]]
        found.sort(key=lambda one: (one.cost, -self.count[one.words[0]]))
        return found[:NEAREST] + self._splits(word)

    def _extract(self, word: str, known: list[str], most: int) -> list[tuple[str, int]]:
        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=20)
        return [(one, distance) for one, distance, _ in found]

    def _splits(self, word: str) -> list[Reading]:
        if len(word) < 5:
            return []
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        return [
            Reading((left, right), COST_SPLIT, 0.85)
            for first, second in cuts
            for left in self._known(first)[:2]
            for right in self._known(second)[:2]
        ][:6]

    def _known(self, word: str) -> list[str]:
        return [word] if word in self.count else self.same_letters(word) if word.isascii() else []
