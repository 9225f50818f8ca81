"""The calendar of commemorations: which day each one is in a year, lunar days by the Vietnamese
rules (UTC+7).
"""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from lunar_vn import convert_lunar_to_solar, convert_solar_to_lunar

from knowledge.document import BrokenBase, Problem
from knowledge.occasion_fields import Fault, line_of, lines_of, read_fields
from knowledge.reader import load_yaml

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_MONTH = 30  # days of a lunar month; a short one ends on the day before
Topic = Literal["organisation", "national", "core", "other"]
Span = tuple[date, date]
"""A first and a last day."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A date that everyone shares.

    `until` is the last day of one that lasts; `held` are the days around its day on which it may
    be held. `counted_from` is the year from which "kỷ niệm N năm" counts. `missing` says what
    happens in a year that lacks the day. `is_confirmed` is False where an officer still has to
    confirm it; `note` says what is not sure. `documents` of the base state this day. The
    `organisations` have it as a day of their own. `text`, `forward` and `loudspeaker` are
    templates. `aliases` are names that a question may hold among others; `described` are other
    words for it, which only a question that says little else means; one that is not `is_asked` is
    a topic of the documents, so that questions which name it are not for the calendar.
    """

    id: str
    name: str
    day: int
    month: int
    calendar: Literal["gregorian", "lunar"] = "gregorian"
    until: tuple[int, int] | None = None
    held: tuple[tuple[int, int], tuple[int, int]] | None = None
    missing: Literal["last", "skip"] = "last"
    counted_from: int | None = None
    since: int | None = None
    decided_by: str | None = None
    tier: int = 2
    confidence: str = ""
    is_confirmed: bool = True
    is_major: bool = False
    is_asked: bool = True
    sources: tuple[str, ...] = ()
    note: str = ""
    organisations: tuple[str, ...] = ()
    text: str = ""
    forward: str = ""
    loudspeaker: str = ""
    aliases: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    described: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """Give all that it is called."""
        return (self.name, *self.aliases, *self.described)

    @property
    def topic(self) -> Topic:
        """Give under which topic people choose to be told of it."""
        if self.organisations:
            return "organisation"
        if self.is_major:
            return "national"
        return "core" if self.tier == 1 else "other"

    def on(self, year: int) -> date | None:
        """Give its day in a year, a lunar one's in a lunar year; None where the calendar has none
        or cannot tell.
        """
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        is_last = self.missing == "last"
        if self.calendar == "lunar":
            found = lunar_day(self.day, self.month, year)
            is_short = found is None and self.day == LONGEST_MONTH
            return lunar_day(self.day - 1, self.month, year) if is_short and is_last else found
        is_there = (self.day, self.month) != (29, 2) or isleap(year)
        return _in_year((self.day, self.month), year) if is_there or is_last else None

    def years_in(self, year: int) -> int | None:
        """Give the number of years it counts in a year; None where it does not count or has not
        begun.
        """
        if self.counted_from is None or year <= self.counted_from:
            return None
        return year - self.counted_from


@dataclass(frozen=True, slots=True)
class Happening:
    """An occasion on its day, the first where it lasts."""

    occasion: Occasion
    date: date

    @property
    def year(self) -> int:
        """Give the year it belongs to: of a lunar day the lunar year, which ends after ours."""
        on = self.date
        if self.occasion.calendar == "gregorian":
            return on.year
        return int(convert_solar_to_lunar(on.day, on.month, on.year).year)

    @property
    def years(self) -> tuple[int, ...]:
        """Give the anniversaries that fall on this day."""
        years = self.occasion.years_in(self.year)
        return () if years is None else (years,)

    @property
    def span(self) -> Span:
        """Give its first and last day; of one held around its day, those of that time."""
        one, on = self.occasion, self.date
        first = _before(one.held[0], on) if one.held else on
        end = one.held[1] if one.held else one.until
        return first, _after(end, on) if end else on


def _before(day: tuple[int, int], on: date) -> date:
    found = _in_year(day, on.year)
    return found if found <= on else _in_year(day, on.year - 1)


def _after(day: tuple[int, int], on: date) -> date:
    found = _in_year(day, on.year)
    return found if found >= on else _in_year(day, on.year + 1)


