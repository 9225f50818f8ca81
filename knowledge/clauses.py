"""Finds the part of a message that asks: greeting, self-introduction and situation weigh little.

A message is cut into sentences and clauses. The sentences that ask count whole; when their own
words say nothing ("nhờ chỉ giúp cụ thể là gì"), what stands before them counts as well. All the
rest together may weigh only a part of what asks, so that a long story does not drown it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.corpus import Corpus
from knowledge.slots import kind_spans
from knowledge.text import sentences, tokens

BESIDE, ASIDE, INTRODUCED = 0.7, 0.3, 0.1  # in the same sentence; elsewhere; about the asker
BEFORE = 0.8  # what stands before an ask that says nothing itself
LITTLE = 1  # telling words of an ask that leans on what stands before it: `căn cứ vào cái gì`
SHORT = 12
ROOM = 0.5  # most weight of all the rest, as a part of the asking words
LEAST_ASKING = 8
ASKS = frozenset(["gì", "nào", "ai", "đâu", "sao", "mấy", "nhiêu"])
UNSURE_AFTER = frozenset(
    ["đó", "ấy", "đấy", "hôm", "nay", "bữa", "hổm", "cũng", "anh", "chị", "bác"]
)
BACK = frozenset(["đó", "ấy", "này", "chúng", "họ", "nó", "trên", "vậy", "đấy", "nầy"])
ENDS_KIND = frozenset(
    ["hoạch", "bản", "tin", "nghị", "tỉnh", "trào", "vận", "quyết", "chế", "năm", "tháng", "bài"]
)
PARTICLES = frozenset(["thế", "nhỉ", "vậy", "đây", "đấy", "nữa", "hả", "biết"])
FIRST_WORDS = 7
SCOPES = frozenset(
    {"trong", "về", "riêng", "để", "khi", "lúc", "muốn"}
)  # `trong lĩnh vực kinh tế,`
LISTS = frozenset({"những", "các"})
ITEM, BEGINS = 2, 5  # words of an item, and words within which an enumeration begins or asks
_END = re.compile(r"(?<=[,:;])\s+| [-–] (?=[^A-ZĐ])")  # no cut within Bà Rịa - Vũng Tàu
_ASKER = "(?:em|tôi|mình|cháu|chúng tôi|bọn em|tụi em)"
_BEFORE_ASKER = re.compile(rf" (?=(?:mà|để|nên|nhưng|vì) {_ASKER} )", re.IGNORECASE)
_AFTER_REPORT = re.compile(
    rf"(?<= )((?:gọi|lên|sếp|thư|tịch|đạo|trưởng|người ta|dân|cứ) hỏi(?: {_ASKER})?"
    r"|(?:muốn|cần) hỏi|hỏi (?:là|rằng))(?= \w)",
    re.IGNORECASE,
)
UNSURE_BEFORE = frozenset({"riêng"})  # `không riêng gì` asks nothing


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the message between punctuation marks."""

    number: int
    sentence: int
    tokens: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Focus:
    """How much each clause counts, which ones ask, and which ones only introduce the asker.

    `strict` are those that ask without what stands before them.
    """

    weights: Mapping[int, float]
    asking: frozenset[int]
    introducing: frozenset[int]
    strict: frozenset[int] = frozenset()


def cut(raw: str) -> list[Clause]:
    """Cut a message into clauses."""
    clauses: list[Clause] = []
    for at, sentence in enumerate(sentences(raw)):
        marked = sentence.rstrip().endswith("?")
        reported = _BEFORE_ASKER.sub(", ", _AFTER_REPORT.sub(r"\1,", sentence))
        for found in _whole(tuple(tokens(piece)) for piece in _END.split(reported)):
            clauses.append(Clause(len(clauses), at, found, marked))
    return clauses


