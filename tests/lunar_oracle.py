"""The Vietnamese lunar calendar computed from the sky, to hold the product's calendar against.

After Ho Ngoc Duc: new moons and the sun's longitude by Meeus' series, days counted at UTC+7. A
month begins on the day of a new moon; the one in which the sun passes 270 degrees is the eleventh;
where thirteen months lie between two of these, the first in which the sun passes no multiple of
30 degrees is the leap month. Nothing here comes from the product or from its library.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import floor, radians, sin

HOURS_EAST = 7
SYNODIC_MONTH, FIRST_NEW_MOON = 29.530588, 2415020.75933
ORDINAL_OF_JULIAN = 1721425
SOLSTICE = 9
"""The twelfth of the ecliptic that begins at 270 degrees."""


def sines(terms: tuple[tuple[float, float], ...]) -> float:
    return sum(size * sin(radians(angle)) for size, angle in terms)


def new_moon(k: int) -> float:
    """Give the Julian date (UTC) of the k-th new moon after 1/1/1900."""
    t = k / 1236.85
    t2, t3 = t * t, t * t * t
    mean = FIRST_NEW_MOON + 29.53058868 * k + 0.0001178 * t2 - 0.000000155 * t3
    mean += 0.00033 * sin(radians(166.56 + 132.87 * t - 0.009173 * t2))
    sun = 359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3
    moon = 306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3
    node = 2 * (21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3)
    corrected = sines(
        (
            (0.1734 - 0.000393 * t, sun),
            (0.0021, 2 * sun),
            (-0.4068, moon),
            (0.0161, 2 * moon),
            (-0.0004, 3 * moon),
            (0.0104, node),
            (-0.0051, sun + moon),
            (-0.0074, sun - moon),
            (0.0004, node + sun),
            (-0.0004, node - sun),
            (-0.0006, node + moon),
            (0.0010, node - moon),
            (0.0005, 2 * moon + sun),
        )
    )
    return mean + corrected - (-0.000278 + 0.000265 * t + 0.000262 * t2)


def twelfth_of_sun(day: date) -> int:
    """Give the twelfth of the ecliptic in which the sun stands as a day begins at UTC+7."""
    julian = day.toordinal() + ORDINAL_OF_JULIAN - 0.5 - HOURS_EAST / 24
    t = (julian - 2451545.0) / 36525
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t * t - 0.00000048 * t * t * t
    centre = sines(
        (
            (1.914600 - 0.004817 * t - 0.000014 * t * t, anomaly),
            (0.019993 - 0.000101 * t, 2 * anomaly),
            (0.000290, 3 * anomaly),
        )
    )
    return int((mean + centre) % 360 // 30)


def day_of(julian: float) -> date:
    return date.fromordinal(floor(julian + 0.5 + HOURS_EAST / 24) - ORDINAL_OF_JULIAN)


def months_from(first: int, last: int) -> list[tuple[date, date, int, int]]:
    """Give (begins, next begins, sun's twelfth at both) of the months of some years."""
    start = (date(first, 1, 1) - date(1900, 1, 1)).days / SYNODIC_MONTH
    count = int((last - first + 1) * 12.4)
    days = [day_of(new_moon(int(start) + at)) for at in range(-2, count)]
    return [(one, two, twelfth_of_sun(one), twelfth_of_sun(two)) for one, two in pairwise(days)]


@cache
def lunar_year(year: int) -> dict[tuple[int, bool], tuple[date, int]]:
    """Give for each (month, leap?) of a lunar year the day it begins and how many days it has."""
    return {
        (month, leap): (begins, (ends - begins).days)
        for of, month, leap, begins, ends in named(year - 2, year + 2)
        if of == year
    }


def named(first: int, last: int) -> Iterator[tuple[int, int, bool, date, date]]:
    """Name the months of some years: (lunar year, month, leap?, begins, next begins)."""
    months = months_from(first, last)
    elevenths = [at for at, (_, _, sun, then) in enumerate(months) if sun < SOLSTICE <= then]
    for one, two in pairwise(elevenths):
        year, number = months[one][0].year, 11
        is_long, leaped = two - one == 13, False
        for at in range(one, two):
            begins, ends, sun, then = months[at]
            leap = is_long and not leaped and at > one and sun == then
            leaped = leaped or leap
            number = number if leap or at == one else number % 12 + 1
            of = year if number >= 11 and at < one + 3 else year + 1
            yield of, number, leap, begins, ends


def lunar_date(day: int, month: int, year: int) -> date | None:
    """Give the date of a day of a regular month; None where the month is too short."""
    begins, length = lunar_year(year)[month, False]
    return begins + timedelta(days=day - 1) if day <= length else None
