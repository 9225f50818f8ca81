"""The transport: what was surely not sent is told from what may have arrived, by type alone."""

import asyncio
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
)
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram_request import (
    AiohttpRequest,
    Flood,
    NoAnswer,
    NotSent,
    OddAnswer,
    PoolBusy,
)
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server

TOKEN = "{}:AAsecretsecretsecret"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteTelegram]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_telegram(server, TOKEN.format(number)) as made:
        yield made


@asynccontextmanager
async def transport(remote: RemoteTelegram, **settings: float) -> AsyncIterator[AiohttpRequest]:
    size = int(settings.pop("connection_pool_size", 4))
    request = AiohttpRequest(size, hide=remote.token, **settings)  # type: ignore[arg-type]
    async with request:
        yield request


def url(remote: RemoteTelegram, method: str = "sendMessage") -> str:
    return f"{remote.url}/bot{remote.token}/{method}"


def data(**parameters: object) -> RequestData:
    return RequestData([RequestParameter.from_input(k, v) for k, v in parameters.items()])


HELLO = data(chat_id=77, text="Chào đồng chí")


async def test_a_request_brings_back_its_result(remote):
    async with transport(remote) as request:
        result: Any = await request.post(url(remote), HELLO)
    assert result["text"] == "Chào đồng chí"
    assert await remote.calls("sendMessage") == [{"chat_id": 77, "text": "Chào đồng chí"}]


async def test_ptbs_own_bot_works_on_it(remote):
    async with transport(remote) as request:
        bot = Bot(
            remote.token,
            base_url=f"{remote.url}/bot",
            base_file_url=f"{remote.url}/file/bot",
            request=request,
            get_updates_request=request,
        )
        message = await bot.send_message(77, "Chào")
        file = await bot.get_file("abc")
        content = await file.download_as_bytearray()
    assert message.text == "Chào"
    assert content.startswith(b"\xff\xd8")


async def test_files_go_as_multipart(remote):
    file = InputFile(b"\xff\xd8 not really", filename="ảnh.jpg")
    async with transport(remote) as request:
        await request.post(url(remote, "sendPhoto"), data(chat_id=77, photo=file, caption="Ảnh"))
    told = await remote.calls("sendPhoto")
    assert told == [{"chat_id": "77", "photo": "<file ảnh.jpg>", "caption": "Ảnh"}]
    assert await remote.forgive() == []


async def test_connections_are_kept(remote):
    async with transport(remote) as request:
        await request.post(url(remote), HELLO)
        session = request._session
        assert session is not None
        pool = session.connector
        assert pool is not None
        first = [proto for kept in pool._conns.values() for proto, _ in kept]
        await request.post(url(remote), HELLO)
        assert [proto for kept in pool._conns.values() for proto, _ in kept] == first


async def test_no_connection_means_not_sent(remote):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        async with AiohttpRequest(hide=remote.token) as request:
            with pytest.raises(NotSent) as caught:
                await request.post(
                    f"http://127.0.0.1:{taken.getsockname()[1]}/bot{remote.token}/x"
                )
    assert not isinstance(caught.value, PoolBusy)
    assert tells_no_secret(caught.value, remote.token)


@pytest.mark.skipif(sys.platform != "linux", reason="how a full queue of a listener shows")
async def test_a_connection_that_takes_too_long_means_not_sent(remote):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:  # the queue of the listener is full: more are left waiting
                filler.setblocking(False)
                filler.connect_ex(address)
            async with AiohttpRequest(hide=remote.token, connect_timeout=0.2) as request:
                with pytest.raises(NotSent) as caught:
                    await request.post(f"http://127.0.0.1:{address[1]}/bot{remote.token}/x")
        finally:
            for filler in fillers:
                filler.close()
    assert tells_no_secret(caught.value, remote.token)


async def test_an_address_of_nonsense_means_not_sent(remote):
    async with AiohttpRequest(hide=remote.token) as request:
        with pytest.raises(NotSent) as caught:
            await request.post(f"ftp:///bot{remote.token}/x")
    assert tells_no_secret(caught.value, remote.token)


async def test_a_transport_that_is_not_open_has_not_sent(remote):
    with pytest.raises(NotSent):
        await AiohttpRequest().post(url(remote), HELLO)


