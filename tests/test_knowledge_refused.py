"""What is not answered: words of people who are not named, meanings, texts to be written, things
from elsewhere; and what has to be asked back.
"""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 25)
BASE = Base.load(SHIPPED)
HA_GIANG, HAU_GIANG, AN_GIANG = "ha-giang-2021", "hau-giang-2022", "an-giang-2021"
BAC_KAN, BAC_GIANG = "bac-kan-2021", "bac-giang-2017"


def ask(text, *context):
    return BASE.ask(text, context=context, today=TODAY)


@pytest.mark.parametrize(
    "asked",
    [
        "đồng chí Bí thư Tỉnh ủy Hậu Giang căn dặn những gì",
        "Bí thư tỉnh ủy nói gì ở hội nghị Hậu Giang",
        "chủ tịch UBND tỉnh Bắc Kạn chỉ đạo gì",
        "Bí thư Tỉnh ủy Hậu Giang là ai",
    ],
)
def test_nobody_gets_the_words_of_another_office(asked):
    answer = ask(asked)
    assert answer.kind == "refuse"
    assert "không nêu" in answer.body


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Phó Bí thư Thường trực Tỉnh ủy Hậu Giang phát biểu gì", "Trần Văn Huyến"),
        ("Phó Bí thư Thường trực Tỉnh ủy Hậu Giang là ai", "Trần Văn Huyến"),
        ("Chủ tịch Hồ Chí Minh nói gì về dân vận, theo An Giang", "Lực lượng của dân rất to"),
    ],
)
def test_who_is_named_is_quoted(asked, said):
    answer = ask(asked)
    assert answer.kind == "answer"
    assert said in answer.body


@pytest.mark.parametrize(
    "asked", ["dân vận là gì?", "dân vận khéo nghĩa là gì ạ", "quy chế dân chủ ở cơ sở là gì"]
)
def test_no_meaning_is_made_up(asked):
    answer = ask(asked)
    assert answer.kind == "refuse"
    assert "không nêu định nghĩa" in answer.body


@pytest.mark.parametrize(
    "asked", ["viết cho tôi bài phát biểu mở đầu Tháng Dân vận", "soạn giúp em bài tham luận"]
)
def test_no_text_is_written(asked):
    answer = ask(asked)
    assert answer.kind == "refuse"
    assert "không soạn thảo" in answer.body
    assert not answer.docs


def test_who_wrote_a_text_is_a_question():
    assert "không soạn thảo" not in ask("cơ quan nào soạn kế hoạch tháng dân vận").body


@pytest.mark.parametrize(
    "asked",
    ["nấu canh chua cá lóc thế nào", "nau canh chua ca loc the nao", "tỷ giá đô la chiều nay"],
)
def test_nothing_is_near_what_only_shares_syllables(asked):
    answer = ask(asked)
    assert answer.kind == "refuse"
    assert "Gần nhất" not in answer.body
    assert not answer.docs


@pytest.mark.parametrize("asked", ["tỉnh ủy chỉ đạo gì", "lãnh đạo tỉnh yêu cầu gì"])
def test_what_any_body_said_is_asked_back(asked):
    answer = ask(asked)
    assert answer.kind == "clarify"
    assert {HAU_GIANG, BAC_KAN} <= set(answer.docs)


def test_a_topic_of_another_year_is_not_the_other_topic_of_that_year():
    answer = ask("kế hoạch tháng dân vận năm 2025")
    assert answer.kind == "refuse"
    assert set(answer.docs) == {HA_GIANG, BAC_GIANG}


def test_only_documents_of_the_year_are_offered():
    answer = ask("dân vận khéo 2021")
    assert answer.kind == "clarify"
    assert {AN_GIANG, BAC_KAN} <= set(answer.docs)
    assert BAC_GIANG not in answer.docs


def test_a_merged_province_has_only_the_topics_of_its_documents():
    assert ask("kế hoạch dân vận khéo của Cần Thơ ban hành ngày nào").kind == "refuse"
    assert ask("hội nghị dân vận của Cần Thơ đầu năm 2022 họp ngày nào").docs == (HAU_GIANG,)


def test_the_province_does_not_get_the_duties_of_districts():
    answer = ask("ban dân vận tỉnh ủy phải làm gì ở An Giang")
    assert answer.kind == "refuse"
    assert "ban dân vận tỉnh ủy" in answer.body
    districts = ask("ban dân vận các huyện ở An Giang phải làm gì")
    assert districts.kind == "answer"
    assert "Kế hoạch phát động" in districts.body


def test_who_is_only_counted_is_not_listed():
    answer = ask("Hội nghị Hậu Giang có bao nhiêu người dự?")
    assert answer.kind == "refuse"
    assert "không nêu số người" in answer.body


def test_letters_that_two_provinces_share_mean_the_one_that_says_it():
    assert ask("hội nghị dân vận HG họp ngày nào").docs == (HAU_GIANG,)
    assert ask("HG cải tạo vườn tạp ra sao").docs == (HA_GIANG,)
    assert ask("so sánh HG và An Giang về lĩnh vực kinh tế").kind != "clarify"


@pytest.mark.parametrize("topic", ["lĩnh vực", "mục đích", "hoạt động", "khen thưởng"])
def test_lines_that_are_compared_end_with_a_sentence_or_say_that_they_go_on(topic):
    answer = ask(f"so sánh {topic} của Hà Giang và Bắc Kạn")
    assert answer.docs == (HA_GIANG, BAC_KAN)
    assert all(line.endswith((".", "…")) for line in answer.body.splitlines())
    assert len(answer.text) <= 600


def test_no_answer_begins_with_a_bare_yes():
    answers = [one.answer for document in BASE.documents for one in document.questions]
    assert answers
    assert not [text for text in answers if text.startswith(("Có.", "Không."))]


def test_a_short_ask_leans_on_the_sentence_before_it():
    answer = ask(
        "Chào anh, em mới vào nghề. Kế hoạch của An Giang bảo các cơ quan, đơn vị tự xây dựng kế "
        "hoạch phát động của mình. Vậy họ căn cứ vào đâu ạ?"
    )
    assert answer.kind == "answer"
    assert "nhiệm vụ của đơn vị mình" in answer.body
