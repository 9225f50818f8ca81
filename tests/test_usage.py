"""What is counted of a channel account, month by month; and what the platform says is left."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.channel import Caps
from store import usage
from store.messages import Message, Outcome, Receipt
from store.usage import Used
from tests.channels import Pipe, Post

BOT = "zalo-bot:1"
HOUR = timedelta(hours=1)


async def used(database, now, channel=BOT):
    async with database.read() as session:
        return await usage.used(session, channel, now=now)


async def messages(post):
    found = [one.count for one in await used(post.database, post.at) if one.kind == "messages"]
    return sum(found)


async def test_each_month_is_counted_on_its_own_and_each_channel(database, now):
    for channel, times in ((BOT, 3), ("zalo-oa:1", 1)):
        for _ in range(times):
            await database.write(lambda s, c=channel: usage.add(s, c, usage.MESSAGES, now=now))
    later = now + timedelta(days=31)
    await database.write(lambda s: usage.add(s, BOT, usage.MESSAGES, now=later))
    users = Used("users", "", 0)
    assert await used(database, now) == [Used("messages", "2026-11", 3), users]
    assert await used(database, later) == [Used("messages", "2026-12", 1), users]
    assert await used(database, later + timedelta(days=31)) == [users]


def test_a_month_is_the_offices_own():
    at = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    assert usage.month(at) == "2026-11"
    assert usage.month(at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))) == "2026-12"


async def test_counting_at_once_loses_nothing(database, now):
    async def add(_):
        await database.write(lambda s: usage.add(s, BOT, usage.MESSAGES, now=now))

    await asyncio.gather(*map(add, range(50)))
    assert (await used(database, now))[0].count == 50


async def test_what_the_platform_says_is_left_replaces_what_it_said_before(database, now):
    for name, count in (("cs", 8), ("cs", 7), ("gmf", 2)):
        await database.write(lambda s, left=(name, count): usage.note_left(s, BOT, left, now=now))
    found = await used(database, now + timedelta(days=40))
    assert found == [Used("left:cs", "", 7), Used("left:gmf", "", 2), Used("users", "", 0)]


async def test_users_are_the_accounts_that_ever_spoke(database, now):
    post = Post.of(database, Pipe(BOT))
    for number in range(3):
        await post.person(f"P{number}", {BOT: HOUR, "telegram:1": HOUR})
    assert await used(database, now) == [Used("users", "", 3)]


@pytest.mark.parametrize(
    ("outcomes", "counted"),
    [
        ([Outcome.SENT], 1),
        ([Outcome.UNKNOWN, Outcome.SENT], 2),
        ([Outcome.UNKNOWN], 3),
        ([Outcome.RETRY, Outcome.SENT], 1),
        ([Outcome.REJECTED], 0),
        ([Outcome.BLOCKED], 0),
        ([Outcome.UNAUTHORISED, Outcome.SENT], 1),
    ],
)
async def test_what_arrived_or_may_have_arrived_is_counted(database, outcomes, counted):
    post = Post.of(database, Pipe(BOT, caps=Caps(messages=3000)))
    await post.person("Lan", {BOT: HOUR})
    post.channels[BOT].refuse("Lan", *outcomes)
    await post.queue(BOT, "Lan", "Nhắc")
    for _ in range(6):
        await post.deliver()
        post.at += timedelta(minutes=10)
    assert await messages(post) == counted


async def test_each_part_is_a_message_to_the_platform(database):
    post = Post.of(database, Pipe(BOT, limit=20, caps=Caps(messages=3000)))
    await post.person("Lan", {BOT: HOUR})
    await post.queue(BOT, "Lan", "Câu này dài hơn hai mươi chữ cái, phải cắt.")
    await post.deliver()
    assert await messages(post) == len(post.channels[BOT].tried) == 3


async def test_a_channel_without_a_cap_counts_nothing_but_keeps_what_is_left(database):
    post = Post.of(database, Pipe(BOT))
    await post.person("Lan", {BOT: HOUR})
    post.channels[BOT].answers["Lan"] = [Receipt(Outcome.SENT, left=("cs", 47))]
    await post.queue(BOT, "Lan", Message("Nhắc"))
    await post.deliver()
    assert await used(database, post.at) == [Used("left:cs", "", 47), Used("users", "", 1)]


async def test_what_is_closed_beforehand_is_no_message(database):
    pipe = Pipe(BOT, caps=Caps(messages=3000), window=HOUR)
    post = Post.of(database, pipe)
    await post.person("Lan", {BOT: 2 * HOUR})
    await post.queue(BOT, "Lan", "Nhắc")
    await post.deliver()
    assert (await messages(post), pipe.tried) == (0, [])
