"""Which addresses are called at all: those of the list, and only where they are public."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.channels.hosts import is_public
from tests.fakes.zalo_remote import Remote, running
from tests.test_download import MOST, downloads, fault, here


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running("tests.fakes.zalo_oa_server") as url:
        yield url


@pytest.fixture
async def cdn(server: str, request: pytest.FixtureRequest) -> AsyncIterator[Remote]:
    async with Remote.steer(server, str(abs(hash(request.node.nodeid)) % 10**9 + 1)) as made:
        yield made


class Names:
    """Stands for the system's names: what was asked, and the same answer to all."""

    def __init__(self, *answer: str) -> None:
        self.answer = answer
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.answer


FORBIDDEN = [
    "http://127.0.0.1:{port}/a.jpg",
    "https://127.0.0.1/a.jpg",
    "http://localhost:{port}/a.jpg",
    "http://[::1]:{port}/a.jpg",
    "http://[::ffff:127.0.0.1]:{port}/a.jpg",
    "http://2130706433:{port}/a.jpg",
    "http://127.1:{port}/a.jpg",
    "http://0.0.0.0:{port}/a.jpg",
    "https://169.254.169.254/latest/meta-data",
    "https://zdn.vn/a.jpg",
    "https://zdn.vn.evil.example/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://f6.zdn.vn:8443/a.jpg",
    "http://f6.zdn.vn:8080/a.jpg",
    "https://user@f6.zdn.vn/a.jpg",
    "https://user:word@f6.zdn.vn/a.jpg",
    "https://evil.example\\@f6.zdn.vn/a.jpg",
    "https://evil.example#@f6.zdn.vn/a.jpg",
    "https://evil.example\\.zdn.vn/a.jpg",
    "ftp://f6.zdn.vn/a.jpg",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "//f6.zdn.vn/a.jpg",
    "https:///a.jpg",
    "https://f6.zdn.vn:99999/a.jpg",
    "https://[f6.zdn.vn/a.jpg",
    "a.jpg",
    "",
    "https://f6.zdn.vn/" + "a" * 5000,
]


@pytest.mark.parametrize("url", FORBIDDEN, ids=lambda url: url[:40])
async def test_an_address_that_is_not_meant_is_never_looked_up(
    cdn: Remote, tmp_path: Path, url: str
) -> None:
    names = Names("127.0.0.1")
    async with downloads(".zdn.vn", lookup=names) as fetching:
        asked = url.replace("{port}", str(urlsplit(cdn.url).port))
        assert await fault(fetching, asked, tmp_path / "a") == "forbidden"
    assert names.asked == []
    assert await cdn.cdn_gets() == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"]
)
async def test_a_name_that_stands_for_a_private_address_is_not_called(
    tmp_path: Path, address: str
) -> None:
    names = Names(address)
    async with downloads(".zdn.vn", lookup=names) as fetching:
        assert await fault(fetching, "http://F6.zdn.vn/a.jpg", tmp_path / "a") == "forbidden"
    assert names.asked == [("f6.zdn.vn", 443)]  # http has become https


async def test_a_redirect_to_a_name_of_a_private_address_is_not_called(
    cdn: Remote, tmp_path: Path
) -> None:
    names = Names("10.0.0.1")
    url = await cdn.cdn("start", redirect="http://f6.zdn.vn/a.jpg")
    async with downloads(".zdn.vn", here(url), lookup=names) as fetching:
        assert await fault(fetching, url, tmp_path / "a") == "forbidden"
    assert names.asked == [("f6.zdn.vn", 443)]


async def test_a_listed_name_of_this_machine_is_called_here_only(
    cdn: Remote, tmp_path: Path
) -> None:
    url = (await cdn.cdn("a.jpg")).replace("127.0.0.1", "localhost")
    async with downloads(here(url), lookup=Names("93.184.215.14")) as fetching:
        assert await fault(fetching, url, tmp_path / "a") == "forbidden"
    async with downloads(here(url), lookup=Names("127.0.0.1")) as fetching:
        await fetching.fetch(url, tmp_path / "a", most_bytes=MOST)
    assert len(await cdn.cdn_gets()) == 1


PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700::1111"]
PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.0.8", "192.0.2.1"),
    *("198.18.0.1", "192.88.99.1", "::", "::1", "fe80::1", "fe80::1%1", "fd00::1", "ff02::1"),
    *("::ffff:1.1.1.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2001::1", "2001:db8::1", "3fff::1", "fec0::1", "127.1", "0x7f.1", "localhost", ""),
]


def test_only_addresses_of_the_open_internet_are_public() -> None:
    assert [one for one in PUBLIC if not is_public(one)] == []
    assert [one for one in PRIVATE if is_public(one)] == []
