"""Says in words when a reminder falls."""

from datetime import date, datetime, time

from knowledge.phrases import WEEKDAYS, day
from knowledge.reminding.schedule import Daily, Monthly, Once, Schedule, Weekly


def describe(schedule: Schedule) -> str:
    """Say when a reminder falls: 7h30 thứ Hai hằng tuần."""
    at = _clock(schedule.at)
    if isinstance(schedule, Once):
        return f"{at} {_on(schedule.on)}"
    if isinstance(schedule, Daily):
        return f"{at} hằng ngày"
    if isinstance(schedule, Weekly):
        days = ", ".join(_weekday(one) for one in schedule.weekdays)
        return f"{at} {days} hằng tuần"
    if isinstance(schedule, Monthly):
        return f"{at} ngày {schedule.day} hằng tháng"
    moon = " âm lịch" if schedule.lunar else ""
    day = f"ngày {schedule.day}/{schedule.month}{moon}"
    if schedule.before:
        return f"{at}, trước {day} hằng năm {schedule.before} ngày"
    return f"{at} {day} hằng năm"


def moment(at: datetime) -> str:
    """Write an instant in its own zone: 8h00 thứ Sáu, 27/11/2026."""
    return f"{_clock(at.time())} {_on(at.date())}"


def _on(day_: date) -> str:
    return f"{_weekday(day_.weekday())}, {day(day_)}"


def _weekday(number: int) -> str:
    """Write a weekday as it stands within a sentence."""
    name = WEEKDAYS[number]
    return name[:1].lower() + name[1:]


def _clock(at: time) -> str:
    return f"{at.hour}h{at.minute:02}"
