"""Admins are told once when an account of ours stops, and when most of a cap is used."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs import phrases, watch
from jobs.channel import Caps
from store import channel_accounts, usage
from store.messages import Outcome, Receipt
from store.models import ChannelAccount
from store.usage import Used
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
HOUR = timedelta(hours=1)


@pytest.fixture
async def post(database):
    office = Post.of(
        database,
        Pipe(OA),
        Pipe(BOT, caps=Caps(messages=10, users=50)),
        Pipe(WEB, stored_is_sent=True),
    )
    await office.person("Admin", {OA: HOUR, BOT: 2 * HOUR}, preferred=OA, role="admin")
    await office.person("Lan", {OA: HOUR, BOT: HOUR})
    return office


async def look(post):
    await watch.watch(post.database, post.channels, now=post.at)
    await post.deliver()


async def stop(post, channel, reason="token bị thu hồi"):
    await post.database.write(
        lambda s: channel_accounts.rest(s, channel, until=post.at, refused=reason, now=post.at)
    )


def told(post):
    return {
        (channel, chat): pipe.texts(chat)
        for channel, pipe in post.channels.items()
        for chat in ("Admin", "Lan")
        if pipe.texts(chat)
    }


async def test_admins_alone_are_told_once_and_not_by_the_account_that_stopped(post):
    await stop(post, OA)
    for _ in range(3):
        await look(post)
        post.at += timedelta(minutes=1)
    [(where, [text])] = told(post).items()
    assert where == (BOT, "Admin")
    assert text.startswith("Kênh Zalo OA đang dừng, tin chưa gửi được: token bị thu hồi")


async def test_looks_that_run_at_once_tell_once(post):
    await stop(post, OA)
    await asyncio.gather(*(watch.watch(post.database, post.channels, now=post.at) for _ in "abc"))
    await post.deliver()
    assert len(post.channels[BOT].tried) == 1


async def test_a_refusal_that_lasts_is_told_once_and_a_new_one_again(post):
    """Through the sender: refused, a mere pause between, refused still; then well; refused."""
    pause = Receipt(Outcome.RETRY, retry_after=1, whole_channel=True)
    refused = Receipt(Outcome.UNAUTHORISED, reason="token bị thu hồi")
    post.channels[OA].answers["Lan"] = [
        refused,
        pause,
        refused,
        Receipt(Outcome.SENT),
        refused,
    ]
    await post.queue(OA, "Lan", "Nhắc", key="first")
    counts = []
    for _ in range(6):
        await post.step(post.channels[OA])
        await look_only(post)
        counts.append(len(await alerts(post)))
        post.at += timedelta(minutes=6)
        if counts[-1] == 1 and len(post.channels[OA].tried) == 4:
            await post.queue(OA, "Lan", "Nhắc", key="second")
    assert counts == [1, 1, 1, 1, 2, 2]


async def look_only(post):
    await watch.watch(post.database, post.channels, now=post.at)


async def alerts(post):
    return [row for row in await post.rows() if row.key.startswith("stopped:")]


async def test_where_every_account_of_an_admin_stopped_they_are_told_when_one_is_well(post):
    await stop(post, OA)
    await stop(post, BOT)
    await look(post)
    assert told(post) == {}
    await post.database.write(lambda s: channel_accounts.be_well(s, BOT))
    await look(post)
    assert list(told(post)) == [(BOT, "Admin")]


async def test_an_admin_who_closed_the_other_channel_is_told_on_the_web(post):
    await post.person("Chính", {BOT: HOUR, WEB: HOUR}, role="admin")
    post.channels[BOT].refuse("Chính", Outcome.BLOCKED)
    await stop(post, OA)
    await look(post)
    [row] = await post.rows(WEB)
    assert (row.state, row.number) == ("sent", 1)
    await look(post)
    assert len(await post.rows(WEB)) == 1


async def test_a_suspended_admin_is_told_nothing(post):
    await post.person("Cũ", {BOT: HOUR}, role="admin", state="suspended")
    await stop(post, OA)
    await look(post)
    assert list(told(post)) == [(BOT, "Admin")]


async def use(post, times):
    for _ in range(times):
        await post.database.write(lambda s: usage.add(s, BOT, usage.MESSAGES, now=post.at))


async def test_from_eighty_percent_of_a_months_messages_admins_are_told_once_a_month(post):
    await use(post, 7)
    await look(post)
    assert told(post) == {}
    await use(post, 1)
    for _ in range(2):
        await look(post)
        await use(post, 1)
    assert told(post) == {
        (OA, "Admin"): [phrases.nearly_used(channel="Zalo Bot", kind="messages", used=8, limit=10)]
    }
    assert "tháng này đã gửi 8 trên 10 tin (80%)" in post.channels[OA].texts("Admin")[0]
    post.at += timedelta(days=31)
    await look(post)
    assert len(post.channels[OA].tried) == 1
    await use(post, 9)
    await look(post)
    assert "(90%)" in post.channels[OA].texts("Admin")[1]


async def test_from_eighty_percent_of_all_users_admins_are_told_once(post):
    for number in range(37):
        await post.person(f"P{number}", {BOT: HOUR})
    await look(post)
    assert told(post) == {}
    await post.person("P40", {BOT: HOUR})
    for _ in range(2):
        await look(post)
        post.at += timedelta(days=40)
    [text] = post.channels[OA].texts("Admin")
    assert text.startswith("Kênh Zalo Bot đã có 40 trên 50 người dùng (80%).")


@pytest.mark.parametrize(
    ("caps", "one", "limit", "near"),
    [
        (Caps(messages=3000), Used("messages", "2026-11", 2399), 3000, False),
        (Caps(messages=3000), Used("messages", "2026-11", 2400), 3000, True),
        (Caps(users=50), Used("users", "", 39), 50, False),
        (Caps(users=50), Used("users", "", 40), 50, True),
        (Caps(messages=3000), Used("users", "", 4000), None, False),
        (Caps(messages=3000), Used("left:cs", "", 4000), None, False),
    ],
)
def test_a_count_is_held_against_its_own_cap(caps, one, limit, near):
    assert watch.limit_of(caps, one) == limit
    assert watch.nearly_used(caps, [one]) == ([one] if near else [])


async def test_a_mere_pause_stops_nothing(post):
    post.channels[OA].answers["Lan"] = [Receipt(Outcome.RETRY, retry_after=9, whole_channel=True)]
    await post.queue(OA, "Lan", "Nhắc")
    await look(post)
    async with post.database.read() as session:
        row = await session.scalar(select(ChannelAccount))
    assert row is not None
    assert (row.stopped_reason, row.stopped_at) == ("", None)
    assert row.held_until is not None
    assert told(post) == {(OA, "Lan"): ["Nhắc"]}


async def test_a_paid_quota_at_its_end_is_told_once_and_one_persons_answers_are_not(post):
    async def leave(name, count):
        await post.database.write(lambda s: usage.note_left(s, OA, (name, count), now=post.at))

    await leave("purchase_quota", 1)
    await leave("reply", 0)
    await look(post)
    assert told(post) == {}
    await leave("purchase_quota", 0)
    for _ in range(3):
        await look(post)
    assert told(post) == {(OA, "Admin"): [phrases.run_out(channel="Zalo OA")]}
    post.at += timedelta(days=31)
    await look(post)
    assert len(told(post)[OA, "Admin"]) == 1  # what was said last month is no news
