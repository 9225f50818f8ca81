"""How every attempt to send to an Official Account may end, as a receipt."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels import zalo_oa_phrases, zalo_oa_send
from bot.channels.zalo_http import NoAnswer
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa_api import Answer
from bot.channels.zalo_oa_codes import CODES
from store.messages import Address, Message, Outcome, Receipt
from tests.conftest import NOW, open_database
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.zalo_oas import USER, on_ground, opened

HOUR = 3600
REPEATED = "key app-secret of oa-secret-key"


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
async def oa(remote: RemoteZaloOa, tmp_path: Path) -> AsyncIterator[ZaloOa]:
    async with (
        open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db") as database,
        opened(await on_ground(remote, tmp_path, database)) as made,
    ):
        yield made


def here(oa: ZaloOa) -> Address:
    return Address(oa.account, USER)


ENDINGS: dict[int, Outcome] = {
    **dict.fromkeys((-32, -100, -200, -234, -133), Outcome.RETRY),
    **dict.fromkeys((-211, -230, -232, -218, -227), Outcome.LAPSED),
    **dict.fromkeys((-213, -217, -244, -403, -119, -139, -140, -141), Outcome.BLOCKED),
    **dict.fromkeys((-237, -118), Outcome.GONE),
    **dict.fromkeys((-144, -147), Outcome.UNAUTHORISED),
    **dict.fromkeys((-216, -220, -124), Outcome.UNAUTHORISED),
    **dict.fromkeys(range(-105, -100), Outcome.UNAUTHORISED),
    **dict.fromkeys(
        (-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321),
        Outcome.UNAUTHORISED,
    ),
    **dict.fromkeys((-115, -137, -135), Outcome.UNAUTHORISED),
    **dict.fromkeys((-201, -210, -214, -233, -241, -248), Outcome.REJECTED),
    **dict.fromkeys((-108, -1441, -1471, -1472), Outcome.REJECTED),
}


def test_every_code_that_is_known_has_its_ending_here():
    assert CODES.keys() == ENDINGS.keys()


@pytest.mark.parametrize("code", ENDINGS)
async def test_a_refusal_ends_so(oa, remote, code):
    await remote.script({"method": "cs", "error": code, "message": "Vì thế", "times": 9})
    receipt = await oa.send(here(oa), Message("x"))
    assert (receipt.outcome, receipt.code) == (ENDINGS[code], str(code))
    assert re.fullmatch(rf"(Zalo|OA|Ứng dụng|Gói|Loại|Tài) .* \[{code}: Vì thế\]", receipt.reason)
    assert receipt.whole_channel == (code == -32)
    tries = 2 if code in {-216, -220, -124} else 1
    assert len(await remote.calls("cs")) == tries


async def test_what_zalo_repeats_of_our_secrets_is_told_to_nobody(oa, remote):
    assert (await oa.send(here(oa), Message("x"))).outcome is Outcome.SENT
    token = (await remote.state())["tokens"]["access_token"]
    said = f"{REPEATED} with {token}"
    await remote.script({"method": "cs", "error": -201, "message": said})
    receipt = await oa.send(here(oa), Message("x"))
    assert receipt.reason.endswith(" [-201: key [token] of [token] with [token]]")
    await remote.script({"method": "getoa", "error": -201, "message": said})
    told = " ".join(one.text for one in await oa.examine())
    assert "key [token] of [token] with [token]" in told


async def test_a_part_without_anything_in_it_is_told(oa, remote):
    receipt = await oa.send(here(oa), Message(" "))
    assert receipt == Receipt(Outcome.REJECTED, code="empty", reason=zalo_oa_phrases.EMPTY)
    edited = await oa.edit(here(oa), "1", Message("x"))
    assert edited.reason == zalo_oa_phrases.NO_EDITS
    assert await remote.calls("cs") == []


def test_whoever_must_act_is_told_in_a_sentence_that_fits():
    said = (zalo_oa_phrases.STILL_REFUSED, zalo_oa_phrases.QUOTA_USED_UP)
    for sentence in (*zalo_oa_phrases.HUMAN.values(), zalo_oa_phrases.HUMAN_OTHER, *said):
        assert len(sentence) < 170


async def test_a_code_that_nobody_knows_is_tried_again(oa, remote):
    await remote.script({"method": "cs", "error": -99999, "message": "mới"})
    receipt = await oa.send(here(oa), Message("x"))
    reason = f"{zalo_oa_phrases.TRY_AGAIN} [-99999: mới]"
    assert receipt == Receipt(Outcome.RETRY, code="-99999", reason=reason)


@pytest.mark.parametrize(
    ("step", "outcome", "code"),
    [
        ({"status": 502}, Outcome.UNKNOWN, "502"),
        ({"status": 404}, Outcome.RETRY, "404"),
        ({"status": 413}, Outcome.REJECTED, "413"),
        ({"html": True}, Outcome.UNKNOWN, "200"),
        ({"answer": {"nothing": 1}}, Outcome.UNKNOWN, "200"),
        ({"answer": {"error": "-213", "message": 5}}, Outcome.BLOCKED, "-213"),
        ({"answer": {"error": True}}, Outcome.UNKNOWN, "200"),
        ({"answer": {"error": 0, "data": [1]}}, Outcome.SENT, ""),
        ({"answer": [1]}, Outcome.UNKNOWN, "200"),
        ({"drop": True, "deliver": True}, Outcome.UNKNOWN, "no-answer"),
        ({"hang": True}, Outcome.UNKNOWN, "no-answer"),
    ],
)
async def test_an_answer_of_another_kind_ends_so(oa, remote, step, outcome, code):
    await remote.script({"method": "cs", **step})
    receipt = await oa.send(here(oa), Message("x"))
    assert (receipt.outcome, receipt.code) == (outcome, code)
    assert len(await remote.calls("cs")) == 1


async def test_no_connection_rests_the_whole_oa(remote, tmp_path):
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db") as database:
        nowhere = await on_ground(remote, tmp_path, database, ZALO_OA_API_URL="http://127.0.0.1:1")
        async with opened(nowhere) as oa:
            receipt = await oa.send(here(oa), Message("x"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "connect")
    assert (receipt.whole_channel, receipt.retry_after) == (True, 5.0)


QUOTAS: dict[str, tuple[Any, tuple[str, int] | None]] = {
    "a number": ({"quota_type": "reply", "remain": 7}, ("reply", 7)),
    "digits": ({"quota_type": "reply", "remain": "7"}, ("reply", 7)),
    "unlimited": ({"quota_type": "reply", "remain": "unlimited"}, None),
    "below nothing": ({"quota_type": "reply", "remain": -1}, None),
    "beyond all numbers": ({"quota_type": "reply", "remain": 10**30}, None),
    "no name": ({"remain": 7}, None),
    "a list": ([1], None),
    "nothing": (None, None),
}


@pytest.mark.parametrize("name", QUOTAS)
def test_a_quota_is_read_where_it_can_be(name):
    told, wanted = QUOTAS[name]
    answer = Answer(200, 0, "", {"message_id": "m", "quota": told})
    receipt = zalo_oa_send.receipt_of(answer, now=NOW)
    assert receipt == Receipt(Outcome.SENT, external_id="m", left=wanted)


async def test_the_oa_rests_when_no_request_is_left(oa, remote):
    await remote.set(rate=1)
    receipt = await oa.send(here(oa), Message("một"))
    assert receipt.outcome is Outcome.SENT
    assert (receipt.whole_channel, receipt.retry_after) == (True, 20.0)
    receipt = await oa.send(here(oa), Message("hai"))
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "-32")
    assert (receipt.whole_channel, receipt.retry_after) == (True, 30.0)


def test_an_empty_minute_does_not_make_the_whole_oa_wait_for_the_morning():
    receipt = zalo_oa_send.receipt_of(Answer(200, -234, "", {}, exhausted=True), now=NOW)
    assert not receipt.whole_channel


@pytest.mark.parametrize(
    ("hour", "minute", "hours"), [(22, 0, 8), (5, 59, 1 / 60), (6, 0, 24), (0, 0, 6)]
)
def test_the_night_ends_at_six_in_viet_nam(hour, minute, hours):
    here = datetime(2026, 11, 22, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    for now in (here, here.astimezone(ZoneInfo("UTC")), here.astimezone(ZoneInfo("Asia/Tokyo"))):
        receipt = zalo_oa_send.receipt_of(Answer(200, -234, "", {}), now=now)
        assert receipt.retry_after == pytest.approx(hours * HOUR)


def test_no_answer_at_all_is_unknown_and_says_how_it_came_about():
    receipt = zalo_oa_send.receipt_of_failure(NoAnswer("TimeoutError"))
    assert receipt == Receipt(Outcome.UNKNOWN, code="no-answer", reason="TimeoutError")
