"""Occasions asked for in other words than their names, lunar days, and days we do not have."""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def base():
    return Base.load(SHIPPED)


def test_every_occasion_is_described_and_found_by_each_description(base):
    lost = []
    for one in (one for one in base.occasions if one.is_asked):
        assert 5 <= len(one.described) <= 12, one.id
        for text in one.described:
            answer = base.ask(f"{text} rơi vào hôm nào", today=TODAY)
            if not (answer.is_calendar and one.name in answer.text):
                lost.append((one.id, text, answer.text[:80]))
    assert lost == []


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ("bữa nào là ngày của mấy chú bộ đội mình", ["22/12/2026", "82 năm"]),
        ("ngay hoi phu nu ra doi sang nam la thu may", ["20/10/2027", "97 năm"]),
        ("Ngày TL Đảng CSVN sắp tới là ngày nào, dc bn năm?", ["Thứ Tư, 3/2/2027", "97 năm"]),
        ("ngày TT CAND hôm nào", ["19/8"]),
        ("còn mấy bữa nữa tới ngày mừng thầy cô", ["363 ngày", "20/11/2027"]),
        ("ngayf cuar nhaf baos rowi vaof hoom naof", ["21/6"]),
        (
            "năm 2027 ngày tri ân thương binh có phải năm chẵn không",
            ["27/7", "80 năm là năm tròn"],
        ),
        ("Công đoàn năm nay bao nhiêu tuổi, có phải năm tròn không", ["97 năm không phải"]),
        ("đợt giúp người túng thiếu cả tháng bắt đầu bữa nào", ["17/10", "18/11"]),
        ("kỷ niệm mấy năm chiến thắng Điện Biên", ["72 năm", "7/5"]),
        ("ngày thống nhất non sông năm 1975 là hôm nào", ["30/4"]),
    ],
)
def test_other_words_for_an_occasion(base, asked, facts):
    answer = base.ask(asked, today=TODAY)
    assert (answer.kind, answer.is_calendar) == ("answer", True)
    for fact in facts:
        assert fact in answer.text


def test_the_place_of_the_asker_and_the_purpose_are_left_out(base):
    asked = (
        "Chào anh chị, em làm ở xã tại Nghệ An, sắp làm lễ. Anh chị cho em hỏi ngày bộ đội ra đời "
        "là hôm nào, năm nay bao nhiêu năm để em đề xuất kinh phí? Em cảm ơn."
    )
    answer = base.ask(asked, today=TODAY)
    assert "82 năm" in answer.text
    assert "22/12/2026" in answer.text


@pytest.mark.parametrize(
    "day",
    [
        "Ngày của Mẹ",
        "Ngày Quốc tế Hạnh phúc",
        "Ngày Doanh nhân Việt Nam",
        "Ngày thành lập xã tôi",
        "Ngày truyền thống ngành kiểm lâm",
        "Ngày truyền thống ngành hải quan",
        "Ngày hội phụ nữ tỉnh em khai trương nhà mới",
        "Ngày văn hóa đọc",
        "Ngày thành lập Mặt trận Giải phóng miền Nam",
        "Ngày giải phóng Thủ đô",
        "Tết Trung thu",
        "Tết thiếu nhi",
    ],
)
def test_a_day_that_is_not_ours_is_not_taken_for_one_like_it(base, day):
    assert base.ask(f"{day} năm nay rơi vào hôm nào?", today=TODAY).kind == "refuse"


@pytest.mark.parametrize(
    "asked",
    [
        "Tháng Dân vận bắt đầu ngày nào",
        "Tháng cao điểm vận động quần chúng bắt đầu hôm nào",
        "Hà Giang hưởng ứng Ngày vì người nghèo bằng việc gì",
        "Hội phụ nữ họp hôm nào",
        "Hôm nào hội phụ nữ họp",
        "khi nào giúp người nghèo",
        "tuyên truyền pháp luật khi nào",
        "bộ đội giúp dân khi nào",
        "bầu cử quốc hội khóa mới khi nào",
    ],
)
def test_a_question_about_plans_is_not_the_calendar_s(base, asked):
    assert not base.ask(asked, today=TODAY).is_calendar


@pytest.mark.parametrize(
    ("asked", "fact"),
    [
        ("mùng mười tháng ba âm lịch năm 2027 rơi vào ngày dương nào", "16/4/2027"),
        ("rằm tháng giêng 2027 nhằm ngày nào", "Thứ Bảy, 20/2/2027"),
        ("30 tết năm 2027 là ngày nào", "5/2/2027 dương lịch; tháng Chạp ấy có 29 ngày"),
        ("giao thừa năm 2028 rơi vào hôm nào", "25/1/2028"),
        ("hăm ba tháng chạp là ngày mấy", "30/1/2027"),
        ("mùng ba tết năm 2027 thứ mấy", "Thứ Hai, 8/2/2027"),
        ("rằm tháng bảy năm nay nhằm ngày nào", "27/8/2026"),
        ("còn mấy bữa nữa tới rằm tháng giêng", "90 ngày"),
        ("mùng một đầu năm ta năm 2028 là hôm nào", "26/1/2028"),
        ("mùng 2 tháng 9 năm 2027 là thứ mấy", "Thứ Năm"),
    ],
)
def test_lunar_days_and_weekdays(base, asked, fact):
    assert fact in base.ask(asked, today=TODAY).text


def test_a_lunar_day_that_a_year_does_not_have_is_refused(base):
    answer = base.ask("ngày 30 tháng 3 âm lịch năm 2027 là ngày nào", today=TODAY)
    assert answer.kind == "refuse"
    assert "không có ngày 30" in answer.text


@pytest.mark.parametrize(
    ("context", "asked", "facts"),
    [
        (["Năm nay Hội Nông dân tròn bao nhiêu năm?"], "còn Công đoàn Việt Nam?", ["97 năm"]),
        (["Ngày thành lập Quân đội là hôm nào?"], "thế bên công an?", ["19/8"]),
        (["Ngày bộ đội ra đời là hôm nào?"], "năm nay bao nhiêu năm rồi?", ["82 năm"]),
        (
            ["Ngày bộ đội ra đời là hôm nào?", "năm nay bao nhiêu năm rồi?"],
            "còn bao nhiêu ngày nữa?",
            ["30 ngày", "82 năm"],
        ),
        (["Tuần này có ngày kỷ niệm nào?"], "còn tuần sau?", ["24/11/2026"]),
        (["Giỗ tổ năm 2027 rơi vào ngày nào?"], "thế 2028 thì sao?", ["4/4/2028"]),
    ],
)
def test_a_follow_up_in_a_talk_about_days(base, context, asked, facts):
    answer = base.ask(asked, context=context, today=TODAY)
    for fact in facts:
        assert fact in answer.text


def test_a_follow_up_about_a_body_without_a_day_of_ours_is_refused(base):
    context = ["Hội Nông dân Việt Nam thành lập ngày nào?"]
    assert base.ask("còn Hội Người mù?", context=context, today=TODAY).kind == "refuse"
