"""The stand-in for the Official Account API keeps the rules that are documented."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_cdn import jpeg, png
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa, running_server

USER = "246845883529197922"
DAY = 86_400


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server("--speed", "10000") as url:
        yield url


@pytest.fixture
async def oa(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteZaloOa]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_zalo_oa(server, str(number)) as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as made:
        yield made


@pytest.fixture
def refresh(oa, session):
    async def call(token: str, key: str = "app-secret", **more: Any) -> Any:
        form = {"refresh_token": token, "app_id": oa.key, "grant_type": "refresh_token", **more}
        url = f"{oa.url}/v4/oa/access_token"
        async with session.post(url, data=form, headers={"secret_key": key}) as response:
            assert response.status == 200
            return await response.json()

    return call


@pytest.fixture
async def call(oa, session):
    token = (await oa.issue())["access_token"]

    async def ask(path: str, asked: Any = None, method: str = "POST", **how: Any) -> Any:
        how.setdefault("headers", {"access_token": token})
        async with session.request(method, oa.url + path, json=asked, **how) as response:
            assert response.status == 200
            assert int(response.headers["X-RateLimit-Remain"]) >= 0
            return await response.json()

    return ask


@pytest.fixture
def cs(call):
    async def send(message: Any, user: Any = USER) -> Any:
        return await call(
            "/v3.0/oa/message/cs", {"recipient": {"user_id": user}, "message": message}
        )

    return send


@pytest.fixture
def upload(call):
    async def send(content: bytes, name: str) -> Any:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        return await call("/v2.0/oa/upload/image", data=form)

    return send


async def test_a_refresh_kills_the_old_pair_at_once(oa, refresh, call):
    old = (await oa.state())["tokens"]
    new = await refresh(old["refresh_token"])
    assert new["expires_in"] == "90000"
    assert (await call("/v2.0/oa/getoa", method="GET"))["error"] == -220
    state = await oa.state(refreshes=1)
    assert state["tokens"]["access_token"] == new["access_token"]
    headers = {"access_token": new["access_token"]}
    assert (await call("/v2.0/oa/getoa", method="GET", headers=headers))["error"] == 0
    refused = await refresh(old["refresh_token"])
    assert refused["error"] == -14014
    assert refused["error_name"] == "Invalid refresh token"
    assert "access_token" not in refused
    assert (await oa.state())["spent_uses"] == [{"pair": 1}]


async def test_of_two_refreshes_at_once_one_is_refused(oa, refresh):
    token = (await oa.issue())["refresh_token"]
    await oa.set(latency_before=0.1, latency_after=0.1)
    answers = await asyncio.gather(refresh(token), refresh(token))
    assert sorted("access_token" in one for one in answers) == [False, True]
    assert len((await oa.state())["spent_uses"]) == 1


@pytest.mark.parametrize("how", ["setting", "script", "given up before"])
async def test_an_answer_that_is_lost_has_rotated_all_the_same(oa, refresh, how):
    token = (await oa.issue())["refresh_token"]
    if how == "script":
        await oa.script({"method": "oauth", "deliver": True, "hang": True})
    else:
        await oa.set(
            **{"hang_after_rotate": True} if how == "setting" else {"latency_before": 0.4}
        )
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(refresh(token), 0.2)
    assert (await oa.state(refreshes=1))["tokens"]["refresh_token"] != token
    await oa.set(hang_after_rotate=False, latency_before=0)
    assert (await refresh(token))["error"] == -14014


async def test_what_oauth_refuses(oa, refresh):
    token = (await oa.issue())["refresh_token"]
    assert (await refresh("rt.never"))["error"] == -14014
    assert (await oa.state())["spent_uses"] == []
    assert (await refresh(token, key="oa-secret-key"))["error"] == -14004
    assert (await refresh(token, app_id="1"))["error"] == -14002
    assert "access_token" in await refresh(token, code_verifier="x")
    assert await oa.forgive() == ["oauth: code_verifier: unknown"]
    await oa.revoke()
    assert (await oa.state())["tokens"]["access_token"] is None


async def test_a_code_is_good_once(oa, session):
    form = {"code": await oa.code("v" * 43), "app_id": oa.key, "code_verifier": "v" * 43}
    form["grant_type"], headers = "authorization_code", {"secret_key": "app-secret"}
    answers = []
    for _ in range(2):
        url = f"{oa.url}/v4/oa/access_token"
        async with session.post(url, data=form, headers=headers) as response:
            answers.append(await response.json())
    assert "access_token" in answers[0]
    assert answers[1]["error"] == -14013


async def test_tokens_of_the_api(oa, call):
    junk, bearer = {"access_token": "junk"}, {"access_token": ""}
    bearer["Authorization"] = f"Bearer {(await oa.state())['tokens']['access_token']}"
    assert (await call("/v2.0/oa/getoa", method="GET", headers=junk))["error"] == -216
    assert (await call("/v2.0/oa/getoa", method="GET", headers=bearer))["error"] == -216
    assert len(await oa.forgive()) == 1
    await oa.expire()
    assert (await call("/v2.0/oa/getoa", method="GET"))["error"] == -220


async def test_the_windows_of_a_user(oa, cs):
    assert (await cs({"text": "x"}))["error"] == -213
    assert (await cs({"text": "x"}, user="abc"))["error"] == -201
    await oa.user(USER)
    sent = await cs({"text": "👍" * 1000})
    assert sent["data"]["quota"] == {"quota_type": "reply", "remain": 8}
    assert sent["data"]["user_id"] == USER
    assert sent["data"]["sent_time"].isdigit()
    await oa.set(purchase_quota=1, reply_quota=1)
    await oa.user(USER)
    kinds = [(await cs({"text": "x"})).get("data", {}).get("quota") for _ in range(3)]
    bought = {"quota_type": "purchase_quota", "remain": 0}
    assert kinds == [{"quota_type": "reply", "remain": 0}, bought, None]
    await oa.user(USER, ago=3 * DAY)
    assert (await cs({"text": "x"}))["error"] == -211
    await oa.user(USER, ago=7 * DAY + 60)
    assert (await cs({"text": "x"}))["error"] == -230
    await oa.user(USER, blocked=True)
    assert (await cs({"text": "x"}))["error"] == -217
    assert len((await oa.state())["messages"]) == 3


LINK = {"title": "Xem", "type": "oa.open.url", "payload": {"url": "https://vidu.vn"}}
SHOW = {"title": "Lịch", "type": "oa.query.show", "payload": "lịch"}


def with_buttons(*buttons: Any, text: str | None = "Chọn") -> Any:
    message: Any = {"attachment": {"type": "template", "payload": {"buttons": list(buttons)}}}
    return message if text is None else {"text": text, **message}


def with_picture(number: str) -> Any:
    element = {"media_type": "image", "attachment_id": number}
    payload = {"template_type": "media", "elements": [element]}
    return {"text": "Ảnh", "attachment": {"type": "template", "payload": payload}}


WRONG = [
    ({"text": "x" * 2001}, -210),
    ({"text": ""}, -210),
    ({}, -201),
    ({"text": "x", "buttons": []}, -201),
    (with_buttons(*[SHOW] * 6), -210),
    (with_buttons({**SHOW, "title": "x" * 101}), -210),
    (with_buttons({**SHOW, "payload": "x" * 1001}), -210),
    (with_buttons({**SHOW, "type": "oa.open.app"}), -201),
    (with_buttons({**LINK, "payload": "https://vidu.vn"}), -201),
    (with_buttons({**SHOW, "image_icon": ""}), -201),
    (with_buttons(SHOW, text=None), -201),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: str(case)[:60])
async def test_a_wrong_message_is_refused_and_remembered(oa, cs, case):
    await oa.user(USER)
    assert (await cs(case[0]))["error"] == case[1]
    assert len(await oa.forgive()) == 1


async def test_a_number_for_a_user_is_wrong(oa, cs):
    assert (await cs({"text": "x"}, user=int(USER)))["error"] == -201
    assert await oa.forgive() == ["recipient.user_id: int for str"]


async def test_buttons_and_pictures_and_groups(oa, cs, call, upload):
    await oa.user(USER)
    assert (await cs(with_buttons(LINK, SHOW, {**SHOW, "type": "oa.query.hide"})))["error"] == 0
    number = (await upload(jpeg(), "a.jpg"))["data"]["attachment_id"]
    assert (await cs(with_picture(number)))["error"] == 0
    assert (await cs(with_picture("never")))["error"] == -100
    await oa.age_uploads(7 * DAY + 1)
    assert (await cs(with_picture(number)))["error"] == -100
    await oa.set(groups=["g1"])
    for group, error in {"g1": 0, "g2": -237}.items():
        asked = {"recipient": {"group_id": group}, "message": {"text": "Tổ dân vận"}}
        assert (await call("/v3.0/oa/group/message", asked))["error"] == error
    messages = (await oa.state())["messages"]
    assert [len(one["buttons"]) for one in messages] == [3, 0, 0]
    assert messages[1]["attachment_id"] == number
    assert messages[2]["group_id"] == "g1"


async def test_what_can_be_uploaded(oa, upload):
    assert (await upload(png(size=1_000_000), "a.png"))["error"] == 0
    assert (await upload(jpeg(size=1_000_001), "b.jpg"))["error"] == -200
    assert [one["size"] for one in (await oa.state())["uploads"]] == [1_000_000]
    assert await upload(jpeg(), "ảnh") == {"data": {}, "error": 0, "message": "Success"}
    assert (await upload(b"GIF89a", "a.jpg"))["error"] == -201
    assert (await upload(jpeg(), "a.gif"))["error"] == -201
    assert len(await oa.forgive()) == 3


async def test_addresses_that_there_are_not(oa, session):
    headers = {"access_token": (await oa.issue())["access_token"]}
    url = f"{oa.url}/v3.0/oa/upload/image"
    async with session.post(url, json={}, headers=headers) as response:
        assert (response.status, response.content_type) == (404, "text/html")
    assert len(await oa.forgive()) == 1


async def test_what_can_be_read(oa, call):
    await oa.set(oa_id="42", getoa={"package_name": None})
    await oa.user(USER, name="Mơ", ago=3 * DAY)
    told = (await call("/v2.0/oa/getoa", method="GET"))["data"]
    assert told["oa_id"] == "42"
    assert "package_name" not in told
    params = {"data": json.dumps({"user_id": USER})}
    detail = await call("/v3.0/oa/user/detail", method="GET", params=params)
    assert detail["data"]["display_name"] == "Mơ"
    quota = (await call("/v3.0/oa/quota/message", {"user_id": USER}))["data"]
    assert quota["cs_reply"] == {"remain": 0, "total": 8}


async def test_the_rate_and_what_is_scripted(oa, call, cs):
    await oa.script({"method": "cs", "error": -227}, {"answer": {"error": "0"}})
    assert (await cs({"text": "x"}))["error"] == -227
    assert (await cs({"text": "x"}))["error"] == "0"
    await oa.set(rate=3, rate_window=0.5)
    answers = [(await call("/v2.0/oa/getoa", method="GET"))["error"] for _ in range(2)]
    assert answers == [0, -32]
    await asyncio.sleep(0.5)
    assert (await call("/v2.0/oa/getoa", method="GET"))["error"] == 0
