"""The queue of questions on the curators' pages: answered, merged, put away, by one person."""

from pathlib import Path

from bot.web import curate_phrases as phrases
from knowledge.say import LONGEST
from store.database import Database
from store.models import Edit, Question
from tests.curate_office import SHIPPED, CurateOffice, open_curate_office

ASKED = "Kinh phí tổ chức Tháng Dân vận lấy ở đâu?"
ANSWER = "Lấy trong dự toán chi thường xuyên của đơn vị."


async def stored(one: CurateOffice, number: int) -> Question:
    async with one.office.database.read() as session:
        found = await session.get(Question, number)
    assert found is not None
    return found


async def test_the_queue_shows_what_waits(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        for at in range(21):
            await one.question(f"Câu hỏi thứ {at} về Tháng Dân vận?")
        number = await one.question(ASKED, state="open")
        page = await one.see("/")
        assert page.index(ASKED) < page.index("Câu hỏi thứ 0 ")
        assert "Câu hỏi thứ 19 " not in page
        assert "Câu hỏi thứ 19 " in await one.see("/curate?after=20")
        assert phrases.PASSED_ON in page
        shown = await one.see(f"/curate/questions/{number}")
        assert "Kho chưa có nội dung này." in shown


async def test_an_answer_serves_at_once(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        number = await one.question(ASKED)
        address = f"/curate/questions/{number}"
        fields = {"where": "", "wordings": ASKED, "answer": ANSWER, "do": "answer"}
        assert await one.submit(address, **fields) == (303, "/curate?done=answered")
        assert phrases.DONE["answered"] in await one.see("/curate?done=answered")
        assert ANSWER in await one.office.ask(ASKED)
        again = await one.submit(address, **{**fields, "answer": "Câu khác."})
        assert again == (303, f"{address}?closed=")
        assert phrases.CLOSED_STATES["answered"] in await one.see(address)
        assert await one.count(Edit) == 1
        key = f"/curate/history/question/q{number}"
        assert ANSWER in await one.see(key)
        assert (await one.submit(key, sure="1"))[0] == 303
        page = await one.office.ask(ASKED)
        assert page.count(ANSWER) == 1  # the old answer only
        assert (await stored(one, number)).closed_by_id is not None


async def test_an_answer_stands_in_a_section_of_a_document(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path, base=SHIPPED) as one:
        number = await one.question("Hà Giang: ai theo dõi kế hoạch 246?", docs=["ha-giang-2021"])
        page = await one.see(f"/curate/questions/{number}")
        assert '<option value="ha-giang-2021 / " selected>' in page
        where = page.partition('<option value="ha-giang-2021 / ')[2]
        section = where.partition('<option value="ha-giang-2021 / ')[2].partition('"')[0]
        fields = {"wordings": "ai theo dõi kế hoạch 246", "answer": ANSWER, "do": "answer"}
        wrong = await one.submit(
            f"/curate/questions/{number}", where="ha-giang-2021 / Không có mục này", **fields
        )
        assert (wrong[0], phrases.NO_SUCH_PLACE in wrong[1]) == (422, True)
        await one.submit(
            f"/curate/questions/{number}", where=f"ha-giang-2021 / {section}", **fields
        )
        [answered] = [
            asked
            for asked in one.office.parts.library.base.corpus.questions
            if asked.key == f"q{number}"
        ]
        assert (answered.doc, answered.section) == ("ha-giang-2021", section)


async def test_an_answer_must_fit_a_phone(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        address = f"/curate/questions/{await one.question(ASKED)}"
        long = "dài " * (LONGEST // 4 - 1)
        fields = {"where": "", "wordings": ASKED, "answer": long, "do": "answer"}
        status, page = await one.submit(address, **fields)
        assert status == 422
        assert f"quá {LONGEST}" in page
        assert long.strip() in page
        status, page = await one.submit(address, **{**fields, "wordings": " \n "})
        assert (status, phrases.NEEDS_ANSWER in page) == (422, True)
        assert await one.count(Edit) == 0


async def test_two_questions_are_merged(database: Database, tmp_path: Path) -> None:
    async with open_curate_office(database, tmp_path) as one:
        first, second = await one.question(ASKED), await one.question("Tiền ở đâu ra?")
        address = f"/curate/questions/{second}"
        for wrong in ("", "x", "99", str(second)):
            assert (await one.submit(address, into=wrong, do="merge"))[0] == 422, wrong
        merged = await one.submit(address, into=str(first), do="merge")
        assert merged == (303, "/curate?done=merged")
        page = await one.see(f"/curate/questions/{first}")
        assert "Tiền ở đâu ra?" in page
        assert phrases.times(2) in await one.see("/curate")


async def test_a_question_is_put_away_with_words_or_without(
    database: Database, tmp_path: Path
) -> None:
    async with open_curate_office(database, tmp_path) as one:
        for reply in ("", "Việc này do cơ quan khác phụ trách."):
            number = await one.question(f"Hỏi ngoài lề {reply}")
            done = await one.submit(f"/curate/questions/{number}", reply=reply, do="dismiss")
            assert done == (303, "/curate?done=dismissed")
            row = await stored(one, number)
            assert (row.state, row.reply) == ("dismissed", reply)
            assert (row.told_at is None) == bool(reply)
        assert phrases.NO_QUESTIONS in await one.see("/curate")
        assert (await one.office.get("/curate/questions/99"))[0] == 404
