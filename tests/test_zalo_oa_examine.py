"""What the Official Account knows of itself, and what doctor says about it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_oa_phrases as phrases
from bot.channels.zalo_oa import WAITS, ZaloOa
from bot.channels.zalo_oa_examine import identity_in
from store import office, usage
from store.database import Database
from store.messages import Address, Message, Outcome
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.zalo_bot.bots import Pauses
from tests.zalo_oas import SECRETS, USER, on_ground, opened

OA = "388613280878808645"


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


async def found(oa: ZaloOa) -> dict[str, str]:
    """Give what doctor says, by the sentence without our name."""
    return {one.text.removeprefix("Zalo OA: "): one.state for one in await oa.examine()}


def has(told: dict[str, str], part: str) -> str:
    [state] = [state for text, state in told.items() if part in text]
    return state


@asynccontextmanager
async def granted(
    remote: RemoteZaloOa, tmp_path: Path, database: Database, **given: str
) -> AsyncIterator[ZaloOa]:
    """Open the channel with a token at hand."""
    async with opened(await on_ground(remote, tmp_path, database, lambda: NOW, **given)) as oa:
        assert (await oa.send(Address(oa.account, USER), Message("x"))).outcome is Outcome.SENT
        yield oa


async def test_all_is_well(remote, tmp_path, database):
    more = {"PUBLIC_URL": "https://danvan.vidu.vn", "ZALO_SITE_VERIFICATION": "Qx7"}
    async with granted(remote, tmp_path, database, **more) as oa:
        told = await found(oa)
    assert has(told, "chưa kiểm chứng trên tài khoản thật") == "note"
    assert {state for text, state in told.items() if "chưa kiểm chứng" not in text} == {"ok"}
    assert has(told, f"đã cấu hình ứng dụng {remote.key}")
    assert has(told, "còn dùng được đến 09:00 ngày 23/11/2026")
    assert has(told, f"Ban Dân vận, https://zalo.me/{OA}")
    assert has(told, "gói dịch vụ Growth, dùng đến hết ngày 31/12/2027")
    assert has(told, "đã được Zalo xác thực")
    assert has(told, "https://danvan.vidu.vn/webhooks/zalo-oa")


PACKAGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "30 days": ({"package_valid_through_date": "22/12/2026"}, "còn 30 ngày", "warning"),
    "31 days": ({"package_valid_through_date": "23/12/2026"}, "đến hết ngày 23/12/2026", "ok"),
    "today": ({"package_valid_through_date": "22/11/2026"}, "hôm nay là ngày cuối", "warning"),
    "over": (
        {"package_valid_through_date": "21/11/2026"},
        "đã hết hạn ngày 21/11/2026",
        "warning",
    ),
    "no day": ({"package_valid_through_date": None}, "gói dịch vụ Growth", "ok"),
    "a day of no calendar": ({"package_valid_through_date": "31/2/2027"}, "dịch vụ Growth", "ok"),
    "a number": ({"package_valid_through_date": 5, "package_name": 7}, "(không rõ)", "ok"),
    "not verified": ({"is_verified": False}, phrases.NOT_CONFIRMED[9:], "warning"),
}


@pytest.mark.parametrize("name", PACKAGES)
async def test_the_package_is_told_before_it_ends(remote, tmp_path, database, name):
    fields, part, state = PACKAGES[name]
    await remote.set(getoa=fields)
    async with granted(remote, tmp_path, database) as oa:
        assert has(await found(oa), part) == state


async def test_without_a_public_address_and_a_mark_it_says_what_to_set(remote, tmp_path, database):
    async with granted(remote, tmp_path, database) as oa:
        told = await found(oa)
    assert has(told, "DANVAN_PUBLIC_URL") == "warning"
    assert has(told, "DANVAN_ZALO_SITE_VERIFICATION") == "warning"


async def test_counts_are_told_as_figures(remote, tmp_path, database):
    async with granted(remote, tmp_path, database) as oa:
        for left in (("purchase_quota", 1200), ("reply", 7), ("something", 3)):
            await database.write(lambda s, n=left: usage.note_left(s, oa.account, n, now=NOW))
        await database.write(lambda s: usage.add(s, oa.account, usage.UPLOADS, now=NOW))
        told = await found(oa)
    assert has(told, "tin có phí đã mua: còn 1.200") == "ok"
    assert has(told, "trả lời miễn phí cho người vừa được nhắn: còn 7") == "ok"
    assert has(told, "hạn mức something: còn 3") == "ok"
    assert has(told, "đã tải lên 1 trên 5.000 ảnh") == "ok"


async def test_doctor_shows_no_refresh_token_to_anybody(remote, tmp_path, database):
    async with opened(await on_ground(remote, tmp_path, database)) as oa:
        told = await found(oa)
    assert has(told, "chưa gửi được tin. Mã trong DANVAN_ZALO_OA_REFRESH_TOKEN") == "warning"
    assert (await remote.state())["requests"] == []


async def test_a_token_that_is_over_is_left_to_the_product(remote, tmp_path, database):
    clock = [NOW]
    stands_on = await on_ground(remote, tmp_path, database, lambda: clock[0])
    async with opened(stands_on) as oa:
        await oa.send(Address(oa.account, USER), Message("x"))
        clock[0] = NOW + timedelta(hours=26)
        told = await found(oa)
    assert has(told, "đã hết hạn từ 09:00 ngày 23/11/2026") == "warning"
    assert (await remote.state())["issued"] == 2


async def test_a_lost_grant_is_wrong_and_says_what_to_do(remote, tmp_path, database):
    async with granted(remote, tmp_path, database) as oa:
        await remote.revoke()
        await oa.send(Address(oa.account, USER), Message("x"))
        told = await found(oa)
    assert has(told, "danvan zalo-oa login") == "wrong"


@pytest.mark.parametrize(
    ("step", "part"),
    [
        ({"hang": True}, "không kết nối được Zalo"),
        ({"drop": True, "times": 2}, "không kết nối được Zalo"),
        ({"status": 502}, "không kết nối được Zalo"),
        (
            {"error": -216, "message": "Vì thế"},
            "Zalo từ chối cho biết tình trạng OA, hãy thử lại sau ít phút [-216: Vì thế]",
        ),
    ],
)
async def test_a_platform_that_does_not_tell_is_said_in_time(
    remote, tmp_path, database, step, part
):
    async with granted(remote, tmp_path, database) as oa:
        await remote.script({"method": "getoa", **step})
        async with asyncio.timeout(5):
            told = await found(oa)
    assert has(told, part) == "warning"


async def test_doctor_makes_no_database_and_opens_only_what_it_closes(remote, tmp_path):
    file = tmp_path / "none.db"
    nowhere = Database(f"sqlite+aiosqlite:///{file}")
    oa = ZaloOa(await on_ground(remote, tmp_path, nowhere))
    assert has(await found(oa), "chưa có cơ sở dữ liệu") == "warning"
    await nowhere.stop()
    assert not file.exists()


async def test_no_secret_is_said(remote, tmp_path, database):
    async with granted(remote, tmp_path, database) as oa:
        tokens = (await remote.state())["tokens"]
        script = {"method": "getoa", "error": -201, "message": f"no {tokens['access_token']}"}
        await remote.script(script)
        told = str(await oa.examine())
    for secret in (*SECRETS, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in told


# Who it is -----------------------------------------------------------------------------------


@asynccontextmanager
async def receiving(oa: ZaloOa) -> AsyncIterator[None]:
    async def take(raws: Any) -> None:
        raise AssertionError(raws)

    await oa.open()
    task = asyncio.ensure_future(oa.receive(take))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await oa.close()


async def until_named(oa: ZaloOa) -> None:
    async with asyncio.timeout(20):
        while not oa.name:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_it_asks_until_it_knows_who_it_is_and_keeps_that(remote, tmp_path, database):
    await remote.script(
        {"method": "getoa", "error": -200},
        {"method": "getoa", "status": 502},
        {"method": "getoa", "answer": {"error": 0, "data": {"oa_id": "", "name": 5}}},
        {"method": "getoa", "drop": True, "times": 2},  # a GET is asked again by itself
    )
    stands_on = await on_ground(remote, tmp_path, database)
    pauses = Pauses()
    oa = ZaloOa(stands_on, seconds=2, pause=pauses)
    with capture_logs() as logs:
        async with receiving(oa):
            await pauses.reach(4)
            await until_named(oa)
    assert pauses.seconds == list(WAITS[:4])
    assert [one["event"] for one in logs].count("zalo_oa_unknown") == 4
    async with database.read() as session:
        kept = await office.find(session, f"zalo_oa:{remote.key}")
    assert kept == {"oa_id": OA, "name": "Ban Dân vận"}
    again = ZaloOa(
        await on_ground(remote, tmp_path, database, ZALO_OA_API_URL="http://127.0.0.1:1")
    )
    async with receiving(again):
        await until_named(again)
    assert again.name == OA


@pytest.mark.parametrize(
    ("told", "oa_id"),
    [
        ({"oa_id": OA}, OA),
        ({"oaid": int(OA)}, OA),
        ({"oa_id": True}, ""),
        ({"oa_id": "a"}, ""),
        ({"oa_id": "9" * 1000}, ""),
        ({"oa_id": ["1"]}, ""),
        ({}, ""),
    ],
)
def test_an_id_is_digits(told, oa_id):
    assert identity_in(told) == (oa_id, "")
