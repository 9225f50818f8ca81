"""Who is reached where, and why the others are not, said before anything is sent."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from jobs.elsewhere import outlook
from store import channel_accounts
from store.models import Address
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta(0)


@pytest.fixture
def post(database):
    return Post.of(database, Pipe(OA, window=2 * DAY), Pipe(BOT), Pipe(WEB, stored_is_sent=True))


async def look(post, *people):
    async with post.database.read() as session:
        return await outlook(session, post.channels, people, now=post.at)


async def where(post, person):
    found = (await look(post, person)).reached.get(person)
    return found and found.address.channel


async def close(post, channel, state):
    await post.database.write(
        lambda session: session.execute(
            update(Address).where(Address.channel == channel).values(state=state)
        )
    )


async def test_people_are_reached_where_they_prefer_then_where_they_were_last_heard_of(post):
    lan = await post.person("Lan", {OA: DAY, BOT: HOUR, WEB: NOTHING}, preferred=OA)
    minh = await post.person("Minh", {OA: DAY, BOT: HOUR, WEB: NOTHING})
    hoa = await post.person("Hoa", {WEB: HOUR})
    mai = await post.person("Mai", {BOT: HOUR, WEB: DAY}, preferred=WEB)
    assert [await where(post, one) for one in (lan, minh, hoa, mai)] == [OA, BOT, WEB, WEB]


async def test_what_costs_nothing_goes_before_what_is_paid_unless_it_is_preferred(post):
    post.channels[OA].paid = 7 * DAY
    lan = await post.person("Lan", {OA: 3 * DAY, BOT: 5 * DAY})
    minh = await post.person("Minh", {OA: 3 * DAY, BOT: 5 * DAY}, preferred=OA)
    hoa = await post.person("Hoa", {OA: 3 * DAY, WEB: HOUR})
    found = (await look(post, lan, minh, hoa)).reached
    assert [(found[one].address.channel, found[one].reach) for one in (lan, minh, hoa)] == [
        (BOT, "open"),
        (OA, "paid"),
        (OA, "paid"),
    ]


async def test_an_account_that_is_refused_is_used_only_where_there_is_no_other(post):
    lan = await post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    minh = await post.person("Minh", {OA: HOUR})
    await post.database.write(
        lambda s: channel_accounts.rest(s, OA, until=post.at, refused="hết hạn", now=post.at)
    )
    assert [await where(post, one) for one in (lan, minh)] == [BOT, OA]
    await post.database.write(lambda s: channel_accounts.be_well(s, OA))
    assert await where(post, lan) == OA


async def test_who_cannot_be_reached_is_named_with_the_reason(post):
    chats = {OA: HOUR}
    blocked = await post.person("Lan", chats)
    await close(post, OA, "blocked")
    gone = await post.person("Minh", {BOT: HOUR})
    await close(post, BOT, "gone")
    silent = await post.person("Hoa", {OA: 2 * DAY})
    elsewhere = await post.person("Mai", {"telegram:9": HOUR})
    nowhere = await post.person("Tú", {})
    suspended = await post.person("An", chats, state="suspended")
    found = await look(post, blocked, gone, silent, elsewhere, nowhere, suspended, 999)
    assert found.reached == {}
    assert found.unreached == {
        blocked: "blocked",
        gone: "gone",
        silent: "window",
        elsewhere: "nowhere",
        nowhere: "nowhere",
        suspended: "nowhere",
        999: "nowhere",
    }


async def test_who_is_reached_at_all_is_not_named_among_the_others(post):
    lan = await post.person("Lan", {OA: 5 * DAY, BOT: HOUR})
    found = await look(post, lan)
    assert (list(found.reached), found.unreached) == ([lan], {})


async def test_a_whole_office_is_looked_at_in_one_go(post):
    people = [await post.person(f"P{number}", {BOT: HOUR}) for number in range(5)]
    found = await look(post, *people, *range(10_000, 12_000))
    assert (len(found.reached), len(found.unreached)) == (5, 2000)
