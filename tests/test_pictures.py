"""Small pictures made of what strangers sent: nothing but pixels, and never the machine's end."""

import asyncio
import io
import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from bot.pictures import MOST_SERVED, NoPicture, Pictures
from store.database import Database
from store.files import Files, write_whole
from store.models import MediaRow
from tests.conftest import NOW
from tests.fakes.zalo_cdn import jpeg, png
from tests.media_stage import place

ID = "0123456789abcdef" * 2


@pytest.fixture
def pictures(database: Database, tmp_path: Path) -> Pictures:
    return Pictures(database, tmp_path, "https://dv.example", lambda: NOW)


async def keep(pictures: Pictures, content: bytes, media_id: str = ID, **row: Any) -> str:
    found = await asyncio.to_thread(place, pictures._files, content)
    values = {"state": "stored", "sha256": found.sha256, "source": {}, "created_at": NOW, **row}

    async def work(session: AsyncSession) -> None:
        session.add(MediaRow(id=media_id, type=found.type, **values))

    await pictures._database.write(work)
    return found.sha256


def made(width: int = 400, height: int = 300, mode: str = "RGB", **save: Any) -> bytes:
    picture = Image.new(mode, (width, height))
    content = io.BytesIO()
    picture.save(content, **({"format": "JPEG"} | save))
    return content.getvalue()


def noise(side: int) -> bytes:
    picture = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side))
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG",))


READ: dict[str, Callable[[], bytes]] = {
    "JPEG": made,
    "PNG": lambda: made(format="PNG"),
    "PNG of a palette": lambda: made(mode="P", format="PNG"),
    "PNG of 16 bits": lambda: made(mode="I;16", format="PNG"),
    "PNG with alpha": lambda: made(mode="RGBA", format="PNG"),
    "WEBP": lambda: made(format="WEBP"),
    "GIF": lambda: made(mode="P", format="GIF"),
    "JPEG of four colours": lambda: made(mode="CMYK"),
    "grey JPEG": lambda: made(mode="L"),
    "a JPEG made by hand": lambda: jpeg(400, 300),
}


@pytest.mark.parametrize("name", READ)
async def test_every_kind_of_picture_becomes_a_jpeg(pictures: Pictures, name: str) -> None:
    await keep(pictures, READ[name]())
    picture = opened(await pictures.jpeg(ID, most_bytes=MOST_SERVED))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (400, 300))


async def test_what_is_seen_through_becomes_white(pictures: Pictures) -> None:
    await keep(pictures, made(mode="RGBA", format="PNG"))
    picture = opened(await pictures.jpeg(ID, most_bytes=MOST_SERVED))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


