"""Finds the occasion that a question describes in other words than its name: `ngày bộ đội mình ra
đời`.

Two figures are weighed by how telling words are among the occasions: how much of what the question
says an occasion's wordings know (so that "Ngày Doanh nhân" is none of ours), and how much of one
wording the question says (so that one word alone names nothing).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from knowledge.language import Language, Phrases
from knowledge.occasions import Occasion
from knowledge.text import tokens

KNOWN, SAID = 0.7, 0.6  # least part of the question that is known; of a wording that is said
BESIDE = 0.88  # what comes this near to the best is meant as well
LIKE = 0.7  # how much another word for the same counts
ORDINARY = 0.5  # an everyday word that no occasion has tells less than a strange one
MOST = 3  # what fits more occasions than these describes none
WAYS = ("count", "which_year", "day_of", "how_long", "upcoming", "period", "round")


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that tells something, with the concepts that it stands for here."""

    word: str
    concepts: frozenset[str]

    def share(self, known: frozenset[str]) -> float:
        """Say how far it is among known words and concepts."""
        return 1.0 if self.word in known else LIKE * bool(self.concepts & known)


class Descriptions:
    """All wordings of the occasions, compared by their telling words."""

    def __init__(self, occasions: Sequence[Occasion], language: Language) -> None:
        self._language = language
        self._light = language.light | language.polite
        self._around = Phrases()
        for way in (
            *(way for kind in WAYS for way in language.asked["calendar"][kind]),
            *language.asked["around_a_day"],
            *language.asked["moments"],
            *language.asked["request"],
        ):
            self._around.add(tokens(way), way)
        self._told = [
            (one, [told for text in one.wordings if (told := self.telling(tokens(text)))])
            for one in occasions
        ]
        self._known = {
            one.id: _features(word for told in texts for word in told) for one, texts in self._told
        }
        count = Counter(feature for known in self._known.values() for feature in known)
        self._idf = {feature: log(1 + len(occasions) / found) for feature, found in count.items()}
        self._strange = log(1 + 2.0 * len(occasions))

    def telling(self, words: Sequence[str]) -> list[Telling]:
        """Give the words that are neither light nor said around any day, each once."""
        around = {at for start, end, _ in self._around.find(words) for at in range(start, end)}
        spans = self._language.concepts.outer(words)
        joined = {at for start, end, _ in spans if end - start > 1 for at in range(start, end)}
        found: dict[str, Telling] = {}
        for at, word in enumerate(words):
            is_light = word in self._light and at not in joined
            if at not in around and not is_light and word[0].isalpha():
                names = frozenset(name for start, end, name in spans if start <= at < end)
                found.setdefault(word, Telling(word, names))
        return list(found.values())

    def strangeness(self, words: Sequence[str]) -> float:
        """Say which part of the telling words no occasion knows."""
        asked = self.telling(words)
        mass = sum(self._mass(one) for one in asked)
        strange = sum(self._mass(one) for one in asked if one.word not in self._idf)
        return strange / mass if mass else 0.0

    def find(self, words: Sequence[str]) -> list[Occasion]:
        """Give the occasions that words describe; none where they say much else, or too little."""
        asked = self.telling(words)
        if not asked:
            return []
        features = _features(asked)
        scored = sorted(
            (
                (known * said, one)
                for one, texts in self._told
                if (known := self._part(asked, self._known[one.id])) >= KNOWN
                and (said := max(self._part(told, features) for told in texts)) >= SAID
            ),
            key=lambda found: -found[0],
        )
        meant = [one for score, one in scored if score >= BESIDE * scored[0][0]]
        return meant if len(meant) <= MOST else []

    def _part(self, told: Sequence[Telling], known: frozenset[str]) -> float:
        """Give the part of words that is known."""
        mass = sum(self._mass(one) for one in told)
        return sum(self._mass(one) * one.share(known) for one in told) / mass

    def _mass(self, one: Telling) -> float:
        common = one.word in self._language.common
        return self._idf.get(one.word, self._strange * (ORDINARY if common else 1.0))


def _features(told: Iterable[Telling]) -> frozenset[str]:
    return frozenset(feature for one in told for feature in (one.word, *one.concepts))
