"""Every sentence that the calendar of commemorations says."""

from collections.abc import Sequence
from datetime import date

from knowledge.phrases import WEEKDAYS, listing, long_day
from knowledge.phrases import day as written_day


def occasion_origin(*, name: str, day: str, year: int, on: date | None, years: int | None) -> str:
    """Say from which year an occasion counts, and when it is next."""
    since = f"{day}/{year}" if day else f"năm {year}"
    coming = f" Sắp tới là {long_day(on)}" if on else ""
    return f"{name}: tính từ {since}.{coming}" + (
        f", kỷ niệm {years} năm." if on and years else "." if on else ""
    )


def occasion_reaches(*, name: str, count: int, year: int, on: date | None) -> str:
    """Say in which year an occasion reaches a number of years."""
    return f"{name} tròn {count} năm vào năm {year}" + (f" ({long_day(on)})." if on else ".")


def occasion_years(
    *, name: str, year: int, count: int, on: date | None, day: str, base: int
) -> str:
    """Say how many years an occasion has in a year, and its day."""
    when = f" vào {long_day(on)}" if on else ""
    return (
        f"Năm {year} kỷ niệm {count} năm{when}: {name}"
        f" (tính từ {f'{day}/{base}' if day else base})."
    )


def is_round(*, count: int) -> str:
    """Say that a number of years is a round one."""
    return f"{count} năm là năm tròn."


def is_not_round(*, count: int) -> str:
    """Say that a number of years is not a round one."""
    return f"{count} năm không phải năm tròn."


def occasion_in_days(*, name: str, on: date, days: int, years: int | None) -> str:
    """Say how long it is until an occasion."""
    told = f"{name}: hôm nay" if days == 0 else f"Còn {days} ngày nữa đến {name}"
    return f"{told} ({long_day(on)})" + (f", kỷ niệm {years} năm." if years else ".")


def occasion_day(
    *, name: str, day: str, is_lunar: bool, until: str, on: date | None, years: int | None
) -> str:
    """Say which day an occasion is on."""
    rule = f"ngày {day} âm lịch" if is_lunar else f"ngày {day} hằng năm"
    if until:
        rule = f"từ {day} đến {until} hằng năm"
    when = f"; năm {on.year} là {long_day(on)}" if on else ""
    return f"{name}: {rule}{when}" + (f", kỷ niệm {years} năm." if years else ".")


def lunar_day_is(*, day: int, month: int, on: date) -> str:
    """Say on which date a lunar day falls."""
    return f"Ngày {day}/{month} âm lịch rơi vào {long_day(on)} dương lịch."


def eve_is(*, on: date, days: int) -> str:
    """Say on which date the last day of a lunar year falls; `days` of its last month."""
    return (
        f"Ngày cuối năm âm lịch (giao thừa) rơi vào {long_day(on)} dương lịch;"
        f" tháng Chạp ấy có {days} ngày."
    )


def no_lunar_day(*, day: int, month: int, year: int) -> str:
    """Refuse: the lunar year has no such day."""
    return f"Tháng {month} âm lịch năm {year} không có ngày {day}."


def day_is(*, named: str) -> str:
    """Open the list of a day's occasions."""
    return f"Ngày {named} là:"


def weekday_is(*, on: date, named: bool) -> str:
    """Say which weekday a date is; `named`: a list of its occasions follows."""
    told = f"Ngày {written_day(on)} là {WEEKDAYS[on.weekday()]}"
    return f"{told}, cũng là:" if named else f"{told}."


def occasion_line(*, name: str, year: int, years: int | None) -> str:
    """Write one occasion of a day."""
    return f"- {name}" + (f" (năm {year}: {years} năm)" if years else "")


def these_days(*, first: date, last: date | None) -> str:
    """Open a list of occasions."""
    if last is None:
        return f"Các ngày kỷ niệm sắp tới, từ {written_day(first)}:"
    return (
        f"Ngày kỷ niệm {written_day(first)}:"
        if first == last
        else f"Các ngày kỷ niệm từ {written_day(first)} đến {written_day(last)}:"
    )


def happening_line(*, name: str, on: date, years: Sequence[int], with_year: bool = True) -> str:
    """Write one occasion on its day; the year may be left out where the list names it."""
    when = written_day(on) if with_year else f"{on.day}/{on.month}"
    return f"- {when}: {name}" + "".join(f" ({count} năm)" for count in years)


def more_days(*, count: int) -> str:
    """Say how many occasions of a list are not shown."""
    return f"và {count} ngày khác."


def days_until(*, on: date, days: int, named: bool) -> str:
    """Say how long it is until a day, or how long it has been."""
    if days == 0:
        told = f"Hôm nay là {long_day(on)}"
    elif days > 0:
        told = f"Còn {days} ngày nữa đến {long_day(on)}"
    else:
        told = f"{long_day(on)} đã qua {-days} ngày"
    return told + (":" if named else ".")


def nothing_on_day(*, named: str) -> str:
    """Refuse: no occasion on that day."""
    return f"Lịch của trợ lý không có ngày kỷ niệm nào vào ngày {named}."


def unknown_day() -> str:
    """Refuse: the day asked for is none of the calendar's."""
    return "Lịch kỷ niệm của trợ lý chưa có ngày này."


def that_day_is(*, on: date, is_today: bool) -> str:
    """Say which date and weekday a day is."""
    named = "Hôm nay" if is_today else "Ngày mai"
    return f"{named} là {long_day(on)}."


def no_occasion() -> str:
    """Say that a day is no occasion."""
    return "Lịch của trợ lý không có ngày kỷ niệm nào vào ngày này."


def nothing_between(*, first: date, last: date) -> str:
    """Refuse: no occasion in those days."""
    span = f"từ {written_day(first)} đến {written_day(last)}"
    return f"Lịch của trợ lý không có ngày kỷ niệm nào {span}."


def calendar_source(*, decided_by: str | None, documents: Sequence[str]) -> str:
    """Say where a date of the calendar comes from."""
    by = f", theo {decided_by}" if decided_by else ""
    stated = f"; {listing(documents)} cũng nêu" if documents else ""
    return f"Nguồn: Lịch kỷ niệm của trợ lý{by}{stated}."


def only_true(*, names: Sequence[str]) -> str:
    """Say that a mark of an edit is either true or not there."""
    return f"{' và '.join(names)} chỉ nhận giá trị true"


def other_id(*, named: str) -> str:
    """Say that an edit holds an entry of another id than its own."""
    return f"id trong nội dung là {named}"


def empty_edit() -> str:
    """Say that an edit says nothing."""
    return "không có nội dung"


def lost_occasion() -> str:
    """Say that an edit is about an occasion that is not in the calendar."""
    return "lịch không có ngày kỷ niệm này"
