"""Our messages as an Official Account gets them, with a token that lives, when it may."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_oa_send
from bot.channels.zalo_oa import MOST_AT_ONCE, ZaloOa
from jobs.delivery import MOST_IN_FLIGHT
from store.messages import Address, Button, Message, Outcome, Sender, Update
from tests.conftest import NOW, open_database
from tests.fakes.zalo_control import units
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server
from tests.zalo_oas import SECRETS, USER, on_ground, opened

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases/zalo_oa/messages.json").read_text(encoding="utf-8")
)
SENDING = ("cs", "group")
HOUR = 3600


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


def here(oa: ZaloOa, chat: str = USER) -> Address:
    return Address(oa.account, chat)


async def sent(remote: RemoteZaloOa) -> list[Any]:
    told = await remote.state()
    return [
        [one["path"], one["parameters"]] for one in told["requests"] if one["method"] in SENDING
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_message_makes_these_requests(oa, remote, case):
    parts = oa.split(Message.from_json(case["message"]))
    receipts = [await oa.send(here(oa, case["chat"]), part) for part in parts]
    told = await remote.state()
    uploaded = told["uploads"][0]["attachment_id"] if told["uploads"] else ""
    wanted = json.loads(json.dumps(case["requests"]).replace('"PICTURE"', json.dumps(uploaded)))
    assert await sent(remote) == wanted
    assert [one.outcome for one in receipts] == [Outcome.SENT] * len(wanted)
    assert [one.external_id for one in receipts] == [m["message_id"] for m in told["messages"]]


async def test_the_quota_that_zalo_tells_is_handed_on(oa, remote):
    await remote.user(USER, ago=50 * HOUR)
    assert (await oa.send(here(oa), Message("x"))).left == ("purchase_quota", 499)


@pytest.mark.parametrize("chat", [USER, "group-5550001112223334445"])
async def test_the_parts_of_a_long_message_are_all_taken(oa, remote, chat):
    text = "".join(f"Điều {n}. Nội dung < quan trọng > & [@cần] nhớ 👍.\n" for n in range(200))
    rows = tuple((Button(f"{n}" * 100, token="t"),) for n in range(5))
    message = Message(text, title="Kế hoạch", source="14/KH", buttons=rows, photo="m1")
    parts = oa.split(message)
    assert len(parts) > 4
    for part in parts:
        assert (await oa.send(here(oa, chat), part)).outcome is Outcome.SENT
    told = (await remote.state())["messages"]
    texts = [one["text"] for one in told[1:]]
    assert max(map(units, texts)) <= 2000
    said = "\n".join(texts).replace("(@", "[@")
    said = said.split("14/KH")[0].split(f"1. {'0' * 100}")[0]
    assert said.split() == f"Kế hoạch\n{text}".split()
    assert len(told[-1]["buttons"]) == (5 if chat == USER else 0)
    assert ("4" * 100 in texts[-1]) == (chat != USER)


@pytest.mark.parametrize("length", range(1350, 2001, 50))
def test_there_is_always_room_for_the_numbers_of_a_group(length):
    rows = tuple((Button("x" * 100, token="t"),) for _ in range(5))
    for part in zalo_oa_send.split(Message("a" * length, source="b", buttons=rows)):
        for chat in (USER, "group-1"):
            _, body = zalo_oa_send.request_of(chat, part)
            assert units(body["message"]["text"]) <= 2000


# Tokens --------------------------------------------------------------------------------------


async def test_an_expired_token_is_renewed_and_the_message_sent_once(oa, remote):
    assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
    await remote.expire()
    assert (await oa.send(here(oa), Message("hai"))).outcome is Outcome.SENT
    told = await remote.state()
    assert [one["text"] for one in told["messages"]] == ["một", "hai"]
    assert told["issued"] == 3
    assert told["spent_uses"] == []


async def test_many_that_meet_an_expired_token_renew_it_once(oa, remote):
    assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
    await remote.expire()
    receipts = await asyncio.gather(*(oa.send(here(oa), Message(f"{n}")) for n in range(20)))
    assert {one.outcome for one in receipts} == {Outcome.SENT}
    told = await remote.state()
    assert (told["issued"], told["spent_uses"]) == (3, [])


async def test_a_grant_that_is_lost_stops_the_oa_and_says_what_to_do(oa, remote):
    assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
    await remote.revoke()
    receipt = await oa.send(here(oa), Message("hai"))
    assert (receipt.outcome, receipt.code) == (Outcome.UNAUTHORISED, "grant")
    assert "danvan zalo-oa login" in receipt.reason


async def test_a_renewal_that_gets_no_answer_after_a_refusal_sends_nothing_twice(oa, remote):
    assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
    await remote.script(
        {"method": "cs", "error": -216}, {"method": "cs", "drop": True, "deliver": True}
    )
    assert (await oa.send(here(oa), Message("hai"))).outcome is Outcome.UNKNOWN
    assert [one["text"] for one in (await remote.state())["messages"]] == ["một", "hai"]


# What it may ---------------------------------------------------------------------------------

DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("silent", "free", "paid"),
    [
        (timedelta(0), "open", "open"),
        (2 * DAYS, "open", "open"),
        (2 * DAYS + timedelta(seconds=1), "closed", "paid"),
        (7 * DAYS, "closed", "paid"),
        (7 * DAYS + timedelta(seconds=1), "closed", "closed"),
    ],
)
async def test_the_windows_are_kept(remote, tmp_path, silent, free, paid):
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db") as database:
        for told, wanted in (("false", free), ("true", paid)):
            stands_on = await on_ground(remote, tmp_path, database, ZALO_OA_PAID=told)
            oa = ZaloOa(stands_on)
            assert oa.reach(here(oa), NOW - silent, now=NOW) == wanted
            assert oa.reach(here(oa, "group-1"), NOW - silent, now=NOW) == "open"
            assert oa.reach(here(oa), None, now=NOW) == "open"


async def test_nothing_is_edited_and_no_signal_is_sent(oa, remote):
    receipt = await oa.edit(here(oa), "1", Message("x"))
    assert receipt.outcome is Outcome.REJECTED
    await oa.signal(Update("1", here(oa), Sender(oa.account, USER), "text", NOW), "typing")
    assert (await remote.state())["requests"] == []


async def test_no_secret_is_in_a_log_a_receipt_or_a_repr(oa, remote):
    with capture_logs() as logs:
        assert (await oa.send(here(oa), Message("một"))).outcome is Outcome.SENT
        tokens = (await remote.state())["tokens"]
        told = f"no {tokens['access_token']} here"
        await remote.script({"method": "cs", "error": -201, "message": told})
        await remote.script({"method": "cs", "drop": True})
        receipts = [await oa.send(here(oa), Message("x")) for _ in range(2)]
    seen = f"{logs} {receipts} {oa!r} {vars(oa)!r}"
    for secret in (*SECRETS, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in seen
    assert receipts[0].reason.endswith(" [-201: no [token] here]")


def test_delivery_has_no_more_under_way_than_there_are_connections():
    assert MOST_AT_ONCE > MOST_IN_FLIGHT
