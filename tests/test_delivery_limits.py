"""Who must wait and who must not: a chat, a channel account, what is held, what is parted."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import ChatLimit
from jobs.delivery import Sender
from store import channel_accounts
from store.messages import Message, Outcome, Priority, Receipt
from store.models import Address, OutboxRow
from store.models import Broadcast as Row
from tests.channels import Pipe, Post

BOT, OA = "telegram:1", "zalo-oa:1"
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def post(database):
    return Post.of(database, Pipe(BOT), Pipe(OA))


def sender(post: Post, channel: str = BOT) -> Sender:
    pipe = post.channels[channel]
    return Sender(post.database, pipe, bulk_rate=1000, now=post.now, channels=post.channels)


async def step(one: Sender) -> float:
    """Take one step and wait for what it began."""
    async with asyncio.TaskGroup() as group:
        return await one.step(group)


async def steps(post: Post, one: Sender, seconds: float) -> None:
    """Let a sender go on for so long in the post's time."""
    end = post.at + timedelta(seconds=seconds)
    while post.at < end:
        await step(one)
        post.at += timedelta(seconds=0.25)


async def test_all_that_end_together_are_settled(post):
    for number in range(12):
        await post.person(f"P{number}", {BOT: HOUR})
        await post.queue(BOT, f"P{number}", "Nhắc", key=f"k{number}")
    await steps(post, sender(post), 1)
    assert [row.state for row in await post.rows()] == ["sent"] * 12


async def test_endings_of_every_kind_that_end_together_keep_apart(post):
    outcomes = [Outcome.SENT, Outcome.BLOCKED, Outcome.REJECTED, Outcome.UNKNOWN, Outcome.RETRY]
    one = sender(post)
    await post.person("An", {BOT: HOUR})
    await post.queue(BOT, "An", "Nhắc", key="An")
    await step(one)
    for outcome in outcomes:
        await post.person(outcome, {BOT: HOUR})
        await post.queue(BOT, outcome, "Nhắc", key=outcome)
        post.channels[BOT].refuse(outcome, outcome)
    post.at += timedelta(seconds=0.25)
    await step(one)
    assert {row.key: row.state for row in await post.rows()} == {
        "An": "sent",
        "sent": "sent",
        "blocked": "failed",
        "rejected": "failed",
        "unknown": "queued",
        "retry": "queued",
    }


async def test_a_chat_gets_no_more_than_its_limit_while_others_go_on(post):
    pipe = post.channels[BOT]
    pipe.of_chat = ChatLimit(3, 4)
    await post.person("Lan", {BOT: HOUR})
    await post.person("Minh", {BOT: HOUR})
    for number in range(5):
        await post.queue(BOT, "Lan", f"Tin {number}", key=f"k{number}")
    one = sender(post)
    await steps(post, one, 2)
    assert pipe.texts("Lan") == ["Tin 0", "Tin 1", "Tin 2"]
    await post.queue(BOT, "Minh", "Chào", key="m")
    await step(one)
    assert pipe.texts("Minh") == ["Chào"]
    assert await step(one) < 4, "the sender knows when the chat may be written to again"
    await steps(post, one, 3)
    assert len(pipe.texts("Lan")) == 5


async def test_a_pause_that_the_platform_wants_stops_its_account_and_no_other(post):
    await post.person("Lan", {BOT: HOUR})
    await post.person("Minh", {BOT: HOUR})
    await post.person("Hoa", {OA: HOUR})
    flood = Receipt(Outcome.RETRY, retry_after=30, whole_channel=True)
    post.channels[BOT].answers["Lan"] = [flood, Receipt(Outcome.SENT, external_id="1")]
    await post.queue(BOT, "Lan", "Nhắc", key="a")
    telegram, zalo = sender(post), sender(post, OA)
    await step(telegram)
    await post.queue(BOT, "Minh", "Nhắc", key="b")
    await post.queue(OA, "Hoa", "Nhắc", key="c")
    await steps(post, telegram, 29)
    await step(zalo)
    assert post.channels[BOT].texts("Minh") == []
    assert post.channels[OA].texts("Hoa") == ["Nhắc"]
    await steps(post, telegram, 3)
    assert {row.state for row in await post.rows()} == {"sent"}
    async with post.database.read() as session:
        assert await channel_accounts.stopped(session) == []


async def broadcast(post: Post, state: str, *, urgent: bool = False) -> int:
    """Store a broadcast to Lan and queue what it says."""
    await post.person("Lan", {BOT: HOUR})
    await post.queue(BOT, "Lan", "Họp", key="b", priority=Priority.BROADCAST)

    async def work(session: AsyncSession) -> int:
        row = Row(
            content=Message("Họp").as_json(),
            audience={},
            state=state,
            urgent=urgent,
            send_at=post.at,
            created_at=post.at,
        )
        session.add(row)
        await session.flush()
        await session.execute(update(OutboxRow).values(about=f"broadcast:{row.id}"))
        return int(row.id)

    return await post.database.write(work)


async def test_what_is_paused_waits_and_a_reply_passes_it_by(post):
    post.at = datetime(2026, 11, 22, 9, tzinfo=ZONE)
    number = await broadcast(post, "paused")
    await post.person("Minh", {BOT: HOUR})
    one = sender(post)
    await steps(post, one, 3)
    assert post.channels[BOT].tried == []
    await post.queue(BOT, "Minh", "Trả lời", key="r", priority=Priority.REPLY)
    await step(one)
    assert post.channels[BOT].texts("Minh") == ["Trả lời"]

    async def resume(session: AsyncSession) -> None:
        await session.execute(update(Row).where(Row.id == number).values(state="running"))

    await post.database.write(resume)
    await steps(post, one, 7)
    assert post.channels[BOT].texts("Lan") == ["Họp"]


@pytest.mark.parametrize(
    ("hour", "urgent", "is_sent"),
    [(5, False, False), (6, False, True), (20, False, True), (21, False, False), (23, True, True)],
)
async def test_in_quiet_hours_only_what_is_urgent_is_told(post, hour, urgent, is_sent):
    post.at = datetime(2026, 11, 22, hour, tzinfo=ZONE)
    await broadcast(post, "running", urgent=urgent)
    await steps(post, sender(post), 2)
    assert bool(post.channels[BOT].texts("Lan")) == is_sent


async def test_a_group_that_moved_is_followed(post):
    await post.person("Lan", {BOT: HOUR})
    moved = Receipt(Outcome.MOVED, moved_to="-100200")
    post.channels[BOT].answers["Lan"] = [moved]
    await post.queue(BOT, "Lan", "Nhắc")
    await post.deliver()
    assert [chat for chat, _ in post.channels[BOT].tried] == ["Lan", "-100200"]
    async with post.database.read() as session:
        assert (await session.scalars(select(Address.chat))).all() == ["-100200"]
    assert [row.state for row in await post.rows()] == ["sent"]
