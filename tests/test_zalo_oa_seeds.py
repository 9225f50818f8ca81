"""How a grant begins: by a seed from the settings, by a login, never out of a backup."""

import asyncio
import json
import tarfile
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import update

from bot.channels import zalo_oa_grant_phrases as phrases
from bot.channels.zalo_oa_grant import NoGrant
from store import backup, grants, office
from store import upgrade as up
from store.database import Database
from store.models import Grant
from store.restore import restore
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import running_server
from tests.processes import free_port
from tests.zalo_oa_office import DEAD, HOURS, Office, opened, started, why_not

pytestmark = pytest.mark.xdist_group("zalo-oa-grant")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def place(database: Database, server: str) -> AsyncIterator[Office]:
    async with opened(database, server) as made:
        yield made


async def test_a_seed_is_exchanged_once_by_two_processes_that_start_at_once(place):
    place.seed = (await place.oa.issue())["refresh_token"]
    await place.oa.set(latency_before=0.05)
    keepers = [await place.keeper(), await place.keeper()]
    first, second = await asyncio.gather(*(one.token() for one in keepers))
    assert first == second == (await place.row()).access_token
    told = await place.oa.state()
    assert (len(told["refreshes"]), told["spent_uses"]) == (1, [])


async def test_the_hash_of_a_seed_is_committed_before_it_is_shown_and_no_more_than_that(place):
    place.seed = (await place.oa.issue())["refresh_token"]
    place.url = DEAD.format(free_port())
    await why_not(await place.keeper())
    async with place.database.read() as session:
        kept = await office.find(session, f"zalo_oa_seed:{place.oa.key}")
    assert kept == {"sha256": [grants.Seed("", place.seed).digest]}
    assert place.seed not in json.dumps(kept)


async def test_a_seed_whose_exchange_was_cut_off_gets_its_one_retry(place):
    place.seed = (await place.oa.issue())["refresh_token"]
    await place.oa.script({"method": "oauth", "drop": True})
    keeper = await place.keeper()
    assert not (await why_not(keeper)).lost
    await keeper.token()
    assert await place.is_live()


async def test_a_seed_that_was_spent_is_lost_and_only_a_new_one_takes_its_place(place):
    given = await place.oa.issue()
    place.seed = given["refresh_token"]
    await place.oa.revoke()
    error = await why_not(await place.keeper())
    assert error.lost
    assert "DANVAN_ZALO_OA_REFRESH_TOKEN" in error.reason
    asked = len((await place.oa.state())["requests"])
    assert (await why_not(await place.keeper())).lost
    assert len((await place.oa.state())["requests"]) == asked
    place.seed = (await place.oa.issue())["refresh_token"]
    await (await place.keeper()).token()
    assert await place.is_live()
    assert await place.stopped() == ""
    place.seed = given["refresh_token"]
    await place.oa.revoke()
    place.now = NOW + 26 * HOURS
    assert (await why_not(await place.keeper())).lost


async def test_a_new_seed_waits_while_the_grant_lives(place):
    given = await place.begin()
    place.seed = "rt.of.somebody.else"
    assert await (await place.keeper()).token() == given["access_token"]


async def test_without_grant_and_seed_the_admins_hear_what_to_do(place):
    error = await why_not(await place.keeper())
    assert (error.lost, error.reason) == (True, phrases.NEVER)
    assert await place.stopped() == phrases.NEVER


async def test_a_login_makes_a_lost_grant_good_and_running_processes_go_on_with_it(place):
    await place.begin(expires_at=NOW)
    running = await place.keeper()
    await place.oa.revoke()
    assert (await why_not(running)).lost
    standing = await (await place.keeper()).log_in(await place.oa.code("v" * 43), "v" * 43)
    assert (standing.state, standing.expires_at) == ("good", NOW + 25 * HOURS)
    assert await running.token() == (await place.row()).access_token
    assert await place.is_live()
    assert await place.stopped() == ""


async def test_a_login_under_a_living_grant_is_followed(place):
    given = await place.begin()
    running = await place.keeper()
    assert await running.token() == given["access_token"]
    await (await place.keeper()).log_in(await place.oa.code(), "v" * 43)
    assert await running.renewed(given["access_token"]) == (await place.row()).access_token
    assert await place.is_live()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({}, "10 phút"),
        ({"error": -14003}, "-14003"),
        ({"status": 502}, phrases.LOGIN_NO_ANSWER),
    ],
)
async def test_a_login_that_fails_changes_nothing(place, step, said):
    given = await place.begin()
    if step:
        await place.oa.script({"method": "oauth", **step})
    with pytest.raises(NoGrant) as caught:
        await (await place.keeper()).log_in("code-that-is-old", "v" * 43)
    assert said in caught.value.reason
    assert (await place.row()).access_token == given["access_token"]


async def test_the_standing_is_told_without_network_and_without_changing_anything(place):
    keeper = await place.keeper()
    assert (await keeper.standing()).reason == phrases.NEVER
    place.seed = "rt.x.y"
    assert (await (await place.keeper()).standing()).reason == phrases.PLANTED
    given = await place.begin()
    standing = await keeper.standing()
    assert (standing.state, standing.reason, standing.expires_at) == (
        *("good", "", NOW + 25 * HOURS),
    )
    assert standing.access_token == given["access_token"]
    await place.database.write(
        lambda s: s.execute(update(Grant).values(state="lost", reason="vì thế"))
    )
    assert (await keeper.standing()).reason == "vì thế"
    assert (await place.oa.state())["requests"] == []


async def test_the_standing_of_a_database_without_tables_is_unknown(server, tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/none.db")
    async with opened(database, server) as place:
        assert (await (await place.keeper()).standing()).state == "unknown"
        assert (await why_not(await place.keeper())).reason == phrases.NO_DATABASE
    await database.stop()


async def test_a_restored_backup_never_shows_an_old_token(server, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    await up.upgrade(url, now=NOW)
    async with started(url) as database, opened(database, server) as place:
        app_id, place.seed = place.oa.key, (await place.oa.issue())["refresh_token"]
        await (await place.keeper()).token()
        made = tmp_path / "b.tar.gz"
        await backup.back_up(url, made, folders={}, now=NOW)
        live, seed = await place.row(), place.seed
        asked = len((await place.oa.state())["requests"])

    there = f"sqlite+aiosqlite:///{tmp_path}/there/b.db"
    await restore(there, made, folders={}, now=NOW)
    async with started(there) as database, opened(database, server, app_id) as place:
        place.seed = seed
        assert (await (await place.keeper()).standing()).reason == phrases.RESTORED
        error = await why_not(await place.keeper())
        assert (error.lost, error.reason) == (True, phrases.RESTORED)
        assert await place.stopped() == phrases.RESTORED
        told = await place.oa.state()
        assert (len(told["requests"]), told["spent_uses"]) == (asked, [])
        assert told["tokens"]["refresh_token"] == live.refresh_token
        await (await place.keeper()).log_in(await place.oa.code(), "v" * 43)
        assert await place.is_live()
    with tarfile.open(made) as packed:
        content = b"".join(found.read() for one in packed if (found := packed.extractfile(one)))
    assert grants.Seed("", seed).digest.encode() in content
    assert not [one for one in (live.access_token, live.refresh_token) if one.encode() in content]
