"""Reads requests for reminders as they are typed: what, when, for whom.

What was read is read back before it is kept, so a reading that most officers mean is enough.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from knowledge.reminding import moments
from knowledge.reminding.moments import Parts
from knowledge.reminding.patterns import PARTS
from knowledge.reminding.request import Scope, whom, without_request
from knowledge.reminding.schedule import Daily, Monthly, Once, Schedule, Weekly, Yearly, next_after
from knowledge.reminding.spelling import any_of, read_as

MORNING = time(7, 0)
FURTHEST_YEARS = 5
LONGEST_WORDS = 500
"""Signs of what somebody can be reminded of."""

AFTERNOON = {"": (1, 6), "trưa": (1, 4), "chiều": (1, 12), "tối": (1, 12), "đêm": (6, 12)}
"""Hours from and below which twelve is added, by the part of the day that is named."""

FaultKind = Literal["no such day", "past", "no time", "no words", "too far"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request cannot be kept."""

    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be reminded of, and when.

    `unit` is the unit as it was named, '' for one's own; `event` is the day that is reminded of,
    `before` so many days.
    """

    what: str
    schedule: Schedule
    scope: Scope = "me"
    unit: str = ""
    event: date | None = None
    before: int = 0


LOOSE_ENDS = re.compile(
    rf"^(?:[\s,.;:–-]+|(?:{any_of('lúc', 'vào', 'là', 'rằng', 'thì', 'nhé', 'ạ', 'cứ', 'trước')}"
    rf"|{any_of('về', 'ngày', 'từ', 'của', 'dịp')})(?!\w))+"
    rf"|(?:[\s,.;:!–-]+|(?<!\w)(?:{any_of('nhé', 'nha', 'ạ', 'với', 'giúp', 'lúc', 'vào')}"
    rf"|{any_of('dùm', 'giùm', 'nghe', 'nhá', 'ngày')}|hộ|trước|từ|là|đi|cứ))+$"
)
CHANGES = re.compile(rf"{any_of('đổi', 'dời', 'chuyển', 'sửa', 'lùi', 'đẩy')}(?!\w)")


def read(text: str, now: datetime, zone: ZoneInfo) -> Wish | Fault:
    """Read what somebody wants to be reminded of, and when."""
    typed, read_ = read_as(text)
    local = now.astimezone(zone)
    scope, unit, typed, read_ = whom(typed, read_)
    parts = moments.find(Parts(*without_request(typed, read_), local.date()))
    schedule = _schedule(parts, local, zone)
    if isinstance(schedule, Fault):
        return schedule
    what = _words(parts.typed)
    event = _event(parts, schedule)
    if not what and event is not None and scope == "unit":
        what = f"ngày {event.day}/{event.month}"
    if not what:
        return Fault("no words")
    return Wish(what[:LONGEST_WORDS], schedule, scope, unit, event, parts.before)


def read_when(
    text: str, now: datetime, zone: ZoneInfo, present: Schedule | None = None
) -> Schedule | Fault:
    """Read the time alone; an hour alone changes only the hour of the `present` schedule."""
    typed, read_ = read_as(text)
    local = now.astimezone(zone)
    parts = moments.find(Parts(typed, CHANGES.sub(_blank, read_), local.date()))
    only_hour = (parts.hour or parts.part) and not (
        parts.on or parts.every or parts.day or parts.weekdays or parts.minutes or parts.days
    )
    if present is not None and only_hour and not parts.faults:
        at = _at(parts)
        changed = replace(present, at=at)
        return changed if next_after(changed, now, zone) else Fault("past")
    return _schedule(parts, local, zone)


def _schedule(parts: Parts, local: datetime, zone: ZoneInfo) -> Schedule | Fault:
    if parts.faults:
        return Fault("no such day")
    if not parts.is_timed:
        return Fault("no time")
    if parts.minutes:
        moment = local + timedelta(minutes=parts.minutes, seconds=59)
        return Once(moment.date(), time(moment.hour, moment.minute))
    at = _at(parts)
    if parts.every:
        return _often(parts, at)
    return _once(parts, at, local, zone)


def _often(parts: Parts, at: time) -> Schedule | Fault:
    if parts.every == "week":
        return Weekly(parts.weekdays, at)
    if parts.every == "month":
        return Monthly(parts.day, at)
    if parts.every == "day":
        return Daily(at)
    day, month = (parts.day, parts.month) if parts.day else (0, 0)
    if parts.on is not None:
        day, month = parts.on.day, parts.on.month
    if not _is_day(day, month, lunar=parts.lunar):
        return Fault("no such day")
    return Yearly(day, month, at, parts.lunar, parts.before)


def _once(parts: Parts, at: time, local: datetime, zone: ZoneInfo) -> Schedule | Fault:
    if parts.day:
        if not _is_day(parts.day, parts.month, lunar=parts.lunar):
            return Fault("no such day")
        yearly = Yearly(parts.day, parts.month, at, parts.lunar, parts.before)
        moment = next_after(yearly, local, zone)
        return Once(moment.date(), at) if moment else Fault("too far")
    day = parts.on or local.date() + timedelta(days=parts.days)
    if parts.hour and parts.hour[0] == 12 and parts.part == "đêm":
        day += timedelta(days=1)
    day -= timedelta(days=parts.before)
    if parts.on is None and not parts.days and datetime.combine(day, at, zone) <= local:
        return Fault("past") if parts.part else Once(day + timedelta(days=1), at)
    if datetime.combine(day, at, zone) <= local:
        if not parts.soonest:
            return Fault("past")
        day = _later(day, parts.step)
    if day.year > local.year + FURTHEST_YEARS:
        return Fault("too far")
    return Once(day, at)


def _later(day: date, step: str) -> date:
    if step == "week":
        return day + timedelta(days=7)
    month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    while True:
        try:
            return month.replace(day=day.day)
        except ValueError:
            month = (month + timedelta(days=32)).replace(day=1)


def _is_day(day: int, month: int, *, lunar: bool) -> bool:
    if not 1 <= month <= 12:
        return False
    if lunar:
        return 1 <= day <= 30
    try:
        date(2024, month, day)
    except ValueError:
        return False
    return True


def _at(parts: Parts) -> time:
    """Give the time of day; 1 to 5 without a part of the day is the afternoon."""
    if parts.hour is None:
        return time(*PARTS[parts.part]) if parts.part else MORNING
    hour, minute = parts.hour
    first, last = AFTERNOON.get(parts.part, (12, 12))
    if first <= hour < last:
        hour += 12
    elif parts.part == "đêm" and hour == 12:
        hour = 0
    return time(hour % 24, minute)


def _event(parts: Parts, schedule: Schedule) -> date | None:
    if isinstance(schedule, Once):
        return schedule.on + timedelta(days=parts.before)
    return None


def _words(typed: str) -> str:
    """Give what is left of the words, without the loose ends of what was taken out."""
    text = " ".join(typed.split())
    before = ""
    while before != text:
        before, text = text, text.strip()
        shown = read_as(text)[1]
        ends = [(m.start(), m.end()) for m in LOOSE_ENDS.finditer(shown)]
        for start, end in reversed(ends):
            text = text[:start] + " " + text[end:]
    return " ".join(text.split())


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
