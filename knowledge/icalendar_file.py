"""Occasions as an iCalendar file (RFC 5545) that phones and mail programs take in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from knowledge import occasion_text_phrases as phrases
from knowledge.occasion_text import line
from knowledge.occasions import Happening

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT: Final = "-//danvan//lich-ky-niem//VI"
DOMAIN: Final = "danvan"
DAY: Final = timedelta(days=1)


def to_icalendar(happenings: Iterable[Happening], *, stamp: datetime) -> bytes:
    """Give the file: all-day events, spans for what lasts. The same occasion in the same year is
    the same event in every file, so a newer file takes an older one's place. `stamp` is when the
    file is made.
    """
    from icalendar import Calendar  # noqa: PLC0415 - only who writes a file needs it

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", phrases.CALENDAR)
    for one in happenings:
        calendar.add_component(_event(one, stamp))
    return bytes(calendar.to_ical())


def _event(one: Happening, stamp: datetime) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    occasion = one.occasion
    first, last = one.span
    years = next(iter(one.years), None)
    event = Event()
    event.add("uid", f"{occasion.id}-{one.year}@{DOMAIN}")
    event.add("dtstamp", stamp)
    event.add("dtstart", first)
    event.add("dtend", last + DAY)
    event.add(
        "summary",
        phrases.entry_title(name=occasion.name, years=years, confirmed=occasion.is_confirmed),
    )
    event.add("description", line(one))
    event.add("status", "CONFIRMED" if occasion.is_confirmed else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    return event
