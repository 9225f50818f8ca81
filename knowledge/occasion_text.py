"""What is said of an occasion that comes: the sentences of a reminder, and the approved texts."""

from datetime import date

from knowledge import occasion_text_phrases as phrases
from knowledge.occasion_template import fill, uses_years
from knowledge.occasions import Happening, lunar_of

ROUND = 10
"""Every so many years a ceremony may be considered."""


def reminder(one: Happening, today: date) -> str:
    """Tell of an occasion on its day, so many days before, or while it lasts.

    Raises ValueError when it is over.
    """
    first, last = _span(one)
    if today > last:
        raise ValueError(f"{one.occasion.id} is over since {last}")
    when, said = _when(one), line(one)
    if today < first or first == today:
        return phrases.reminder(days=(first - today).days, when=when, told=said)
    say = phrases.last_day if today == last else phrases.running
    return say(when=when, told=said)


def line(one: Happening) -> str:
    """Tell of an occasion under a heading that names the day.

    A ceremony is spoken of in round years only.
    """
    occasion, years = one.occasion, _years(one)
    said = _filled(occasion.text, one) or _told(one)
    if occasion.held:
        first, last = one.span
        said = f"{said} {phrases.held_between(first=first, last=last)}"
    return f"{said} {phrases.ceremony()}" if years and years % ROUND == 0 else said


def forward_text(one: Happening) -> str:
    """Give the approved text to forward; '' where there is none for this year."""
    return _filled(one.occasion.forward, one)


def loudspeaker_text(one: Happening) -> str:
    """Give the text to be read aloud; '' where there is none for this year."""
    return _filled(one.occasion.loudspeaker, one)


def _span(one: Happening) -> tuple[date, date]:
    """Give the days on which it is; one that is only held around its day is on that day."""
    return (one.date, one.date) if one.occasion.held else one.span


def _when(one: Happening) -> str:
    first, last = _span(one)
    if first != last:
        return phrases.from_to(first=first, last=last)
    is_lunar = one.occasion.calendar == "lunar"
    return phrases.on_day(on=one.date, lunar=_lunar(one.date) if is_lunar else "")


def _told(one: Happening) -> str:
    name, base, years = one.occasion.name, one.occasion.counted_from, _years(one)
    if years is None or base is None:
        return phrases.told(name=name)
    return phrases.told_years(name=name, years=years, base=base, year=one.year)


def _years(one: Happening) -> int | None:
    return next(iter(one.years), None)


def _lunar(on: date) -> str:
    day, month, leap = lunar_of(on)
    return phrases.lunar(day=day, month=month, leap=leap)


def _filled(template: str, one: Happening) -> str:
    """Fill a template in; '' where there is none, or it counts years that have not begun."""
    years = _years(one)
    if not template or (years is None and uses_years(template)):
        return ""
    values = {
        "N": str(years),
        "name": one.occasion.name,
        "weekday": phrases.weekday(on=one.date),
        "date": phrases.solar(on=one.date),
        "lunar": _lunar(one.date),
    }
    return fill(template, values)
