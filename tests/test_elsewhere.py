"""One person, several channels: what a closed address did not get goes another way, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from typing_extensions import override

from jobs.elsewhere import move
from store import outbox
from store.messages import Button, Message, Outcome, Priority
from store.models import Account, Address
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def post(database):
    return Post.of(
        database,
        Pipe(OA, limit=60, window=2 * DAY),
        Pipe(BOT, limit=40),
        Pipe(WEB, stored_is_sent=True, limit=10_000),
    )


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.GONE, Outcome.LAPSED])
async def test_what_a_closed_address_did_not_get_goes_the_other_way_once(post, outcome):
    await post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    post.channels[OA].refuse("Lan", outcome)
    for _ in range(2):
        await post.queue(OA, "Lan", "Nhắc báo cáo")
        await post.deliver()
    assert post.channels[OA].texts("Lan") == ["Nhắc báo cáo"]
    assert post.channels[BOT].texts("Lan") == ["Nhắc báo cáo"]
    [first, second] = await post.rows()
    assert (first.state, first.channel, second.state, second.channel) == (
        "failed",
        OA,
        "sent",
        BOT,
    )
    async with post.database.read() as session:
        state = await session.scalar(select(Address.state).where(Address.channel == OA))
    assert state == ("open" if outcome is Outcome.LAPSED else outcome.value)


async def test_where_every_channel_says_that_its_time_is_over_each_is_tried_once(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    post.channels[OA].refuse("Lan", Outcome.LAPSED)
    post.channels[BOT].refuse("Lan", Outcome.LAPSED)
    await post.queue(OA, "Lan", "Nhắc báo cáo")
    await post.deliver()
    assert [len(post.channels[one].texts("Lan")) for one in (OA, BOT)] == [1, 1]
    assert {row.state for row in await post.rows()} == {"failed"}


async def test_who_was_silent_too_long_is_tried_again_another_time(post):
    await post.person("Lan", {OA: HOUR})
    post.channels[OA].refuse("Lan", Outcome.LAPSED, Outcome.SENT)
    await post.queue(OA, "Lan", "Nhắc hôm nay", key="k1")
    await post.deliver()
    await post.queue(OA, "Lan", "Nhắc ngày mai", key="k2")
    await post.deliver()
    assert [row.state for row in await post.rows()] == ["failed", "sent"]


async def test_all_that_is_due_goes_along_in_its_order_and_replies_stay(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    for number in range(3):
        await post.queue(OA, "Lan", f"Tin {number}", key=f"k{number}")
    await post.queue(OA, "Lan", "Trả lời", key="reply", priority=Priority.REPLY)
    await post.step(post.channels[OA])
    assert post.channels[OA].texts("Lan") == ["Trả lời"]
    assert await post.rows(BOT) == []
    await post.deliver()
    assert post.channels[OA].texts("Lan") == ["Trả lời", "Tin 0"]
    assert post.channels[BOT].texts("Lan") == ["Tin 0", "Tin 1", "Tin 2"]
    ends = {row.key: (row.state, row.code) for row in await post.rows(OA)}
    assert ends == {
        "reply": ("failed", ""),
        "k0": ("failed", ""),
        "k1": ("cancelled", "moved"),
        "k2": ("cancelled", "moved"),
    }


async def test_a_reply_that_waits_for_another_try_stays_when_others_move(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.RETRY, Outcome.BLOCKED)
    await post.queue(OA, "Lan", "Trả lời", key="reply", priority=Priority.REPLY)
    await post.queue(OA, "Lan", "Nhắc")
    await post.deliver()
    assert post.channels[BOT].texts("Lan") == ["Nhắc"]
    states = {row.key: row.state for row in await post.rows(OA)}
    assert states == {"reply": "queued", "k": "failed"}


async def test_what_is_due_later_waits_where_it_is_and_moves_when_it_is_due(post):
    await post.person("Lan", {OA: HOUR, WEB: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.queue(OA, "Lan", "Hôm nay")
    await post.queue(OA, "Lan", "Ngày mai", key="later", due_at=post.at + DAY)
    await post.deliver()
    assert [row.content["text"] for row in await post.rows(WEB)] == ["Hôm nay"]
    post.at += DAY
    await post.deliver()
    assert [row.content["text"] for row in await post.rows(WEB)] == ["Hôm nay", "Ngày mai"]


async def test_parts_of_a_long_message_keep_their_order_where_they_are_cut_anew(post):
    text = " ".join(f"Câu số {number:02} rất dài." for number in range(12))
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.queue(OA, "Lan", text)
    await post.deliver()
    heard = post.channels[BOT].texts("Lan")
    assert len(heard) > len(await post.rows(OA))
    assert max(map(len, heard)) <= 40
    assert " ".join(heard) == text


async def test_what_was_heard_of_a_long_message_is_not_said_again(post):
    text = " ".join(f"Câu số {number:02} rất dài." for number in range(12))
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.SENT, Outcome.BLOCKED)
    await post.queue(OA, "Lan", text)
    await post.deliver()
    first, refused = post.channels[OA].texts("Lan")
    rest = " ".join(post.channels[BOT].texts("Lan"))
    assert f"{first} {rest}" == text
    assert rest.startswith(refused)


async def test_a_part_that_fails_on_the_way_holds_back_those_behind_it(post):
    text = " ".join(f"Câu số {number:02} rất dài." for number in range(6))
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    post.channels[BOT].refuse("Lan", Outcome.RETRY, Outcome.SENT)
    await post.queue(OA, "Lan", text)
    await post.deliver()
    assert len(post.channels[BOT].tried) == 1
    post.at += timedelta(minutes=1)
    await post.deliver()
    assert " ".join(post.channels[BOT].texts("Lan")[1:]) == text


async def test_on_the_web_what_moved_stands_there_at_once_and_in_order(post):
    await post.person("Lan", {OA: HOUR, WEB: DAY})
    post.channels[OA].refuse("Lan", Outcome.GONE)
    for number in range(3):
        await post.queue(OA, "Lan", f"Tin {number}", key=f"k{number}")
    await post.step(post.channels[OA])
    rows = await post.rows(WEB)
    assert [(row.state, row.number, row.content["text"]) for row in rows] == [
        ("sent", 1, "Tin 0"),
        ("sent", 2, "Tin 1"),
        ("sent", 3, "Tin 2"),
    ]


async def test_links_go_along_and_buttons_of_the_other_talk_stay(post):
    link = Button("Bản đồ", url="https://example.org/x")
    buttons = ((Button("Đúng", ("a",), token="t"), link), (Button("Sai", ("b",), token="u"),))
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.queue(OA, "Lan", Message("Nhắc", title="Tên", source="14/KH", buttons=buttons))
    await post.deliver()
    [(_, heard)] = post.channels[BOT].tried
    assert heard == Message("Nhắc", title="Tên", source="14/KH", buttons=((link,),))


async def test_the_window_closes_before_sending_and_nothing_is_tried(post):
    await post.person("Lan", {OA: 3 * DAY, BOT: 4 * DAY}, preferred=OA)
    await post.queue(OA, "Lan", "Nhắc báo cáo")
    await post.deliver()
    assert post.channels[OA].tried == []
    assert post.channels[BOT].texts("Lan") == ["Nhắc báo cáo"]
    [row] = await post.rows(OA)
    assert (row.state, row.code) == ("failed", "window")


async def test_it_goes_on_to_a_third_channel_and_ends_where_there_is_none(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY, WEB: 2 * DAY})
    await post.person("Minh", {OA: HOUR, BOT: DAY})
    for pipe in (post.channels[OA], post.channels[BOT]):
        pipe.refuse("Lan", Outcome.BLOCKED)
        pipe.refuse("Minh", Outcome.GONE)
    await post.queue(OA, "Lan", "Nhắc", key="lan")
    await post.queue(OA, "Minh", "Nhắc", key="minh")
    await post.deliver()
    ends = {row.key.partition(">")[0]: (row.channel, row.state) for row in await post.rows()}
    assert ends == {"lan": (WEB, "sent"), "minh": (BOT, "failed")}


async def test_a_group_and_an_account_of_nobody_have_no_other_way(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    await post.database.write(
        lambda session: session.execute(update(Account).values(person_id=None))
    )
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.queue(OA, "Lan", "Nhắc")
    await post.deliver()
    assert [row.state for row in await post.rows()] == ["failed"]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.UNKNOWN, Outcome.RETRY])
async def test_what_does_not_close_the_address_moves_nothing(post, outcome):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", outcome)
    await post.queue(OA, "Lan", "Nhắc")
    for _ in range(10):
        await post.deliver()
        post.at += HOUR
    assert await post.rows(BOT) == []
    [row] = await post.rows(OA)
    assert row.state != "sent"


class Dying(Pipe):
    """A channel at which the sender dies while it cuts a message for it."""

    dies = True

    @override
    def split(self, message):
        if self.dies:
            raise RuntimeError("killed")
        return super().split(message)


async def test_who_dies_between_settling_and_copying_has_done_neither(post):
    """Both are one transaction: the delivery is in flight still, and goes the other way once."""
    other = Dying(BOT)
    post.channels[BOT] = other
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.queue(OA, "Lan", "Nhắc")
    await post.step(post.channels[OA])
    assert [row.state for row in await post.rows()] == ["sending"]
    async with post.database.read() as session:
        states = await session.scalars(select(Address.state))
    assert set(states) == {"open"}
    other.dies = False
    for _ in range(2):
        await post.database.write(lambda s: outbox.recover(s, now=post.at, channel=OA))
        await post.deliver()
    assert other.texts("Lan") == ["Nhắc"]
    assert [row.state for row in await post.rows()] == ["failed", "sent"]


async def test_a_claim_that_is_no_longer_ours_moves_nothing_that_somebody_else_sends(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    await post.queue(OA, "Lan", "Nhắc")
    [one] = await post.database.write(lambda s: outbox.claim(s, OA, limit=1, now=post.at))
    await post.database.write(lambda s: outbox.recover(s, now=post.at, channel=OA))
    [other] = await post.database.write(lambda s: outbox.claim(s, OA, limit=1, now=post.at))
    await post.database.write(
        lambda s: s.execute(update(Address).where(Address.channel == OA).values(state="blocked"))
    )
    await post.database.write(lambda s: move(s, post.channels, one, now=post.at))
    assert await post.rows(BOT) == []
    assert await post.database.write(lambda s: outbox.settle(s, other, state="sent", now=post.at))


async def test_an_edit_goes_the_other_way_as_a_message_of_its_own(post):
    await post.person("Lan", {OA: HOUR, BOT: DAY})
    await post.queue(OA, "Lan", "Một phần", key="first")
    await post.deliver()
    [first] = await post.rows()

    async def edit(session):
        address = await session.get(Address, first.address_id)
        await outbox.enqueue(
            session,
            address,
            [Message("Toàn bộ")],
            key="second",
            now=post.at,
            priority=Priority.REMINDER,
            replaces_id=first.id,
        )

    await post.database.write(edit)
    post.channels[OA].refuse("Lan", Outcome.BLOCKED)
    await post.deliver()
    assert post.channels[BOT].texts("Lan") == ["Toàn bộ"]
    [moved] = await post.rows(BOT)
    assert moved.replaces_id is None
