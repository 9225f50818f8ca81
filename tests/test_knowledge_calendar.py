"""The calendar: lunar days by the Vietnamese rules, anniversaries, what comes next."""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def base():
    return Base.load(SHIPPED)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("tet_nguyen_dan", 1985, "1985-01-21"),
        ("tet_nguyen_dan", 2007, "2007-02-17"),
        ("tet_nguyen_dan", 2025, "2025-01-29"),
        ("tet_nguyen_dan", 2026, "2026-02-17"),
        ("tet_nguyen_dan", 2028, "2028-01-26"),
        ("tet_nguyen_dan", 2030, "2030-02-02"),
        ("tet_nguyen_dan", 2032, "2032-02-11"),
        ("gio_to", 2026, "2026-04-26"),
        ("gio_to", 2028, "2028-04-04"),
        ("gio_to", 2031, "2031-04-01"),
        ("vi_nguoi_ngheo", 2026, "2026-10-17"),
    ],
)
def test_days(base, name, year, day):
    occasion = next(one for one in base.occasions if one.id == name)
    assert str(occasion.on(year)) == day


def test_years_beyond_the_calendar_have_no_day(base):
    assert base.occasions[0].on(1500) is None
    assert base.occasions[0].years_in(1930) is None


def test_all_three_of_15_october(base):
    found = base.occasions.between(date(2026, 10, 15), date(2026, 10, 15))
    years = {one.occasion.id: one.years for one in found}
    assert years["dan_van_truyen_thong"] == (96,)
    assert years["ngay_dan_van_ca_nuoc"] == (27,)
    assert years["bai_bao_dan_van"] == (77,)


def test_upcoming_starts_today(base):
    found = base.occasions.upcoming(date(2026, 10, 15), 3)
    assert [one.date for one in found] == [date(2026, 10, 15)] * 3
    assert len(base.occasions.upcoming(TODAY, 10)) == 10


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("ngày 17/10 là ngày gì", ["Vì người nghèo", "26 năm"]),
        ("15/10/2026 kỷ niệm bao nhiêu năm", ["96 năm", "27 năm", "77 năm"]),
        ("năm 2030 ngày truyền thống công tác dân vận bao nhiêu năm", ["100 năm", "năm tròn"]),
        ("tác phẩm Dân vận tròn tám mươi năm vào năm nào", ["2029"]),
        ("ngày dân vận cả nước có từ năm nào", ["1999"]),
        ("Tết Nguyên đán 2028 là ngày nào", ["26/1/2028", "âm lịch"]),
        ("Tết 2030 ngày nào dương lịch", ["2/2/2030"]),
        ("gio to hung vuong 2028 la ngay nao", ["4/4/2028"]),
        ("còn bao nhiêu ngày nữa đến ngày thành lập quân đội nhân dân", ["30 ngày", "22/12/2026"]),
        ("sắp tới có ngày kỷ niệm gì", ["24/11/2026"]),
        ("tháng 3 có những ngày kỷ niệm nào", ["8/3/2027", "26/3/2027"]),
        ("tháng cao điểm vì người nghèo là khi nào", ["17/10", "18/11"]),
        ("quốc khánh năm 2027 là thứ mấy", ["Thứ Năm", "2/9/2027"]),
        ("ngày nhà giáo là ngày nào", ["20/11", "chưa kiểm chứng"]),
        ("tuần này có ngày lễ nào", ["không có"]),
        ("tháng này có ngày lễ nào", ["18/11/2026"]),
        ("tháng sau có ngày kỷ niệm gì", ["22/12/2026"]),
    ],
)
def test_calendar_answers(base, said, facts):
    answer = base.ask(said, today=TODAY)
    for fact in facts:
        assert fact in answer.text, answer.text
    assert len(answer.text) <= 600


@pytest.mark.parametrize(
    "said", ["ngày 5/4 là ngày gì", "tết 2027 được nghỉ mấy ngày", "ngày 15/10 thời tiết thế nào"]
)
def test_what_the_calendar_does_not_know_is_refused(base, said):
    assert base.ask(said, today=TODAY).kind == "refuse"


def test_a_day_that_a_document_states_cites_it(base):
    assert base.ask("năm 2027 ngày vì người nghèo bao nhiêu năm", today=TODAY).docs == (
        "ha-giang-2021",
    )


def test_a_follow_up_keeps_the_year(base):
    context = ["Năm 2024 ngày truyền thống công tác dân vận bao nhiêu năm?"]
    answer = base.ask("thế còn tác phẩm Dân vận?", context=context, today=TODAY)
    assert "75 năm" in answer.text
