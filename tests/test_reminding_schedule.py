"""When reminders fall: tables of the calendar's corners, and the laws of `next_after`."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reminding.schedule import (
    Daily,
    Monthly,
    Once,
    Schedule,
    Weekly,
    Yearly,
    from_json,
    next_after,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEVEN = time(7)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (Once(date(2026, 12, 31), SEVEN), local(2026, 12, 31, 6, 59), local(2026, 12, 31, 7)),
        (Once(date(2026, 12, 31), SEVEN), local(2026, 12, 31, 7), None),
        (Daily(SEVEN), local(2026, 12, 31, 7), local(2027, 1, 1, 7)),
        (Daily(SEVEN), local(2028, 2, 28, 7), local(2028, 2, 29, 7)),
        (Weekly((0,), SEVEN), local(2026, 12, 28, 7), local(2027, 1, 4, 7)),
        (Weekly((0, 6), SEVEN), local(2026, 12, 28, 7), local(2027, 1, 3, 7)),
        (Monthly(31, SEVEN), local(2027, 1, 31, 7), local(2027, 2, 28, 7)),
        (Monthly(31, SEVEN), local(2028, 2, 28, 8), local(2028, 2, 29, 7)),
        (Monthly(1, SEVEN), local(2026, 12, 1, 7), local(2027, 1, 1, 7)),
        (Yearly(29, 2, SEVEN), local(2026, 3, 1), local(2027, 2, 28, 7)),
        (Yearly(29, 2, SEVEN), local(2027, 3, 1), local(2028, 2, 29, 7)),
        (Yearly(1, 1, SEVEN), local(2026, 12, 31, 23, 59), local(2027, 1, 1, 7)),
        (Yearly(1, 1, SEVEN, before=3), local(2026, 12, 1), local(2026, 12, 29, 7)),
        (Yearly(1, 1, SEVEN, lunar=True), local(2026, 11, 25), local(2027, 2, 6, 7)),
        (Yearly(10, 3, SEVEN, lunar=True), local(2026, 4, 26, 7), local(2027, 4, 16, 7)),
        (Yearly(30, 12, SEVEN, lunar=True), local(2026, 1, 1), local(2026, 2, 16, 7)),
    ],
)
def test_the_corners_of_the_calendar(schedule: Schedule, after: datetime, expected: datetime):
    assert next_after(schedule, after, ZONE) == expected


def test_a_clock_set_back_gives_what_lies_ahead_of_it():
    weekly = Weekly((2,), SEVEN)
    assert next_after(weekly, local(2026, 11, 25, 8), ZONE) == local(2026, 12, 2, 7)
    assert next_after(weekly, local(2026, 11, 24, 8), ZONE) == local(2026, 11, 25, 7)


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
SCHEDULES = st.one_of(
    st.builds(Once, st.dates(date(2020, 1, 1), date(2035, 1, 1)), TIMES),
    st.builds(Daily, TIMES),
    st.builds(
        Weekly, st.sets(st.integers(0, 6), min_size=1).map(lambda s: tuple(sorted(s))), TIMES
    ),
    st.builds(Monthly, st.integers(1, 31), TIMES),
    st.builds(
        Yearly,
        st.integers(1, 28),
        st.integers(1, 12),
        TIMES,
        st.booleans(),
        st.integers(0, 30),
    ),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(SCHEDULES, MOMENTS)
def test_the_next_one_lies_ahead_at_its_hour_and_none_is_skipped(schedule, moment):
    found = next_after(schedule, moment, ZONE)
    if found is None:
        assert isinstance(schedule, Once)
        return
    assert found > moment
    assert found.astimezone(ZONE).time() == schedule.at
    assert next_after(schedule, found - timedelta(microseconds=1), ZONE) == found
    earlier = next_after(schedule, moment - timedelta(days=1), ZONE)
    assert earlier is not None
    assert earlier <= found


@given(SCHEDULES)
def test_json_gives_it_back(schedule):
    assert from_json(schedule.as_json()) == schedule


def test_each_follows_the_one_before():
    moment, seen = local(2026, 1, 1), []
    for _ in islice(range(12), 12):
        moment = next_after(Monthly(30, SEVEN), moment, ZONE) or moment
        seen.append((moment.day, moment.month))
    assert seen[:3] == [(30, 1), (28, 2), (30, 3)]
    assert len(set(seen)) == 12
