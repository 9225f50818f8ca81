"""What a reminder of an occasion says."""

from datetime import date

from knowledge.phrases import WEEKDAYS, long_day
from knowledge.phrases import day as written_day


def reminder(*, days: int, when: str, told: str) -> str:
    """Tell of an occasion so many days before its day, or on it."""
    return f"{_AHEAD.get(days, f'Còn {days} ngày nữa')} ({when}): {told}"


def running(*, when: str, told: str) -> str:
    """Tell of an occasion that has begun and is not over."""
    return f"Đang diễn ra ({when}): {told}"


def last_day(*, when: str, told: str) -> str:
    """Tell of an occasion that ends today."""
    return f"Hôm nay là ngày cuối ({when}): {told}"


def on_day(*, on: date, lunar: str) -> str:
    """Write a day with its weekday, and its lunar day where that is what counts."""
    return f"{long_day(on)}, tức {lunar} âm lịch" if lunar else long_day(on)


def from_to(*, first: date, last: date) -> str:
    """Write the days of an occasion that lasts."""
    return f"từ {long_day(first)} đến {long_day(last)}"


def told(*, name: str) -> str:
    """Name an occasion."""
    return f"{name}."


def told_years(*, name: str, years: int, base: int, year: int) -> str:
    """Name an occasion with the years that it counts."""
    return f"{name}, kỷ niệm {years} năm ({base}-{year})."


def ceremony() -> str:
    """Say, in a round year only, what may be considered."""
    return "Năm tròn: có thể xem xét tổ chức lễ kỷ niệm (Nghị định 111/2018/NĐ-CP)."


def held_between(*, first: date, last: date) -> str:
    """Say between which days it is held."""
    return f"Tổ chức từ {first.day}/{first.month} đến {last.day}/{last.month}."


def lunar(*, day: int, month: int, leap: bool) -> str:
    """Write a lunar day."""
    return f"{day}/{month} nhuận" if leap else f"{day}/{month}"


def weekday(*, on: date) -> str:
    """Give the name of a day of the week."""
    return WEEKDAYS[on.weekday()]


def solar(*, on: date) -> str:
    """Write a date."""
    return written_day(on)


def entry_title(*, name: str, years: int | None, confirmed: bool) -> str:
    """Head an entry of a calendar that people keep elsewhere."""
    marks = [f"{years} năm" if years else "", "" if confirmed else "chưa kiểm chứng"]
    said = ", ".join(mark for mark in marks if mark)
    return f"{name} ({said})" if said else name


_AHEAD = {0: "Hôm nay", 1: "Ngày mai"}
CALENDAR = "Lịch kỷ niệm công tác dân vận"
"""How a calendar that people keep elsewhere is called."""
