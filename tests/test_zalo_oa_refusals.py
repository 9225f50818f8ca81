"""The OAuth host is away, says no or says nothing: what is kept, what is lost, who is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.channels import zalo_oa_grant_phrases as phrases
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa_grant import Keeper, NoGrant
from store import channel_accounts
from store.database import Database
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import running_server
from tests.grounds import ground
from tests.processes import free_port
from tests.zalo_oa_office import DEAD, HOURS, Office, opened, why_not

pytestmark = pytest.mark.xdist_group("zalo-oa-grant")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def place(database: Database, server: str) -> AsyncIterator[Office]:
    async with opened(database, server) as made:
        yield made


async def test_a_host_that_cannot_be_reached_leaves_no_doubt_and_is_tried_again(place):
    await place.begin(expires_at=NOW)
    good, place.url = place.url, DEAD.format(free_port())
    keeper = await place.keeper()
    error = await why_not(keeper)
    assert (error.lost, error.reason) == (False, phrases.AWAY)
    row = await place.row()
    assert (row.state, row.spent_at, row.owner, row.reason) == ("good", None, "", phrases.AWAY)
    assert await place.stopped() == phrases.AWAY
    place.url = good
    await (await place.keeper()).token()
    assert await place.is_live()
    assert await place.stopped() == ""
    assert (await place.row()).reason == ""


async def test_what_goes_wrong_ahead_of_time_stops_nothing(place):
    given = await place.begin()
    place.now = NOW + 21 * HOURS
    await place.oa.script({"method": "oauth", "status": 503}, {"method": "oauth", "status": 503})
    keeper = await place.keeper(look=0.01)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        fresh = group.create_task(keeper.keep_fresh())
        await place.oa.state(requests=2)
        assert await keeper.token() == given["access_token"]
        assert await place.stopped() == ""
        await place.oa.state(refreshes=1)
        await place.renewed()
        fresh.cancel()
    assert await place.is_live()


BODIES: dict[str, dict[str, Any]] = {
    "a page of a proxy": {"status": 502},
    "a page with status 200": {"html": True},
    "an error of the server": {"answer": {"error": -1, "error_name": "busy"}, "status": 500},
    "too many requests": {"answer": {"error": -32, "error_name": "limit"}, "status": 429},
    "an object that says nothing": {"answer": {}},
    "no error and no token": {"answer": {"error": 0}},
    "tokens that are none": {"answer": {"access_token": None, "refresh_token": 7}},
    "an access token alone with no words": {"answer": {"access_token": "a b\n"}},
    "a list": {"answer": []},
}


@pytest.mark.parametrize("how", BODIES)
async def test_an_answer_that_says_nothing_leaves_the_doubt(place, how):
    await place.begin(expires_at=NOW)
    await place.oa.script({"method": "oauth", **BODIES[how]})
    keeper = await place.keeper()
    error = await why_not(keeper)
    assert (error.lost, error.reason) == (False, phrases.NO_ANSWER)
    assert (await place.row()).spent_at == NOW
    await keeper.token()
    assert await place.is_live()


@pytest.mark.parametrize("code", [-14002, -14003])
async def test_a_refusal_of_our_app_keeps_the_grant_and_says_what_to_look_at(place, code):
    await place.begin(expires_at=NOW)
    await place.oa.script({"method": "oauth", "error": code})
    keeper = await place.keeper()
    error = await why_not(keeper)
    assert not error.lost
    assert str(code) in error.reason
    assert await place.stopped() == error.reason
    assert (await place.row()).spent_at is None
    await keeper.token()
    assert await place.is_live()


async def test_a_wrong_app_secret_does_not_cost_the_grant(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(app_secret="another")
    error = await why_not(await place.keeper())
    assert (error.lost, (await place.row()).state) == (False, "good")
    assert "DANVAN_ZALO_OA_APP_SECRET" in error.reason


@pytest.mark.parametrize("repeated", ["TheCodeOfTheLogin", "TheVerifier"])
async def test_a_code_that_repeats_what_was_shown_is_not_told(place, repeated):
    await place.oa.script({"method": "oauth", "answer": {"error": repeated}})
    with pytest.raises(NoGrant) as caught:
        await (await place.keeper()).log_in("TheCodeOfTheLogin", "TheVerifier")
    assert caught.value.reason == phrases.LOGIN_NO_ANSWER


async def test_failures_in_a_row_are_not_repeated_at_every_call(place):
    await place.begin(expires_at=NOW)
    await place.oa.script({"method": "oauth", "status": 502, "times": 50})
    http = Http(place.url)
    await http.open()
    place.stack.push_async_callback(http.close)
    base = ground(place.settings, place.database, lambda: place.now)
    keeper = Keeper(base, place.account, http)
    for _ in range(20):
        assert (await why_not(keeper)).reason == phrases.NO_ANSWER
    assert len((await place.oa.state())["requests"]) == 1


async def test_a_refusal_loses_the_grant_and_stops_the_channel_with_what_to_do(place):
    await place.begin(expires_at=NOW)
    await place.oa.revoke()
    error = await why_not(await place.keeper())
    assert error.lost
    assert "danvan zalo-oa login" in error.reason
    assert "-14014" in error.reason
    assert (await place.row()).state == "lost"
    assert await place.stopped() == error.reason
    assert (await why_not(await place.keeper())).reason == error.reason
    assert len((await place.oa.state())["requests"]) == 1


async def test_an_endpoint_that_hangs_after_rotating_is_asked_once_more_then_it_is_lost(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(hang_after_rotate=True)
    keeper = await place.keeper(seconds=0.3)
    error = await why_not(keeper)
    assert (error.lost, error.reason) == (False, phrases.NO_ANSWER)
    assert (await place.row()).spent_at == NOW
    await place.oa.set(hang_after_rotate=False)
    error = await why_not(keeper)
    assert (error.lost, error.reason) == (True, phrases.LOST_ON_THE_WAY)
    assert await place.stopped() == phrases.LOST_ON_THE_WAY
    assert (await place.oa.state())["spent_uses"] == [{"pair": 1}]


async def test_being_away_in_between_does_not_take_the_doubt(place):
    await place.begin(expires_at=NOW, spent_at=NOW - HOURS)
    place.url = DEAD.format(free_port())
    assert (await why_not(await place.keeper())).reason == phrases.AWAY
    assert (await place.row()).spent_at == NOW - HOURS


async def test_lost_anew_is_told_anew_though_the_channel_was_stopped_before(place):
    await place.begin(expires_at=NOW)
    await place.database.write(
        lambda s: channel_accounts.rest(
            s, place.account, until=NOW, refused="gói hết hạn", now=NOW - HOURS
        )
    )
    await place.oa.revoke()
    await why_not(await place.keeper())
    async with place.database.read() as session:
        (stopped,) = await channel_accounts.stopped(session)
    assert stopped.stopped_at == NOW
