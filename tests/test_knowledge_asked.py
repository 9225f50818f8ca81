"""What counts in a message: stories, the asker's place, mistyped provinces, levels, days."""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)
STORY = (
    "Kính gửi quản trị viên, tôi là cán bộ hưu trí, trước công tác ở Nghệ An gần ba chục năm. "
    "Hôm rồi họp tổ anh em tranh luận mãi không ai chịu ai, tôi lục sổ tay cũng không thấy ghi. "
)
THANKS = " Mong sớm nhận được trả lời để tôi còn kịp báo cáo."


@pytest.fixture(scope="module")
def base():
    return Base.load(SHIPPED)


@pytest.mark.parametrize(
    ("asked", "doc", "fact"),
    [
        ("Xin hỏi Kế hoạch 246/KH-UBND ban hành ngày nào?", "ha-giang-2021", "27/9/2021"),
        ("Đề nghị cho biết tác giả bản tin của Hậu Giang.", "hau-giang-2022", "Cần Cù"),
        ("Nhờ trợ lý cho biết hội nghị Hậu Giang họp ở đâu.", "hau-giang-2022", "Phòng họp số 2"),
    ],
)
def test_a_story_does_not_drown_the_question(base, asked, doc, fact):
    answer = base.ask(STORY + asked + THANKS, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", (doc,))
    assert fact in answer.text


def test_the_own_place_of_the_asker_is_no_reason_to_refuse(base):
    answer = base.ask(
        "Tôi công tác ở Nghệ An. Cho hỏi kế hoạch 246 ban hành ngày nào?", today=TODAY
    )
    assert answer.docs == ("ha-giang-2021",)


def test_the_own_place_counts_where_it_is_asked_about(base):
    answer = base.ask(
        "Em ở Quảng Ninh. Kế hoạch Tháng Dân vận 2021 của tỉnh em làm gì?", today=TODAY
    )
    assert answer.kind == "refuse"


@pytest.mark.parametrize(
    ("asked", "doc"),
    [
        ("Hậu Gian tuyên truyền qua kênh nào", "hau-giang-2022"),
        ("bkạn ban hành kế hoạch 05 hôm nào", "bac-kan-2021"),
        ("Hà Gianng vận động dân góp gì để làm nhà", "ha-giang-2021"),
    ],
)
def test_mistyped_provinces(base, asked, doc):
    assert base.ask(asked, today=TODAY).docs == (doc,)


def test_a_cited_document_is_told_apart_and_kept(base):
    asked = "Tiêu đề của Nghị quyết 25-NQ/TW trong kế hoạch Bắc Kạn là gì?"
    assert "Tăng cường và đổi mới sự lãnh đạo" in base.ask(asked, today=TODAY).text
    following = base.ask("ngày bao nhiêu nhỉ", context=[asked], today=TODAY)
    assert "03/6/2013" in following.text


def test_levels_of_government(base):
    commune = base.ask("UBND xã ở Hà Giang phải làm gì", today=TODAY)
    assert commune.kind == "refuse"
    assert "cấp xã" in commune.text
    district = base.ask("UBND huyện ở Hà Giang phải làm gì", today=TODAY)
    assert "1/7/2025" in district.text
    assert (
        "1/7/2025"
        not in base.ask("UBND huyện ở Hà Giang phải làm gì", today=date(2024, 1, 1)).text
    )


def test_the_province_of_today_is_at_home(base):
    answer = base.ask("Tháng Dân vận thực hiện khi nào", today=TODAY, home="Tuyên Quang")
    assert (answer.kind, answer.docs) == ("answer", ("ha-giang-2021",))
    assert "tỉnh khác" not in answer.text


@pytest.mark.parametrize("asked", ["năm ngoái", "năm nay", "năm sau"])
def test_years_seen_from_today(base, asked):
    answer = base.ask(f"Tháng Dân vận {asked} ở Hà Giang làm gì?", today=TODAY)
    assert answer.kind == "refuse"
    now = base.ask(f"Tháng Dân vận {asked} ở Hà Giang làm gì?", today=date(2021, 10, 5))
    assert (now.kind == "answer") == (asked == "năm nay")


def test_today(base):
    assert base.ask("hôm nay ngày gì", today=TODAY).kind == "refuse"
    found = base.ask("hôm nay ngày gì", today=date(2026, 10, 15))
    assert "Hôm nay là Thứ Năm, 15/10/2026" in found.text
    assert "Dân vận" in found.text


ISSUED = "Kế hoạch 246 của Hà Giang ban hành ngày nào?"
LAND = "An Giang vận động hiến đất để làm gì?"


@pytest.mark.parametrize(
    "asked",
    ["ai ký?", "ai ký kế hoạch này", "người ký là ai", "ai đã ký", "ký bởi ai", "ky boi ai"],
)
def test_who_signed_is_not_who_signed_something_else(base, asked):
    answer = base.ask(asked, context=[ISSUED], today=TODAY)
    assert (answer.kind, answer.docs) == ("refuse", ("ha-giang-2021",))
    assert "không nêu người ký" in answer.text


@pytest.mark.parametrize(
    "asked",
    ["giá lúa hôm nay", "thời tiết hôm nay thế nào", "giá vàng bao nhiêu", "cách nấu phở"],
)
def test_a_strange_question_inherits_nothing(base, asked):
    answer = base.ask(asked, context=[LAND], today=TODAY)
    assert (answer.kind, answer.docs) == ("refuse", ())


@pytest.mark.parametrize("asked", ["ai ban hành", "kinh phí bao nhiêu", "có mấy mô hình"])
def test_a_question_of_the_document_inherits_it(base, asked):
    assert base.ask(asked, context=[LAND], today=TODAY).docs == ("an-giang-2021",)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Còn bao nhiêu ngày nữa đến 15/10", "Còn 327 ngày nữa đến Thứ Sáu, 15/10/2027"),
        ("15/10 còn bao nhiêu ngày nữa", "Còn 327 ngày nữa đến Thứ Sáu, 15/10/2027"),
        ("bao giờ đến 17/10", "Còn 329 ngày nữa đến Chủ nhật, 17/10/2027"),
        ("còn mấy ngày nữa tới 22/11", "Hôm nay là Chủ nhật, 22/11/2026"),
        ("còn bao nhiêu ngày nữa đến 29/2", "29/2/2028"),
        ("còn bao lâu nữa đến 15/10/2025", "15/10/2025 đã qua 403 ngày"),
    ],
)
def test_days_until_a_date(base, asked, told):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert told in answer.text


