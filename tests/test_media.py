"""Photos from the message to the file and to their end: kept once, erased at once, never lost."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import retention
from jobs.fetch_phrases import NOT_FETCHED, not_fetched
from store import media
from store.database import Conflict, Database
from store.files import Content
from store.models import MediaRow
from tests.fakes.zalo_cdn import jpeg
from tests.fakes.zalo_remote import Remote, running
from tests.media_stage import MediaStage, forget, open_media_stage, place

PICTURE = jpeg()
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running("tests.fakes.zalo_oa_server") as url:
        yield url


@pytest.fixture
async def cdn(server: str, request: pytest.FixtureRequest) -> AsyncIterator[Remote]:
    async with Remote.steer(server, str(abs(hash(request.node.nodeid)) % 10**9 + 1)) as made:
        yield made


@pytest.fixture
async def stage(database: Database, server: str, tmp_path: Path) -> AsyncIterator[MediaStage]:
    async with open_media_stage(database, server, tmp_path) as made:
        await made.join()
        yield made


async def test_a_photo_is_pending_then_stored_and_nothing_more_is_said(
    stage: MediaStage, cdn: Remote
) -> None:
    sent = await stage.photo(await cdn.cdn("a.jpg"))
    (row,) = await stage.media()
    assert (row.state, row.sha256, stage.on_disk()) == ("pending", None, [])
    await stage.work()
    (row,) = await stage.media()
    assert (row.state, row.sha256, row.bytes, row.type) == (
        *("stored", DIGEST, len(PICTURE), "image/jpeg"),
    )
    assert stage.files.path(DIGEST).read_bytes() == PICTURE
    assert stage.on_disk() == [DIGEST]
    assert (row.source["channel"], row.source["update"]) == ("files:1", sent.id)
    assert str(cdn.url) not in str(row.source)
    assert [one.text[:40] for one in stage.heard] == ["Trợ lý nhận ảnh của đồng chí và giữ tron"]
    assert await stage.told() == []


async def test_every_attachment_is_kept_in_its_place(stage: MediaStage, cdn: Remote) -> None:
    urls = [await cdn.cdn(f"{n}.jpg", width=8 * n) for n in (1, 2, 3)]
    sent = await stage.photo(*urls)
    await stage.work()
    rows = {row.id: row for row in await stage.media()}
    account_id = next(iter(rows.values())).account_id
    assert account_id is not None
    async with stage.database.read() as session:
        ids = await media.of_update(session, account_id, "files:1", sent.id)
        assert await media.of_update(session, account_id, "files:1", "another") == []
    wanted = [hashlib.sha256(jpeg(8 * n)).hexdigest() for n in (1, 2, 3)]
    assert [rows[one].sha256 for one in ids] == wanted
    assert len(stage.heard) == 1


async def test_an_album_is_kept_whole_and_answered_once(stage: MediaStage, cdn: Remote) -> None:
    for n in range(5):
        await stage.photo(await cdn.cdn(f"{n}.jpg", width=8 * n + 8), album="a1")
    await stage.work()
    assert [row.state for row in await stage.media()] == ["stored"] * 5
    assert len(stage.heard) == 1


async def test_of_a_stamped_album_nothing_is_kept(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("1.jpg"), album="a1")
    await stage.work()
    await stage.photo(await cdn.cdn("2.jpg", width=8), album="a1", text="TỐI MẬT")
    await stage.photo(await cdn.cdn("3.jpg", width=16), album="a1")
    await stage.work()
    assert [row.state for row in await stage.media()] == ["gone"]
    assert stage.on_disk() == []
    assert [one.text[:20] for one in stage.heard][1:] == ["Có dấu hiệu bí mật n"]


async def test_of_others_nothing_is_kept_and_nothing_fetched(
    stage: MediaStage, cdn: Remote
) -> None:
    url = await cdn.cdn("a.jpg")
    await stage.photo(url, who="Người lạ")
    await stage.photo(url, private=False)
    await stage.work()
    assert (await stage.media(), await stage.jobs(), await cdn.cdn_gets()) == ([], [], [])
    assert [one.text[:19] for one in stage.heard] == ["Trợ lý chưa nhận ản"] * 2


async def test_the_same_bytes_are_one_file_that_goes_with_its_last_owner(
    stage: MediaStage, cdn: Remote
) -> None:
    await stage.join(who="Mai")
    url = await cdn.cdn("a.jpg")
    await stage.photo(url)
    await stage.photo(url, who="Mai")
    await stage.work()
    assert stage.on_disk() == [DIGEST]
    await erase(stage, who="Lan")
    assert stage.on_disk() == [DIGEST]
    assert sorted(row.state for row in await stage.media()) == ["gone", "stored"]
    await erase(stage, who="Mai")
    assert stage.on_disk() == []


async def erase(stage: MediaStage, *, who: str) -> None:
    said = await stage.say("/dulieu", who=who)
    assert "• Ảnh đã gửi: 1" in said[0].text
    asked = await stage.press("Xóa dữ liệu", said, who=who)
    await stage.press("✅ Xóa", asked, who=who)
    await stage.work()


async def test_erasing_leaves_no_trace_of_a_photo(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg"))
    await stage.work()
    await erase(stage, who="Lan")
    (row,) = await stage.media()
    assert (row.state, row.sha256, row.source, row.account_id) == ("gone", None, {}, None)
    said = await stage.say("/dulieu")
    assert "Ảnh đã gửi" not in said[0].text


async def test_what_is_erased_while_it_is_fetched_is_not_kept(
    stage: MediaStage, cdn: Remote
) -> None:
    await stage.photo(await cdn.cdn("slow.jpg", delay=0.5))
    async with asyncio.TaskGroup() as group:
        group.create_task(stage.work())
        while not await cdn.cdn_gets():  # noqa: ASYNC110 - another process is looked at
            await asyncio.sleep(0.02)
        said = await stage.say("/dulieu")
        asked = await stage.press("Xóa dữ liệu", said, who="Lan")
        await stage.press("✅ Xóa", asked, who="Lan")
    await stage.work()
    assert [row.state for row in await stage.media()] == ["gone"]
    assert (stage.on_disk(), await stage.told()) == ([], [])


FAULTS: dict[str, dict[str, Any]] = {
    "too large": {"kind": "zeros", "size": 40_000_000},
    "wrong kind": {"kind": "html", "type": "image/jpeg"},
    "gone": {"status": 404},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_final_fault_is_told_once_for_an_album(
    stage: MediaStage, cdn: Remote, fault: str
) -> None:
    for n in range(3):
        await stage.photo(await cdn.cdn(f"{n}.jpg", **FAULTS[fault]), album="a1")
    await stage.work()
    assert [row.state for row in await stage.jobs()] == ["failed"] * 3
    assert {row.error.partition(":")[0] for row in await stage.jobs()} == {fault}
    assert [row.state for row in await stage.media()] == ["gone"] * 3
    assert await stage.told() == [not_fetched(fault)]
    assert "gửi lại" in not_fetched(fault)
    assert stage.on_disk() == []


async def test_a_document_sent_as_a_photo_is_none(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg", text="%PDF-1.7"))
    await stage.work()
    assert await stage.told() == [NOT_FETCHED["wrong kind"]]


async def test_an_address_off_the_list_is_told_and_never_called(stage: MediaStage) -> None:
    await stage.photo("http://127.0.0.1:1/a.jpg")
    await stage.work()
    assert await stage.told() == [NOT_FETCHED["forbidden"]]


async def test_a_host_that_is_away_is_tried_five_times(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg", status=503))
    for tries in range(1, 6):
        assert (await stage.told(), len(await cdn.cdn_gets())) == ([], tries - 1)
        await stage.work()
        stage.clock.forward(minutes=40)
    assert len(await cdn.cdn_gets()) == 5
    (told,) = await stage.told()
    assert "đường truyền" in told
    await stage.work()
    assert len(await cdn.cdn_gets()) == 5


async def test_a_host_that_comes_back_costs_nothing(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg", status=503))
    await stage.work()
    await cdn.cdn("a.jpg")
    await stage.work()
    assert [row.state for row in await stage.media()] == ["pending"]
    stage.clock.forward(seconds=11)
    await stage.work()
    assert [row.state for row in await stage.media()] == ["stored"]
    assert await stage.told() == []


async def test_photos_go_after_thirty_days_and_not_before(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg"))
    await stage.work()
    stage.files.derived(DIGEST, 9).parent.mkdir()
    stage.files.derived(DIGEST, 9).write_bytes(b"small")
    stage.clock.forward(days=29, hours=23)
    stage.age(days=29)
    await forget(stage)
    assert len(stage.on_disk()) == 2
    stage.clock.forward(hours=2)
    await forget(stage)
    assert stage.on_disk() == []
    (row,) = await stage.media()
    assert (row.state, row.account_id) == ("gone", None)


async def test_photos_that_never_came_go_as_well_however_many_they_are(
    stage: MediaStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    await stage.photo(*(f"http://127.0.0.1:1/{n}.jpg" for n in range(5)))
    assert [row.state for row in await stage.media()] == ["pending"] * 5
    stage.clock.forward(days=31)
    await forget(stage)
    assert [row.state for row in await stage.media()] == ["gone"] * 5


async def test_what_is_the_offices_own_stays(stage: MediaStage) -> None:
    place(stage.files, PICTURE)
    await add_stored(stage.database, "a" * 32, DIGEST, stage)
    stage.clock.forward(days=400)
    stage.age(days=400)
    await forget(stage)
    assert stage.on_disk() == [DIGEST]


async def add_stored(database: Database, media_id: str, sha256: str, stage: MediaStage) -> None:
    async def work(session: AsyncSession) -> None:
        session.add(
            MediaRow(
                id=media_id,
                sha256=sha256,
                type="image/jpeg",
                state="stored",
                source={},
                created_at=stage.clock(),
            )
        )

    await database.write(work)


async def test_what_a_death_left_is_swept_after_an_hour(stage: MediaStage, cdn: Remote) -> None:
    await stage.photo(await cdn.cdn("a.jpg"))
    await stage.work()
    place(stage.files, b"renamed, never committed")
    stage.files.part().write_bytes(b"half of a photo")
    stage.age(minutes=50)
    await forget(stage)
    assert len(stage.on_disk()) == 3
    stage.age(minutes=70)
    await forget(stage)
    assert stage.on_disk() == [DIGEST]


async def test_a_file_that_was_removed_before_the_commit_is_fetched_again(
    stage: MediaStage, cdn: Remote
) -> None:
    await stage.photo(await cdn.cdn("a.jpg"))
    (row,) = await stage.media()
    lost = Content(DIGEST, len(PICTURE), "image/jpeg")
    with pytest.raises(Conflict):
        await stage.database.write(
            lambda s: media.settle_stored(s, stage.files, row.id, lost, now=stage.clock())
        )
    await stage.work()
    assert stage.on_disk() == [DIGEST]