async def test_waiting_for_a_connection_is_told_from_waiting_for_an_answer(remote):
    await remote.script({"hang": True})
    settings = {"connection_pool_size": 1, "pool_timeout": 0.1, "read_timeout": 0.5}
    async with transport(remote, **settings) as request, asyncio.TaskGroup() as group:
        slow = group.create_task(ending(request, remote))
        await remote.state(requests=1)
        assert type(await ending(request, remote)) is PoolBusy
        assert type(await slow) is NoAnswer
    assert len(await remote.calls("sendMessage")) == 1


async def ending(request: AiohttpRequest, remote: RemoteTelegram) -> BaseException | None:
    error: BaseException | None = None
    try:
        await request.post(url(remote), HELLO)
    except NetworkError as caught:
        error = caught
    assert error is None or tells_no_secret(error, remote.token)
    return error


async def test_a_seat_is_given_back_whatever_happens(remote):
    await remote.script({"drop": True}, {"status": 500}, {"body": "<html>"})
    async with transport(remote, connection_pool_size=1, pool_timeout=5) as request:
        kinds = [type(await ending(request, remote)) for _ in range(4)]
        hung = asyncio.ensure_future(ending(request, remote))
        await asyncio.sleep(0)
        hung.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hung
        assert await ending(request, remote) is None
    assert kinds == [NoAnswer, OddAnswer, NoAnswer, type(None)]


async def test_many_at_once_share_few_connections(remote):
    async with transport(remote, connection_pool_size=3, pool_timeout=20) as request:
        endings = await asyncio.gather(*(ending(request, remote) for _ in range(40)))
    assert endings == [None] * 40


@pytest.mark.parametrize(
    "step",
    [
        {"drop": True},
        {"body": ""},
        {"body": "<html>blocked</html>"},
        {"body": "[1]"},
        {"body": '{"ok": true}'},
        {"body": '{"ok": false, "description": "with status 200"}'},
        {"body": '{"ok": true, "result": 1' + " " * 5000 + "}"},
    ],
    ids=str,
)
async def test_after_writing_everything_unreadable_is_no_answer(remote, step):
    await remote.script(step)
    async with transport(remote, max_bytes=4096) as request:
        error = await ending(request, remote)
    assert type(error) is NoAnswer


@pytest.mark.parametrize(
    ("status", "parameters", "kind"),
    [
        (400, None, BadRequest),
        (400, {"migrate_to_chat_id": -1001}, ChatMigrated),
        (401, None, InvalidToken),
        (403, None, Forbidden),
        (404, None, InvalidToken),
        (409, None, Conflict),
        (429, {"retry_after": 5}, Flood),
        (429, None, OddAnswer),
        (429, {"retry_after": -5}, OddAnswer),
        (429, {"retry_after": "soon"}, OddAnswer),
        (413, None, OddAnswer),
        (302, None, OddAnswer),
        (500, None, OddAnswer),
        (502, None, OddAnswer),
    ],
)
async def test_a_refusal_has_its_type(remote, status, parameters, kind):
    step = {"status": status, "description": f"Refused at /bot{remote.token}/sendMessage"}
    await remote.script({**step, "parameters": parameters} if parameters else step)
    async with transport(remote) as request:
        with pytest.raises(kind) as caught:
            await request.post(url(remote), HELLO)
    assert tells_no_secret(caught.value, remote.token)
    if isinstance(caught.value, OddAnswer):
        assert caught.value.status == status
    if isinstance(caught.value, Flood):
        assert caught.value.retry_after.total_seconds() == 5


async def test_a_redirect_is_not_followed(remote):
    headers = {"Location": url(remote, "sendMessage")}
    await remote.script({"status": 307, "headers": headers})
    async with transport(remote) as request:
        assert type(await ending(request, remote)) is OddAnswer
    assert len(await remote.calls("sendMessage")) == 1


@pytest.mark.parametrize("body", ["<html>403</html>", "[]", '{"ok":false,"description":5}', ""])
async def test_a_refusal_that_is_not_the_apis_is_odd(remote, body):
    await remote.script({"body": body, "status": 403})
    async with transport(remote) as request:
        with pytest.raises(OddAnswer):
            await request.post(url(remote), HELLO)


def tells_no_secret(error: BaseException, token: str) -> bool:
    """Look at the error, at all that it was raised from, and at the printed traceback."""
    seen: BaseException | None = error
    while seen is not None:
        assert token not in f"{seen!r} {seen} {vars(seen)}"
        seen = seen.__cause__ or seen.__context__
    return token not in "".join(traceback.format_exception(error))
