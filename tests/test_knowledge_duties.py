"""Who must do what: lists of duties, several asks in one message, what a talk hands on."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 25)
BASE = Base.load(SHIPPED)
SMALL = Base.load(Path(__file__).parent / "cases" / "knowledge" / "base")
PLAN = "Kế hoạch 05 của Bắc Kạn nói về việc gì"


def test_duties_are_listed_with_their_deadlines():
    answer = SMALL.ask("xã tôi phải làm gì?", context=["kế hoạch 77"], today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", ("song-hau-2026",))
    assert "báo cáo kết quả về Sở Nội vụ (hạn: 15/11/2026)" in answer.body


@pytest.mark.parametrize(
    ("asked", "told", "never"),
    [
        ("đoàn thể phải làm gì theo kế hoạch Bắc Kạn?", "đoàn thể:", "kiểm tra, giám sát"),
        ("Hậu Giang: ngành y tế phải làm gì?", "phòng, chống dịch Covid-19", "đại đoàn kết"),
        ("Người đứng đầu ở Hậu Giang phải làm gì?", "đối thoại trực tiếp", "4 tại chỗ"),
        (
            "Ban Dân vận huyện ở An Giang được giao làm gì?",
            "xây dựng Kế hoạch phát động",
            "trang trại",
        ),
    ],
)
def test_only_the_actor_s_own_duties_are_listed(asked, told, never):
    answer = BASE.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert told in answer.body
    assert never not in answer.body
    assert len(answer.text) <= 600


def test_the_askers_home_says_which_document():
    answer = BASE.ask("Xã tôi phải làm gì?", today=TODAY, home="Hà Giang")
    assert (answer.kind, answer.docs) == ("refuse", ("ha-giang-2021",))
    assert "không nêu nhiệm vụ riêng của cấp xã" in answer.body


def test_without_a_document_it_is_asked_back():
    answer = BASE.ask("Ban dân vận phải làm gì?", today=TODAY)
    assert answer.kind == "clarify"
    assert {"hau-giang-2022", "an-giang-2021"} <= set(answer.docs)
    option = next(one for one in answer.options if one.doc == "hau-giang-2022")
    pressed = BASE.ask(option.question, today=TODAY, doc=option.doc)
    assert (pressed.kind, pressed.docs) == ("answer", ("hau-giang-2022",))


def test_a_district_is_told_that_its_level_ended():
    asked = "huyện tôi phải làm gì?"
    answer = BASE.ask(asked, context=[PLAN], today=TODAY)
    assert "UBND các huyện, thành phố" in answer.body
    assert "cấp huyện đã kết thúc hoạt động từ ngày 1/7/2025" in answer.body
    assert "1/7/2025" not in BASE.ask(asked, context=[PLAN], today=date(2024, 1, 1)).body


def test_a_duty_of_another_year_is_not_listed():
    assert (
        BASE.ask("Ban Dân vận huyện ở An Giang phải làm gì năm 2037?", today=TODAY).kind
        == "refuse"
    )


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        (
            "số hiệu, ngày ban hành và cơ quan ban hành kế hoạch Bắc Kạn",
            ("05/KH-UBND", "11/01/2021", "UBND"),
        ),
        ("tác giả và ngày đăng bản tin Hậu Giang", ("Cần Cù", "14/01/2022")),
        ("thời gian và địa điểm tổ chức hội nghị Hậu Giang", ("13/01/2022", "Phòng họp số 2")),
        ("ha giang kh so may ai ky", ("246/KH-UBND", "không nêu người ký")),
        ("Kế hoạch 246 ban hành ngày nào và nhằm mục đích gì?", ("27/9/2021", "nhận thức")),
    ],
)
def test_several_asks_get_all_their_answers(asked, facts):
    answer = BASE.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert [fact for fact in facts if fact not in answer.body] == []


@pytest.mark.parametrize(
    ("context", "asked", "doc", "told"),
    [
        (["Hà Giang ra kế hoạch Tháng Dân vận 2021 ngày bao nhiêu?"], "còn An Giang thì sao?",
         "an-giang-2021", "24/02/2021"),
        (["Kế hoạch tháng dân vận Bắc Giang"], "còn Mặt trận và đoàn thể thì sao?",
         "bac-giang-2017", "nông thôn mới"),
        (["Ai phát biểu chỉ đạo tại hội nghị Hậu Giang?"], "ông ấy giữ chức gì?",
         "hau-giang-2022", "Phó Bí thư Thường trực"),
        (["Bắc Kạn thực hiện kết luận nào của Tỉnh ủy?"], "kết luận đó ngày bao nhiêu?",
         "bac-kan-2021", "10/12/2020"),
        (["Bắc Kạn triển khai Kết luận 03-KL/TU bằng kế hoạch nào?"],
         "vậy cơ quan tôi phải làm gì theo đó?", "bac-kan-2021", "đơn vị, địa phương"),
        (["Ai chỉ đạo hội nghị Hậu Giang?"], "đồng chí đó giao việc cho ai",
         "hau-giang-2022", "đề nghị Ban Dân vận các cấp"),
        (["Bắc Kạn làm dân vận chính quyền theo chỉ thị nào?"], "chỉ thị đó ban hành ngày nào",
         "bac-kan-2021", "16/5/2016"),
    ],
)  # fmt: skip
def test_a_talk_hands_on_document_and_topic(context, asked, doc, told):
    answer = BASE.ask(asked, context=context, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", (doc,))
    assert told in answer.body


def test_a_province_is_found_by_what_it_does():
    one = BASE.ask("tỉnh nào cải tạo vườn tạp?", today=TODAY)
    assert (one.kind, one.docs) == ("answer", ("ha-giang-2021",))
    several = BASE.ask("tỉnh nào đối thoại với dân?", today=TODAY)
    assert several.kind == "answer"
    assert {"Hà Giang: ", "Hậu Giang: "} <= {
        line[: line.index(": ") + 2] for line in several.body.split("\n")
    }


def test_a_body_named_after_a_founding_day_is_asked_about_in_the_same_way():
    answer = BASE.ask(
        "còn Công đoàn Việt Nam?",
        context=["Hội Nông dân Việt Nam thành lập ngày nào?"],
        today=TODAY,
    )
    assert answer.is_calendar
    assert "28/7" in answer.body
