"""Lunar days as people say them: `mùng mười tháng ba âm lịch`, `rằm tháng giêng`, `30 Tết`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from knowledge.numerals import DIGITS, spelled_numbers
from knowledge.occasions import lunar_day
from knowledge.text import is_date

FULL_MOON, LAST_MONTH = 15, 12
LONGEST, EARLIEST_OF_TET = 30, 23  # days of a month; the last ones of a year are counted to Tết
LONGEST_NUMBER = 3  # words of a day's number
FIRST_DAYS = frozenset({"mùng", "mồng"})
MONTHS = {"giêng": 1, "chạp": LAST_MONTH}
EVES = (" giao thừa ", " đêm trừ tịch ")
ASKED_FOR = frozenset({"mấy", "nào", "ngày"})  # `mùng mấy âm lịch` asks for the lunar day itself


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar year; `is_eve`: the last one, whichever number it has."""

    day: int
    month: int
    is_eve: bool = False

    def on(self, year: int) -> date | None:
        """Give its date in a lunar year, the eve's in the year whose Tết follows; None where the
        year does not have it.
        """
        if not self.is_eve:
            return lunar_day(self.day, self.month, year)
        first = lunar_day(1, 1, year)
        return first - timedelta(days=1) if first else None

    def following(self, today: date) -> date | None:
        """Give its next date, today included."""
        days = (self.on(year) for year in range(today.year - 1, today.year + 3))
        return next((day for day in days if day and day >= today), None)


def lunar_day_in(words: Sequence[str]) -> LunarDay | None:
    """Give the lunar day that words name; None where they name none."""
    if any(eve in f" {' '.join(words)} " for eve in EVES):
        return LunarDay(LONGEST, LAST_MONTH, is_eve=True)
    listed = list(words)
    months = [at for at, word in enumerate(listed) if word in {"tháng", "tết"}]
    begins = {at - size for at in months for size in range(1, LONGEST_NUMBER + 1) if at >= size}
    dates = {at for at, word in enumerate(listed) if is_date(word)}
    found = (_day_at(listed, at) for at in sorted(begins | dates))
    return next((day for day in found if day), None)


def _day_at(words: list[str], at: int) -> LunarDay | None:
    if is_date(words[at]):
        day, month = (int(part) for part in words[at].split("/")[:2])
        return LunarDay(day, month) if _is_lunar(words, at, at + 1) else None
    is_full = words[at] == "rằm"
    end, day = (at + 1, FULL_MOON) if is_full else _number(words, at)
    if not 1 <= day <= LONGEST:
        return None
    if words[end : end + 1] == ["tết"] and not is_full:
        return _before_or_after_tet(words, at, day)
    if words[end : end + 1] != ["tháng"]:
        return None
    after, month = _month(words, end + 1)
    is_named = is_full or words[after - 1] in MONTHS
    is_lunar = month and (is_named or _is_lunar(words, at, after))
    return LunarDay(day, month) if is_lunar else None


def _before_or_after_tet(words: list[str], at: int, day: int) -> LunarDay | None:
    """Read `mùng ba Tết` and `28 Tết`."""
    if at and words[at - 1] in FIRST_DAYS:
        return LunarDay(day, 1)
    if day < EARLIEST_OF_TET:
        return None
    return LunarDay(day, LAST_MONTH, is_eve=day == LONGEST)


def _is_lunar(words: list[str], at: int, after: int) -> bool:
    """Say whether a day and month are told to be lunar, or which solar day they are is asked."""
    rest = words[after:]
    if rest[:1] in (["âm"], ["ta"]):
        return True
    if words[max(0, at - 1)] in FIRST_DAYS and "dương" in rest[1:]:
        return True
    return any(word == "âm" and before not in ASKED_FOR for before, word in pairwise(rest))


def _number(words: list[str], at: int) -> tuple[int, int]:
    """Give (end, value) of the number that begins here; value 0 where there is none."""
    if words[at].isdecimal():
        return at + 1, int(words[at])
    if words[at] == "hăm" and at + 1 < len(words) and words[at + 1] in DIGITS:
        return at + 2, 20 + DIGITS[words[at + 1]]
    for start, end, value in spelled_numbers(words[at : at + LONGEST_NUMBER]):
        if start == 0:
            return at + end, value
    return at + 1, DIGITS.get(words[at], 0)


def _month(words: list[str], at: int) -> tuple[int, int]:
    """Give (end, value) of the month that begins here; value 0 where there is none."""
    if at >= len(words):
        return at, 0
    if words[at] in MONTHS:
        return at + 1, MONTHS[words[at]]
    end, value = _number(words, at)
    return end, value if value <= LAST_MONTH else 0