def test_a_long_month_keeps_its_core_days_and_counts_the_rest(base):
    text = base.ask("Tháng 10 có những ngày kỷ niệm nào?", today=TODAY).text
    assert all(f"- {day}/10: " in text for day in (15, 17, 20))
    shown = text.count("\n- ")
    everything = base.occasions.between(date(2027, 10, 1), date(2027, 10, 31))
    assert f"và {len(everything) - shown} ngày khác." in text
    assert len(text) <= 600


@pytest.mark.parametrize(
    ("context", "asked", "told"),
    [
        (["15/10 là ngày gì"], "còn 17/10", "Ngày 17/10 là:"),
        (["15/10 là ngày gì", "còn 17/10"], "còn 20/10", "Ngày 20/10 là:"),
        (["Ngày Dân vận là ngày nào"], "còn 20/10", "Ngày 20/10 là:"),
        (["15/10 là ngày gì"], "còn bao nhiêu ngày nữa", "Còn 327 ngày nữa"),
    ],
)
def test_a_talk_about_days_stays_in_the_calendar(base, context, asked, told):
    answer = base.ask(asked, context=context, today=TODAY)
    assert (answer.kind, answer.is_calendar, answer.topic) == ("answer", True, asked)
    assert told in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "Em đã có số của Hà Giang rồi, giờ cần của tỉnh Lạng Sơn: kế hoạch của Lạng Sơn số mấy?",
        "Em đã có số kế hoạch của Hà Giang rồi giờ cần số kế hoạch của Lạng Sơn",
        "Không phải Hà Giang mà là Lạng Sơn, kế hoạch dân vận khéo số bao nhiêu",
        "Hôm trước em hỏi Hà Giang. Nay cho em hỏi kế hoạch của Lạng Sơn ban hành ngày nào?",
    ],
)
def test_a_background_province_never_answers(base, asked):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "refuse"
    assert "chưa có văn bản của Lạng Sơn" in answer.text


def test_the_province_of_the_asking_clause_answers(base):
    asked = "Kế hoạch Hà Giang thì em biết rồi, còn Bắc Kạn ban hành ngày nào?"
    assert base.ask(asked, today=TODAY).docs == ("bac-kan-2021",)
    each = base.ask("Hà Giang, An Giang và Bắc Kạn ban hành kế hoạch ngày nào?", today=TODAY)
    assert set(each.docs) == {"ha-giang-2021", "an-giang-2021", "bac-kan-2021"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("tác giả bài kế haọch An Giang là ai", "tác giả bài kế hoạch an giang là ai"),
        ("mục đích kế hoạch của An Gizn", "mục đích kế hoạch của an giang"),
        ("kế hoạch hubnd tỉnh Hà Giang", "kế hoạch ủy ban nhân dân tỉnh hà giang"),
        ("thực hiện qcdccs ở hội nghị", "thực hiện quy chế dân chủ ở cơ sở ở hội nghị"),
        ("kết luậ n03-KL/TU nói gì", "kết luận 3/kl/tu nói gì"),
    ],
)
def test_slips_of_names_numbers_and_short_forms_are_read_back(base, typed, read):
    assert base.reading(typed, today=TODAY) == read


def test_a_short_form_of_two_provinces_stays_as_typed(base):
    assert base.reading("hội nghị HG họp ngày nào", today=TODAY) == "hội nghị HG họp ngày nào"
