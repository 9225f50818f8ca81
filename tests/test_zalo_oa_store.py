"""A database that refuses, as it may for a deadlock: no pair is lost, nothing counts as sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot.channels import zalo_oa_grant_phrases as grant_phrases
from bot.channels import zalo_oa_phrases, zalo_oa_renewal
from bot.channels.zalo_oa import ZaloOa
from store import grants
from store.database import Database
from store.messages import Address, Message, Outcome, Receipt
from tests.conftest import NOW, fresh_postgres, open_database
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.zalo_oa_office import held_of
from tests.zalo_oa_office import opened as office_of
from tests.zalo_oas import USER, on_ground, opened

TWICE = """
CREATE FUNCTION fall() RETURNS trigger AS $$ BEGIN
  IF NEW.generation > OLD.generation AND nextval('falls') <= 2 THEN
    RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql
"""
ON = "CREATE TRIGGER refusing BEFORE UPDATE ON platform_grant"
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN
  RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
END $$ LANGUAGE plpgsql
"""
NEVER = {
    "sqlite": [f"{ON} BEGIN SELECT RAISE(ABORT, 'deadlock detected'); END"],
    "postgresql": [REFUSE, f"{ON} FOR EACH ROW EXECUTE FUNCTION refuse()"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloOa]:
    number = abs(hash(request.node.nodeid)) % 10**18 + 1
    async with remote_zalo_oa(server, str(number)) as made:
        await made.user(USER)
        yield made


@pytest.fixture
async def oa(remote: RemoteZaloOa, database: Database, tmp_path: Path) -> AsyncIterator[ZaloOa]:
    async with opened(await on_ground(remote, tmp_path, database)) as made:
        yield made


async def run(database: Database, *statements: str) -> None:
    async def work(session: AsyncSession) -> None:
        for one in statements:
            await session.execute(text(one))

    await database.write(work)


async def sent(oa: ZaloOa, message: Message) -> Receipt:
    return await oa.send(Address(oa.account, USER), message)


async def test_a_pair_in_hand_outlives_deadlocks(server, postgres_url, monkeypatch):
    monkeypatch.setattr(zalo_oa_renewal, "AGAIN_SECONDS", 0.01)
    async with (
        fresh_postgres(postgres_url) as url,
        open_database(url) as database,
        office_of(database, server) as place,
    ):
        await place.begin(expires_at=NOW)
        trigger = f"{ON} FOR EACH ROW EXECUTE FUNCTION fall()"
        await run(database, "CREATE SEQUENCE falls", TWICE, trigger)
        token = await (await place.keeper()).token()
        assert (await held_of(place)).access_token == token
        assert await place.is_live()
        async with database.read() as session:
            assert await session.scalar(text("SELECT last_value FROM falls")) == 3


async def test_where_the_grant_cannot_be_taken_the_message_waits(oa, remote, database):
    await run(database, *NEVER[database.url.get_backend_name()])
    receipt = await sent(oa, Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "grant")
    assert receipt.reason == grant_phrases.NO_DATABASE
    assert (await remote.state())["requests"] == []


async def test_where_the_grant_cannot_be_read_the_message_waits(oa, remote, database):
    await run(database, "ALTER TABLE platform_grant RENAME TO elsewhere")
    receipt = await sent(oa, Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "grant")
    assert (await remote.state())["requests"] == []


@pytest.mark.parametrize("table", ["upload", "usage"])
async def test_where_the_album_cannot_be_read_the_message_waits(oa, remote, database, table):
    await run(database, f"ALTER TABLE {table} RENAME TO elsewhere")
    receipt = await sent(oa, Message("Cầu treo", photo="m1"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "store")
    assert receipt.reason == zalo_oa_phrases.STORE_FAILED
    assert await remote.calls("upload") == await remote.calls("cs") == []


async def test_what_did_not_become_the_grant_is_not_said_to_be(server, database):
    async with office_of(database, server) as place:
        await place.begin(expires_at=NOW)
        await place.oa.set(latency_after=0.3)
        keeper = await place.keeper()
        with capture_logs() as logs:
            waiting = asyncio.ensure_future(keeper.token())
            await place.oa.state(refreshes=1)
            newer = grants.Pair("of-a-login", "r", NOW.replace(year=2027))
            await database.write(lambda s: grants.replace(s, place.account, newer, now=NOW))
            assert await waiting == "of-a-login"
    said = [one["event"] for one in logs]
    assert "zalo_oa_grant_renewed" not in said
    assert "zalo_oa_grant_changed_meanwhile" in said
