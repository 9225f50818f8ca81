"""`/media/{id}/{expiry}/{signature}`: the address is the permission, anything else is nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.pictures import sign
from store.database import Database
from store.models import MediaRow
from tests.test_pictures import ID, keep, made, opened
from tests.test_web import Office, open_office


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    public: dict[str, Any] = {"data_dir": tmp_path, "public_url": "https://dv.example"}
    async with open_office(database, answering=False, port=None, **public) as opened_office:
        yield opened_office


async def path_of(office: Office) -> str:
    await keep(office.parts.pictures, made())
    return urlsplit(await office.parts.pictures.url(ID)).path


async def test_a_platform_reads_it_as_often_as_it_likes(office: Office) -> None:
    path = await path_of(office)
    for _ in range(3):
        async with office.client.get(path) as answer:
            content = await answer.read()
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert opened(content).size == (400, 300)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    kind, seconds = answer.headers["Cache-Control"].split(", max-age=")
    assert (kind, 6 * 86_400 < int(seconds) <= 7 * 86_400) == ("private", True)
    assert "Set-Cookie" not in answer.headers


async def test_a_head_says_how_much_it_is(office: Office) -> None:
    path = await path_of(office)
    async with office.client.get(path) as whole, office.client.head(path) as head:
        assert (head.status, await head.read()) == (200, b"")
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]


async def test_it_ends_with_its_seventh_day(office: Office) -> None:
    path = await path_of(office)
    office.clock.forward(days=6)
    assert (await status(office, path)) == 200
    office.clock.forward(days=1)
    assert (await status(office, path)) == 404


async def status(office: Office, path: str) -> int:
    async with office.client.get(path) as answer:
        return answer.status


async def test_everything_wrong_looks_alike(office: Office) -> None:
    path = await path_of(office)
    expired = await path_of_day(office)
    _, _, media_id, expiry, signature = path.split("/")
    other = "0" * 32
    await keep(office.parts.pictures, made(9), other, state="gone")
    wrong = [
        f"/media/{media_id}/{expiry}/{'0' * 64}",
        f"/media/{media_id}/{int(expiry) + 86_400}/{signature}",
        f"/media/{other}/{expiry}/{signature}",
        f"/media/{media_id}/{expiry}/{signature.upper()}",
        f"/media/{media_id}/{expiry}/{signature}0",
        f"/media/{media_id}/{'9' * 11}/{signature}",
        f"/media/{media_id}/{'9' * 30}/{signature}",
        f"/media/..%2f{media_id}/{expiry}/{signature}",
        "/media/1/2/3",
        "/media",
        expired,
    ]
    pages = set()
    for one in wrong:
        async with office.client.get(one) as answer:
            pages.add((answer.status, await answer.text()))
    assert [found for found, _ in pages] == [404]
    assert await status(office, path) == 200


async def path_of_day(office: Office) -> str:
    """Give an address that has ended."""
    office.clock.forward(days=-10)
    path = urlsplit(await office.parts.pictures.url(ID)).path
    office.clock.forward(days=10)
    return path


async def test_before_the_first_address_nosignature_is_genuine(office: Office) -> None:
    await keep(office.parts.pictures, made())
    expiry = int(office.clock().timestamp()) + 1000
    assert await status(office, f"/media/{ID}/{expiry}/{sign(b'', ID, expiry)}") == 404


async def test_what_is_erased_is_not_served_any_more(office: Office) -> None:
    path = await path_of(office)
    assert await status(office, path) == 200

    async def erase(session: AsyncSession) -> None:
        await session.execute(update(MediaRow).values(state="gone"))

    await office.database.write(erase)
    assert await status(office, path) == 404