async def test_place_camera_and_comments_are_gone_and_the_picture_stands_upright(
    pictures: Pictures,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Lan"
    exif.get_ifd(0x8825)[1] = "N"
    sent = made(exif=exif, comment=b"taken at home", dpi=(300, 300))
    await keep(pictures, sent)
    content = await pictures.jpeg(ID, most_bytes=MOST_SERVED)
    picture = opened(content)
    assert picture.size == (300, 400)
    assert (dict(picture.getexif()), "comment" in picture.info) == ({}, False)
    for secret in (b"Exif", b"Camera", b"taken"):
        assert secret in sent
        assert secret not in content


async def test_a_large_picture_is_made_small_and_made_to_fit(pictures: Pictures) -> None:
    await keep(pictures, noise(2000))
    large = await pictures.jpeg(ID, most_bytes=4_000_000)
    assert max(opened(large).size) == 1600
    small = await pictures.jpeg(ID, most_bytes=100_000)
    assert len(small) <= 100_000
    assert max(opened(small).size) < 1600
    with pytest.raises(NoPicture, match="fit"):
        await pictures.jpeg(ID, most_bytes=100)


def bomb(width: int, height: int) -> bytes:
    """Give a small PNG that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


BROKEN: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: bomb(60_000, 60_000),
    "a small bomb": lambda: bomb(7_100, 7_100),
    "half a JPEG": lambda: jpeg(800, 600)[:900],
    "half a PNG": lambda: png(800, 600)[:-40],
    "the beginning of one": lambda: b"\xff\xd8\xff",
    "a page": lambda: b"<html>",
    "nothing": lambda: b"",
    "a TIFF": lambda: made(format="TIFF"),
    "a HEIC that we cannot read": lambda: b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(500),
    "an EPS": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_no_picture_is_said_so(pictures: Pictures, name: str) -> None:
    await keep(pictures, BROKEN[name]())
    with pytest.raises(NoPicture):
        await pictures.jpeg(ID, most_bytes=MOST_SERVED)


@pytest.mark.parametrize("state", ["pending", "gone"])
async def test_what_is_not_stored_is_no_picture(pictures: Pictures, state: str) -> None:
    await keep(pictures, made(), state=state)
    with pytest.raises(NoPicture):
        await pictures.jpeg(ID, most_bytes=MOST_SERVED)
    with pytest.raises(NoPicture):
        await pictures.url("f" * 32)


async def test_a_file_that_is_lost_is_no_picture(pictures: Pictures) -> None:
    sha256 = await keep(pictures, made())
    pictures._files.remove(sha256)
    with pytest.raises(NoPicture):
        await pictures.jpeg(ID, most_bytes=MOST_SERVED)


async def test_a_picture_is_made_once_and_goes_with_its_original(pictures: Pictures) -> None:
    sha256 = await keep(pictures, made())
    first = await pictures.jpeg(ID, most_bytes=MOST_SERVED)
    where = pictures._files.derived(sha256, MOST_SERVED)
    assert where.read_bytes() == first
    where.write_bytes(b"made before")
    assert await pictures.jpeg(ID, most_bytes=MOST_SERVED) == b"made before"
    pictures._files.remove(sha256)
    assert list(pictures._files.data_dir.rglob("*.jpg")) == []


async def test_many_at_once_are_all_made(pictures: Pictures) -> None:
    for n in range(8):
        await keep(pictures, made(100 + n), f"{n:032x}")
    wanted = [pictures.jpeg(f"{n:032x}", most_bytes=MOST_SERVED) for n in range(8) for _ in "ab"]
    sizes = [opened(content).width for content in await asyncio.gather(*wanted)]
    assert sizes == [100 + n for n in range(8) for _ in "ab"]


async def test_the_address_of_a_day_is_always_the_same(pictures: Pictures, tmp_path: Path) -> None:
    await keep(pictures, made())
    url = await pictures.url(ID)
    later = NOW.replace(hour=23, minute=59)
    other = Pictures(pictures._database, tmp_path, "https://dv.example", lambda: later)
    assert await other.url(ID) == url
    start, media_id, expiry, signature = url.rsplit("/", 3)
    assert (start, media_id, len(signature)) == ("https://dv.example/media", ID, 64)
    assert 6 * 86_400 < int(expiry) - NOW.timestamp() <= 7 * 86_400


async def test_an_address_is_made_while_others_write(pictures: Pictures, tmp_path: Path) -> None:
    """The key is asked of the store once by a process, and written once by all of them."""
    await keep(pictures, made())
    url = await pictures.url(ID)
    other = Pictures(pictures._database, tmp_path, "https://dv.example", lambda: NOW)
    under_way, may_end = asyncio.Event(), asyncio.Event()

    async def work(_: AsyncSession) -> None:
        under_way.set()
        await may_end.wait()

    writing = asyncio.ensure_future(pictures._database.write(work))
    await under_way.wait()
    try:
        async with asyncio.timeout(5):
            assert [await one.url(ID) for one in (pictures, other)] == [url, url]
    finally:
        may_end.set()
        await writing


async def test_what_can_be_made_again_is_whole_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "derived" / "a.jpg", []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append((os.fstat(handle).st_size, path.exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, b"x" * 5)
    assert synced == [(5, False)]
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"x" * 5, 0o600)
    assert list(path.parent.iterdir()) == [path]


async def test_without_a_public_address_there_is_none(database: Database, tmp_path: Path) -> None:
    hidden = Pictures(database, tmp_path, "", lambda: NOW)
    await keep(hidden, made())
    with pytest.raises(NoPicture, match="public"):
        await hidden.url(ID)


def test_files_of_one_content_are_one(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert place(files, b"x") == place(files, b"x")
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1
