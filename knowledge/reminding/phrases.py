"""Says in words when a reminder falls."""

from datetime import time

from knowledge.phrases import WEEKDAYS, long_day
from knowledge.reminding.schedule import Daily, Monthly, Once, Schedule, Weekly


def describe(schedule: Schedule) -> str:
    """Say when a reminder falls: 7h30 thứ Hai hằng tuần."""
    at = _clock(schedule.at)
    if isinstance(schedule, Once):
        return f"{at} {long_day(schedule.on)}"
    if isinstance(schedule, Daily):
        return f"{at} hằng ngày"
    if isinstance(schedule, Weekly):
        days = ", ".join(WEEKDAYS[one] for one in schedule.weekdays)
        return f"{at} {days} hằng tuần"
    if isinstance(schedule, Monthly):
        return f"{at} ngày {schedule.day} hằng tháng"
    moon = " âm lịch" if schedule.lunar else ""
    day = f"ngày {schedule.day}/{schedule.month}{moon}"
    if schedule.before:
        return f"{at}, trước {day} hằng năm {schedule.before} ngày"
    return f"{at} {day} hằng năm"


def _clock(at: time) -> str:
    return f"{at.hour}h{at.minute:02}"
