"""Finds the parts of a time in words: the hour, the part of the day, the day, how often, how long
before. Each part is taken out of the words when it is found.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge.reminding import patterns as look_for
from knowledge.reminding.patterns import PARTS, number, weekday
from knowledge.text import fold


@dataclass(slots=True)
class Parts:
    """What is known of a time so far, and the words that are left.

    `typed` keeps what the person wrote, `read` is the same as patterns read it; what was taken is
    blank in both.
    """

    typed: str
    read: str
    today: date
    hour: tuple[int, int] | None = None
    part: str = ""
    on: date | None = None
    soonest: bool = False
    """The day may move on by a week, a month or a year where its hour is past."""
    step: str = ""
    """By what it moves on: week | month | year."""
    weekdays: tuple[int, ...] = ()
    every: str = ""
    """day | week | month | year"""
    day: int = 0
    month: int = 0
    lunar: bool = False
    before: int = 0
    minutes: int = 0
    """From now on."""
    days: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_timed(self) -> bool:
        """Say whether anything of a time was found."""
        found = (self.hour, self.part, self.on, self.weekdays, self.every, self.day)
        return any(found) or bool(self.minutes or self.days)

    def take(self, look: re.Pattern[str]) -> re.Match[str] | None:
        """Find a pattern in what is left and take it out."""
        found = look.search(self.read)
        if found is not None:
            blank = " " * (found.end() - found.start())
            self.read = self.read[: found.start()] + blank + self.read[found.end() :]
            self.typed = self.typed[: found.start()] + blank + self.typed[found.end() :]
        return found


def find(parts: Parts) -> Parts:
    """Take every part of a time out of the words, in the order of the table below."""
    for look in LOOKS:
        look(parts)
    return parts


def _relative(parts: Parts) -> None:
    if (found := parts.take(look_for.RELATIVE)) is None:
        return
    count = number(found["count"]) if found["count"] else 1
    minutes = {"phut": 1, "tieng": 60, "gio": 60}.get(fold(found["unit"]))
    if minutes is None:
        parts.days = count * {"ngay": 1, "tuan": 7, "thang": 30}[fold(found["unit"])]
        return
    parts.minutes = 30 if found["half"] else count * minutes + (30 if found["more"] else 0)


def _before(parts: Parts) -> None:
    """Read `trước 3 ngày`, `3 ngày trước ngày 20/11` and `trước ngày 20/11 hai ngày`."""
    found = parts.take(look_for.BEFORE) or parts.take(look_for.BEFORE_DAY)
    if found is None and look_for.TRUOC.search(parts.read):
        mark = look_for.TRUOC.search(parts.read)
        rest = mark and look_for.AFTER_DAY.search(parts.read, mark.end())
        if rest:
            found = parts.take(re.compile(re.escape(rest.group())))
            parts.before = number(rest["count"]) * look_for.UNITS_BY_FOLD[fold(rest["unit"])]
        if not look_for.TET.search(parts.read):
            parts.take(look_for.TRUOC)
        return
    if found is not None:
        parts.before = number(found["count"]) * look_for.UNITS_BY_FOLD[fold(found["unit"])]
        parts.take(look_for.TRUOC)


def _each_year(parts: Parts) -> None:
    if parts.take(look_for.EACH_YEAR):
        parts.every = "year"


def _weekdays(parts: Parts) -> None:
    if found := parts.take(look_for.RANGE):
        first, last = weekday(found["first"]), weekday(found["last"])
        parts.weekdays = tuple(range(first, last + 1)) or (first, last)
        parts.every = "week"
        return
    if (found := parts.take(look_for.LISTED)) is None:
        return
    days = sorted({weekday(one) for one in look_for.ONE_DAY.findall(found["days"])})
    week = fold(found["week"] or "")
    often = fold(found["each"] or "").startswith(("moi", "hang", "cac")) or "moi" in week
    if often or week.startswith("hang") or len(days) > 1:
        parts.weekdays, parts.every = tuple(days), "week"
        return
    monday = parts.today - timedelta(days=parts.today.weekday())
    later = any(one in week for one in ("sau", "ke")) or week == "tuan toi"
    if later or parts.take(look_for.NEXT_WEEK_ALONE):
        parts.on = monday + timedelta(days=7 + days[0])
    elif week in {"tuan nay", "nay"}:
        parts.on = monday + timedelta(days=days[0])
    else:
        parts.on = parts.today + timedelta(days=(days[0] - parts.today.weekday()) % 7)
        parts.soonest, parts.step = True, "week"


def _monthly(parts: Parts) -> None:
    if found := parts.take(look_for.MONTHLY):
        said = found["day"] or found["late"]
        ends = {"cuoi": 31, "dau": 1}
        parts.day, parts.every = ends.get(fold(said)) or number(said), "month"
        if not 1 <= parts.day <= 31:
            parts.faults.append("no such day")
    elif found := parts.take(look_for.MONTH_END):
        first = parts.today.replace(day=1)
        if fold(found["month"]) in {"thang sau", "thang toi"}:
            first = (first + timedelta(days=32)).replace(day=1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        parts.on = first if fold(found["which"]) == "dau" else last
        parts.soonest, parts.step = True, "month"
    elif found := parts.take(look_for.WEEK_END):
        parts.on = parts.today + timedelta(days=(5 - parts.today.weekday()) % 7)
        parts.on += timedelta(days=7 if found["next"] else 0)


def _lunar(parts: Parts) -> None:
    """Read a day of the lunar year, but for `ngày 10 tháng 3 âm lịch`, which `_dates` reads."""
    if found := parts.take(look_for.FULL_MOON):
        parts.day, parts.month, parts.lunar = 15, _month(found["month"]), True
    elif found := parts.take(look_for.TET):
        day = number(found["day"]) if found["day"] else 30
        first = bool(found["first"] or found["alone"])
        day = 1 if found["alone"] else day
        parts.day, parts.month, parts.lunar = day, 1 if first else 12, True


def _dates(parts: Parts) -> None:
    found = parts.take(look_for.DATE) or parts.take(look_for.DATE_IN_WORDS)
    if found is None:
        _day_of_month(parts)
        return
    parts.day, parts.month = number(found["day"]), _month(found["month"])
    by_moon = fold(found["month"]) in {"gieng", "chap"}
    parts.lunar = bool(parts.take(look_for.LUNAR)) or by_moon
    year = int(found["year"]) if found["year"] else 0
    if year:
        _fixed_day(parts, year + 2000 if year < 100 else year)


def _fixed_day(parts: Parts, year: int) -> None:
    try:
        parts.on = date(year, parts.month, parts.day)
    except ValueError:
        parts.faults.append("no such day")
    parts.day = parts.month = 0


def _day_of_month(parts: Parts) -> None:
    if (found := parts.take(look_for.DAY_OF_MONTH)) is None:
        return
    day = int(found["day"])
    if not 1 <= day <= 31:
        parts.faults.append("no such day")
        return
    first = parts.today.replace(day=1)
    if fold(found["month"] or "") in {"thang sau", "thang toi"}:
        first = (first + timedelta(days=32)).replace(day=1)
    while day > monthrange(first.year, first.month)[1]:
        first = (first + timedelta(days=32)).replace(day=1)
    parts.on = first.replace(day=day)
    parts.soonest, parts.step = not found["month"], "month"


def _month(text: str) -> int:
    return {"gieng": 1, "chap": 12}.get(fold(text)) or number(text)


def _each_day(parts: Parts) -> None:
    if found := parts.take(look_for.EACH_DAY):
        parts.every = parts.every or "day"
        parts.part = _part(found["part"] or found["later"] or "")


def _hour(parts: Parts) -> None:
    found = parts.take(look_for.HOUR) or parts.take(look_for.HOUR_IN_WORDS)
    if found is None:
        return
    hour, given = number(found["hour"]), found.groupdict()
    minute = int(given.get("minute") or 0) if not given["half"] else 30
    if given["less"]:
        hour, minute = hour - 1, 60 - number(given["less"])
    parts.hour = (hour, minute)
    parts.part = _part(given["part"] or "") or parts.part
    if hour > 24 or minute > 59:
        parts.faults.append("no such day")


def _part_of_day(parts: Parts) -> None:
    look = look_for.PART_OF_DAY
    found = look.search(parts.read)
    if found is None or (found["part"] == "toi" and not _is_evening(parts, found)):
        return
    parts.take(look)
    parts.part = parts.part or _part(found["part"])
    if found["near"]:
        _set_near(parts, found["near"])


def _is_evening(parts: Parts, found: re.Match[str]) -> bool:
    beside = look_for.TYPED_TOI.match(parts.read, found.start("part"))
    return (beside is not None and parts.hour is not None) or bool(found["near"])


def _near(parts: Parts) -> None:
    found = look_for.NEAR.search(parts.read)
    if found is None or parts.on is not None:
        return
    is_name = parts.typed[found.start("near")].isupper() and found.start("near") > 0
    if not is_name and not look_for.NAMED.search(parts.read, 0, found.start()):
        parts.take(look_for.NEAR)
        _set_near(parts, found["near"])


def _set_near(parts: Parts, said: str) -> None:
    parts.on = parts.today + timedelta(days=look_for.NEAR_DAYS[fold(said).split()[-1]])


def _part(text: str) -> str:
    plain = fold(text)
    if plain == "khuya":
        return "đêm"
    return next((name for name in PARTS if fold(name) == plain), "") if plain else ""


LOOKS: tuple[Callable[[Parts], None], ...] = (
    _relative,
    _each_year,
    _before,
    _monthly,
    _lunar,
    _weekdays,
    _dates,
    _each_day,
    _hour,
    _part_of_day,
    _near,
)
"""What is looked for, in this order: what is longer or surer goes first."""
