"""The message of a day whatever the clock and the processes do: never twice, never lost."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select

from store.database import Database
from store.models import OutboxRow
from tests.conftest import fresh_postgres, open_database
from tests.mornings import WEB, Mornings

COMING, DAY = "2026-10-14 09:00", "2026-10-15"


@pytest.fixture
def mornings(database):
    return Mornings(database)


BACK = [
    # what the clock says, one after the other; what is planned at the end
    ([f"{DAY} 07:00", f"{DAY} 06:00", f"{DAY} 07:01"], [(DAY, "sent")]),
    (
        [f"{DAY} 07:00", "2026-10-14 12:00", f"{DAY} 07:00"],
        [("2026-10-14", "sent"), (DAY, "sent")],
    ),
    (["2026-10-16 07:00", f"{DAY} 08:00"], [(DAY, "sent"), ("2026-10-16", "sent")]),
    (
        ["2027-10-15 07:00", f"{DAY} 08:00"],
        [(DAY, "sent"), ("2027-10-15", "sent")],
    ),
    (
        ["2026-10-17 07:00", f"{DAY} 06:00", f"{DAY} 07:00", "2026-10-16 07:00"],
        [(DAY, "sent"), ("2026-10-16", "sent"), ("2026-10-17", "sent")],
    ),
    (["2026-10-16 06:00", f"{DAY} 22:00"], [(DAY, "stale")]),
    (["2026-10-13 08:00", f"{DAY} 07:00"], [(DAY, "sent")]),
    (["2026-10-13 07:00", f"{DAY} 07:00"], [("2026-10-14", "stale"), (DAY, "sent")]),
]


@pytest.mark.parametrize(("clock", "planned"), BACK)
async def test_a_clock_that_was_set_wrong_and_right_again(mornings, clock, planned):
    lan = await mornings.join("Lan", COMING)
    hoa = await mornings.join("Hoa", COMING, channel=WEB)
    for when in clock:
        await mornings.tick(when)
    assert await mornings.days(lan) == planned
    assert await mornings.days(hoa) == await mornings.days(lan)
    assert len(mornings.heard("Lan")) == len([one for one in planned if one[1] == "sent"])


async def test_two_processes_tell_each_once(postgres_url):
    async with fresh_postgres(postgres_url) as url, open_database(url) as first:
        mornings = Mornings(first)
        people = [await mornings.join(f"P{number}", COMING) for number in range(40)]
        second = Database(url)
        await second.start()
        try:
            for day in ("15", "16"):
                when = f"2026-10-{day} 07:00"
                plans = [mornings.plan(when, one) for one in (first, second) * 2]
                await asyncio.gather(*plans)
                await mornings.post.deliver()
        finally:
            await second.stop()
        told = await mornings.days()
        assert told == sorted([(DAY, "sent"), ("2026-10-16", "sent")] * len(people))


async def killed_after(mornings, statements, when):
    """Plan, and die after so many statements; say whether it died."""
    left = statements

    def count(*_):
        nonlocal left
        left -= 1
        if left < 0:
            raise RuntimeError("killed")

    event.listen(Engine, "before_cursor_execute", count)
    try:
        await mornings.plan(when)
    except RuntimeError:
        return True
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return False


async def test_a_kill_between_any_two_statements_loses_and_doubles_nothing(mornings):
    people = [
        await mornings.join(f"P{number}", COMING, channel=WEB if number % 3 == 0 else "zalo-bot:1")
        for number in range(6)
    ]
    statements, planned = 0, []
    while await killed_after(mornings, statements, f"{DAY} 07:00"):
        planned = await mornings.days()
        assert len(planned) in (0, len(people))
        statements += 1
    assert statements > 5
    await mornings.tick(f"{DAY} 07:00")
    assert await mornings.days() == [(DAY, "sent")] * len(people)


STEP = st.tuples(
    st.integers(min_value=-3 * 24 * 60, max_value=3 * 24 * 60),
    st.integers(min_value=0, max_value=12),
)


@given(steps=st.lists(STEP, min_size=1, max_size=6))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_the_clock_does_nobody_has_two_of_a_day(steps, tmp_path_factory):
    async def play():
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('daily')}/test.db"
        async with open_database(url) as database:
            mornings = Mornings(database)
            await mornings.join("Lan", COMING)
            await mornings.join("Hoa", COMING, channel=WEB)
            minute = timedelta(minutes=1)
            now = mornings.post.at
            for minutes, statements in steps:
                now += minutes * minute
                when = now.isoformat()[:16].replace("T", " ")
                if statements:
                    await killed_after(mornings, statements, when)
                else:
                    await mornings.tick(when)
                await check(database)
            last = date.fromisoformat(now.isoformat()[:10])
            await mornings.tick(f"{last + timedelta(days=370)} 07:00")
            await check(database)

    asyncio.run(play())


async def check(database):
    counted = (
        select(func.count())
        .where(OutboxRow.about != "")
        .group_by(OutboxRow.about, OutboxRow.person_id)
    )
    async with database.read() as session:
        assert set(await session.scalars(counted)) <= {1}
