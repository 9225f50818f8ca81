"""What a question names: document numbers, years, dates, provinces, topics, issuers and the kind
of document.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from rapidfuzz.distance import OSA

from knowledge.kinds import KINDS
from knowledge.language import Phrases
from knowledge.numerals import DIGITS
from knowledge.provinces import Provinces
from knowledge.text import is_code, is_date, is_year, number_of, tokens

RELATIVE_YEARS = {
    "năm nay": 0, "năm ngoái": -1, "năm trước": -1, "năm rồi": -1, "năm kia": -2,
    "sang năm": 1, "năm sau": 1, "năm tới": 1,
}  # fmt: skip
SEVERAL = frozenset(
    {"các", "những", "mấy", "nhiều", "vài", "từng", "so", "với", "nhiêu", "bao", "được"}
)
MONTHS_IN_WORDS = {"giêng": 1, "chạp": 12, "mười": 10}
FIRST_YEAR = "1900"  # an earlier year after a kind of document is its number: quy chế 1859
BEFORE_PLACE = frozenset({"tỉnh", "thành", "phố"})
NUMERALS = frozenset({*DIGITS, "mười", "mươi", "chục", "trăm"})
ISSUERS = tuple(
    tuple(tokens(name)) for name in ("ủy ban nhân dân", "ban dân vận tỉnh ủy", "ban dân vận")
)

_KINDS = Phrases()
for _kind in KINDS:
    _KINDS.add(tokens(_kind), _kind)
_RELATIVE = Phrases()
for _phrase in RELATIVE_YEARS:
    _RELATIVE.add(tokens(_phrase), _phrase)


@dataclass(frozen=True, slots=True)
class Number:
    """A document number as named: `246/kh/ubnd`, or only `246` with the kind of document before
    it.

    One that stands after a mere "số" is not `is_firm`: it may be the number of a room.
    """

    number: str
    code: str = ""
    kind: str = ""
    is_firm: bool = True
    at: int = 0

    def fits(self, code: str) -> bool:
        """Say whether a code of the base can be the one named."""
        if number_of(code) != self.number:
            return False
        parts = code.split("/")[1:]
        if self.code:
            named = self.code.split("/")[1:]
            return (
                set(named) <= set(parts)
                or set(parts) <= set(named)
                or OSA.distance(self.code, code) <= 1
            )
        letters = KINDS.get(self.kind, "")
        return not letters or letters in parts


@dataclass(frozen=True, slots=True)
class Day:
    """A date as named, perhaps without its year."""

    day: int
    month: int
    year: int | None = None

    def within(self, year: int) -> date | None:
        """Give the date in a year; None where the year does not have it."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Slots:
    """Everything a question names; `naming` are the places of the words that name a province or a
    body of it.
    """

    provinces: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    years: tuple[int, ...] = ()
    relative_years: tuple[int, ...] = ()
    days: tuple[Day, ...] = ()
    months: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()
    naming: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_dated_before_merger(self) -> bool:
        """Say whether a date before 1/7/2025 is named."""
        years = [*self.years, *(day.year for day in self.days if day.year)]
        early = any(day.year == 2025 and day.month < 7 for day in self.days)
        return early or any(year < 2025 for year in years)


def find_slots(words: Sequence[str], provinces: Provinces, today: date) -> Slots:
    """Read the slots of a question from its words."""
    words = list(words)
    places = provinces.find(words)
    naming = {at for start, end, _ in places for at in range(_with_title(words, start), end)}
    named = [
        int(word)
        for at, word in enumerate(words)
        if is_year(word) and (word >= FIRST_YEAR or words[at - 1 : at] == ["năm"])
    ]
    relative = _relative_years(words, today)
    kinds = _KINDS.names(words) | ({"hội nghị"} if "hội nghị" in " ".join(words) else set())
    return Slots(
        provinces=tuple(dict.fromkeys(name for _, _, name in places)),
        numbers=tuple(_numbers(words)),
        years=tuple(dict.fromkeys([*named, *relative])),
        relative_years=tuple(year for year in relative if year not in named),
        days=tuple(dict.fromkeys(_day(word) for word in words if is_date(word))),
        months=_months(words),
        kinds=frozenset(kinds),
        naming=frozenset(naming),
    )


def kind_spans(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Give (start, end, kind) of every kind of document named."""
    return _KINDS.find(words)


def _with_title(words: Sequence[str], start: int) -> int:
    while start and words[start - 1] in BEFORE_PLACE:
        start -= 1
    for issuer in ISSUERS:
        if tuple(words[max(0, start - len(issuer)) : start]) == issuer:
            return start - len(issuer)
    return start


def _numbers(words: Sequence[str]) -> list[Number]:
    numbers = [
        Number(number_of(word), code=word, at=at) for at, word in enumerate(words) if is_code(word)
    ]
    at_codes = {at for at, word in enumerate(words) if is_code(word)}
    for _, end, kind in _KINDS.find(words):
        at = end + 1 if words[end : end + 1] == ["số"] else end
        if at < len(words) and _is_number(words, at):
            further = _listed(words, at)
            numbers += [Number(words[one], kind=kind, at=one) for one in further]
            at_codes.update(further)
    loose = (
        at
        for at, word in enumerate(words)
        if at not in at_codes
        and (words[max(0, at - 1) : at] == ["số"] or (is_year(word) and word < FIRST_YEAR))
    )
    return numbers + [
        Number(words[at], is_firm=False, at=at) for at in loose if _is_number(words, at)
    ]


def _listed(words: Sequence[str], at: int) -> list[int]:
    """Give the places of a number and of those listed after it: `kế hoạch 246, 05 và 14`."""
    found = [at]
    while True:
        step = 2 if words[found[-1] + 1 : found[-1] + 2] == ["và"] else 1
        following = found[-1] + step
        if following >= len(words) or not _is_number(words, following):
            return found
        found.append(following)


def _is_number(words: Sequence[str], at: int) -> bool:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    return (
        word.isdecimal()
        and len(word) < 6
        and (not is_year(word) or word < FIRST_YEAR)
        and following not in {"năm", "tháng", "khóa"}
    )


def _relative_years(words: Sequence[str], today: date) -> list[int]:
    """Give the years said as seen from today: `năm ngoái`."""
    return [
        today.year + RELATIVE_YEARS[name]
        for start, _, name in _RELATIVE.find(words)
        if not _is_several(words, start)
        and not (name == "năm rồi" and words[max(0, start - 1) : start] == ["cuối"])
    ]


def _is_several(words: Sequence[str], start: int) -> bool:
    """Say whether years are counted, as in `những năm trước`, `mấy năm rồi`, `91 năm trước`."""
    before = words[start - 1] if start else ""
    return before in SEVERAL or before.isdecimal() or before in NUMERALS


def _day(word: str) -> Day:
    parts = [int(part) for part in word.split("/")]
    return Day(*parts)


def _months(words: Sequence[str]) -> tuple[int, ...]:
    months = []
    for before, word in pairwise(words):
        if before == "tháng" and word.isdecimal() and 1 <= int(word[:3]) <= 12:
            months.append(int(word))
        elif before == "tháng" and word in MONTHS_IN_WORDS:
            months.append(MONTHS_IN_WORDS[word])
    return tuple(dict.fromkeys(months))
