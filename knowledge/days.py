"""Which days a calendar question asks about: today, this week, a month, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.numerals import spelled_numbers
from knowledge.slots import Slots
from knowledge.text import is_year

SHORT = 8  # words of a question that asks nothing but the date


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the calendar needs it; `kinds` are the ways of asking that it uses."""

    words: tuple[str, ...]
    slots: Slots
    kinds: frozenset[str]
    today: date

    @property
    def year(self) -> int | None:
        """Give the year named, be it alone or in a date."""
        years = [*self.slots.years, *(day.year for day in self.slots.days if day.year)]
        return years[-1] if years else None


def days_of(asked: Asked) -> tuple[date | None, date | None]:
    """Give the first and the last day asked for; no last one where only what comes next is."""
    today, text = asked.today, f" {' '.join(asked.words)} "
    if asked.slots.months:
        month = asked.slots.months[-1]
        year = asked.year or (today.year + (month < today.month))
        return date(year, month, 1), _month_end(date(year, month, 1))
    monday = today - timedelta(days=today.weekday())
    following = _month_end(today) + timedelta(days=1)
    spans = {
        "hôm nay": (today, today),
        "ngày mai": (today + timedelta(days=1),) * 2,
        "tuần này": (today, monday + timedelta(days=6)),
        "tuần sau": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "tuần tới": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "tháng này": (today.replace(day=1), _month_end(today)),
        "tháng sau": (following, _month_end(following)),
        "tháng tới": (following, _month_end(following)),
    }
    for words, span in spans.items():
        if f" {words} " in text:
            return span
    return (today, None) if "upcoming" in asked.kinds else (None, None)


def asks_the_date(asked: Asked) -> bool:
    """Say whether a short question asks which day today or tomorrow is."""
    text = f" {' '.join(asked.words)} "
    is_day = any(f" {day} " in text for day in ("hôm nay", "ngày mai"))
    return is_day and len(asked.words) <= SHORT and bool(asked.kinds & {"day_of", "what_day"})


def asks_a_number(asked: Asked) -> bool:
    """Say whether the number of a document is asked: `hướng dẫn số mấy năm 2021`."""
    text = f" {' '.join(asked.words)} "
    return bool(asked.slots.kinds) and (" số mấy " in text or " số bao nhiêu " in text)


def years_named(words: Sequence[str]) -> int | None:
    """Give the number of years that words name: `80 năm`, `tròn tám mươi tuổi`."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        is_counted = after in {"năm", "tuổi"} or before in {"tròn", "thứ"}
        if word.isdecimal() and not is_year(word) and len(word) < 4 and is_counted:
            return int(word)
    return next((value for _, _, value in spelled_numbers(words)), None)


def _month_end(day: date) -> date:
    if day >= date.max.replace(day=1):
        return date.max
    following = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
    return following - timedelta(days=1)