def _in_year(day: tuple[int, int], year: int) -> date:
    """Give a day of a year, 28/2 for 29/2 where it has none."""
    try:
        return date(year, day[1], day[0])
    except ValueError:
        return date(year, day[1], day[0] - 1)


class Occasions(tuple[Occasion, ...]):
    """All occasions, in the order of the file."""

    __slots__ = ()

    def between(self, first: date, last: date) -> list[Happening]:
        """Give everything from one day to another, both included, by day and importance; what
        lasts, by its first day.
        """
        found = [
            Happening(occasion, day)
            for occasion in self
            for year in range(first.year - (occasion.calendar == "lunar"), last.year + 1)
            if (day := occasion.on(year)) is not None and first <= day <= last
        ]
        return sorted(found, key=lambda one: (one.date, one.occasion.tier))

    def upcoming(self, today: date, count: int) -> list[Happening]:
        """Give the next occasions, today included."""
        last = min(date(LAST_YEAR, 12, 31), today + timedelta(days=400))
        return self.between(today, last)[:count]

    def on_day(self, day: int, month: int) -> list[Occasion]:
        """Give the occasions of a solar day that stay on it every year."""
        return [
            one
            for one in self
            if one.calendar == "gregorian" and (one.day, one.month) == (day, month)
        ]

    def by_id(self, name: str) -> Occasion | None:
        """Give one by its id."""
        return next((one for one in self if one.id == name), None)


def lunar_of(on: date) -> tuple[int, int, bool]:
    """Give the Vietnamese lunar day and month of a date, and whether it is a leap month."""
    found = convert_solar_to_lunar(on.day, on.month, on.year)
    return int(found.day), int(found.month), bool(found.leap)


@lru_cache(maxsize=1024)
def lunar_day(day: int, month: int, year: int) -> date | None:
    """Turn a Vietnamese lunar day (lunar-vn counts at UTC+7) into a date; None where the month
    does not have it. Of a month that comes twice it is the regular one, not the leap one.
    """
    try:
        on = convert_lunar_to_solar(day, month, year)
        back = convert_solar_to_lunar(on.day, on.month, on.year)
    except ValueError:
        return None
    return on if (back.day, back.month) == (day, month) else None


def read_occasions(path: Path) -> Occasions:
    """Read occasions.yaml. Raises BrokenBase with a line for each bad field."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BrokenBase([Problem(path.name, 1, f"không đọc được ({error})")]) from error
    occasions, problems = occasions_in(path.name, text)
    if problems:
        raise BrokenBase(problems)
    return Occasions(occasion for occasion, _ in occasions)


Entry = Mapping[str, Any]


def occasions_in(file: str, text: str) -> tuple[list[tuple[Occasion, Entry]], list[Problem]]:
    """Read the sound entries of a file's text, each with what stands there, and give what is wrong
    with the others.
    """
    try:
        entries: Any = load_yaml(text)
    except (ValueError, yaml.YAMLError) as error:
        return [], [Problem(file, 1, f"không đọc được ({error})")]
    listed = entries if isinstance(entries, list) else [entries]
    read: dict[str, tuple[Occasion, Entry]] = {}
    found: list[tuple[int, Fault]] = []
    for at, entry in enumerate(listed):
        occasion, faults = occasion_of(entry)
        if occasion is not None and occasion.id in read:
            faults = [Fault("id", f"trùng id {occasion.id}")]
        elif occasion is not None:
            read[occasion.id] = occasion, entry
        found += [(at, one) for one in faults]
    return list(read.values()), _placed(file, text, found)


def _placed(file: str, text: str, found: Sequence[tuple[int, Fault]]) -> list[Problem]:
    """Give the faults of a file's entries, each with its line."""
    lines = lines_of(text) if found else []
    return [Problem(file, line_of(lines, at, fault.field), fault.what) for at, fault in found]


def occasion_of(entry: object) -> tuple[Occasion | None, list[Fault]]:
    """Read one entry; without an occasion there is at least one fault."""
    values, faults = read_fields(entry)
    return (None, faults) if faults else (Occasion(**values), [])
