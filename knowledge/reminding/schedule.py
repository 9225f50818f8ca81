"""When a reminder falls: five kinds of schedules, as plain values, and the next instant of each.

Days and hours are local (the office's zone); instants are aware. A month that lacks a day uses its
last one, so 29/2 is 28/2 in other years and the 30th of a short lunar month is its 29th.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from knowledge.occasions import lunar_day

FURTHEST = 12
"""Years that are looked ahead."""


@dataclass(frozen=True, slots=True)
class Once:
    """At one local time of one day."""

    on: date
    at: time
    kind: ClassVar[str] = "once"

    def as_json(self) -> dict[str, Any]:
        """Give the schedule as JSON values."""
        return {"kind": self.kind, "on": self.on.isoformat(), "at": _clock(self.at)}

    def days(self, first: date) -> Iterator[date]:
        """Give its days from one on."""
        if self.on >= first:
            yield self.on


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day."""

    at: time
    kind: ClassVar[str] = "daily"

    def as_json(self) -> dict[str, Any]:
        """Give the schedule as JSON values."""
        return {"kind": self.kind, "at": _clock(self.at)}

    def days(self, first: date) -> Iterator[date]:
        """Give its days from one on."""
        return (first + timedelta(days=more) for more in count())


@dataclass(frozen=True, slots=True)
class Weekly:
    """On some days of every week; 0 is Monday."""

    weekdays: tuple[int, ...]
    at: time
    kind: ClassVar[str] = "weekly"

    def as_json(self) -> dict[str, Any]:
        """Give the schedule as JSON values."""
        return {"kind": self.kind, "weekdays": list(self.weekdays), "at": _clock(self.at)}

    def days(self, first: date) -> Iterator[date]:
        """Give its days from one on."""
        each = (first + timedelta(days=more) for more in count())
        return (day for day in each if day.weekday() in self.weekdays)


@dataclass(frozen=True, slots=True)
class Monthly:
    """On one day of every month."""

    day: int
    at: time
    kind: ClassVar[str] = "monthly"

    def as_json(self) -> dict[str, Any]:
        """Give the schedule as JSON values."""
        return {"kind": self.kind, "day": self.day, "at": _clock(self.at)}

    def days(self, first: date) -> Iterator[date]:
        """Give its days from one on."""
        for more in count():
            year, month = divmod(first.year * 12 + first.month - 1 + more, 12)
            day = _in_month(self.day, month + 1, year)
            if day >= first:
                yield day


@dataclass(frozen=True, slots=True)
class Yearly:
    """On one day of every year, or so many days before it; the day may be lunar."""

    day: int
    month: int
    at: time
    lunar: bool = False
    before: int = 0
    kind: ClassVar[str] = "yearly"

    def as_json(self) -> dict[str, Any]:
        """Give the schedule as JSON values."""
        return {
            "kind": self.kind,
            "day": self.day,
            "month": self.month,
            "at": _clock(self.at),
            "lunar": self.lunar,
            "before": self.before,
        }

    def days(self, first: date) -> Iterator[date]:
        """Give its days from one on."""
        for year in range(first.year - 1, first.year + FURTHEST):
            day = self.falls_in(year)
            if day is not None and (told := day - timedelta(days=self.before)) >= first:
                yield told

    def falls_in(self, year: int) -> date | None:
        """Give the day itself in a year; None where the calendar cannot tell."""
        if not self.lunar:
            return _in_month(self.day, self.month, year)
        return lunar_day(self.day, self.month, year) or lunar_day(self.day - 1, self.month, year)


Schedule = Once | Daily | Weekly | Monthly | Yearly
KINDS: Mapping[str, type[Schedule]] = {
    one.kind: one for one in (Once, Daily, Weekly, Monthly, Yearly)
}


def from_json(content: Mapping[str, Any]) -> Schedule:
    """Read back what `as_json` gave."""
    values = {name: value for name, value in content.items() if name != "kind"}
    values["at"] = time.fromisoformat(values["at"])
    if "on" in values:
        values["on"] = date.fromisoformat(values["on"])
    if "weekdays" in values:
        values["weekdays"] = tuple(values["weekdays"])
    return KINDS[content["kind"]](**values)


def next_after(schedule: Schedule, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """Give the first instant after `moment` at which it falls; None when it is over."""
    first = moment.astimezone(zone).date()
    for day in schedule.days(first):
        at = datetime.combine(day, schedule.at, zone)
        if at > moment:
            return at
    return None


def _in_month(day: int, month: int, year: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
