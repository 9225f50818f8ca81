"""The curators' pages by plain requests: drafts are mended, tried, approved, taken back."""

import io
from pathlib import Path

from aiohttp import FormData

from bot.web import curate_phrases as phrases
from bot.web import field_phrases
from bot.web.curate_upload import MOST_BYTES
from store.database import Database
from store.models import Draft, Edit, JobRow, MediaRow
from tests.curate_office import NUMBER, PLAN, SHIPPED, open_curate_office, word_file

ASKED = "kế hoạch 112 của Tuyên Quang ai ký?"


async def test_a_draft_shows_what_was_recognised_and_where(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        page = await one.see(await one.draft())
        assert f'value="{NUMBER}"' in page
        assert 'value="1/9/2026"' in page
        assert field_phrases.found_in("Số: 112/KH-UBND") in page
        assert page.count(field_phrases.SURE["sure"]) > 8
        assert "Giúp đỡ hộ nghèo sửa nhà" in page
        assert phrases.NOT_YET not in page


async def test_nobody_is_answered_from_a_draft(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        _, led = await one.change(address, "try", q=ASKED)
        assert "Trần Văn An" in (await one.see(led)).partition('id="try"')[2]
        assert "Trần Văn An" not in await one.office.ask(ASKED)
        assert (await one.change(address, "approve"))[0] == 303
        assert "Người ký: Trần Văn An" in await one.office.ask(ASKED)
        page = await one.see(address)
        assert phrases.APPROVED_TEXT in page
        assert 'href="/chat"' in page


async def test_what_is_typed_is_kept_as_the_file_wants_it(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        fields = {"f-issued": " 27/9/2026 ", "f-in_force_to": "2027", "s0-name": "", "s0-text": ""}
        status, led = await one.change(address, "save", **fields)
        assert (status, led) == (303, f"{address}?saved=")
        draft = await one.only_draft()
        assert (draft.fields["issued"], draft.fields["in_force_to"]) == ("2026-09-27", "2027")
        assert draft.body.startswith("## Mục đích, yêu cầu")
        page = await one.see(led)
        assert 'value="27/9/2026"' in page
        assert field_phrases.SURE["changed"] in page
        assert await one.count(Edit) == 0


async def test_a_problem_stands_at_its_field_or_section(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        wrong = {
            "f-short": "",
            "f-in_force_to": "1/1/2020",
            "f-id": "Tên lạ",
            "s1-text": "### Câu hỏi không có câu trả lời?",
        }
        status, page = await one.change(address, "approve", **wrong)
        assert status == 422
        assert phrases.NOT_YET in page
        for name, said in (
            ("f-short", "Chưa điền."),
            ("f-in_force_to", "Ngày kết thúc đứng trước ngày bắt đầu."),
            ("f-id", "Chỉ gồm chữ thường không dấu"),
            ("s1", "Câu hỏi chưa có câu trả lời"),
        ):
            assert said in page.partition(f'id="n-{name}"')[2].partition("</ul>")[0], name
        assert "Tên lạ" in page  # nothing that was typed is lost
        assert (await one.only_draft()).state == "ready"
        assert await one.count(Edit) == 0


async def test_two_who_edit_at_once_lose_nothing(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        await one.change(address, "save", **{"f-signer": "Người thứ nhất"})
        for do in ("save", "approve"):
            late = {"version": "0", "f-signer": "Người thứ hai"}
            status, page = await one.change(address, do, **late)
            assert status == 409
            assert phrases.CONFLICT in page
            assert 'value="Người thứ hai"' in page
            assert 'name="version" value="1"' in page
        draft = await one.only_draft()
        assert (draft.state, draft.fields["signer"]) == ("ready", "Người thứ nhất")


async def test_approving_twice_approves_once(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        form = {"version": "0", "do": "approve"}
        assert (await one.change(address, "approve"))[0] == 303
        assert await one.submit(address, **form) == (303, address)
        assert await one.count(Edit) == 1


async def test_the_id_of_a_document_in_service_asks_first(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path, base=SHIPPED) as one:
        address = await one.draft()
        status, page = await one.change(address, "approve", **{"f-id": "ha-giang-2021"})
        assert status == 422
        assert phrases.REPLACE_FIRST in page
        assert 'name="replace"' in page
        status, _ = await one.change(
            address, "approve", **{"f-id": "ha-giang-2021", "replace": "1"}
        )
        assert status == 303
        held = {one.id: one for one in one.office.parts.library.base.documents}
        assert held["ha-giang-2021"].number == NUMBER


async def test_the_same_file_again_gets_an_id_of_its_own(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        await one.change(await one.draft(), "approve")
        again = await one.draft()
        page = await one.see(again)
        assert 'value="tuyen-quang-2026-2"' in page
        assert "cùng số ký hiệu" in page
        await one.submit(f"{again}/discard", sure="1")
        assert await one.count(MediaRow, MediaRow.state == "stored") == 1
        await one.rest()
        assert len(one.on_disk()) == 1  # the approved draft's, of the same content


async def test_a_draft_that_is_put_away_leaves_no_file(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        assert (await one.submit(f"{address}/discard"))[0] == 400
        assert (await one.submit(f"{address}/discard", sure="1"))[0] == 303
        await one.rest()
        assert one.on_disk() == []
        assert phrases.DISCARDED_TEXT in await one.see(address)
        assert (await one.submit(address, version="0", do="approve"))[1] == address
        assert await one.count(Edit) == 0


async def test_uploads_that_are_none(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path, reading=False) as one:
        client = one.office.client

        async def send(name: str, content: bytes, field: str = "file") -> tuple[int, str]:
            form = FormData()
            form.add_field(field, io.BytesIO(content), filename=name)
            async with client.post("/curate/drafts", data=form, allow_redirects=False) as answer:
                return answer.status, await answer.text()

        status, page = await send("", b"")
        assert (status, phrases.NO_FILE in page) == (400, True)
        assert (await send("a.docx", b"x", field="other"))[0] == 400
        status, page = await send("lon.pdf", b"x" * (MOST_BYTES + 1))
        assert (status, phrases.TOO_LARGE in page) == (413, True)
        assert (await one.submit("/curate/drafts", file="x"))[0] == 415
        assert await one.count(Draft) == await one.count(MediaRow) == await one.count(JobRow) == 0
        assert one.on_disk() == []


async def test_a_name_is_shown_as_text_and_leads_nowhere(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path, reading=False) as one:
        address = await one.upload("../../etc/<b>kế hoạch.docx", word_file())
        _, page = await one.office.get(address)
        assert "&lt;b&gt;" in page
        assert "<b>" not in page
        assert (await one.only_draft()).name == "<b>kế hoạch.docx"
        assert '<meta http-equiv="refresh" content="2">' in page


async def test_pages_are_shown_as_pictures_only_where_there_are_any(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft()
        assert "<img" not in (await one.see(address)).partition("<main")[2]
        for path in (f"{address}/pages/1", "/curate/drafts/99/pages/1", "/curate/drafts/99"):
            assert (await one.office.get(path))[0] == 404


async def test_a_document_is_taken_back_and_used_again(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        await one.change(await one.draft(), "approve")
        assert NUMBER in await one.see("/curate/documents")
        history = "/curate/history/document/tuyen-quang-2026"
        assert "Lò Thị Mai" in await one.see(history)
        assert (await one.submit(history))[0] == 400
        assert (await one.submit(history, sure="1"))[0] == 303
        assert "Trần Văn An" not in await one.office.ask(ASKED)
        assert phrases.TAKEN_BACK in await one.see(history)
        assert (await one.submit(history, again="99"))[0] == 404
        assert (await one.submit(history, again="1"))[0] == 303
        assert "Người ký: Trần Văn An" in await one.office.ask(ASKED)
        assert (await one.office.get("/curate/history/document/none"))[0] == 404


async def test_a_long_document_is_saved_whole(database: Database, tmp_path: Path) -> None:
    lines = [*PLAN[:6], "I. NỘI DUNG", *(f"Đoạn {n}: " + "việc cần làm " * 40 for n in range(300))]
    async with open_curate_office(database, tmp_path) as one:
        address = await one.draft("dai.docx", word_file(*lines))
        assert (await one.change(address, "save"))[0] == 303
        assert "Đoạn 299:" in (await one.only_draft()).body
