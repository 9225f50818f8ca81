"""The chat in a real browser: phone and desktop, dark and light, the keyboard, a weak line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from bot.web import phrases
from store.database import Database
from tests.conftest import open_database
from tests.test_browser_problems import launch, marks, problems
from tests.test_web import Office, invite, open_office

PICTURES = Path(__file__).parent / "pictures"
QUESTION = "ke hoach thang dan van 2021 cua ha giang ban hanh ngay nao"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
DARK: dict[str, Any] = {"color_scheme": "dark"}

pytestmark = marks


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db") as opened:
        yield opened


@asynccontextmanager
async def browsing(
    office: Office, look: dict[str, Any], *, quiet: bool = True
) -> AsyncIterator[Page]:
    """Open /chat; with `quiet` nothing may be said in the browser's console."""
    said: list[str] = []
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        context = await browser.new_context(locale="vi-VN", **look)
        page = await context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(str(office.client.make_url("/chat")))
        yield page
        await browser.close()
    assert not quiet or said == []


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.wait_for_timeout(250)
    await page.screenshot(path=PICTURES / f"{name}.png")


def answers(page: Page) -> Any:
    return page.locator("li.ours")


async def ask(page: Page, text: str) -> None:
    await page.get_by_label(phrases.INPUT).fill(text)
    await page.keyboard.press("Enter")


LOOKS = {
    "phone": PHONE,
    "phone-dark": PHONE | DARK,
    "desktop": DESKTOP,
    "desktop-dark": DESKTOP | DARK,
}


@pytest.mark.parametrize("name", LOOKS)
async def test_ask_press_and_reload(database: Database, name: str) -> None:
    async with open_office(database) as office, browsing(office, LOOKS[name]) as page:
        await picture(page, f"{name}-1-welcome")
        await page.get_by_role("button", name=phrases.EXAMPLES[0]).click()
        await expect(answers(page).first).to_contain_text("Ngày truyền thống")
        await expect(page.get_by_text(phrases.WELCOME)).to_have_count(0)
        await ask(page, QUESTION)
        await expect(answers(page).filter(has_text="27/9/2021")).to_have_count(1)
        await expect(page.get_by_label(phrases.INPUT)).to_be_focused()
        await expect(page.get_by_label(phrases.INPUT)).to_have_value("")
        await picture(page, f"{name}-2-answer")
        await page.get_by_role("button", name="Chưa đúng").last.click()
        await expect(answers(page).last).to_contain_text("Cảm ơn")
        await picture(page, f"{name}-3-pressed")
        before = await page.locator("#lines").inner_text()
        await page.reload()
        assert await page.locator("#lines").inner_text() == before
        assert await problems(page) == []
        await expect(page.locator("[data-state]")).to_have_count(0)


async def test_the_keyboard_is_enough(database: Database) -> None:
    async with open_office(database) as office, browsing(office, DESKTOP) as page:
        await expect(page.get_by_label(phrases.INPUT)).to_be_focused()
        await page.keyboard.type("dòng một")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("15/10 là ngày gì?")
        await page.keyboard.press("Enter")
        await expect(answers(page).first).to_be_visible()
        await expect(page.locator("li.own").first).to_contain_text(
            "dòng một\n15/10", use_inner_text=True
        )
        await page.keyboard.press("Shift+Tab")
        label = await page.evaluate("document.activeElement.closest('.choices') !== null")
        assert label
        await page.keyboard.press("Enter")
        await expect(answers(page).last).to_contain_text("Cảm ơn")
        await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        await page.locator("summary").focus()
        await page.keyboard.press("Enter")
        await picture(page, "desktop-4-menu")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("li.own").last).to_contain_text(phrases.COMMANDS[0])
        await expect(page.locator("details")).not_to_have_attribute("open", "")


async def test_words_survive_a_lost_line(database: Database) -> None:
    async with (
        open_office(database) as office,
        browsing(office, PHONE, quiet=False) as page,
    ):
        await page.route("**/chat/messages", lambda route: route.abort())
        await ask(page, QUESTION)
        again = page.get_by_role("button", name=phrases.SEND_AGAIN)
        await expect(again).to_be_visible()
        await picture(page, "phone-5-not-sent")
        assert await problems(page) == []
        await page.unroute("**/chat/messages")
        await again.click()
        await expect(answers(page).first).to_contain_text("27/9/2021")
        await expect(page.locator("li.own")).to_have_count(1)
        assert await office.stored() == 1


async def test_an_answer_lost_on_the_way_back_does_not_double(database: Database) -> None:
    """The server has the words, the browser does not know it: resending must change nothing."""

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    async with (
        open_office(database) as office,
        browsing(office, PHONE, quiet=False) as page,
    ):
        await page.route("**/chat/messages", lose, times=1)
        await ask(page, QUESTION)
        await expect(page.get_by_role("button", name=phrases.SEND_AGAIN)).to_be_visible()
        await page.reload()
        await expect(answers(page).first).to_contain_text("27/9/2021")
        await expect(page.locator("li.own")).to_have_count(1)
        assert await office.stored() == 1


