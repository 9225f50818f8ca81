"""The job that reads what was handed in: once, bounded, and nothing of what must not be kept."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from jobs import importing_phrases, retention
from knowledge.drafting.phrases import SAID
from store import drafts, jobs, media
from store.database import Conflict, Database
from store.files import Content, Files
from store.models import Draft, JobRow, MediaRow
from store.upgrade import upgrade
from tests.curate_office import PLAN, open_curate_office, page_file, word_file
from tests.processes import product
from tests.test_web import Clock

SECRET = ("MẬT", *PLAN)


@pytest.mark.parametrize(("name", "make"), [("a.docx", word_file), ("a.html", page_file)])
async def test_a_file_becomes_a_draft(database: Database, tmp_path: Path, name, make) -> None:
    async with open_curate_office(database, tmp_path) as one:
        await one.draft(name, make())
        draft = await one.only_draft()
        assert (draft.state, draft.fields["number"]) == ("ready", "112/KH-UBND")
        assert draft.found["fields"]["number"]["line"] == "Số: 112/KH-UBND"
        [file] = await one.media()
        assert (file.state, file.account_id, one.on_disk()) == ("stored", None, [file.sha256])


async def test_of_a_secret_file_nothing_is_kept(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft("bi mat so 5.docx", word_file(*SECRET))
        page = await one.see(address)
        assert SAID["secret"] in page
        assert "bi mat" not in page
        draft = await one.only_draft()
        assert (draft.name, draft.found, draft.fields, draft.body) == (
            importing_phrases.NOT_KEPT, {}, {}, "",
        )  # fmt: skip
        assert one.on_disk() == []
        [file] = await one.media()
        assert (file.state, file.sha256) == ("gone", None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 broken", "damaged"),
        (b"PK\3\4" + b"\0" * 60, "damaged"),
        (b"\x7fELF\2\1\1", "unknown_kind"),
        (word_file(" "), "empty"),
    ],
)
async def test_what_cannot_be_read_says_why_and_goes(
    database: Database, tmp_path: Path, content: bytes, code: str
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        page = await one.see(await one.draft("tep", content))
        said = {SAID["empty"], SAID["unknown_kind"], SAID["damaged"]}
        assert [words for words in said if words in page] == [SAID[code]]
        draft = await one.only_draft()
        assert (draft.state, draft.body, draft.fields) == ("unreadable", "", {})
        assert one.on_disk() == []


async def test_a_draft_put_away_before_it_is_read_stays_away(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path, reading=False) as one:
        address = await one.upload("a.docx", word_file())
        await one.submit(f"{address}/discard", sure="1")
        assert await one.count(JobRow, JobRow.kind == "import", JobRow.state == "queued") == 1
    async with open_curate_office(database, tmp_path) as one:
        await one.rest()
        assert (await one.only_draft()).state == "discarded"
        assert one.on_disk() == []


async def test_a_job_that_fails_for_good_says_so(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path, reading=False) as one:
        address = await one.upload("a.docx", word_file())

        async def use_up(session) -> None:
            [job] = await jobs.claim(
                session, "import", limit=1, now=one.office.clock(), lease=timedelta(seconds=1)
            )
            await session.execute(update(JobRow).where(JobRow.id == job.id).values(attempts=5))
            await jobs.release(session, now=one.office.clock(), all_of_them=True)

        await database.write(use_up)
    async with open_curate_office(database, tmp_path, role="admin") as one:
        await one.rest()
        assert importing_phrases.BROKEN in await one.see(address)
        assert one.on_disk() == []


async def test_the_file_of_an_open_draft_is_kept_that_of_a_closed_one_30_days(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        done = await one.draft("a.docx", word_file())
        await one.draft("b.docx", word_file(*PLAN, "Phụ lục"))
        await one.change(done, "approve")
        clock = Clock(one.office.clock())
        for days, left in ((29, 2), (2, 1), (365, 1)):
            clock.forward(days=days)
            await retention.forget_media(database, one.files, now=clock())
            kept = await one.count(MediaRow, MediaRow.state == "stored")
            assert kept == left, days
        async with database.read() as session:
            assert await drafts.file_of(session, 1) is None
            assert await drafts.file_of(session, 2) is not None


async def test_a_file_taken_in_lies_in_its_place(database: Database, tmp_path: Path) -> None:
    files = Files(tmp_path)
    part = files.part()
    part.write_bytes(b"x")
    content = Content("0" * 64, 1, "")
    with pytest.raises(Conflict):
        await database.write(lambda s: media.add_own(s, files, content, now=Clock()()))
    async with database.read() as session:
        assert await session.get(MediaRow, "0" * 64) is None


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
async def test_a_kill_while_it_is_read_leaves_no_half_draft(tmp_path: Path) -> None:
    """The whole product, killed while it reads a long document: it is read after the start."""
    lines = [*PLAN[:6], "I. NỘI DUNG", *(f"Đoạn {n}: " + "việc cần làm " * 40 for n in range(600))]
    url = f"sqlite+aiosqlite:///{tmp_path}/data/danvan.db"
    await upgrade(url, keep_copy_in=tmp_path, now=Clock()())
    database = Database(url)
    await database.start()
    async with open_curate_office(database, tmp_path, reading=False) as one:
        await one.upload("dai.docx", word_file(*lines))
    await database.stop()
    with product(tmp_path) as running_product:
        async with asyncio.timeout(120):
            await running_product.start()
            await _until(url, "reading", job="working")
            running_product.kill()
            assert (await _look(url))[:2] == ("reading", {})
            await running_product.start()
            _, _, body = await _until(url, "ready")
            assert "Đoạn 599:" in body
            assert running_product.stop() == 0


async def _look(url: str, job: str = "") -> tuple[str, dict[str, object], str]:
    database = Database(url)
    try:
        async with database.read() as session:
            row = await session.get(Draft, 1)
            assert row is not None
            work = await session.get(JobRow, 1)
            state = row.state if not job or (work and work.state == job) else ""
            return state, row.found, row.body
    finally:
        await database.stop()


async def _until(url: str, state: str, job: str = "") -> tuple[str, dict[str, object], str]:
    while (found := await _look(url, job))[0] != state:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.02)
    return found
