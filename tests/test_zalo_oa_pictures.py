"""Pictures go up to Zalo once, are sent under its id, and harm no message when they cannot."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import zalo_oa_phrases as phrases
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa_pictures import MOST_UPLOADS
from jobs import retention
from store import media, uploads, usage
from store.database import Database
from store.messages import Address, Message, Outcome
from store.models import MediaRow, Upload, Usage
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.transactions import overlapping, two_on
from tests.zalo_oas import USER, on_ground, opened

DAY = timedelta(days=1)
PICTURE = Message("Cầu treo", photo="m1")


class Clock:
    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloOa]:
    number = abs(hash(request.node.nodeid)) % 10**18 + 1
    async with remote_zalo_oa(server, str(number)) as made:
        await made.user(USER)
        yield made


@pytest.fixture
async def oa(
    remote: RemoteZaloOa, database: Database, clock: Clock, tmp_path: Path
) -> AsyncIterator[ZaloOa]:
    for media_id in ("m1", "m2"):
        await add_media(database, media_id)
    async with opened(await on_ground(remote, tmp_path, database, clock)) as made:
        yield made


async def add_media(database: Database, media_id: str) -> None:
    row = {"id": media_id, "type": "image/jpeg", "state": "stored", "created_at": NOW}

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(MediaRow).values(**row))

    await database.write(work)


def here(oa: ZaloOa, chat: str = USER) -> Address:
    return Address(oa.account, chat)


async def kept(database: Database) -> dict[str, tuple[str, datetime]]:
    async with database.read() as session:
        rows = (await session.scalars(select(Upload))).all()
        return {one.media_id: (one.reference, one.expires_at) for one in rows}


async def counted(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(Usage.count).where(Usage.kind == usage.UPLOADS)) or 0


async def pictures_of(remote: RemoteZaloOa) -> list[Any]:
    return [one["attachment_id"] for one in (await remote.state())["messages"]]


async def test_a_picture_goes_up_once_and_its_id_is_kept_for_six_days(oa, remote, database):
    for _ in range(3):
        assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    [up] = (await remote.state())["uploads"]
    assert up["name"].endswith(".jpg")
    assert await pictures_of(remote) == [up["attachment_id"]] * 3
    assert await kept(database) == {"m1": (up["attachment_id"], NOW + 6 * DAY)}
    assert await counted(database) == 1


async def test_after_six_days_a_picture_goes_up_again(oa, remote, database, clock):
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    clock.at = NOW + 6 * DAY - timedelta(seconds=1)
    async with database.read() as session:
        known = await uploads.find(session, oa.account, "m1", now=clock.at)
        gone = await uploads.find(session, oa.account, "m1", now=NOW + 6 * DAY)
    assert (bool(known), gone) == (True, "")
    clock.at = NOW + 6 * DAY
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    told = await remote.state()
    assert len(told["uploads"]) == 2
    assert (await kept(database))["m1"] == (
        told["uploads"][1]["attachment_id"],
        NOW + 12 * DAY,
    )


async def test_many_who_get_the_same_picture_at_once_bring_it_up_once(oa, remote):
    await remote.set(latency=0.05)
    asked = [oa.send(here(oa, f"group-{n}"), PICTURE) for n in range(12)]
    receipts = await asyncio.gather(*asked, oa.send(here(oa), Message("", photo="m2")))
    assert {one.outcome for one in receipts} == {Outcome.SENT}
    assert len((await remote.state())["uploads"]) == 2


async def test_a_picture_that_zalo_has_let_go_of_goes_up_once_more(oa, remote, database):
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    await remote.age_uploads(8 * 86_400)
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    told = await remote.state()
    assert len(told["uploads"]) == 2
    assert await pictures_of(remote) == [one["attachment_id"] for one in told["uploads"]]
    assert (await kept(database))["m1"][0] == told["uploads"][1]["attachment_id"]


async def test_a_picture_that_zalo_never_finds_is_no_endless_loop(oa, remote):
    await remote.script({"method": "cs", "error": -100, "times": 9})
    receipt = await oa.send(here(oa), PICTURE)
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "-100")
    assert len((await remote.state())["uploads"]) == 2
    assert len(await remote.calls("cs")) == 2


async def test_forgetting_an_old_id_leaves_a_newer_one(oa, database):
    for reference in ("old", "new"):
        await database.write(
            lambda s, r=reference: uploads.keep(s, oa.account, "m1", r, expires_at=NOW + DAY)
        )
    await database.write(lambda s: uploads.forget(s, oa.account, "m1", "old"))
    assert (await kept(database))["m1"][0] == "new"


async def test_the_id_of_a_picture_that_is_gone_meanwhile_is_not_kept(oa, remote, database):
    assert (await oa.send(here(oa), Message("", photo="m-gone"))).outcome is Outcome.SENT
    assert await kept(database) == {}


async def test_a_photo_that_was_let_go_of_gets_no_id_again(oa, database):
    await database.write(lambda s: media.let_go(s, MediaRow.id == "m1"))
    await database.write(lambda s: uploads.keep(s, oa.account, "m1", "up", expires_at=NOW + DAY))
    assert await kept(database) == {}


async def test_an_id_that_is_kept_while_its_photo_is_let_go_of_goes_with_it(oa, database_url):
    """Two processes on PostgreSQL, whichever of them comes first."""
    async with two_on(database_url) as (first, second):
        for number, works in enumerate((("keep", "let go"), ("let go", "keep")), start=1):
            media_id = f"m{number}"
            todo = {
                "keep": lambda s, m=media_id: uploads.keep(
                    s, oa.account, m, "up", expires_at=NOW + DAY
                ),
                "let go": lambda s, m=media_id: media.let_go(s, MediaRow.id == m),
            }
            await overlapping(first, todo[works[0]], second, todo[works[1]])
        assert await kept(first) == {}


async def test_ids_that_are_over_are_forgotten(oa, database):
    for media_id, days in (("m1", 1), ("m2", 2)):
        await database.write(
            lambda s, m=media_id, d=days: uploads.keep(
                s, oa.account, m, "up", expires_at=NOW + d * DAY
            )
        )
    await retention.forget(database, now=NOW + DAY)
    assert list(await kept(database)) == ["m2"]


async def fill_the_month(database: Database, account: str, count: int) -> None:
    async def work(session: AsyncSession) -> None:
        await usage.add(session, account, usage.UPLOADS, now=NOW)
        await session.execute(Usage.__table__.update().values(count=count))  # type: ignore[attr-defined]

    await database.write(work)


async def test_the_months_uploads_are_not_exceeded(oa, remote, database):
    await fill_the_month(database, oa.account, MOST_UPLOADS - 1)
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    receipt = await oa.send(here(oa), Message("", photo="m2"))
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "picture")
    assert receipt.reason == phrases.UPLOADS_USED_UP
    assert (await oa.send(here(oa), Message("Lời", photo="m2"))).outcome is Outcome.SENT
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    told = await remote.state()
    up = told["uploads"][0]["attachment_id"]
    assert len(told["uploads"]) == 1
    assert await pictures_of(remote) == [up, None, up]
    assert await counted(database) == MOST_UPLOADS


FAILURES: list[tuple[dict[str, Any], Outcome, str, int]] = [
    ({"error": -200}, Outcome.RETRY, "-200", 0),
    ({"error": -201}, Outcome.REJECTED, "-201", 0),
    ({"error": -144}, Outcome.UNAUTHORISED, "-144", 0),
    ({"error": -213}, Outcome.REJECTED, "-213", 0),
    ({"answer": {"error": 0, "data": {}}}, Outcome.REJECTED, "picture", 0),
    ({"status": 502}, Outcome.RETRY, "502", 1),
    ({"drop": True, "deliver": True}, Outcome.RETRY, "no-answer", 1),
    ({"hang": True}, Outcome.RETRY, "no-answer", 1),
]


@pytest.mark.parametrize("failure", FAILURES, ids=str)
async def test_an_upload_that_fails_ends_so_and_sends_nothing(oa, remote, database, failure):
    step, outcome, code, taken = failure
    await remote.script({"method": "upload", **step})
    receipt = await oa.send(here(oa), Message("", photo="m1"))
    assert (receipt.outcome, receipt.code) == (outcome, code)
    assert await remote.calls("cs") == []
    assert await counted(database) == taken


async def test_a_picture_that_zalo_refuses_does_not_hold_back_the_words(oa, remote):
    await remote.script({"method": "upload", "error": -201})
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    [told] = (await remote.state())["messages"]
    assert (told["text"], told["attachment_id"]) == ("Cầu treo", None)


async def test_a_picture_that_cannot_be_read_is_told(oa, remote):
    receipt = await oa.send(here(oa), Message("", photo="x"))
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "picture")
    assert receipt.reason == phrases.NO_PICTURE
    receipt = await oa.send(here(oa), Message("Lời", photo="m-disk"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "store")
    assert receipt.reason == phrases.STORE_FAILED
    assert await remote.calls("upload") == []


async def test_an_id_by_its_other_name_is_taken(oa, remote):
    answer = {"error": 0, "data": {"token": "by-another-name"}}
    await remote.script({"method": "upload", "answer": answer})
    await remote.script({"method": "cs", "answer": {"error": 0, "data": {"message_id": "1"}}})
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    [asked] = await remote.calls("cs")
    element = asked["message"]["attachment"]["payload"]["elements"][0]
    assert element["attachment_id"] == "by-another-name"


async def test_an_expired_token_is_renewed_for_an_upload_too(oa, remote):
    assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
    await remote.expire()
    assert (await oa.send(here(oa), PICTURE)).outcome is Outcome.SENT
    assert len((await remote.state())["uploads"]) == 1