async def test_unsent_words_survive_a_reload(database: Database) -> None:
    async with (
        open_office(database) as office,
        browsing(office, PHONE, quiet=False) as page,
    ):
        await page.route("**/chat/messages", lambda route: route.abort())
        await ask(page, QUESTION)
        await expect(page.get_by_role("button", name=phrases.SEND_AGAIN)).to_be_visible()
        await page.unroute("**/chat/messages")
        await page.reload()
        await expect(answers(page).first).to_contain_text("27/9/2021")
        assert await office.stored() == 1


async def test_too_long_words_come_back_to_be_changed(database: Database) -> None:
    async with (
        open_office(database) as office,
        browsing(office, DESKTOP, quiet=False) as page,
    ):
        await ask(page, "dài " * 1500)
        await expect(page.locator(".why")).to_contain_text("tối đa 4.000")
        await page.get_by_role("button", name=phrases.CHANGE).click()
        await expect(page.locator("li.own")).to_have_count(0)
        assert (await page.get_by_label(phrases.INPUT).input_value()).startswith("dài dài")


async def test_several_at_once_end_in_the_order_of_the_store(database: Database) -> None:
    async with open_office(database) as office, browsing(office, DESKTOP) as page:
        for text in ("15/10 là ngày gì?", QUESTION, "Trợ giúp"):
            await ask(page, text)
        await expect(page.locator("[data-state]")).to_have_count(0)
        await expect(page.locator("li.own")).to_have_count(3)
        live = await page.locator("#lines").inner_text()
        await page.reload()
        assert await page.locator("#lines").inner_text() == live


async def test_the_stream_comes_back(database: Database) -> None:
    async with open_office(database) as office, browsing(office, DESKTOP, quiet=False) as page:
        await ask(page, "15/10 là ngày gì?")
        await expect(answers(page).first).to_be_visible()
        await page.context.set_offline(True)
        await expect(page.get_by_text(phrases.OFFLINE)).to_be_visible()
        await office.tell(3)
        await page.context.set_offline(False)
        await expect(answers(page).last).to_contain_text("Tin số 2")
        await expect(page.get_by_text(phrases.OFFLINE)).to_have_count(0)
        assert await page.get_by_text("Tin số 0").count() == 1


async def test_older_lines_are_added_above(database: Database) -> None:
    async with open_office(database) as office, browsing(office, PHONE) as page:
        await ask(page, "15/10 là ngày gì?")
        await expect(answers(page).first).to_be_visible()
        await office.tell(120)
        await expect(answers(page).last).to_contain_text("Tin số 119")
        await page.reload()
        await expect(page.locator("li.line")).to_have_count(50)
        await page.get_by_role("link", name=phrases.SHOW_EARLIER).click()
        await expect(page.locator("li.line")).to_have_count(100)
        top = await page.get_by_text("Tin số 70", exact=True).bounding_box()
        assert top is not None
        assert top["y"] > 0
        await page.get_by_role("link", name=phrases.SHOW_EARLIER).click()
        await expect(page.get_by_role("link", name=phrases.SHOW_EARLIER)).to_have_count(0)


async def test_without_scripts(database: Database) -> None:
    look = PHONE | {"java_script_enabled": False}
    async with open_office(database) as office, browsing(office, look) as page:
        await page.get_by_label(phrases.INPUT).fill(QUESTION)
        await page.get_by_role("button", name=phrases.SEND).click()
        await expect(answers(page).first).to_contain_text("27/9/2021")
        await picture(page, "phone-6-without-scripts")
        await page.get_by_role("button", name="👍").first.click()
        await expect(answers(page).last).to_contain_text("Cảm ơn")


async def test_an_invitation_opens_the_door(database: Database) -> None:
    async with (
        open_office(database, ask_open=False) as office,
        browsing(office, PHONE) as page,
    ):
        await picture(page, "phone-7-invited-only")
        assert await problems(page) == []
        await page.get_by_label(phrases.CODE).fill(await invite(office))
        await page.get_by_role("button", name=phrases.JOIN).click()
        await expect(answers(page).first).to_contain_text("Xã Tả Lủng")
        await ask(page, QUESTION)
        await expect(answers(page).last).to_contain_text("27/9/2021")


@pytest.mark.parametrize("name", LOOKS)
async def test_the_page_of_admins(database: Database, name: str) -> None:
    async with open_office(database) as office, browsing(office, LOOKS[name]) as page:
        await ask(page, QUESTION)
        await expect(answers(page).first).to_be_visible()
        await page.goto(str(office.client.make_url("/")))
        await picture(page, f"{name}-8-login")
        assert await problems(page) == []
        await office.log_in("admin")
        secret = office.cookie("danvan_session")
        url = str(office.client.make_url("/"))
        await page.context.add_cookies([{"name": "danvan_session", "value": secret, "url": url}])
        await page.goto(url)
        await picture(page, f"{name}-9-admin")
        assert await problems(page) == []
