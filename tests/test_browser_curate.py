"""The curators' pages in a real browser: from a file to an answer, on a phone and on a desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, async_playwright, expect

from bot.web import curate_phrases as phrases
from bot.web import field_phrases
from bot.web import phrases as chat_phrases
from store import edits
from store.database import Database
from tests.conftest import open_database
from tests.curate_office import NUMBER, PLAN, CurateOffice, open_curate_office, word_file
from tests.test_browser import DARK, DESKTOP, LOOKS, PHONE, answers, ask, picture
from tests.test_browser_problems import launch, marks, problems

pytestmark = marks
ASKED = "kế hoạch 112 của Tuyên Quang ai ký?"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db") as opened:
        yield opened


@asynccontextmanager
async def curating(one: CurateOffice, look: dict[str, Any]) -> AsyncIterator[Page]:
    """Open the curators' page as the curator who is logged in; nothing may go wrong in it."""
    said: list[str] = []
    url = str(one.office.client.make_url("/"))
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        context = await browser.new_context(locale="vi-VN", **look)
        secret = one.office.cookie("danvan_session")
        await context.add_cookies([{"name": "danvan_session", "value": secret, "url": url}])
        page = await context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(url)
        yield page
        await browser.close()
    assert [text for text in said if "422" not in text] == []


