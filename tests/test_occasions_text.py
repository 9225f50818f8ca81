"""The sentences of a reminder: when, what, how many years, and a ceremony in round years only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.base import SHIPPED
from knowledge.occasion_text import forward_text, line, loudspeaker_text, reminder
from knowledge.occasions import Occasion, Occasions, read_occasions

OCCASIONS = read_occasions(SHIPPED / "occasions.yaml")
CEREMONY = "lễ kỷ niệm"
LONGEST = 230


def happening(name, year):
    one = Occasions(one for one in OCCASIONS if one.id == name)
    return one.between(date(year, 1, 1), date(year, 12, 31))[0]


@pytest.mark.parametrize(
    ("name", "year", "days", "said"),
    [
        (
            "dan_van_truyen_thong", 2026, 7,
            ("Còn 7 ngày nữa (Thứ Năm, 15/10/2026): Ngày truyền thống công tác dân vận của Đảng, "
            "kỷ niệm 96 năm (1930-2026)."),
        ),
        (
            "hoi_lhtn", 2026, 1,
            ("Ngày mai (Thứ Năm, 15/10/2026): Ngày truyền thống Hội Liên hiệp Thanh niên Việt "
            "Nam, kỷ niệm 70 năm (1956-2026). Năm tròn: có thể xem xét tổ chức lễ kỷ niệm (Nghị "
            "định 111/2018/NĐ-CP)."),
        ),
        (
            "tet_nguyen_dan", 2027, 0,
            "Hôm nay (Thứ Bảy, 6/2/2027, tức 1/1 âm lịch): Tết Nguyên đán.",
        ),
        (
            "thang_dan_van", 2026, 7,
            "Còn 7 ngày nữa (từ Thứ Năm, 1/10/2026 đến Thứ Bảy, 31/10/2026): Tháng Dân vận.",
        ),
        (
            "thang_dan_van", 2026, -10,
            "Đang diễn ra (từ Thứ Năm, 1/10/2026 đến Thứ Bảy, 31/10/2026): Tháng Dân vận.",
        ),
        (
            "thang_dan_van", 2026, -30,
            "Hôm nay là ngày cuối (từ Thứ Năm, 1/10/2026 đến Thứ Bảy, 31/10/2026): Tháng Dân vận.",
        ),
        (
            "ngay_hoi_dai_doan_ket", 2026, 0,
            ("Hôm nay (Thứ Tư, 18/11/2026): Ngày hội Đại đoàn kết toàn dân tộc ở khu dân cư, "
            "kỷ niệm 23 năm (2003-2026). Tổ chức từ 1/11 đến 18/11."),
        ),
        ("ngay_van_hoa_vn", 2026, 0, "Hôm nay (Thứ Ba, 24/11/2026): Ngày Văn hóa Việt Nam."),
    ],
)  # fmt: skip
def test_what_a_reminder_says(name, year, days, said):
    one = happening(name, year)
    assert reminder(one, one.date - timedelta(days=days)) == said


@pytest.mark.parametrize(("name", "late"), [("dan_van_truyen_thong", 1), ("thang_dan_van", 31)])
def test_what_is_over_is_not_told(name, late):
    one = happening(name, 2026)
    with pytest.raises(ValueError, match=name):
        reminder(one, one.date + timedelta(days=late))


def test_a_ceremony_is_spoken_of_in_round_years_only():
    told = {True: 0, False: 0}
    for one in OCCASIONS.between(date(2025, 1, 1), date(2044, 12, 31)):
        is_round = bool(one.years) and one.years[0] % 10 == 0
        told[is_round] += 1
        for days in (0, 1, 14):
            said = reminder(one, one.date - timedelta(days=days))
            assert (CEREMONY in said) == is_round, said
            assert len(said) <= LONGEST, said
    assert told[True] > 80
    assert told[False] > 800


OWN = Occasion(
    "own",
    "Ngày thành lập xã",
    10,
    3,
    "lunar",
    counted_from=1976,
    text="{weekday} {date} là {name}, {N} năm ({lunar} âm lịch).",
    forward="Chúc mừng {N} năm {name}!",
)


def in_2026(occasion):
    [one] = Occasions([occasion]).between(date(2026, 1, 1), date(2026, 12, 31))
    return one


def test_an_office_s_own_text_is_used():
    one = in_2026(OWN)
    told = "Chủ nhật 26/4/2026 là Ngày thành lập xã, 50 năm (10/3 âm lịch)."
    assert (
        line(one)
        == f"{told} Năm tròn: có thể xem xét tổ chức lễ kỷ niệm (Nghị định 111/2018/NĐ-CP)."
    )
    assert reminder(one, date(2026, 4, 25)).startswith(
        "Ngày mai (Chủ nhật, 26/4/2026, tức 10/3 âm"
    )
    assert told in reminder(one, date(2026, 4, 25))
    assert forward_text(one) == "Chúc mừng 50 năm Ngày thành lập xã!"
    assert loudspeaker_text(one) == ""


def test_a_text_that_counts_is_not_used_before_the_first_anniversary():
    one = in_2026(replace(OWN, counted_from=2026))
    assert line(one) == "Ngày thành lập xã."
    assert forward_text(one) == ""
    assert (
        forward_text(in_2026(replace(OWN, counted_from=2026, forward="Chúc mừng!")))
        == "Chúc mừng!"
    )


def test_the_lunar_day_of_a_leap_month_is_named_so():
    one = Occasion("own", "Ngày riêng", 30, 7, text="{lunar}")
    [found] = Occasions([one]).between(date(2025, 7, 1), date(2025, 7, 31))
    assert line(found) == "6/6 nhuận"
