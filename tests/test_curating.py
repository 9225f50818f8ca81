"""Questions that wait, answered in chat by several curators, through restarts and late presses."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from store import people
from store.database import Conflict
from store.models import Question, Role
from tests.curating import (
    AN_GIANG,
    FASTER,
    GOLD,
    HA_GIANG,
    HELD,
    MARKET,
    SAVE,
    conversation,
    join,
    laid,
    learned,
    look,
    player_on,
    read_back,
    states,
)
from tests.dialogues import BASE

STALE = "Đồng chí gõ “câu hỏi” để xem các câu hỏi chờ trả lời."


@pytest.fixture
async def player(database, now):
    return await player_on(database, now)


async def test_an_answer_is_an_edit_of_the_base_and_closes_its_question(player, database):
    await read_back(player, source=HA_GIANG)
    await player.take(
        {"press": SAVE, "heard": ["Đã lưu", f"Có 1 câu hỏi chờ trả lời.\n\nCâu hỏi: “{GOLD}"]}
    )
    [(key, content)] = (await laid(database)).items()
    assert (key, content["doc"], content["answer"]) == ("q1", "ha-giang", HELD)
    assert MARKET in content["wordings"]
    assert await states(database) == [(MARKET, "answered"), (GOLD, "new")]
    async with database.read() as session:
        closed_by = await session.scalar(select(Question.closed_by_id).where(Question.id == 1))
    assert closed_by == 1


@pytest.mark.parametrize("source", ["Ghi chú chung", HA_GIANG])
async def test_the_next_asker_reads_what_the_curator_was_shown(player, database, source):
    await read_back(player, source=source)
    shown = player.transcript[-1]
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    player.stage.conversation = await learned(database)
    [told] = await player.take({"who": "Lan", "said": MARKET, "heard": HELD})
    assert told.source
    assert told.source in shown


async def test_a_question_typed_by_the_curator_stands_as_it_was_typed(player, database):
    await read_back(player)
    await player.take({"press": "✏️ Sửa câu hỏi"})
    typed = "Chợ phiên của xã Mường Khiêng họp vào ngày nào?"
    await player.take({"said": f" {typed} ", "heard": f"Câu hỏi: “{typed}”\nTrả lời: {HELD}"})
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    content = (await laid(database))["q1"]
    assert content["wordings"][0] == typed
    assert MARKET in content["wordings"]
    player.stage.conversation = await learned(database)
    await player.take(
        {"who": "Lan", "said": "cho phien cua xa muong khieng hop vao ngay nao", "heard": HELD}
    )


async def test_a_question_that_leans_on_another_is_matched_only_as_the_curator_typed_it(
    player, database
):
    leaning = update(Question).where(Question.id == 1).values(text="còn ở xã đó thì sao ạ")
    await database.write(lambda session: session.execute(leaning))
    await look(player, question="còn ở xã đó")
    await player.take({"press": "Trả lời"})
    await player.take({"press": "Ghi chú chung"})
    await player.take({"said": HELD, "heard": "còn ở xã đó"})
    await player.take({"press": "✏️ Sửa câu hỏi"})
    await player.take({"said": MARKET, "heard": f"“{MARKET}”"})
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    assert (await laid(database))["q1"]["wordings"] == [MARKET]


async def test_of_two_curators_the_slower_hears_so_and_sees_the_next(player, database):
    await join(player, "Tú", role="admin")
    await read_back(player, who="Tú", words="Chợ họp thứ Bảy.")
    await read_back(player)
    await player.take({"press": SAVE, "heard": ["Đã lưu", GOLD]})
    await player.take({"who": "Tú", "press": SAVE, "heard": [FASTER, GOLD]})
    assert (await laid(database))["q1"]["answer"] == HELD


@pytest.mark.parametrize(
    "steps", [[], ["Trả lời"], ["Không trả lời"], ["Không trả lời", "Gửi lời nhắn"]]
)
async def test_who_is_slower_at_any_step_changes_nothing(player, database, steps):
    await join(player, "Tú")
    await look(player, "Tú")
    for label in steps:
        await player.take({"press": label})
    await read_back(player)
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    last = {0: "Bỏ qua", 1: "Ghi chú chung"}.get(len(steps), "")
    act = {"said": "Xin chờ văn bản."} if steps[1:] else {"press": last}
    act = {"press": "Không nhắn lại"} if steps == ["Không trả lời"] else act
    await player.take({"who": "Tú", **act, "heard": [FASTER, GOLD]})
    assert (await states(database))[0] == (MARKET, "answered")


async def test_a_curator_who_is_faster_between_reading_and_writing_wins(player, database):
    await join(player, "Tú")
    await read_back(player, who="Tú", words="Chợ họp thứ Bảy.")
    save = player.update({"press": SAVE})
    talk, decision = await player.stage.load(save, now=player.now)
    await read_back(player)
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    with pytest.raises(Conflict):
        await player.stage.keep(talk, decision, now=player.now)
    told = await player.stage.hear(save, now=player.now)
    assert FASTER in told[0].text
    assert (await laid(database))["q1"]["answer"] == HELD


async def test_of_two_presses_at_the_same_time_one_counts(player, database):
    await read_back(player)
    save = player.update({"press": SAVE})
    first, second = [await player.stage.load(save, now=player.now) for _ in range(2)]
    await player.stage.keep(*first, now=player.now)
    with pytest.raises(Conflict):
        await player.stage.keep(*second, now=player.now)
    [told] = await player.stage.hear(save, now=player.now)
    assert STALE in told.text
    assert (await states(database)) == [(MARKET, "answered"), (GOLD, "new")]


async def test_the_dialogue_outlives_the_process(player, database):
    await look(player)
    await player.take({"press": "Trả lời"})
    player.stage.conversation = conversation()
    await player.take({"press": "Ghi chú chung"})
    player.stage.conversation = conversation()
    await player.take({"said": HELD, "heard": f"Trả lời: {HELD}"})
    player.stage.conversation = conversation()
    await player.take({"said": "✅", "heard": ["Đã lưu", ""]})
    assert (await laid(database))["q1"]["answer"] == HELD


async def test_after_a_day_what_is_typed_is_a_question_again(player, database):
    await look(player)
    await player.take({"press": "Trả lời"})
    await player.take({"press": "Ghi chú chung"})
    player.now += timedelta(days=1)
    await player.take({"said": HELD, "heard": "Kho tri thức"})
    await player.take({"press": "Trả lời", "heard": STALE})
    assert await laid(database) == {}


async def test_who_curates_no_more_can_do_nothing_that_was_begun(player, database):
    await read_back(player)
    await database.write(lambda session: people.suspend(session, 1))
    await player.take({"press": SAVE, "heard": "đang tạm dừng"})
    await database.write(lambda session: people.restore(session, 1))
    await player.take({"press": "✏️ Sửa", "heard": "gõ câu trả lời"})
    await database.write(lambda session: session.execute(delete(Role)))
    await player.take({"said": HELD, "heard": "Kho tri thức"})
    await player.take({"said": "/cauhoi", "heard": "chỉ dành cho người phụ trách"})
    assert await laid(database) == {}


async def test_a_group_sees_no_question_of_others(player):
    await player.take(
        {"who": "Hoa", "group": "nhom", "said": "/cauhoi", "heard": "cuộc trò chuyện riêng"}
    )
    await player.take(
        {"who": "Lan", "group": "nhom", "said": "/cauhoi", "heard": "chỉ dành cho người phụ trách"}
    )


async def test_nobody_presses_the_buttons_of_a_curator(player):
    await look(player)
    await player.take(
        {"who": "Lan", "press": "Trả lời", "whose": "Hoa", "heard": "không còn dùng"}
    )


async def test_a_document_that_left_the_base_is_chosen_anew(player, database, tmp_path):
    await read_back(player, source=HA_GIANG)
    shutil.copytree(BASE, tmp_path / "base")
    (tmp_path / "base" / "ha-giang.md").unlink()
    player.stage.conversation = conversation(tmp_path / "base")
    gone = "Văn bản đã chọn không còn trong kho."
    await player.take({"press": SAVE, "heard": gone})
    await player.take({"press": "Ghi chú chung", "heard": "gõ câu trả lời"})
    await player.take({"said": HELD, "heard": "Nguồn: Giải đáp của người phụ trách"})
    assert await laid(database) == {}


async def test_all_documents_are_offered_page_by_page(player, tmp_path):
    shutil.copytree(BASE, tmp_path / "base")
    text = (BASE / "ha-giang.md").read_text(encoding="utf-8")
    for number in range(23):
        copy = text.replace("id: ha-giang", f"id: ha-giang-{number}")
        (tmp_path / "base" / f"ha-giang-{number}.md").write_text(copy, encoding="utf-8")
    player.stage.conversation = conversation(tmp_path / "base")
    await look(player)
    await player.take({"press": "Trả lời"})
    await player.take(
        {
            "press": "Văn bản khác",
            "heard": "(trang 1/2)",
            "buttons": [AN_GIANG, *[HA_GIANG] * 19, "Xem tiếp", "Ghi chú chung"],
        }
    )
    await player.take(
        {
            "press": "Xem tiếp",
            "heard": "(trang 2/2)",
            "buttons": [*[HA_GIANG] * 5, "Xem tiếp", "Ghi chú chung"],
        }
    )
    await player.take({"press": "Xem tiếp", "heard": "(trang 1/2)"})


async def test_a_disliked_answer_waits_before_what_nobody_passed_on(player):
    asked = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"
    await player.take({"who": "Lan", "said": asked})
    await player.take({"press": "👎 Chưa đúng"})
    heard = (
        "Có 3 câu hỏi chờ trả lời, trong đó 1 câu được gửi cho người phụ trách hoặc bị đánh giá "
        f"chưa đúng.\n\nCâu hỏi: “{asked}”\n"
    )
    heard += "Hỏi ngày 22/11/2026; người hỏi đánh giá câu trả lời chưa đúng."
    await player.take({"who": "Hoa", "said": "câu hỏi", "heard": heard})
    await player.take({"press": "Không trả lời"})
    await player.take({"press": "Không nhắn lại", "heard": ["Đã bỏ", "Có 2 câu hỏi chờ trả lời."]})
