"""What a day brings to whom: occasions with their leads, the week on Mondays, deadlines."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.agenda import Almanac, Interests
from knowledge.base import SHIPPED, Base
from knowledge.document import Change, Duty, Period
from knowledge.occasions import Occasion, Occasions

BASE = Base.load(SHIPPED)
DEFAULT = Interests(
    frozenset({"core", "national", "organisation", "deadlines", "news"}), (7, 1, 0)
)
YOUTH = replace(DEFAULT, organisations=frozenset({"hoi_lhtn"}))
ALL = replace(DEFAULT, topics=DEFAULT.topics | {"other"})
LUNAR = Occasion("tet", "Tết", 1, 1, "lunar", tier=1)
MARCH = Occasion("march", "Tháng ba", 1, 3, "gregorian", tier=1)
EVE = Occasion("eve", "Giao năm", 31, 12, "gregorian", tier=1)
FIRST = Occasion("first", "Đầu năm", 1, 1, "gregorian", tier=1)
LONG = Occasion("long", "Tháng cao điểm", 20, 12, "gregorian", until=(10, 1), tier=1)
UNSURE = Occasion("unsure", "Chưa chắc", 15, 10, "gregorian", tier=1, is_confirmed=False)


def almanac(*occasions, documents=()):
    return Almanac(Occasions(occasions), documents, BASE.provinces)


def ids(some):
    return [(one.happening.occasion.id, one.days) for one in some]


def shipped(day, interests=DEFAULT):
    return Almanac(BASE.occasions, (), BASE.provinces).on(date.fromisoformat(day), interests)


@pytest.mark.parametrize(
    ("day", "interests", "told"),
    [
        (
            "2026-10-15",
            DEFAULT,
            {"dan_van_truyen_thong", "ngay_dan_van_ca_nuoc", "bai_bao_dan_van"},
        ),
        (
            "2026-10-15",
            YOUTH,
            {"dan_van_truyen_thong", "ngay_dan_van_ca_nuoc", "bai_bao_dan_van", "hoi_lhtn"},
        ),
        ("2026-10-15", replace(YOUTH, topics=frozenset({"organisation"})), {"hoi_lhtn"}),
        ("2026-10-15", replace(YOUTH, topics=frozenset({"national", "deadlines"})), set()),
        ("2026-10-16", DEFAULT, {"vi_nguoi_ngheo", "thang_cao_diem_vi_nguoi_ngheo"}),
        ("2026-08-26", DEFAULT, {"quoc_khanh"}),
        ("2026-08-27", DEFAULT, set()),
        ("2026-09-01", DEFAULT, {"quoc_khanh"}),
        ("2026-08-30", replace(DEFAULT, leads=(3,)), {"quoc_khanh"}),
        ("2026-09-02", replace(DEFAULT, leads=(3,)), set()),
        ("2026-04-26", DEFAULT, {"gio_to"}),
        ("2028-01-27", DEFAULT, {"thanh_lap_dang"}),
        ("2026-11-18", DEFAULT, {"mttq_truyen_thong", "thang_cao_diem_vi_nguoi_ngheo"}),
    ],
)
def test_a_day_tells_the_occasions_of_the_persons_topics_and_leads(day, interests, told):
    found = {one.happening.occasion.id for one in shipped(day, interests).occasions}
    assert found - {"ngay_hoi_dai_doan_ket"} == told


def test_what_no_officer_confirmed_is_never_told():
    everything = replace(ALL, leads=tuple(range(15)))
    assert not almanac(UNSURE).on(date(2026, 10, 15), everything)
    assert almanac(replace(UNSURE, is_confirmed=True)).on(date(2026, 10, 15), everything)


@pytest.mark.parametrize(
    ("today", "occasions", "told"),
    [
        ("2026-12-31", (EVE, FIRST), [("eve", 0), ("first", 1)]),
        ("2027-01-01", (EVE, FIRST), [("first", 0)]),
        ("2026-12-25", (EVE, FIRST), [("first", 7)]),
        ("2026-12-24", (EVE, FIRST), [("eve", 7)]),
        ("2028-02-29", (MARCH,), [("march", 1)]),
        ("2028-02-28", (MARCH,), []),
        ("2027-02-28", (MARCH,), [("march", 1)]),
        ("2028-02-23", (MARCH,), [("march", 7)]),
        ("2027-02-22", (MARCH,), [("march", 7)]),
        ("2026-02-10", (LUNAR,), [("tet", 7)]),
        ("2026-02-16", (LUNAR,), [("tet", 1)]),
        ("2026-12-20", (LONG,), [("long", 0)]),
        ("2026-12-19", (LONG,), [("long", 1)]),
        ("2026-12-21", (LONG,), []),
        ("2027-01-10", (LONG,), [("long", 0)]),
        ("2027-01-11", (LONG,), []),
    ],
)
def test_years_end_leap_days_and_long_occasions(today, occasions, told):
    found = almanac(*occasions).on(date.fromisoformat(today), DEFAULT)
    assert ids(found.occasions) == told


def test_the_last_day_of_a_long_occasion_is_told_as_its_end():
    [found] = almanac(LONG).on(date(2027, 1, 10), DEFAULT).occasions
    assert (found.is_end, found.on) == (True, date(2027, 1, 10))
    assert found.happening.date == date(2026, 12, 20)
    assert not almanac(LONG).on(date(2027, 1, 10), replace(DEFAULT, leads=(7,))).occasions


@pytest.mark.parametrize(
    ("today", "week"),
    [
        ("2026-10-12", [("dan_van_truyen_thong", 3), ("vi_nguoi_ngheo", 5)]),
        ("2026-10-13", []),
        ("2026-10-14", []),
    ],
)
def test_on_mondays_the_week_is_told_as_far_as_no_lead_does(today, week):
    found = ids(shipped(today).week)
    assert [one for one in found if one in week] == week
    assert bool(found) == bool(week)


def plan(*duties, **more):
    document = replace(BASE.documents[0], place="Hà Giang", period=Period(), changes=())
    facts = replace(document.facts, duties=tuple(Duty(None, "nộp báo cáo", at) for at in duties))
    return replace(document, facts=facts, **more)


@pytest.mark.parametrize(
    ("document", "days"),
    [
        (plan("trước ngày 20/10/2026"), [7]),
        (plan("ngày 14 tháng 10 năm 2026"), [1]),
        (plan("13/10/2026"), [0]),
        (plan("12/10/2026"), []),
        (plan("16/10/2026"), []),
        (plan("trước ngày 20/10 hằng năm"), [7]),
        (plan("trước ngày 20/10", years=(2026,)), [7]),
        (plan("trước ngày 20/10", years=(2026, 2027)), []),
        (plan("trước ngày 20/10", years=(2025,)), []),
        (plan("31/9/2026", None, "sớm nhất có thể"), []),
        (plan(period=Period(end=date(2026, 10, 14))), [1]),
        (plan("20/10/2026", period=Period(end=date(2026, 10, 1))), []),
        (plan("20/10/2026", changes=(Change("thay thế", "x", "X", None),)), []),
    ],
)
def test_deadlines_of_plans_in_force_are_told(document, days):
    found = almanac(documents=[document]).on(date(2026, 10, 13), DEFAULT).deadlines
    assert [one.days for one in found] == days
    other = replace(DEFAULT, topics=DEFAULT.topics - {"deadlines"})
    assert not almanac(documents=[document]).on(date(2026, 10, 13), other)


def test_a_deadline_of_the_week_is_told_on_monday_too_and_those_of_other_provinces_never():
    found = almanac(documents=[plan("16/10/2026")])
    monday = date(2026, 10, 12)
    assert [one.days for one in found.on(monday, DEFAULT).deadlines] == [4]
    assert found.on(monday, replace(DEFAULT, home="Tuyên Quang")).deadlines
    assert not found.on(monday, replace(DEFAULT, home="An Giang")).deadlines
