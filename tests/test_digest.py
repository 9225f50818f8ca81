"""Curators are told in the morning what waits, and 30 days before a document's period ends."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from jobs import digest
from knowledge.base import Base
from knowledge.document import Period
from knowledge.library import Library
from store import drafts
from tests.asking import ANSWERED, FORWARD, OTHER, UNKNOWN, ZONE, answer, ask, player_of
from tests.channels import Pipe, Post
from tests.dialogues import BASE

OA, WEB = "zalo-oa:1", "web:main"
HOUR = timedelta(hours=1)
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)
HA_GIANG = "Kế hoạch 12/KH-UBND, Hà Giang 2026"


@pytest.fixture
async def post(database):
    office = Post.of(database, Pipe(OA), Pipe(WEB, stored_is_sent=True))
    await office.person("Quản", {OA: HOUR}, role="admin")
    await office.person("Lan", {OA: HOUR})
    return office


@pytest.fixture
def base():
    return Library(BASE).base


async def curator(post, name="Phụ", **more):
    return await post.person(name, {OA: HOUR}, role="curator", **more)


async def wake(post, base, at):
    post.at = at
    await digest.morning(post.database, post.channels, base, now=at, zone=ZONE)
    await post.deliver()


def heard(post, start="Có "):
    said = [(chat, message.text) for chat, message in post.channels[OA].tried]
    return [(chat, text) for chat, text in said if text.startswith(start)]


@pytest.fixture
def player(post):
    return player_of(post.database, post.at)


async def wait_for_answers(player, *asked):
    return [await ask(player, *one) for one in asked]


async def test_curators_alone_hear_once_a_day_what_waits(post, player, base):
    await curator(post)
    phone = f"{UNKNOWN} Gọi 0912345678"
    await wait_for_answers(
        player,
        *(("Tư", phone), ("Tư", ANSWERED, "👎 Chưa đúng"), ("Tư", OTHER, FORWARD)),
        ("Tư", "Ai giữ trống của thôn Nà Mèo?" + " thật" * 60),
    )
    for minutes in (-1, 0, 1, 300):
        await wake(post, base, MORNING + timedelta(minutes=minutes))
    [(chat, text)] = heard(post)
    assert chat == "Phụ"
    lines = text.splitlines()
    assert lines[0] == (
        "Có 4 câu hỏi chờ trả lời, trong đó 2 câu được gửi cho người phụ trách "
        "hoặc bị đánh giá chưa đúng."
    )
    assert lines[1:4] == [f"• {ANSWERED}", f"• {OTHER}", f"• {UNKNOWN} Gọi ***"]
    assert lines[4:] == ["… và 1 câu nữa.", "Đồng chí gõ “câu hỏi” để trả lời."]
    await wake(post, base, MORNING + timedelta(days=1))
    assert len(heard(post)) == 2


async def test_processes_that_wake_at_once_say_it_once(post, player, base):
    await curator(post)
    await wait_for_answers(player, ("Tư", UNKNOWN))
    await asyncio.gather(*(wake(post, base, MORNING) for _ in "abc"))
    assert len(heard(post)) == 1


async def test_without_a_curator_the_admins_are_told(post, player, base):
    await curator(post, state="suspended")
    await wait_for_answers(player, ("Tư", UNKNOWN))
    await wake(post, base, MORNING)
    assert [chat for chat, _ in heard(post)] == ["Quản"]


async def test_who_was_not_running_in_the_morning_says_it_later_but_not_at_night(
    post, player, base
):
    await curator(post)
    await wait_for_answers(player, ("Tư", UNKNOWN))
    await wake(post, base, MORNING + timedelta(hours=12))
    assert heard(post) == []
    await wake(post, base, MORNING + timedelta(days=1, hours=3))
    assert len(heard(post)) == 1


async def test_a_day_on_which_nothing_waits_is_quiet_to_its_end(post, player, base):
    await curator(post)
    [number] = await wait_for_answers(player, ("Tư", UNKNOWN))
    await answer(post.database, number, post.at)
    await wake(post, base, MORNING)
    await wait_for_answers(player, ("Năm", OTHER))
    await wake(post, base, MORNING + timedelta(hours=2))
    assert heard(post) == []


async def test_drafts_that_wait_are_told_as_well(post, base):
    await curator(post)

    async def hand_in(session):
        number = await drafts.add(session, "a.pdf", None, person_id=None, now=post.at)
        await drafts.set_read(session, number, found={}, fields={}, body="", now=post.at)

    await post.database.write(hand_in)
    await wake(post, base, MORNING)
    assert [text for _, text in heard(post)] == [
        "Có 1 bản nháp chờ duyệt. Đồng chí gõ “đăng nhập” để mở trang biên tập."
    ]


def ending(base, end):
    """Give the base with one document whose period ends so."""
    [document] = [one for one in base.documents if one.id == "ha-giang"]
    return Base([replace(document, period=Period(None, end))], base.provinces, base.occasions)


@pytest.mark.parametrize(
    ("end", "today", "left"),
    [
        (date(2026, 12, 31), date(2026, 11, 30), None),
        (date(2026, 12, 31), date(2026, 12, 1), "còn 30 ngày nữa"),
        (date(2026, 12, 31), date(2026, 12, 31), "hôm nay"),
        (date(2026, 12, 31), date(2027, 1, 1), None),
        (2026, date(2026, 12, 1), "còn 30 ngày nữa"),
        (2026, date(2026, 11, 30), None),
        (None, date(2026, 12, 1), None),
    ],
)
async def test_curators_hear_before_a_period_ends(post, base, end, today, left):
    await curator(post)
    at = datetime(today.year, today.month, today.day, 8, tzinfo=ZONE)
    await wake(post, ending(base, end), at)
    said = [(chat, text) for chat, text in heard(post, "“") if HA_GIANG in text]
    assert [chat for chat, _ in said] == (["Phụ"] if left else [])
    assert all(f"hết thời hạn vào ngày 31/12/2026 ({left})" in text for _, text in said)


async def test_an_end_is_told_once_and_another_end_again(post, base):
    await curator(post)
    first = ending(base, date(2026, 12, 20))
    for day in range(3):
        await wake(post, first, MORNING + timedelta(days=day))
    assert len(heard(post, "“")) == 1
    await curator(post, "Mới")
    await wake(post, first, MORNING + timedelta(days=3))
    assert [chat for chat, _ in heard(post, "“")] == ["Phụ", "Mới"]
    await wake(post, ending(base, date(2026, 12, 22)), MORNING + timedelta(days=4))
    assert len(heard(post, "“")) == 4
