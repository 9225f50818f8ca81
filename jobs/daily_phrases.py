"""What the message of a day says."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from knowledge.phrases import day, long_day

OPENING: Final = "Trợ lý xin báo đồng chí:"
THIS_WEEK: Final = "Những ngày tới trong tuần:"
DEADLINES: Final = "Việc sắp đến hạn:"
NEWS: Final = "Mới trong kho tri thức:"
_NEAR: Final = {0: "hôm nay", 1: "ngày mai"}


def title(*, today: date) -> str:
    """Head the message of a day."""
    return f"📅 {long_day(today)}"


def section(*, heading: str, lines: Sequence[str], more: int) -> str:
    """Write one part of the message; `more` lines of it are left out."""
    shown = [heading, *(f"• {line}" for line in lines)]
    return "\n".join([*shown, *([f"• và {more} mục khác."] if more else [])])


def ahead(*, on: date, days: int) -> str:
    """Head what is on a day that is so many days ahead."""
    if days == 0:
        return "Hôm nay:"
    named = "Ngày mai" if days == 1 else f"Còn {days} ngày"
    return f"{named} ({long_day(on)}):"


def lunar(*, told: str, day: int, month: int) -> str:
    """Say on which lunar day an occasion is."""
    return f"{told} Ngày {day}/{month} âm lịch."


def lasts(*, told: str, first: date, last: date) -> str:
    """Say from when to when an occasion lasts."""
    return f"{told} Từ {day(first)} đến {day(last)}."


def ends(*, told: str, first: date) -> str:
    """Say that an occasion ends today."""
    return f"{told} Hôm nay là ngày cuối (bắt đầu từ {day(first)})."


def on_day(*, on: date, told: str) -> str:
    """Put the day before an occasion in a list of several days."""
    return f"{long_day(on)}: {told}"


def deadline(*, on: date, days: int, what: str, document: str) -> str:
    """Say until when something of a document is to be done."""
    return f"{day(on)} ({_NEAR.get(days, f'còn {days} ngày')}): {what} ({document})."


def deadline_end(*, on: date, days: int, document: str) -> str:
    """Say when a document's period ends."""
    return f"{day(on)} ({_NEAR.get(days, f'còn {days} ngày')}): hết thời hạn của {document}."


def news(*, name: str, title: str) -> str:
    """Name a document that is new in the base."""
    return f"{name}: {title}."
