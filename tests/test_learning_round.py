"""A question that nobody could answer, answered in chat: who asked is told, the next reads it.

The whole product in processes of its own, with Telegram and the Zalo Bot Platform beside it. The
curator is not on the platform of who asks. Two processes share PostgreSQL; each is stopped once.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.conftest import fresh_postgres
from tests.learning import Chat, Office, office

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]

REFUSED, SAVE = "Kho tri thức", "✅ Lưu và báo người hỏi"
MARKET = "Phiên chợ Tả Ván họp vào thứ mấy?"
MARKET_TYPED = "phieen chowj tar vans hojp vaof thuws maasy"
MARKET_HELD = "Phiên chợ Tả Ván họp sáng Chủ nhật hằng tuần."
NOTE = "Nguồn: Giải đáp của người phụ trách, ngày "
UNIFORM = "Đoàn công tác kế hoạch 12 Hà Giang mặc trang phục gì?"
UNIFORM_TYPED = "ddoafn coong tasc kees hoachj 12 haf giang mawcj trang phujc gif"
UNIFORM_WORN = "Đoàn công tác mặc trang phục của lực lượng mình."
DOCUMENT = "Kế hoạch 12/KH-UBND, Hà Giang 2026"
OF_DOCUMENT = "Nguồn: Kế hoạch 12/KH-UBND ngày 10/9/2026 của UBND tỉnh Hà Giang"


@pytest.fixture(params=["one process", "two processes"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        url = ""
        if request.param == "two processes":
            made = fresh_postgres(request.getfixturevalue("postgres_url"))
            url = await stack.enter_async_context(made)
        yield await stack.enter_async_context(office(tmp_path, url))


@pytest.mark.parametrize(("asks", "curates"), [("telegram", "zalo-bot"), ("zalo-bot", "telegram")])
async def test_the_base_learns_from_one_chat_for_every_other(
    place: Office, asks: str, curates: str
) -> None:
    for one in place.products:
        await one.start()
    officer, curator = place.chat(asks, "Lan"), place.chat(curates, "Hoa")
    await officer.say(await place.invite("officer"), "Chào đồng chí")
    await curator.say(await place.invite("curator"), "Chào đồng chí")
    await answer_with_a_note(officer, curator)
    await answer_from_a_document(officer, curator)
    for channel in (asks, curates):
        # who was told has it; the other process may need a moment to load
        await ask(place.chat(channel, "Minh"), most=1 if len(place.products) == 1 else 100)
    for one in place.products:
        assert one.stop() == 0
        others = [other for other in place.products if other.runs]
        if not others:
            await one.start()
        for channel in (asks, curates):
            await ask(place.chat(channel, f"Minh {one.port}"))
        if others:
            await one.start()


async def answer_with_a_note(officer: Chat, curator: Chat) -> None:
    await officer.say(MARKET, REFUSED)
    await curator.say("cau hoi", "Có 1 câu hỏi chờ trả lời.")
    await curator.press("Trả lời", "văn bản nào")
    await curator.press("Ghi chú chung", NOTE)
    await curator.say(MARKET_HELD, f"Trả lời: {MARKET_HELD}")
    await curator.press(SAVE, "Đã lưu", "không có câu hỏi nào chờ trả lời")
    [told] = await officer.hear(MARKET_HELD)
    assert MARKET in told.text
    assert NOTE in told.text + told.source


async def answer_from_a_document(officer: Chat, curator: Chat) -> None:
    await officer.say(UNIFORM, REFUSED)
    await officer.press("Gửi câu hỏi cho người phụ trách", "Khi có câu trả lời, trợ lý sẽ báo")
    await curator.say("/cauhoi", "trong đó 1 câu được gửi cho người phụ trách")
    await curator.press("Trả lời", "văn bản nào")
    await curator.press(DOCUMENT, OF_DOCUMENT)
    await curator.say(UNIFORM_WORN, OF_DOCUMENT)
    await curator.press(SAVE, "Đã lưu")
    [told] = await officer.hear(UNIFORM_WORN)
    assert OF_DOCUMENT in told.text + told.source


async def ask(somebody: Chat, *, most: int = 1) -> None:
    """Type both questions in raw Telex, and read the answers with their sources."""
    for typed, answer, source in (
        (MARKET_TYPED, MARKET_HELD, NOTE),
        (UNIFORM_TYPED, UNIFORM_WORN, OF_DOCUMENT),
    ):
        read = await somebody.ask(typed, answer, most=most)
        assert source in read.text + read.source
