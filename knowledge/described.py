"""Finds the occasion that a question describes in other words than its name: `ngày bộ đội mình ra
đời`.

Two figures are weighed by how telling words are among the occasions: how much of what the question
says an occasion's wordings know (so that "Ngày Doanh nhân" is none of ours), and how much of one
wording the question says (so that one word alone names nothing).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from knowledge.language import FOLDER, Language, Phrases
from knowledge.occasions import Occasion
from knowledge.reader import load_yaml
from knowledge.slots import kind_spans
from knowledge.text import tokens

KNOWN = 0.72  # least part of a question that is known, ...
ENOUGH = 0.58  # ... and times the part of a wording that is said
BESIDE = 0.88  # what comes this near to the best is meant as well
LIKE = 0.7  # how much another word for the same counts
TORN = 0.7  # ... and a word that is known only beside other words
ORDINARY = 0.6  # an everyday word that no occasion has tells less than a strange one
LONGEST = 16  # telling words; what says more describes no day alone
MOST = 3  # what fits more occasions than these describes none
WAYS = ("count", "which_year", "day_of", "how_long", "upcoming", "period", "round")
DAYS: dict[str, list[str]] = load_yaml((FOLDER / "days.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that tells something, with the concepts that it stands for here and the pairs that
    it makes with the telling words beside it.
    """

    word: str
    concepts: frozenset[str]
    pairs: frozenset[str]

    def share(self, features: frozenset[str]) -> float:
        """Say how far it is among words and concepts."""
        return 1.0 if self.word in features else LIKE * bool(self.concepts & features)


class Descriptions:
    """All wordings of the occasions, compared by their telling words."""

    def __init__(self, occasions: Sequence[Occasion], language: Language) -> None:
        self._language = language
        self._light = language.light | language.polite
        self._elsewhere = frozenset("§" + name for name in DAYS["not_a_day"])
        self._around = Phrases()
        for way in (
            *(way for kind in WAYS for way in language.asked["calendar"][kind]),
            *DAYS["around"],
            *language.asked["moments"],
            *language.asked["request"],
        ):
            self._around.add(tokens(way), way)
        self._told = [(one, self._tellings(one.wordings)) for one in occasions]
        self._absent = self._tellings(DAYS["absent"])
        self._holding: dict[str, set[int]] = {}
        for at, (_, texts) in enumerate(self._told):
            for told in texts:
                for feature in _features(told) | {pair for one in told for pair in one.pairs}:
                    self._holding.setdefault(feature, set()).add(at)
        self._idf = {
            feature: log(1 + len(occasions) / len(found))
            for feature, found in self._holding.items()
        }
        self._strange = log(1 + 2.0 * len(occasions))

    def telling(self, words: Sequence[str]) -> list[Telling]:
        """Give the words that are neither light nor said around any day, each once."""
        around = {at for start, end, _ in self._around.find(words) for at in range(start, end)}
        spans = self._language.concepts.outer(words)
        joined = {at for start, end, _ in spans if end - start > 1 for at in range(start, end)}
        kept = {
            at: word
            for at, word in enumerate(words)
            if at not in around and (at in joined or word not in self._light) and word[0].isalpha()
        }
        found: dict[str, Telling] = {}
        for at, word in kept.items():
            names = frozenset(name for start, end, name in spans if start <= at < end)
            beside = frozenset(
                f"{kept[one]} {kept[one + 1]}"
                for one in (at - 1, at)
                if {one, one + 1} <= kept.keys()
            )
            found.setdefault(word, Telling(word, names, beside))
        return list(found.values())

    def _tellings(self, texts: Iterable[str]) -> list[list[Telling]]:
        """Give the telling words of texts; one that is a date tells none (`10 tháng 3`)."""
        written = [tokens(text) for text in texts]
        return [
            told
            for words in written
            if (told := self.telling(words))
            and len(told) > sum(word[0].isdecimal() for word in words)
        ]

    def known(self, words: Sequence[str]) -> float:
        """Say which part of the telling words the occasion that knows most of them knows."""
        asked = self.telling(words)
        return max(self._known(asked).values(), default=0.0) if asked else 1.0

    def find(self, words: Sequence[str]) -> list[Occasion]:
        """Give the occasions that words describe; none where they say much else, or too little."""
        asked = self.telling(words)
        if len(asked) > LONGEST or all(one.concepts & self._elsewhere for one in asked):
            return []
        scored = sorted(self._scored(asked), reverse=True)
        if not scored or self._is_absent(asked, scored[0][0]):
            return []
        papers = {word for start, end, _ in kind_spans(words) for word in words[start:end]}
        meant = [
            at
            for score, at in scored
            if score >= BESIDE * scored[0][0]
            and all(at in self._holding.get(word, ()) for word in papers)
        ]
        return [self._told[at][0] for at in sorted(meant)] if len(meant) <= MOST else []

    def covers(self, words: Sequence[str]) -> bool:
        """Say whether all telling words belong to one occasion that they describe."""
        found = self.find(words)
        asked = self.telling(words)
        return any(
            one in found and all(at in self._holding.get(told.word, ()) for told in asked)
            for at, (one, _) in enumerate(self._told)
        )

    def within(self, words: Sequence[str]) -> list[Occasion]:
        """Give the occasion of which words that may say more hold a whole wording, the longest."""
        features = _features(self.telling(words))
        held = [
            (len(told), at)
            for at, (_, texts) in enumerate(self._told)
            for told in texts
            if len(told) > 1 and all(one.share(features) for one in told)
        ]
        return [self._told[max(held)[1]][0]] if held else []

    def _scored(self, asked: Sequence[Telling]) -> Iterable[tuple[float, int]]:
        features = _features(asked)
        for at, known in self._known(asked).items():
            if known >= KNOWN:
                score = known * max(self._said(told, features) for told in self._told[at][1])
                if score >= ENOUGH:
                    yield score, at

    def _known(self, asked: Sequence[Telling]) -> dict[int, float]:
        """Give the part of the words that each occasion knows: half a word (`kiểm sát`, where only
        `kiểm tra` is known) is not all of it, nor is another word for the same.
        """
        parts: dict[int, float] = {}
        total = sum(self._mass(one) for one in asked)
        for one in asked:
            mass = self._mass(one) / total
            whole, beside = self._holding.get(one.word, set()), self._holders(one.pairs)
            for at in whole | self._holders(one.concepts):
                is_whole = at in whole and (at in beside or not one.pairs)
                share = 1.0 if is_whole else TORN if at in whole else LIKE
                parts[at] = parts.get(at, 0.0) + mass * share
        return parts

    def _holders(self, features: Iterable[str]) -> set[int]:
        return set().union(*(self._holding.get(one, ()) for one in features))

    def _is_absent(self, asked: Sequence[Telling], score: float) -> bool:
        """Say whether a day that the calendar does not have fits better."""
        features = _features(asked)
        return any(
            self._said(told, features) * self._said(asked, _features(told)) > score
            for told in self._absent
        )

    def _said(self, told: Sequence[Telling], features: frozenset[str]) -> float:
        """Give the part of words that is among features."""
        mass = sum(self._mass(one) for one in told)
        return sum(self._mass(one) * one.share(features) for one in told) / mass

    def _mass(self, one: Telling) -> float:
        is_common = one.word in self._language.common
        return self._idf.get(one.word, self._strange * (ORDINARY if is_common else 1.0))


def _features(told: Iterable[Telling]) -> frozenset[str]:
    return frozenset(feature for one in told for feature in (one.word, *one.concepts))