def heard(clauses: Sequence[Clause], most: int) -> list[Clause]:
    """Give the clauses of a long message that have room: the questions first, then from the end
    on, for a story comes before what it is told for.
    """
    left = most
    kept: dict[int, Clause] = {}
    order = sorted(clauses, key=lambda one: (one.is_marked, one.number), reverse=True)
    for one in order:
        found = one.tokens[:left]
        if found:
            kept[one.number] = replace(one, tokens=found)
            left -= len(found)
    return [replace(kept[number], number=at) for at, number in enumerate(sorted(kept))]


def _whole(pieces: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Put enumerations together again: `những nghị quyết, chỉ thị nào`."""
    whole: list[tuple[str, ...]] = []
    is_listed = False
    for piece in pieces:
        if whole and is_listed and (len(piece) <= ITEM or ASKS.intersection(piece[:BEGINS])):
            whole[-1] += piece
        elif piece:
            is_listed = bool(LISTS.intersection(piece[-BEGINS:])) and not ASKS.intersection(piece)
            whole.append(piece)
    return whole


def focus(clauses: Sequence[Clause], words: Mapping[int, Sequence[str]], corpus: Corpus) -> Focus:
    """Weigh clauses by their words as they were read."""
    if len(clauses) < 2:
        return Focus({0: 1.0}, frozenset({0}), frozenset(), frozenset({0}))
    forces = {one.number: _force(words[one.number], corpus) for one in clauses}
    introducing = frozenset(
        one.number
        for one in clauses
        if forces[one.number] < 2 and _introduces(words[one.number], corpus)
    )
    asking = _asking(clauses, words, forces, introducing, corpus)
    if not asking:
        return _unasked(clauses, words, introducing, corpus)
    story = _Story(clauses, words, asking, introducing, corpus)
    before = story.before()
    weights = {one.number: story.weight(one, before) for one in clauses}
    return Focus(_within_room(weights, words), asking | before, introducing, asking)


def _unasked(
    clauses: Sequence[Clause],
    words: Mapping[int, Sequence[str]],
    introducing: frozenset[int],
    corpus: Corpus,
) -> Focus:
    """Weigh a message that does not seem to ask: what names something of the base comes first."""
    rest = frozenset(one.number for one in clauses) - introducing
    naming = frozenset(at for at in rest if _naming_spans(words[at], corpus)) or rest
    plain = {
        one.number: 1.0 if one.number in naming else ASIDE if one.number in rest else INTRODUCED
        for one in clauses
    }
    return Focus(_within_room(plain, words), naming or rest, introducing)


def _force(words: Sequence[str], corpus: Corpus) -> int:
    """Say how strongly a clause asks: 2 with a question word, 1 with a request, else 0."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in ASKS and following not in UNSURE_AFTER and before not in UNSURE_BEFORE:
            return 2
    told = [word for word in words if word not in corpus.language.polite | PARTICLES]
    if told[-1:] in (["không"], ["chưa"]) and len(told) > 2:
        return 2
    return 1 if corpus.language.asking.find(words) else 0


def _introduces(words: Sequence[str], corpus: Corpus) -> bool:
    is_ours = bool(corpus.topics.find(words) or kind_spans(words))
    begins = (start for start, _, _ in corpus.language.introducing.find(words))
    return not is_ours and any(start < FIRST_WORDS for start in begins)


def _asking(
    clauses: Sequence[Clause],
    words: Mapping[int, Sequence[str]],
    forces: Mapping[int, int],
    introducing: frozenset[int],
    corpus: Corpus,
) -> frozenset[int]:
    """Give the clauses that ask: the marked, else those with question words, else requests."""
    strong = _without_several({at for at, force in forces.items() if force == 2}, clauses, words)
    marked = {one.number for one in clauses if one.is_marked and one.number in strong}
    doubting = {at for at in strong if corpus.language.doubting.find(words[at])}
    requests = {at for at, force in forces.items() if force == 1} - introducing
    telling = {at for at in requests if _tells(words[at], corpus)}
    naming = [one.number for one in clauses if _naming_spans(words[one.number], corpus)]
    of_ours = {at for at in doubting if at in naming or at > max(naming, default=-1)}
    last = max((one.sentence for one in clauses if one.number in of_ours), default=-1)
    later = {at for at in requests if clauses[at].sentence >= last}
    questions = {one.number for one in clauses if one.is_marked}
    choices = (marked, strong - doubting, telling & later, of_ours, telling, requests, questions)
    return frozenset(next((found for found in choices if found), ()))


def _without_several(
    strong: set[int], clauses: Sequence[Clause], words: Mapping[int, Sequence[str]]
) -> set[int]:
    """Leave out what only counts a few (`thôn tôi có mấy hộ giỏi`) before what asks."""
    last = max((clauses[at].sentence for at in strong), default=-1)
    several = {at for at in strong if ASKS.intersection(words[at]) == {"mấy"}}
    return strong - {
        at for at in several if clauses[at].sentence < last and not clauses[at].is_marked
    }


@dataclass(frozen=True, slots=True)
class _Story:
    """A message whose asking clauses are known."""

    clauses: Sequence[Clause]
    words: Mapping[int, Sequence[str]]
    asking: frozenset[int]
    introducing: frozenset[int]
    corpus: Corpus

    def before(self) -> frozenset[int]:
        """Give what stands before the asking clauses, when these say too little of their own."""
        count = sum(len(_telling(self.words[at], self.corpus)) for at in self.asking)
        is_leaning = not count or self._leans()
        if count > LITTLE and not is_leaning:
            return frozenset()
        first = self.clauses[min(self.asking)]
        told = [
            one
            for one in self.clauses[: first.number]
            if one.number not in self.introducing
            and _tells(self.words[one.number], self.corpus)
            and (is_leaning or one.sentence < first.sentence)
        ]
        return frozenset(one.number for one in told if one.sentence == told[-1].sentence)

    def _leans(self) -> bool:
        """Say whether a short ask points back: `chép lại trọn vẹn câu đó`."""
        return all(len(self.words[at]) <= SHORT for at in self.asking) and any(
            word in BACK and self.words[at][max(0, place - 1)] not in ENDS_KIND
            for at in self.asking
            for place, word in enumerate(self.words[at])
        )

    def weight(self, one: Clause, before: frozenset[int]) -> float:
        """Weigh one clause."""
        if one.number in self.asking:
            return 1.0
        if one.number in before:
            return BEFORE
        if one.number in self.introducing:
            return INTRODUCED
        if one.sentence not in {self.clauses[at].sentence for at in self.asking}:
            return ASIDE
        return BEFORE if SCOPES.intersection(self.words[one.number][:1]) else BESIDE


def _tells(words: Sequence[str], corpus: Corpus) -> bool:
    """Say whether words tell more than which document and that something is asked."""
    return bool(_telling(words, corpus))


def _telling(words: Sequence[str], corpus: Corpus) -> list[str]:
    """Give the words that tell more than which document and that something is asked."""
    language = corpus.language
    spans = [
        *_naming_spans(words, corpus),
        *language.asking.find(words),
        *language.doubting.find(words),
    ]
    naming = {at for start, end, _ in spans for at in range(start, end)}
    empty = language.light | language.polite | language.empty | ASKS
    return [
        word
        for at, word in enumerate(words)
        if at not in naming and word not in empty and not word[0].isdecimal()
    ]


def _naming_spans(words: Sequence[str], corpus: Corpus) -> list[tuple[int, int, str]]:
    return [*corpus.topics.find(words), *corpus.provinces.find(words), *kind_spans(words)]


def _within_room(
    weights: Mapping[int, float], words: Mapping[int, Sequence[str]]
) -> dict[int, float]:
    """Let all the rest together weigh only a part of what asks."""
    asked = sum(len(words[at]) for at, weight in weights.items() if weight >= BEFORE)
    rest = sum(len(words[at]) * weight for at, weight in weights.items() if weight < BEFORE)
    room = ROOM * max(asked, LEAST_ASKING)
    share = min(1.0, room / rest) if rest else 1.0
    return {at: weight if weight >= BEFORE else weight * share for at, weight in weights.items()}
