"""The calendar of commemorations: which day each one is in a year, lunar days by the Vietnamese
rules (UTC+7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from lunar_vn import convert_lunar_to_solar, convert_solar_to_lunar

from knowledge.document import BrokenBase, Problem
from knowledge.reader import load_yaml

FIRST_YEAR, LAST_YEAR = 1900, 2199
CALENDARS: dict[str, Literal["gregorian", "lunar"]] = {
    "dương lịch": "gregorian",
    "âm lịch": "lunar",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """A date that everyone shares.

    `counted_from` is the year from which "kỷ niệm N năm" counts. `is_confirmed` is False where
    an officer still has to confirm it. `documents` of the base state this day. `aliases` are
    names that a question may hold among others; `described` are other words for it, which only
    a question that says little else means.
    """

    id: str
    name: str
    day: int
    month: int
    calendar: Literal["gregorian", "lunar"]
    until: tuple[int, int] | None = None
    counted_from: int | None = None
    since: int | None = None
    decided_by: str | None = None
    tier: int = 2
    is_confirmed: bool = True
    is_major: bool = False
    aliases: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    described: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """Give all that it is called."""
        return (self.name, *self.aliases, *self.described)

    def on(self, year: int) -> date | None:
        """Give its day in a year; None where the calendar has none or cannot tell."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        if self.calendar == "lunar":
            return lunar_day(self.day, self.month, year)
        return date(year, self.month, self.day) if (self.month, self.day) != (2, 29) else None

    def years_in(self, year: int) -> int | None:
        """Give the number of years it counts in a year; None where it does not count or has not
        begun.
        """
        if self.counted_from is None or year <= self.counted_from:
            return None
        return year - self.counted_from


@dataclass(frozen=True, slots=True)
class Happening:
    """An occasion on its day."""

    occasion: Occasion
    date: date

    @property
    def years(self) -> tuple[int, ...]:
        """Give the anniversaries that fall on this day."""
        years = self.occasion.years_in(self.date.year)
        return () if years is None else (years,)


class Occasions(tuple[Occasion, ...]):
    """All occasions, in the order of the file."""

    __slots__ = ()

    def between(self, first: date, last: date) -> list[Happening]:
        """Give everything from one day to another, both included, by day and importance."""
        found = [
            Happening(occasion, day)
            for occasion in self
            for year in range(first.year, last.year + 1)
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


@lru_cache(maxsize=1024)
def lunar_day(day: int, month: int, year: int) -> date | None:
    """Turn a Vietnamese lunar day (lunar-vn counts at UTC+7) into a date; None where the month
    does not have it.
    """
    try:
        on = convert_lunar_to_solar(day, month, year)
        back = convert_solar_to_lunar(on.day, on.month, on.year)
    except ValueError:
        return None
    return on if (back.day, back.month) == (day, month) else None


def read_occasions(path: Path) -> Occasions:
    """Read occasions.yaml. Raises BrokenBase with a line for each bad entry."""
    try:
        text = path.read_text(encoding="utf-8")
        entries: Any = load_yaml(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenBase([Problem(path.name, 1, f"không đọc được ({error})")]) from error
    occasions, problems = [], []
    lines = text.splitlines()
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            occasions.append(_occasion(entry))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            name = entry.get("id") if isinstance(entry, dict) else entry
            problems.append(Problem(path.name, _line(lines, name), f"mục {name}: {error!r}"))
    problems += _doubles(path.name, lines, occasions)
    if problems:
        raise BrokenBase(problems)
    return Occasions(occasions)


def _line(lines: Sequence[str], name: object) -> int:
    return next((at for at, line in enumerate(lines, 1) if line.strip() == f"- id: {name}"), 1)


def _doubles(file: str, lines: Sequence[str], occasions: Sequence[Occasion]) -> list[Problem]:
    ids = [one.id for one in occasions]
    return [
        Problem(file, _line(lines, one), f"trùng id {one}")
        for one in sorted({one for one in ids if ids.count(one) > 1})
    ]


def _occasion(entry: dict[str, Any]) -> Occasion:
    day, month = _day(entry["day"])
    made = Occasion(
        id=str(entry["id"]),
        name=str(entry["name"]),
        day=day,
        month=month,
        calendar=CALENDARS[entry.get("calendar", "dương lịch")],
        until=_day(entry["until"]) if entry.get("until") else None,
        counted_from=entry.get("from"),
        since=entry.get("since"),
        decided_by=entry.get("decided_by"),
        tier=int(entry.get("tier", 2)),
        is_confirmed=entry.get("confidence") != "C",
        is_major=bool(entry.get("major")),
        aliases=tuple(entry.get("aliases") or ()),
        documents=tuple(entry.get("documents") or ()),
        described=tuple(entry.get("described") or ()),
    )
    made.on(2024)
    return made


def _day(text: object) -> tuple[int, int]:
    day, month = str(text).split("/")
    date(2024, int(month), int(day))
    return int(day), int(month)
