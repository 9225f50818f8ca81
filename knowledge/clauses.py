"""Finds the part of a message that asks: greeting, self-introduction and situation weigh little.

A message is cut into sentences and clauses. The sentences that ask count whole; when their own
words say nothing ("nhờ chỉ giúp cụ thể là gì"), what stands before them counts as well. All the
rest together may weigh only a part of what asks, so that a long story does not drown it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.corpus import Corpus
from knowledge.slots import kind_spans
from knowledge.text import sentences, tokens

BESIDE, NEAR, ASIDE, INTRODUCED = 0.7, 0.6, 0.3, 0.1  # same sentence; pointed back to; other; self
BEFORE = 0.9  # what stands before an ask that says nothing itself
ROOM = 0.75  # most weight of all the rest, as a part of the asking words
LEAST_ASKING = 8
ASKS = frozenset(["gì", "nào", "ai", "đâu", "sao", "mấy", "nhiêu"])
UNSURE_AFTER = frozenset(
    ["đó", "ấy", "đấy", "hôm", "nay", "bữa", "hổm", "cũng", "anh", "chị", "bác"]
)
BACK = frozenset(["đó", "ấy", "này", "chúng", "họ", "nó", "trên", "vậy", "đấy", "nầy"])
LAST_WORDS = 4
FIRST_WORDS = 7
_END = re.compile(r"(?<=[,:;])\s+| [-–] ")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the message between punctuation marks."""

    number: int
    sentence: int
    tokens: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Focus:
    """How much each clause counts, which ones ask, and which ones only introduce the asker."""

    weights: Mapping[int, float]
    asking: frozenset[int]
    introducing: frozenset[int]


def cut(raw: str) -> list[Clause]:
    """Cut a message into clauses."""
    clauses: list[Clause] = []
    for at, sentence in enumerate(sentences(raw)):
        marked = sentence.rstrip().endswith("?")
        for piece in _END.split(sentence):
            found = tuple(tokens(piece))
            if found:
                clauses.append(Clause(len(clauses), at, found, marked))
    return clauses


def focus(clauses: Sequence[Clause], words: Mapping[int, Sequence[str]], corpus: Corpus) -> Focus:
    """Weigh clauses by their words as they were read."""
    if len(clauses) < 2:
        return Focus({0: 1.0}, frozenset({0}), frozenset())
    forces = {one.number: _force(words[one.number], corpus) for one in clauses}
    introducing = frozenset(
        one.number
        for one in clauses
        if forces[one.number] < 2 and _introduces(words[one.number], corpus)
    )
    asking = _asking(clauses, words, forces, introducing, corpus)
    if not asking:
        plain = {one.number: INTRODUCED if one.number in introducing else 1.0 for one in clauses}
        return Focus(
            plain, frozenset(at for at, weight in plain.items() if weight == 1.0), introducing
        )
    before = _before(clauses, words, asking, introducing, corpus)
    weights = {
        one.number: _weight(one, clauses, words, asking, before, introducing) for one in clauses
    }
    return Focus(_within_room(weights, words), asking | before, introducing)


def _force(words: Sequence[str], corpus: Corpus) -> int:
    """Say how strongly a clause asks: 2 with a question word, 1 with a request, else 0."""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in ASKS and following not in UNSURE_AFTER:
            return 2
    if {"không", "chưa"} & set(words[-LAST_WORDS:]) and len(words) > 2:
        return 2
    return 1 if corpus.language.asking.find(words) else 0


def _introduces(words: Sequence[str], corpus: Corpus) -> bool:
    return any(start < FIRST_WORDS for start, _, _ in corpus.language.introducing.find(words))


def _asking(
    clauses: Sequence[Clause],
    words: Mapping[int, Sequence[str]],
    forces: Mapping[int, int],
    introducing: frozenset[int],
    corpus: Corpus,
) -> frozenset[int]:
    """Give the clauses that ask: those marked so, else those with question words, else requests."""
    marked = {one.number for one in clauses if one.is_marked and forces[one.number] == 2}
    strong = {one.number for one in clauses if forces[one.number] == 2}
    doubting = {
        one.number
        for one in clauses
        if one.number in strong and corpus.language.doubting.find(words[one.number])
    }
    last = max((one.sentence for one in clauses if one.number in strong), default=-1)
    earlier = {one.number for one in clauses if one.sentence < last}
    found = marked or strong - (doubting & earlier)
    if found:
        return frozenset(found)
    requests = {at for at, force in forces.items() if force == 1} - introducing
    if requests:
        return frozenset(requests)
    return frozenset(one.number for one in clauses if one.is_marked)


def _before(
    clauses: Sequence[Clause],
    words: Mapping[int, Sequence[str]],
    asking: frozenset[int],
    introducing: frozenset[int],
    corpus: Corpus,
) -> frozenset[int]:
    """Give what stands before the asking clauses, when these say nothing of their own."""
    if any(_tells(words[at], corpus) for at in asking):
        return frozenset()
    first = clauses[min(asking)]
    told = [
        one
        for one in clauses[: first.number]
        if one.number not in introducing and _tells(words[one.number], corpus)
    ]
    if not told:
        return frozenset(one.number for one in clauses[first.number :])
    return frozenset(one.number for one in told if one.sentence == told[-1].sentence)


def _tells(words: Sequence[str], corpus: Corpus) -> bool:
    """Say whether words tell more than which document and that something is asked."""
    language = corpus.language
    spans = [
        *corpus.topics.find(words), *corpus.provinces.find(words), *kind_spans(words),
        *language.asking.find(words), *language.doubting.find(words),
    ]  # fmt: skip
    naming = {at for start, end, _ in spans for at in range(start, end)}
    empty = language.light | language.polite | language.empty | ASKS
    return any(
        at not in naming and word not in empty and not word[0].isdecimal()
        for at, word in enumerate(words)
    )


def _weight(
    one: Clause,
    clauses: Sequence[Clause],
    words: Mapping[int, Sequence[str]],
    asking: frozenset[int],
    before: frozenset[int],
    introducing: frozenset[int],
) -> float:
    if one.number in asking:
        return 1.0
    if one.number in before:
        return BEFORE
    if one.number in introducing:
        return INTRODUCED
    if one.sentence in {clauses[at].sentence for at in asking}:
        return BESIDE
    points_back = any(
        clauses[at].sentence == one.sentence + 1 and BACK & set(words[at]) for at in asking
    )
    return NEAR if points_back else ASIDE


def _within_room(
    weights: Mapping[int, float], words: Mapping[int, Sequence[str]]
) -> dict[int, float]:
    """Let all the rest together weigh only a part of what asks."""
    asked = sum(len(words[at]) for at, weight in weights.items() if weight >= BEFORE)
    rest = sum(len(words[at]) * weight for at, weight in weights.items() if weight < BEFORE)
    room = ROOM * max(asked, LEAST_ASKING)
    share = min(1.0, room / rest) if rest else 1.0
    return {at: weight if weight >= BEFORE else weight * share for at, weight in weights.items()}
