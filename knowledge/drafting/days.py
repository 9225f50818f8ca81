"""Days and periods as documents write them."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTH = r"(?:\s*[/.-]\s*|\s+tháng\s+)"
_YEAR = r"(?:\s*[/.-]\s*|\s*,?\s+năm\s+)"
_DAY = rf"(\d{{1,2}}){_MONTH}(\d{{1,2}}){_YEAR}(\d{{4}})(?!\d)"
DAY = re.compile(rf"(?<![\d/.-]){_DAY}")
_FROM_TO = re.compile(
    rf"từ\s+(?:ngày\s+)?(\d{{1,2}})(?:{_MONTH}(\d{{1,2}}))?(?:{_YEAR}(\d{{4}}))?"
    rf"\s*,?\s*(?:đến|tới|-|–)\s*(?:h\wt\s+)?(?:ngày\s+)?{_DAY}",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"giai đoạn(?:\s+từ)?(?:\s+năm)?\s+(\d{4})\s*(?:-|–|đến)\s*(?:năm\s+)?(\d{4})", re.IGNORECASE
)
_IN_MONTH = re.compile(
    r"(?:trong|vào|cả)\s+tháng\s+(\d{1,2})(?:\s*/\s*|\s+năm\s+)(\d{4})", re.IGNORECASE
)
_SINCE = re.compile(rf"có hiệu lực(?: thi hành)?(?: kể)? từ ngày\s+(?:(ký)|{_DAY})", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1930, 2100


@dataclass(frozen=True, slots=True)
class Span:
    """A period as a text writes it: days, or years; `words` is how it is written."""

    start: date | int | None
    end: date | int | None
    words: str
    at: int = 0


def day_of(day: str, month: str, year: str) -> date | None:
    """Give the day, None where there is no such one."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def days_in(text: str) -> list[tuple[int, date]]:
    """Give the days that a text names, each with its place."""
    found = [(one.start(), day_of(*one.groups())) for one in DAY.finditer(text)]
    return [(at, day) for at, day in found if day is not None]


def spans_in(text: str, issued: date | None) -> Iterator[Span]:
    """Give the periods that a text names: days first, then months, then years."""
    for one in _FROM_TO.finditer(text):
        day, month, year, *last = one.groups()
        end = day_of(*last)
        start = day_of(day, month or last[1], year or last[2])
        if start and end and start <= end:
            yield Span(start, end, one.group(), one.start())
    for one in _IN_MONTH.finditer(text):
        start = day_of("1", *one.groups())
        if start:
            last_day = calendar.monthrange(start.year, start.month)[1]
            yield Span(start, start.replace(day=last_day), one.group(), one.start())
    for one in _SINCE.finditer(text):
        start = issued if one.group(1) else day_of(*one.groups()[1:])
        if start:
            yield Span(start, None, one.group(), one.start())


def years_in(text: str) -> list[Span]:
    """Give the stretches of years that a text names: giai đoạn 2021-2025."""
    return [
        Span(int(one[1]), int(one[2]), one.group(), one.start())
        for one in _YEARS.finditer(text)
        if FIRST_YEAR <= int(one[1]) <= int(one[2]) <= LAST_YEAR
    ]


def single_years(text: str) -> list[int]:
    """Give the years that a text names as such: năm 2026."""
    found = re.findall(r"năm\s+(\d{4})(?!\d)", text, re.IGNORECASE)
    return [int(year) for year in found if FIRST_YEAR <= int(year) <= LAST_YEAR]
