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
