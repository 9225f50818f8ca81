"""When a person's message of a day falls, and until when it is of use."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from store.subscriptions import LATEST

DAY = timedelta(days=1)
OLDEST = 7
"""Days back for which it is written down that somebody was not told."""
LONGEST_AHEAD = timedelta(hours=25)
"""What is looked at next lies never further ahead, but where the clock was set back."""
AT_LEAST = timedelta(hours=1)
"""How long it is of use where its hour is late in the evening."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment of a day at which somebody is told, and whether it is too late for that."""

    day: date
    due_at: datetime
    stale_at: datetime
    is_late: bool


def due_moments(since: datetime, now: datetime, at: time, zone: ZoneInfo) -> tuple[Moment, ...]:
    """Give the moments from `since` to `now`, oldest first, a week back at most."""
    return tuple(one for one in _latest(now, at, zone) if since <= one.due_at <= now)


@lru_cache(maxsize=512)
def next_moment(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Give the next moment after `now`."""
    today = now.astimezone(zone).date()
    moments = (_at(today + DAY * ahead, at, zone) for ahead in range(3))
    return next(moment for moment in moments if moment > now)


def day_began(now: datetime, zone: ZoneInfo) -> datetime:
    """Give the beginning of the day in which `now` is."""
    return _at(now.astimezone(zone).date(), time(0), zone)


@lru_cache(maxsize=512)
def _latest(now: datetime, at: time, zone: ZoneInfo) -> tuple[Moment, ...]:
    today = now.astimezone(zone).date()
    moments = []
    for back in range(OLDEST, -1, -1):
        day = today - DAY * back
        due_at = _at(day, at, zone)
        stale_at = max(_at(day, LATEST, zone), due_at + AT_LEAST)
        is_late = day < today or stale_at <= now
        moments.append(Moment(day, due_at, stale_at, is_late))
    return tuple(moments)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
