"""The message of a day: once, at the person's hour, of what they want to be told."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import delete, select, update

from store import clearing, edits, office, subscriptions
from store.messages import Outcome
from store.models import Missed, OfficeSetting, Unit
from store.subscriptions import Wishes
from tests.mornings import BOT, WEB, Mornings, at

COMING = "2026-10-14 09:00"
DAY = "2026-10-15"


@pytest.fixture
def mornings(database):
    return Mornings(database)


async def test_on_15_10_2026_the_counts_are_96_27_and_77(mornings):
    lan = await mornings.join("Lan", COMING)
    await mornings.tick(f"{DAY} 07:00")
    await mornings.tick(f"{DAY} 07:30")
    [text] = mornings.heard("Lan")
    assert text == (
        "Trợ lý xin báo đồng chí:\n"
        "Hôm nay:\n"
        "• Ngày truyền thống công tác dân vận của Đảng, kỷ niệm 96 năm (1930-2026).\n"
        "• Ngày “Dân vận” của cả nước, kỷ niệm 27 năm (1999-2026).\n"
        "• Chủ tịch Hồ Chí Minh viết tác phẩm (bài báo) “Dân vận”, kỷ niệm 77 năm (1949-2026)."
    )
    assert await mornings.days(lan) == [(DAY, "sent")]
    [[_, message]] = mornings.post.channels[BOT].tried
    assert message.title == "📅 Thứ Năm, 15/10/2026"


async def test_members_of_an_organisation_are_told_of_their_own_day(mornings, database):
    lan = await mornings.join("Lan", COMING)
    named = "Hội Liên hiệp Thanh niên xã A"
    await database.write(lambda s: s.execute(update(Unit).values(name=named)))
    await mornings.tick(f"{DAY} 07:00")
    [text] = mornings.heard("Lan")
    assert "Hội Liên hiệp Thanh niên Việt Nam, kỷ niệm 70 năm (1956-2026). Năm tròn:" in text
    assert text.count("lễ kỷ niệm") == 1
    assert "96 năm" in text
    assert await mornings.days(lan) == [(DAY, "sent")]


JOINED = [
    # when they are looked at next, the ticks, what is planned of which day, the next look
    ("2026-10-14 09:00", [f"{DAY} 06:59"], [], f"{DAY} 07:00"),
    ("2026-10-14 09:00", [f"{DAY} 07:00"], [(DAY, "sent")], "2026-10-16 07:00"),
    ("2026-10-15 09:00", [f"{DAY} 09:00"], [], "2026-10-16 07:00"),
    ("2026-10-15 07:00", [f"{DAY} 07:00"], [(DAY, "sent")], "2026-10-16 07:00"),
    ("2026-10-14 09:00", [f"{DAY} 08:00"], [(DAY, "sent")], "2026-10-16 07:00"),
    ("2026-10-14 09:00", [f"{DAY} 20:59"], [(DAY, "sent")], "2026-10-16 07:00"),
    ("2026-10-14 09:00", [f"{DAY} 21:00"], [(DAY, "stale")], "2026-10-16 07:00"),
    (
        "2026-10-14 09:00",
        ["2026-10-16 07:00"],
        [(DAY, "stale"), ("2026-10-16", "sent")],
        "2026-10-17 07:00",
    ),
    (
        "2026-10-13 09:00",
        ["2026-10-21 12:00"],
        [
            *[(f"2026-10-{day}", "stale") for day in (14, 15, 16, 17)],
        ],
        "2026-10-22 07:00",
    ),
    (
        "2026-09-01 09:00",
        ["2026-10-21 06:00"],
        [*[(f"2026-10-{day}", "stale") for day in (14, 15, 16, 17)]],
        "2026-10-21 07:00",
    ),
    ("2026-12-31 07:30", ["2027-01-01 07:00"], [], "2027-01-02 07:00"),
    ("2028-02-28 07:30", ["2028-02-29 07:00"], [], "2028-03-01 07:00"),
    ("2028-01-26 07:30", ["2028-01-27 07:00"], [("2028-01-27", "sent")], "2028-01-28 07:00"),
]


@pytest.mark.parametrize(("since", "ticks", "planned", "then"), JOINED)
async def test_moments(mornings, since, ticks, planned, then):
    lan = await mornings.join("Lan", since)
    for when in ticks:
        await mornings.tick(when)
        await mornings.tick(when)
    assert await mornings.days(lan) == planned
    assert await mornings.next_at(lan) == then


async def test_what_came_too_late_is_a_record_that_says_so(mornings):
    await mornings.join("Lan", COMING)
    await mornings.join("Hoa", COMING, channel=WEB)
    await mornings.tick(f"{DAY} 22:00")
    rows = await mornings.rows()
    assert [(one.state, one.code) for one in rows] == [("stale", "late")] * 2
    assert mornings.post.channels[BOT].tried == []


@pytest.mark.parametrize(
    ("wishes", "planned"),
    [
        (Wishes(stopped=True), []),
        (Wishes(paused_until=date(2026, 10, 16)), []),
        (Wishes(paused_until=date(2026, 10, 15)), [(DAY, "sent")]),
        (Wishes(topics=frozenset({"national"})), []),
        (Wishes(leads=(7,)), []),
        (Wishes(at=time(8, 0)), []),
        (Wishes(at=time(6, 30)), [(DAY, "sent")]),
    ],
)
async def test_what_somebody_wishes_is_honoured(mornings, wishes, planned):
    lan = await mornings.join("Lan", COMING)
    await mornings.wish(lan, COMING, wishes)
    await mornings.tick(f"{DAY} 07:00")
    assert await mornings.days(lan) == planned


async def test_another_hour_on_the_same_day_tells_nothing_twice(mornings):
    lan = await mornings.join("Lan", COMING)
    await mornings.tick(f"{DAY} 07:00")
    await mornings.wish(lan, f"{DAY} 08:00", Wishes(at=time(9, 0)))
    await mornings.tick(f"{DAY} 09:00")
    assert await mornings.days(lan) == [(DAY, "sent")]
    await mornings.wish(lan, f"{DAY} 21:00", Wishes(at=time(21, 0)))
    assert await mornings.next_at(lan) == f"{DAY} 21:00"


async def test_an_hour_late_in_the_evening_is_an_hour_all_the_same(mornings):
    lan = await mornings.join("Lan", COMING)
    await mornings.wish(lan, COMING, replace(Wishes(), at=time(21, 0)))
    await mornings.tick(f"{DAY} 21:00")
    assert ("2026-10-15", "sent") in await mornings.days(lan)


async def test_who_is_suspended_or_cannot_be_reached_is_told_nothing(mornings, database):
    await mornings.join("Lan", COMING, state="suspended")
    tu = await mornings.join("Tú", COMING)
    mornings.post.channels[BOT].refuse("Tú", Outcome.BLOCKED)
    await mornings.tick("2026-10-14 09:00")
    await mornings.tick(f"{DAY} 07:00")
    await mornings.tick("2026-10-16 07:00")
    assert await mornings.days() == [(DAY, "failed")]
    async with database.read() as session:
        missed = (await session.execute(select(Missed.person_id, Missed.about, Missed.why))).all()
    assert [tuple(one) for one in missed] == [(tu, "day:2026-10-16", "blocked")]


@pytest.mark.parametrize(
    ("laid", "told"),
    [
        ("2026-11-02 09:00", True),
        ("2026-11-03 06:58", True),
        ("2026-11-03 06:59:30", False),
        ("2026-11-02 06:00", False),
    ],
)
async def test_what_is_new_in_the_base_is_told_once(mornings, database, laid, told):
    await mornings.join("Lan", "2026-11-02 06:30")
    await mornings.tick("2026-11-02 07:00")
    before = len(mornings.heard("Lan"))
    await database.write(
        lambda s: edits.put(s, "document", "an-giang-2021", {}, person_id=None, now=at(laid))
    )
    await mornings.tick("2026-11-03 07:00")
    heard = mornings.heard("Lan")[before:]
    assert [("Mới trong kho tri thức:" in one, "An Giang" in one) for one in heard] == (
        [(True, True)] if told else []
    )


async def test_news_of_an_outage_are_told_after_it(mornings, database):
    await mornings.join("Lan", "2026-11-02 09:00")
    await database.write(
        lambda s: edits.put(
            s, "document", "an-giang-2021", {}, person_id=None, now=at("2026-11-02 10:00")
        )
    )
    await mornings.tick("2026-11-05 08:00")
    assert await mornings.days() == [("2026-11-05", "sent")]


async def test_while_sending_is_paused_nothing_is_planned_and_what_fell_due_can_be_dropped(
    mornings, database
):
    lan = await mornings.join("Lan", COMING)
    await database.write(
        lambda s: office.put(s, name=office.PAUSED, value={"why": "restored"}, now=at(COMING))
    )
    await mornings.tick(f"{DAY} 07:00")
    assert await mornings.days() == []
    await database.write(lambda s: subscriptions.skip_due(s, now=at(f"{DAY} 08:00")))
    await database.write(lambda s: s.execute(delete(OfficeSetting)))
    await mornings.tick(f"{DAY} 08:01")
    assert await mornings.days() == []
    assert await mornings.next_at(lan) == "2026-10-16 07:00"


async def test_what_is_queued_can_be_cleared(mornings, database):
    people = [await mornings.join(name, COMING) for name in ("Lan", "Hoa")]
    await mornings.plan(f"{DAY} 07:00")
    cleared = await database.write(
        lambda s: clearing.clear(
            s, f"day:{DAY}", why="reported", now=at(f"{DAY} 07:01"), people=people[:1]
        )
    )
    await mornings.post.deliver()
    assert cleared == 1
    assert (mornings.heard("Lan"), len(mornings.heard("Hoa"))) == ([], 1)
    assert [one.code for one in await mornings.rows() if one.state == "cleared"] == ["reported"]
