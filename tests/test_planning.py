"""Telling one thing to many: once each, where they are reached, and who is not is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs.planning import Telling, tell
from store.messages import Message, Outcome, Priority, shared_button
from store.models import Missed, SharedMessage
from store.sharing import Bulk
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ABOUT = "broadcast:1"


@pytest.fixture
def post(database):
    return Post.of(
        database, Pipe(OA, limit=60, window=2 * DAY), Pipe(BOT), Pipe(WEB, stored_is_sent=True)
    )


def telling(post, text="Họp lúc 8h", **more):
    bulk = Bulk(ABOUT, ABOUT, Priority.BROADCAST, "hold", post.at, **more)
    message = Message(text, buttons=((shared_button("✅ Đã nhận", "received", "1"),),))
    return Telling(message, bulk)


async def plan(post, said, people, silent=()):
    await post.database.write(
        lambda session: tell(session, post.channels, said, people, now=post.at, silent=silent)
    )


async def missed(post):
    async with post.database.read() as session:
        rows = await session.execute(select(Missed.person_id, Missed.why))
        return {row.person_id: row.why for row in rows}


async def test_each_gets_it_once_where_they_are_reached(post):
    lan = await post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    minh = await post.person("Minh", {BOT: HOUR})
    hoa = await post.person("Hoa", {WEB: HOUR})
    for _ in range(2):
        await plan(post, telling(post), [lan, minh, hoa])
    await post.deliver()
    rows = await post.rows()
    assert {(row.person_id, row.channel, row.state, row.about) for row in rows} == {
        (lan, OA, "sent", ABOUT),
        (minh, BOT, "sent", ABOUT),
        (hoa, WEB, "sent", ABOUT),
    }
    assert len(rows) == 3
    assert post.channels[BOT].texts("Minh") == ["Họp lúc 8h"]
    assert await missed(post) == {}


async def test_what_many_get_is_kept_once_and_said_to_each_in_all_its_parts(post):
    people = [await post.person(f"P{n}", {OA: HOUR}) for n in range(5)]
    text = "Kính gửi các đồng chí, chiều nay họp giao ban lúc 14 giờ tại hội trường ủy ban xã."
    await plan(post, telling(post, text), people)
    await post.deliver()
    async with post.database.read() as session:
        kept = (await session.scalars(select(SharedMessage))).all()
    assert len(kept) == 2
    assert " ".join(post.channels[OA].texts("P3")) == text
    rows = await post.rows()
    assert sum(row.about == ABOUT for row in rows) == 5
    assert {row.content.get("text") for row in rows} == {None}


async def test_who_is_not_reached_is_written_down_with_the_reason(post):
    lan = await post.person("Lan", {OA: 3 * DAY})
    minh = await post.person("Minh", {})
    hoa = await post.person("Hoa", {BOT: HOUR})
    for _ in range(2):
        await plan(post, telling(post), [lan, minh, hoa], silent={hoa})
    assert await missed(post) == {lan: "window", minh: "nowhere", hoa: "stopped"}
    assert await post.rows() == []


async def test_what_is_too_late_is_only_a_record(post):
    lan = await post.person("Lan", {BOT: HOUR, WEB: DAY})
    hoa = await post.person("Hoa", {WEB: DAY})
    await plan(post, telling(post, code="late"), [lan, hoa])
    await post.deliver()
    assert [(row.state, row.code) for row in await post.rows()] == [("stale", "late")] * 2
    assert post.channels[BOT].tried == []


async def test_what_goes_another_way_counts_there_and_keeps_its_shared_button(post):
    lan = await post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await plan(post, telling(post), [lan])
    await post.deliver()
    first, second = await post.rows()
    assert (first.state, first.about) == ("failed", "")
    assert (second.state, second.about, second.person_id) == ("sent", ABOUT, lan)
    [[_, sent]] = post.channels[BOT].tried
    assert sent.text == "Họp lúc 8h"
    assert [button.token for row in sent.buttons for button in row] == ["all:received:1"]
