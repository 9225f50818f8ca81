"""Photos and files reach Telegram once by their bytes, then by Telegram's own id."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.telegram import Telegram
from bot.settings import read_settings
from store import media
from store.database import Database
from store.files import Content, Files, measure
from store.messages import Address, Button, Message, Outcome
from tests.conftest import NOW
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram, running_server
from tests.grounds import ground

LONG = "Kính gửi các đồng chí. " * 60


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
async def remote(server: str, request: pytest.FixtureRequest) -> AsyncIterator[RemoteTelegram]:
    number = abs(hash(request.node.nodeid)) % 10**9 + 1
    async with remote_telegram(server, f"{number}:AAsecretsecretsecret") as made:
        yield made


@pytest.fixture
async def telegram(
    remote: RemoteTelegram, database: Database, tmp_path: Path
) -> AsyncIterator[Telegram]:
    settings = read_settings(
        {
            "DANVAN_DATA_DIR": str(tmp_path),
            "DANVAN_TELEGRAM_TOKEN": remote.token,
            "DANVAN_TELEGRAM_API_URL": remote.url,
        },
        env_file=None,
    )
    made = Telegram.on(ground(settings, database))
    assert made is not None
    await made.open()
    yield made
    await made.close()


async def stored(database: Database, folder: Path, content: bytes, type_: str) -> str:
    files = Files(folder)
    part = files.part()
    part.write_bytes(content)
    found: Content = measure(part)
    files.place(part, found.sha256)
    own = Content(found.sha256, found.bytes, type_)
    return await database.write(lambda session: media.add_own(session, files, own, now=NOW))


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "JPEG")
    return made.getvalue()


def here(telegram: Telegram, chat: int = 77) -> Address:
    return Address(telegram.account, str(chat))


async def messages_of(remote: RemoteTelegram) -> list[dict[str, object]]:
    state = await remote.state()
    assert state["violations"] == []
    return list(state["messages"])


async def test_a_photo_goes_up_once_even_to_many_at_once(telegram, remote, database, tmp_path):
    photo = await stored(database, tmp_path, jpeg(), "image/jpeg")
    message = Message("Họp lúc 8h", title="Thông báo", photo=photo)
    receipts = await asyncio.gather(
        *(telegram.send(here(telegram, chat), message) for chat in range(1, 9))
    )
    assert {one.outcome for one in receipts} == {Outcome.SENT}
    sent = await messages_of(remote)
    assert sorted(str(one["file"]) for one in sent) == ["<file anh.jpg>"] + ["photo-1"] * 7
    assert {one["text"] for one in sent} == {"Thông báo\nHọp lúc 8h"}


async def test_a_file_has_its_name_and_goes_as_it_is(telegram, remote, database, tmp_path):
    file = await stored(database, tmp_path, b"a;b\r\n", "text/csv")
    [part] = telegram.split(Message("Danh sách", file=file))
    assert (await telegram.send(here(telegram), part)).outcome is Outcome.SENT
    [sent] = await messages_of(remote)
    assert (sent["file"], sent["text"]) == ("<file danh-sach.csv>", "Danh sách")


async def test_a_long_text_follows_its_photo_with_the_buttons(
    telegram, remote, database, tmp_path
):
    photo = await stored(database, tmp_path, jpeg(), "image/jpeg")
    buttons = ((Button("✅ Đã nhận", token="all:received:1"),),)
    parts = telegram.split(Message(LONG, photo=photo, buttons=buttons))
    assert [(bool(one.photo), bool(one.text), bool(one.buttons)) for one in parts] == [
        (True, False, False),
        (False, True, True),
    ]
    for one in parts:
        assert (await telegram.send(here(telegram), one)).outcome is Outcome.SENT
    first, second = await messages_of(remote)
    assert (first["file"], first["text"]) == ("<file anh.jpg>", "")
    assert str(second["text"]).startswith("Kính gửi")


async def test_an_id_that_telegram_forgot_is_forgotten_and_the_bytes_go_again(
    telegram, remote, database, tmp_path
):
    photo = await stored(database, tmp_path, jpeg(), "image/jpeg")
    message = Message("Ảnh", photo=photo)
    await telegram.send(here(telegram), message)
    refusal = {
        "method": "sendPhoto",
        "status": 400,
        "description": "Bad Request: wrong file identifier/HTTP URL specified",
    }
    await remote.script(refusal)
    assert (await telegram.send(here(telegram), message)).outcome is Outcome.RETRY
    assert (await telegram.send(here(telegram), message)).outcome is Outcome.SENT
    assert [one["file"] for one in await messages_of(remote)] == ["<file anh.jpg>"] * 2


async def test_what_is_not_stored_is_refused_and_nothing_is_sent(telegram, remote):
    for message in (Message("a", photo="none"), Message("a", file="none")):
        receipt = await telegram.send(here(telegram), message)
        assert (receipt.outcome, receipt.reason) == (
            Outcome.REJECTED,
            "Tệp hoặc ảnh không còn",
        )
    assert await messages_of(remote) == []
