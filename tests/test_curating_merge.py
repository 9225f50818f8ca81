"""A curator says that two questions ask the same; and how long an answer may be."""

import re

import pytest
from sqlalchemy import update

from knowledge.say import LONGEST
from store.database import Conflict
from store.models import Question
from tests.curating import (
    FASTER,
    GOLD,
    HA_GIANG,
    HELD,
    MARKET,
    SAVE,
    join,
    laid,
    learned,
    look,
    player_on,
    read_back,
    states,
)

SAME = "Chợ phiên của xã mình mấy giờ họp?"
WHICH = "trùng với câu nào"
MERGED = "Đã gộp hai câu hỏi"


@pytest.fixture
async def player(database, now):
    made = await player_on(database, now)
    await made.take({"who": "Minh", "said": SAME, "heard": ["", ""]})
    return made


async def question(database, number):
    async with database.read() as session:
        return await session.get_one(Question, number)


async def test_one_answer_answers_both(player, database):
    await look(player)
    await player.take({"press": "Trùng câu khác", "buttons": [SAME, "Không câu nào"]})
    await player.take({"press": SAME, "heard": [MERGED, GOLD]})
    assert await states(database) == [(MARKET, "merged"), (GOLD, "new"), (SAME, "new")]
    await player.take({"press": "Bỏ qua", "heard": f"“{SAME}”\nĐược hỏi 2 lần"})
    await player.take({"press": "Trả lời"})
    await player.take({"press": "Ghi chú chung"})
    await player.take({"said": HELD})
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    assert await states(database) == [(MARKET, "answered"), (GOLD, "new"), (SAME, "answered")]
    [content] = (await laid(database)).values()
    assert [one.rstrip("?").lower() for one in content["wordings"]] == [
        one.rstrip("?").lower() for one in (SAME, MARKET)
    ]


async def test_a_question_joins_one_that_a_curator_answered(player, database):
    await read_back(player)
    await player.take({"press": SAVE, "heard": ["Đã lưu", GOLD]})
    player.stage.conversation = await learned(database)
    await player.take({"press": "Bỏ qua", "heard": SAME})
    [told] = await player.take({"press": "Trùng câu khác", "heard": WHICH})
    [[answered], _] = told.buttons
    assert MARKET.rstrip("?").lower() in answered.label.lower()
    await player.take({"press": answered.label, "heard": ["Đã gộp với câu đã có câu trả lời", ""]})
    merged = await question(database, 3)
    assert (merged.state, merged.edit_key, merged.told_at) == ("answered", "q1", None)


async def test_a_question_that_is_there_no_more_takes_no_other(player, database):
    await look(player)
    await player.take({"press": "Trùng câu khác", "heard": WHICH})
    dismissed = update(Question).where(Question.id == 3).values(state="dismissed")
    await database.write(lambda session: session.execute(dismissed))
    await player.take(
        {"press": SAME, "heard": ["Không gộp được, vì câu hỏi kia không còn", MARKET]}
    )
    assert (await question(database, 1)).state == "new"


async def test_a_question_that_is_gone_between_reading_and_writing_is_said(player, database):
    await join(player, "Tú")
    await look(player, "Tú")
    await player.take({"press": "Trùng câu khác", "heard": WHICH})
    press = player.update({"press": SAME})
    talk, decision = await player.stage.load(press, now=player.now)
    await look(player)
    await player.take({"press": "Không trả lời"})
    await player.take({"press": "Không nhắn lại", "heard": ["Đã bỏ", ""]})
    with pytest.raises(Conflict):
        await player.stage.keep(talk, decision, now=player.now)
    told = await player.stage.hear(press, now=player.now)
    assert FASTER in told[0].text
    assert (await question(database, 1)).merged_into_id is None


async def test_a_word_to_the_asker_is_kept_for_telling(player, database):
    await look(player)
    for turn in ("Không trả lời", "Gửi lời nhắn"):
        await player.take({"press": turn})
    await player.take({"said": "Mời đồng chí hỏi xã.", "heard": "“Mời đồng chí hỏi xã.”"})
    await player.take({"press": "✅ Gửi", "heard": ["chuyển lời nhắn cho người hỏi", ""]})
    one = await question(database, 1)
    assert (one.state, one.reply, one.told_at) == ("dismissed", "Mời đồng chí hỏi xã.", None)


async def test_words_of_an_answer_that_was_given_up_are_told_to_nobody(player, database):
    await read_back(player)
    await player.take({"press": "❌ Không lưu", "heard": ["Câu hỏi vẫn chờ", MARKET]})
    await player.take({"press": "Không trả lời"})
    await player.take({"press": "Không nhắn lại", "heard": ["Đã bỏ", ""]})
    one = await question(database, 1)
    assert (one.reply, one.told_at is None) == ("", False)


async def test_the_longest_answer_is_read_whole_also_in_another_province(player, database):
    await look(player)
    await player.take({"press": "Trả lời"})
    await player.take({"press": "Văn bản khác"})
    [asked] = await player.take({"press": HA_GIANG, "heard": "nhiều nhất"})
    [room] = map(int, re.findall(r"nhiều nhất (\d+) ký tự", asked.text))
    words = ("chợ họp " * 100)[: room - 1].strip().ljust(room - 1, "x") + "."
    await player.take({"said": f"{words}.", "heard": f"Đồng chí gõ {room + 1} ký tự"})
    await player.take({"said": words, "heard": words})
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    player.stage.conversation = await learned(database)
    await join(player, "Sáu", role="officer", unit="Tỉnh An Giang")
    [told] = await player.take({"said": MARKET, "heard": "[Tham khảo tỉnh khác]"})
    assert words in told.text
    assert len(f"{told.text}\n{told.source}") <= LONGEST


async def test_phone_numbers_of_askers_are_neither_shown_nor_saved(player, database):
    number = "0912 345 678"
    named = update(Question).where(Question.id == 1).values(text=f"{MARKET} gọi tôi {number}")
    await database.write(lambda session: session.execute(named))
    await read_back(player)
    await player.take({"press": SAVE, "heard": ["Đã lưu", ""]})
    assert number not in "\n".join(player.transcript)
    assert not any("345" in one for one in (await laid(database))["q1"]["wordings"])
