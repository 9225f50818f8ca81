"""Downloads from a hostile host of pictures, in a process of its own, over the real network."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.channels.download import Downloads
from bot.channels.hosts import Lookup
from jobs.channel import NotFetched
from store.files import measure
from tests.fakes.zalo_remote import Remote, running

MOST = 20 * 2**20


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running("tests.fakes.zalo_oa_server") as url:
        yield url


@pytest.fixture
async def cdn(server: str, request: pytest.FixtureRequest) -> AsyncIterator[Remote]:
    async with Remote.steer(server, str(abs(hash(request.node.nodeid)) % 10**9 + 1)) as made:
        yield made


@asynccontextmanager
async def downloads(
    *hosts: str, seconds: float = 20.0, lookup: Lookup | None = None
) -> AsyncIterator[Downloads]:
    made = Downloads(hosts, seconds=seconds, lookup=lookup)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


def here(url: str) -> str:
    return urlsplit(url).netloc


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def fault(fetching: Downloads, url: str, into: Path, most_bytes: int = MOST) -> str:
    with pytest.raises(NotFetched) as caught:
        await fetching.fetch(url, into, most_bytes=most_bytes)
    assert not into.exists()  # noqa: ASYNC240
    assert not url or url not in str(caught.value)
    return caught.value.fault


GOOD: dict[str, tuple[dict[str, Any], str]] = {
    "a photo": ({}, "image/jpeg"),
    "a photo that calls itself bytes": ({"type": "application/octet-stream"}, "image/jpeg"),
    "a photo that calls itself a page": ({"type": "text/html"}, "image/jpeg"),
    "a PNG": ({"kind": "png"}, "image/png"),
    "a GIF": ({"hex": b"GIF89a\1\0\1\0".hex()}, "image/gif"),
    "a WEBP": ({"hex": b"RIFF\x1a\0\0\0WEBPVP8 ".hex()}, "image/webp"),
    "a HEIC": ({"hex": b"\0\0\0\x18ftypheic\0\0\0\0".hex()}, "image/heic"),
    "a voice": ({"hex": b"\xff\xf1\x50\x80".hex()}, "audio/aac"),
    "a PDF": ({"text": "%PDF-1.7"}, "application/pdf"),
    "a docx": (
        {"hex": (b"PK\3\4" + bytes(26) + b"[Content_Types].xml").hex()},
        "application/zip",
    ),
    "without a length": ({"chunked": True, "size": 3_000_000}, "image/jpeg"),
    "slow, but in time": ({"drip": 1}, "image/jpeg"),
}


@pytest.mark.parametrize("name", GOOD)
async def test_what_we_take_is_written_whole(cdn: Remote, tmp_path: Path, name: str) -> None:
    told, kind = GOOD[name]
    url = await cdn.cdn("a.jpg", **told)
    async with downloads(here(url)) as fetching:
        await fetching.fetch(url, tmp_path / "a", most_bytes=MOST)
    content = measure(tmp_path / "a")
    (got,) = await cdn.cdn_gets()
    assert (content.type, content.bytes) == (kind, got["sent"])
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "40 MB": ({"kind": "zeros", "size": 40_000_000}, "too large"),
    "40 MB of a photo, unannounced": ({"size": 40_000_000, "chunked": True}, "too large"),
    "a page named .jpg": ({"kind": "html", "type": "image/jpeg"}, "wrong kind"),
    "nothing": ({"hex": ""}, "wrong kind"),
    "an archive": ({"hex": (b"PK\3\4" + bytes(26) + b"evil.exe").hex()}, "wrong kind"),
    "no such file": ({"status": 404, "text": "x"}, "gone"),
    "expired": ({"status": 403, "text": "x"}, "gone"),
    "removed": ({"status": 410, "text": "x"}, "gone"),
    "a server in trouble": ({"status": 503, "text": "x"}, "away"),
    "too many requests": ({"status": 429, "text": "x"}, "away"),
    "broken off": ({"size": 900_000, "cut": 100_000}, "away"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_we_do_not_take_leaves_no_file(cdn: Remote, tmp_path: Path, name: str) -> None:
    told, expected = BAD[name]
    url = await cdn.cdn("a.jpg", **told)
    async with downloads(here(url)) as fetching:
        assert await fault(fetching, url, tmp_path / "a") == expected
    (got,) = await cdn.cdn_gets()
    assert got["sent"] <= MOST + 10 * 2**20  # what lay in the buffers of both machines


async def test_a_drip_that_never_ends_is_broken_off(cdn: Remote, tmp_path: Path) -> None:
    url = await cdn.cdn("a.jpg", drip=600, size=100_000)
    async with downloads(here(url), seconds=0.5) as fetching, asyncio.timeout(5):
        assert await fault(fetching, url, tmp_path / "a") == "away"


async def test_one_that_hangs_keeps_no_other_waiting(cdn: Remote, tmp_path: Path) -> None:
    slow = await cdn.cdn("slow.jpg", delay=600)
    fast = await cdn.cdn("fast.jpg")
    async with downloads(here(slow), seconds=10) as fetching, asyncio.TaskGroup() as group:
        stuck = [
            group.create_task(fetching.fetch(slow, tmp_path / str(n), most_bytes=MOST))
            for n in range(40)
        ]
        async with asyncio.timeout(5):
            await fetching.fetch(fast, tmp_path / "fast", most_bytes=MOST)
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
    assert names_in(tmp_path) == ["fast"]


async def test_redirects_are_followed_on_the_list(cdn: Remote, tmp_path: Path) -> None:
    end = await cdn.cdn("end.jpg")
    middle = await cdn.cdn("middle", redirect=urlsplit(end).path)
    start = await cdn.cdn("start", redirect=middle, status=307)
    async with downloads(here(end)) as fetching:
        await fetching.fetch(start, tmp_path / "a", most_bytes=MOST)
    assert measure(tmp_path / "a").type == "image/jpeg"


async def test_a_redirect_that_goes_round_is_given_up(cdn: Remote, tmp_path: Path) -> None:
    url = f"{cdn.url}/cdn/{cdn.key}/round"
    await cdn.cdn("round", redirect=url)
    async with downloads(here(url)) as fetching:
        assert await fault(fetching, url, tmp_path / "a") == "forbidden"
    assert len(await cdn.cdn_gets()) == 4


async def test_a_redirect_off_the_list_is_not_followed(
    cdn: Remote, server: str, tmp_path: Path
) -> None:
    with running("tests.fakes.zalo_oa_server") as other:
        async with Remote.steer(other, "1") as elsewhere:
            target = await elsewhere.cdn("a.jpg")
            url = await cdn.cdn("start", redirect=target)
            async with downloads(here(server)) as fetching:
                assert await fault(fetching, url, tmp_path / "a") == "forbidden"
            assert await elsewhere.cdn_gets() == []


async def test_a_name_that_is_not_known_is_tried_again(tmp_path: Path) -> None:
    async def nowhere(_: str, __: int) -> Sequence[str]:
        raise OSError("no such name")

    async with downloads(".zdn.vn", lookup=nowhere) as fetching:
        assert await fault(fetching, "https://f6.zdn.vn/a.jpg", tmp_path / "a") == "away"


async def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    async with downloads("127.0.0.1:9") as fetching:
        assert await fault(fetching, "http://127.0.0.1:9/a.jpg", tmp_path / "a") == "away"


async def test_a_signed_query_is_asked_for_as_it_was_signed(cdn: Remote, tmp_path: Path) -> None:
    url = await cdn.cdn("a.jpg")
    end = await cdn.cdn("end.jpg", redirect=f"{url}?sig=a%2Fb%3D&x=%C3%A0")
    async with downloads(here(url)) as fetching:
        await fetching.fetch(f"{end}?a=%2F+b", tmp_path / "a", most_bytes=MOST)
    assert measure(tmp_path / "a").type == "image/jpeg"


async def test_no_proxy_of_the_environment_is_asked(
    cdn: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = await cdn.cdn("a.jpg")
    async with downloads(here(url)) as fetching:
        await fetching.fetch(url, tmp_path / "a", most_bytes=MOST)
    (got,) = await cdn.cdn_gets()
    assert got["headers"]["Accept-Encoding"] == "identity"


async def test_a_full_disk_is_no_fault_of_the_platform(cdn: Remote) -> None:
    url = await cdn.cdn("a.jpg")
    async with downloads(here(url)) as fetching:
        with pytest.raises(FileNotFoundError):
            await fetching.fetch(url, Path("/nonexistent/a"), most_bytes=MOST)


async def test_a_file_that_is_there_is_not_written_over(cdn: Remote, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    url = await cdn.cdn("a.jpg")
    async with downloads(here(url)) as fetching:
        with pytest.raises(FileExistsError):
            await fetching.fetch(url, tmp_path / "a", most_bytes=MOST)
    assert (tmp_path / "a").read_bytes() == b"mine"
