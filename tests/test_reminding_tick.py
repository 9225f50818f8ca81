"""Reminders when they are due: told once, late ones told or only written down, units whole."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from jobs.reminding import drop_due, remind
from knowledge.reminding.schedule import Daily, Once, Schedule, Weekly
from store import office, reminders, subscriptions
from store.database import Database
from store.models import Missed, Reminder
from store.reminders import NewReminder
from store.subscriptions import Wishes
from tests.channels import Pipe, Post

BOT, WEB = "zalo-bot:1", "web:main"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = timedelta(hours=1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type,misc]


DUE = at(2026, 12, 31, 8)
NEW_YEAR = Weekly((3,), time(8))
"""31/12/2026 is a Thursday."""


@pytest.fixture
def post(database: Database) -> Post:
    return Post.of(database, Pipe(BOT), Pipe(WEB, stored_is_sent=True))


async def add(
    post: Post, person: int, schedule: Schedule, first: datetime, *, unit: int | None = None
) -> int:
    new = NewReminder(person, unit, "nộp báo cáo", schedule.as_json(), first)
    return await post.database.write(lambda session: reminders.add(session, new, now=first - HOUR))


async def tick(post: Post, now: datetime, times: int = 2) -> None:
    post.at = now
    for _ in range(times):
        await remind(post.database, post.channels, now=now, zone=ZONE)
    await post.deliver()


async def found(post: Post, number: int) -> Reminder:
    async with post.database.read() as session:
        return await session.get_one(Reminder, number, populate_existing=True)


async def states(post: Post) -> list[str]:
    return [row.state for row in await post.rows()]


@pytest.mark.parametrize(
    ("schedule", "next_at"),
    [
        (NEW_YEAR, at(2027, 1, 7, 8)),
        (Daily(time(8)), at(2027, 1, 1, 8)),
        (Once(date(2026, 12, 31), time(8)), None),
    ],
)
async def test_it_is_told_once_at_its_time_and_waits_for_the_next(post, schedule, next_at):
    lan = await post.person("Lan", {BOT: HOUR})
    number = await add(post, lan, schedule, DUE)
    await tick(post, DUE - timedelta(seconds=1))
    assert await post.rows() == []
    await tick(post, DUE)
    await tick(post, DUE + HOUR)
    assert post.channels[BOT].texts("Lan") == ["⏰ Nhắc việc: nộp báo cáo"]
    kept = await found(post, number)
    assert (kept.next_at, kept.state) == (next_at, "active" if next_at else "over")


@pytest.mark.parametrize(
    ("late", "told"), [(timedelta(hours=5, minutes=59), ["sent"]), (7 * HOUR, ["stale"])]
)
async def test_what_is_a_little_late_is_told_what_is_old_is_only_written_down(post, late, told):
    lan = await post.person("Lan", {BOT: HOUR})
    await add(post, lan, NEW_YEAR, DUE)
    await tick(post, DUE + late)
    assert await states(post) == told


async def test_after_days_away_the_missed_ones_are_written_down_and_today_is_told(post):
    lan = await post.person("Lan", {BOT: HOUR})
    number = await add(post, lan, Daily(time(8)), DUE)
    await tick(post, DUE + timedelta(days=3, hours=1))
    assert await states(post) == ["stale", "stale", "stale", "sent"]
    assert (await found(post, number)).next_at == DUE + timedelta(days=4)


async def test_after_months_away_only_the_last_week_is_looked_at(post):
    lan = await post.person("Lan", {BOT: HOUR})
    await add(post, lan, Daily(time(8)), DUE)
    await tick(post, DUE + timedelta(days=90, hours=1))
    assert 7 <= len(await states(post)) <= 8
    assert (await states(post))[-1] == "sent"


async def test_a_clock_set_back_tells_nothing_twice(post):
    lan = await post.person("Lan", {BOT: HOUR})
    await add(post, lan, Daily(time(8)), DUE)
    await tick(post, DUE)
    await tick(post, DUE - timedelta(days=1))
    await tick(post, DUE + timedelta(seconds=30))
    assert await states(post) == ["sent"]


async def test_a_unit_is_told_whole_and_who_stopped_is_written_down(post):
    lan = await post.person("Lan", {BOT: HOUR}, role="leader")
    people = [await post.person(f"P{n}", {BOT: HOUR}) for n in range(3)]
    await post.database.write(
        lambda s: subscriptions.put(s, people[0], Wishes(stopped=True), now=post.at)
    )
    await add(post, lan, Once(date(2026, 12, 31), time(8)), DUE, unit=1)
    await tick(post, DUE)
    said = post.channels[BOT].tried
    assert sorted(chat for chat, _ in said) == ["Lan", "P1", "P2"]
    assert {message.text for _, message in said} == {"⏰ Lan (Xã) nhắc: nộp báo cáo"}
    async with post.database.read() as session:
        missed = (await session.execute(select(Missed.person_id, Missed.why))).all()
    assert [tuple(row) for row in missed] == [(people[0], "stopped")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_processes_at_once_tell_it_once(post):
    people = [await post.person(f"P{n}", {BOT: HOUR}) for n in range(20)]
    for one in people:
        await add(post, one, Daily(time(8)), DUE)
    other = Database(str(post.database.url.render_as_string(hide_password=False)))
    await other.start()
    try:
        for _ in range(3):
            for database in (post.database, other):
                await remind(database, post.channels, now=DUE, zone=ZONE)
    finally:
        await other.stop()
    rows = await post.rows()
    assert sorted(row.person_id or 0 for row in rows) == sorted(people)


async def test_nothing_is_planned_while_sending_is_paused_and_dropping_lets_it_wait(post):
    lan = await post.person("Lan", {BOT: HOUR})
    number = await add(post, lan, Daily(time(8)), DUE)
    paused = {"since": "now"}
    await post.database.write(
        lambda s: office.put(s, name=office.PAUSED, value=paused, now=post.at)
    )
    await tick(post, DUE)
    assert await post.rows() == []
    dropped = await post.database.write(lambda s: drop_due(s, now=DUE + HOUR, zone=ZONE))
    assert dropped == 1
    assert (await found(post, number)).next_at == DUE + timedelta(days=1)


async def test_a_reminder_that_rests_is_not_told(post):
    lan = await post.person("Lan", {BOT: HOUR})
    number = await add(post, lan, Daily(time(8)), DUE)
    await post.database.write(
        lambda s: s.execute(update(Reminder).where(Reminder.id == number).values(state="paused"))
    )
    await tick(post, DUE)
    assert await post.rows() == []


async def test_the_reminder_of_somebody_suspended_rests(post):
    lan = await post.person("Lan", {BOT: HOUR}, role="leader", state="suspended")
    await post.person("P1", {BOT: HOUR})
    number = await add(post, lan, Daily(time(8)), DUE, unit=1)
    await tick(post, DUE)
    assert await post.rows() == []
    assert (await found(post, number)).state == "paused"
