"""Says whether two questions ask the same thing in nearly the same words.

Who asked is told the other's answer, so a doubt means no: nothing may differ but words that say
nothing, the order, ways to ask the same, and slips of the hand. A number, year, place or negation
that only one of them has makes them different.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from knowledge.language import Phrases, language
from knowledge.syllable import is_syllable
from knowledge.text import fold, join_dates, tokens

SAME_WAYS = (
    ("khi nào", "bao giờ", "lúc nào", "ngày nào", "hôm nào", "ngày mấy", "thời điểm nào"),
    ("bao nhiêu", "mấy"),
    ("vì sao", "tại sao"),
    ("thế nào", "như thế nào", "ra sao"),
    ("ở đâu", "tại đâu", "nơi nào", "chỗ nào"),
    ("ai", "người nào"),
    ("gì", "cái gì", "những gì"),
    ("ủy ban nhân dân", "ubnd"),
    ("hội đồng nhân dân", "hđnd"),
    ("mặt trận tổ quốc", "mttq"),
)
"""Ways to say one thing; those of one line are taken for the same."""
SAYING_NOTHING = frozenset(
    tokens("là thì mà của ở tại về các những có này đó ấy vậy thế nhỉ rồi tỉnh biết nêu rõ cụ thể")
)
SAYING_SOMETHING = frozenset(tokens("hộ chú bạn giúp"))
"""Words that are polite elsewhere."""
ASKED_AT_THE_END = frozenset(("không", "chưa"))
"""There they make it a question, elsewhere they deny."""
NAMING_NUMBERS = frozenset(("năm", "ngày", "số"))
ORDERED = frozenset(tokens("từ đến sang giúp hơn trước sau không chưa chẳng chả trừ ngoài khỏi"))
"""Where one of them stands, another order says another thing."""
NAMES = frozenset(("ha", "da"))
"""Without accents these polite words are names as well."""
DATED = {"thang": "tháng", "nam": "năm"}
SHORTEST_SLIP = 4


@dataclass(frozen=True, slots=True)
class _Ways:
    """The tables, as they are written with accents or without."""

    phrases: Phrases
    silent: frozenset[str]
    asking: frozenset[str]
    naming: frozenset[str]
    ordered: frozenset[str]


def alike(one: str, other: str) -> bool:
    """Say whether two questions are one, as they were typed: reading may take a name for a word.

    Where one of them has no accents, the other's are not looked at either.
    """
    bare = _is_bare(one) or _is_bare(other)
    first, second = _gist(one, bare=bare), _gist(other, bare=bare)
    left, right = frozenset(first), frozenset(second)
    if not (left and right) or _numbers(first) != _numbers(second):
        return False
    if (left | right) & _ways(bare=bare).ordered:
        return first == second
    return left == right or _is_slip(left - right, right - left)


@lru_cache(maxsize=1_000)
def _is_bare(text: str) -> bool:
    return fold(text) == text.lower()


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word[0].isdecimal()]


def _is_slip(left: frozenset[str], right: frozenset[str]) -> bool:
    """Say whether the words that differ are one word, once mistyped."""
    if len(left) != 1 or len(right) != 1:
        return False
    (one,), (other,) = left, right
    is_typo = not (is_syllable(one) and is_syllable(other))
    is_long = min(len(one), len(other)) >= SHORTEST_SLIP
    return is_typo and is_long and OSA.distance(fold(one), fold(other)) <= 1


@lru_cache(maxsize=1_000)
def _gist(text: str, *, bare: bool) -> tuple[str, ...]:
    """Give the words that say what is asked, in their order."""
    words = join_dates(language().expand(tokens(text)))
    if bare:
        said = [word for word in words if word not in _ways(bare=False).silent]
        words = [fold(word) for word in join_dates([DATED.get(word, word) for word in said])]
    ways = _ways(bare=bare)
    words = _one_way(words, ways.phrases)
    while words and words[-1] in ways.asking | ways.silent:
        words = words[:-1]
    return tuple(
        word
        for word, after in pairwise([*words, ""])
        if word not in ways.silent
        and not (word in ways.naming and after[:1].isdecimal())
        and not (word == "cho" and after in ways.silent)
    )


def _one_way(words: Sequence[str], phrases: Phrases) -> list[str]:
    """Write every way to say a thing as the first of its line."""
    written: list[str] = []
    at = 0
    while at < len(words):
        end, name = next(iter(phrases.at(words, at)), (at + 1, words[at]))
        written.append(name)
        at = end
    return written


@cache
def _ways(*, bare: bool) -> _Ways:
    def plain(words: frozenset[str]) -> frozenset[str]:
        return frozenset(map(fold, words)) - NAMES if bare else words

    phrases = Phrases()
    for line in SAME_WAYS:
        for way in line:
            phrases.add(tokens(fold(way) if bare else way), f"§{line[0]}")
    return _Ways(
        phrases,
        silent=plain(SAYING_NOTHING | (language().polite - SAYING_SOMETHING)),
        asking=plain(ASKED_AT_THE_END),
        naming=plain(NAMING_NUMBERS),
        ordered=plain(ORDERED),
    )