async def printed(html: str) -> bytes:
    """Give a PDF as a browser prints it."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page()
        await page.set_content(html)
        content = await page.pdf(format="A4")
        await browser.close()
    return content


async def hand_in(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    await page.get_by_label(phrases.FILE, exact=True).set_input_files(file)
    await page.get_by_role("button", name=phrases.UPLOAD_NOW).click()
    await expect(page.get_by_role("heading", name=phrases.FIELDS)).to_be_visible(timeout=30_000)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).last.click()


@pytest.mark.parametrize("name", ["phone-dark", "desktop"])
async def test_from_a_word_file_to_an_answer(
    database: Database, tmp_path: Path, name: str
) -> None:
    async with (
        open_curate_office(database, tmp_path) as one,
        curating(one, LOOKS[name]) as page,
    ):
        await one.question("Kinh phí tổ chức Tháng Dân vận năm 2026 lấy ở đâu?")
        await page.reload()
        assert await problems(page) == []
        await picture(page, f"{name}-curate-1-home")
        wrong = [line.replace("Trần Văn An", "Trần Van An") for line in PLAN]
        await hand_in(page, "ke-hoach.docx", word_file(*wrong))
        assert await problems(page) == []
        await picture(page, f"{name}-curate-2-draft")
        await expect(page.get_by_label(field_phrases.LABELS["number"])).to_have_value(NUMBER)
        await page.get_by_label(field_phrases.LABELS["signer"]).fill("Trần Văn An")
        await page.get_by_label(phrases.TRY_QUESTION).fill(ASKED)
        await press(page, phrases.TRY_NOW)
        await expect(page.locator("#try .words")).to_contain_text("Trần Văn An")
        assert await problems(page) == []
        await picture(page, f"{name}-curate-3-tried")
        await press(page, phrases.APPROVE_NOW)
        await expect(page.get_by_role("heading", name=phrases.APPROVED)).to_be_visible()
        assert await problems(page) == []
        await picture(page, f"{name}-curate-4-approved")
        await page.get_by_role("link", name=phrases.TRY_IN_CHAT).click()
        await ask(page, ASKED)
        await expect(answers(page).first).to_contain_text("Trần Văn An")
        await expect(answers(page).first.locator(".source")).to_contain_text(NUMBER)
        await picture(page, f"{name}-curate-5-answer")


@pytest.mark.parametrize("name", ["phone", "desktop-dark"])
async def test_a_pdf_is_mended_beside_its_picture(
    database: Database, tmp_path: Path, name: str
) -> None:
    text = "".join(f"<p>{line}</p>" for line in PLAN)
    content = await printed(f'<meta charset="utf-8">{text}')
    async with (
        open_curate_office(database, tmp_path) as one,
        curating(one, LOOKS[name]) as page,
    ):
        await hand_in(page, "ke-hoach.pdf", content)
        shown = page.get_by_role("img", name=phrases.page_picture(1))
        await expect(shown).to_be_visible()
        width = await shown.evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert width > 500
        await expect(page.get_by_label(field_phrases.LABELS["number"])).to_have_value(NUMBER)
        assert await problems(page) == []
        await picture(page, f"{name}-curate-6-pdf")
        await page.get_by_label(field_phrases.LABELS["issued"]).fill("31/2/2026")
        await press(page, phrases.APPROVE_NOW)
        note = page.locator("#n-f-issued")
        await expect(note).to_have_text("Ghi ngày dạng 27/9/2021.")
        await note.scroll_into_view_if_needed()
        assert await problems(page) == []
        await picture(page, f"{name}-curate-7-problem")
        await page.get_by_label(field_phrases.LABELS["issued"]).fill("2/9/2026")
        await press(page, phrases.APPROVE_NOW)
        await expect(page.get_by_role("heading", name=phrases.APPROVED)).to_be_visible()
        held = {one.id: one for one in one.office.parts.library.base.documents}
        assert str(held["tuyen-quang-2026"].issued) == "2026-09-02"


async def test_without_scripts_a_question_is_answered(database: Database, tmp_path: Path) -> None:
    look = PHONE | {"java_script_enabled": False}
    text = "Kinh phí tổ chức Tháng Dân vận lấy ở đâu?"
    async with open_curate_office(database, tmp_path) as one, curating(one, look) as page:
        await one.question(text)
        await page.reload()
        await page.get_by_role("link", name=text).click()
        await picture(page, "phone-curate-8-question")
        await page.get_by_label(phrases.ANSWER_TEXT, exact=True).fill(
            "Lấy trong dự toán chi thường xuyên."
        )
        await press(page, phrases.ANSWER_NOW)
        await expect(page.get_by_text(phrases.DONE["answered"])).to_be_visible()
        await page.goto(str(one.office.client.make_url("/chat")))
        await page.get_by_label(chat_phrases.INPUT).fill(text)
        await page.get_by_role("button", name=chat_phrases.SEND).click()
        await expect(answers(page).first).to_contain_text("dự toán chi thường xuyên")


@pytest.mark.parametrize("look", [PHONE, DESKTOP | DARK], ids=["phone", "desktop-dark"])
async def test_the_other_pages(database: Database, tmp_path: Path, look: dict[str, Any]) -> None:
    kind = "phone" if look is PHONE else "desktop-dark"
    async with open_curate_office(database, tmp_path) as one, curating(one, look) as page:
        await one.change(await one.draft(), "approve")
        await one.draft("khong-doc-duoc.pdf", b"%PDF-1.7 broken")
        number = await one.question("Ai phụ trách Tháng Dân vận?", kind="answer", state="open")
        await one.question("Ai là người phụ trách Tháng Dân vận?")
        async with one.office.database.read() as session:
            assert len(await edits.current(session)) == 1
        for at, address in enumerate(
            (
                "/curate",
                f"/curate/questions/{number}",
                "/curate/documents",
                "/curate/history/document/tuyen-quang-2026",
                "/curate/drafts/2",
            )
        ):
            await page.goto(str(one.office.client.make_url(address)))
            assert await problems(page) == [], address
            await picture(page, f"{kind}-curate-9-{at}")


async def test_the_keyboard_saves_and_never_approves(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one, curating(one, DESKTOP) as page:
        await hand_in(page, "ke-hoach.docx", word_file())
        await page.get_by_label(field_phrases.LABELS["signer"]).fill("Nguyễn Thị B")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(phrases.SAVED, exact=True)).to_be_visible()
        await expect(page.get_by_label(field_phrases.LABELS["signer"])).to_have_value(
            "Nguyễn Thị B"
        )
        assert (await one.only_draft()).state == "ready"
