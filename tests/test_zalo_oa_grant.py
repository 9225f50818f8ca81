"""The keeper of the Official Account's tokens: one pair for all, and nothing is spent twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_oa_grant_phrases as phrases
from store import grants
from store import upgrade as up
from store.database import Database
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import running_server
from tests.zalo_oa_office import HOURS, Office, held_of, opened, refreshes, started, why_not

pytestmark = pytest.mark.xdist_group("zalo-oa-grant")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def place(database: Database, server: str) -> AsyncIterator[Office]:
    async with opened(database, server) as made:
        yield made


async def test_a_token_that_lives_is_given_without_asking_anybody(place):
    given = await place.begin()
    keeper = await place.keeper()
    assert await keeper.token() == given["access_token"]
    assert (await place.oa.state())["requests"] == []


async def test_one_that_has_ended_is_renewed_first_and_committed_before_it_is_used(place):
    await place.begin(expires_at=NOW)
    token = await (await place.keeper()).token()
    row = await place.row()
    assert await place.is_live()
    assert token == row.access_token
    assert (row.generation, row.state, row.spent_at, row.owner, row.lease_until) == (
        *(1, "good", None, "", None),
    )
    assert row.expires_at == NOW + timedelta(seconds=90_000)


async def test_fifty_who_want_a_token_at_once_make_one_refresh(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(latency_before=0.05)
    first, second = await place.keeper(), await place.keeper()
    tokens = await asyncio.gather(*(keeper.token() for keeper in [first] * 25 + [second] * 25))
    assert set(tokens) == {(await place.row()).access_token}
    assert await refreshes(place.oa) == 1


async def test_a_pair_is_renewed_in_the_last_five_of_its_hours(place):
    await place.begin()
    keeper = await place.keeper(look=0.01)
    place.now = NOW + 19.9 * HOURS
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        fresh = group.create_task(keeper.keep_fresh())
        await asyncio.sleep(0.1)
        assert await refreshes(place.oa) == 0
        place.now = NOW + 20.1 * HOURS
        await place.oa.state(refreshes=1)
        await place.renewed()
        await asyncio.sleep(0.1)
        fresh.cancel()
    assert await refreshes(place.oa) == 1
    assert await place.is_live()


async def test_a_refused_token_is_replaced_once_by_whoever_is_first(place):
    given = await place.begin()
    await place.oa.expire()
    first, second = await place.keeper(), await place.keeper()
    tokens = {await one.renewed(given["access_token"]) for one in (first, second, first)}
    assert tokens == {(await place.row()).access_token}
    assert await refreshes(place.oa) == 1


async def test_who_waits_may_be_cancelled_and_the_pair_is_kept_all_the_same(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(latency_after=0.2)
    keeper = await place.keeper()
    waiting = asyncio.ensure_future(keeper.token())
    await place.oa.state(refreshes=1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await keeper.close()
    assert await place.is_live()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("90000", 90000), (90000, 90000), (3600, 3600), (None, 90000), ("soon", 90000), (-1, 90000)],
)
async def test_the_life_of_a_token_may_be_told_in_any_way(place, told, seconds):
    await place.begin(expires_at=NOW)
    await place.oa.set(expires_in=told)
    await (await place.keeper()).token()
    assert (await place.row()).expires_at == NOW + timedelta(seconds=seconds)


async def test_a_life_too_short_to_use_is_no_reason_to_go_on_renewing(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(expires_in="5")
    assert await (await place.keeper()).token() == (await place.row()).access_token
    assert await refreshes(place.oa) == 1


async def test_a_lease_is_respected_until_it_ends(place):
    lease = NOW + timedelta(seconds=30)
    await place.begin(expires_at=NOW, owner="other:1", lease_until=lease, spent_at=NOW)
    keeper = await place.keeper()
    waiting = asyncio.ensure_future(keeper.token())
    await asyncio.sleep(0.5)
    assert (await place.oa.state())["requests"] == []
    place.now = lease + timedelta(seconds=1)
    assert await waiting == (await place.row()).access_token
    assert await place.is_live()


async def test_who_waits_takes_the_pair_of_the_one_who_renews(place):
    await place.begin(expires_at=NOW, owner="other:1", lease_until=NOW + timedelta(seconds=60))
    waiting = asyncio.ensure_future((await place.keeper()).token())
    await asyncio.sleep(0.1)
    held = await held_of(place)
    pair = grants.Pair("of-another", "refresh", NOW + 25 * HOURS)
    await place.database.write(lambda s: grants.keep(s, held, pair, now=NOW))
    assert await waiting == "of-another"
    assert (await place.oa.state())["requests"] == []


async def test_the_pair_of_a_slow_owner_is_kept_though_the_grant_counts_as_lost(place):
    await place.begin(expires_at=NOW)
    await place.oa.set(latency_after=1.0)
    slow = asyncio.ensure_future((await place.keeper()).token())
    await place.oa.state(refreshes=1)
    await place.oa.set(latency_after=0)
    place.now = NOW + timedelta(seconds=61)
    assert (await why_not(await place.keeper())).reason == phrases.LOST_ON_THE_WAY
    assert await place.stopped() == phrases.LOST_ON_THE_WAY
    await slow
    assert await place.is_live()
    assert ((await place.row()).state, await place.stopped()) == ("good", "")


async def test_a_pair_whose_beginning_has_gone_is_not_kept(place):
    await place.begin()
    held = await held_of(place)
    pair = grants.Pair("a", "b", NOW)
    assert await place.database.write(lambda s: grants.keep(s, held, pair, now=NOW))
    assert not await place.database.write(lambda s: grants.keep(s, held, pair, now=NOW))
    assert (await place.row()).generation == held.generation + 1


async def test_a_pair_in_hand_outlives_a_database_that_is_away(server, tmp_path):
    """Another process holds the file's lock for longer than a write waits."""
    from contextlib import closing
    from sqlite3 import connect

    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await up.upgrade(url, now=NOW)
    async with started(url) as database, opened(database, server) as place:
        await place.begin(expires_at=NOW)
        await place.oa.set(latency_after=0.3)
        waiting = asyncio.ensure_future((await place.keeper()).token())
        await place.oa.state(refreshes=1)
        with closing(connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(6)
            assert not waiting.done()
            other.execute("ROLLBACK")
        await waiting
        assert await place.is_live()


async def test_no_token_is_ever_told(place, caplog):
    given = await place.begin(expires_at=NOW)
    secret = {given["access_token"], given["refresh_token"]}
    place.seed = "rt.seed.of.the.settings"
    keeper = await place.keeper(seconds=0.3)
    said: list[Any] = []
    with capture_logs() as logs:
        await place.oa.script({"method": "oauth", "status": 502})
        said.append(await why_not(keeper))
        await keeper.token()
        secret |= set((await place.oa.state())["tokens"].values())
        await place.oa.revoke()
        place.now = NOW + 26 * HOURS
        said += [await why_not(keeper), await keeper.standing(), keeper]
        said += [await held_of(place), await place.row(), grants.Seed("n", place.seed)]
    written = repr(said) + repr(logs) + caplog.text + repr([str(one) for one in said])
    assert len(logs) >= 3
    told = {str(one) for one in secret | {place.seed, "app-secret"} if one and one is not True}
    assert [one for one in told if one in written] == []
