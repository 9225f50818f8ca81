"""Lunar days: the product's calendar against one computed from the sky; years that lack a day."""

from datetime import date, timedelta

import pytest

from knowledge.base import SHIPPED
from knowledge.occasions import Happening, Occasion, Occasions, read_occasions
from tests.desk import Desk
from tests.lunar_oracle import lunar_date, lunar_year

FIRST, LAST = date(2025, 1, 1), date(2035, 12, 31)


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path, now)
    made.set["DANVAN_KNOWLEDGE_DIR"] = str(SHIPPED)
    return made


def test_the_list_of_eleven_years_has_every_lunar_day_where_the_sky_has_it(desk):
    rows = desk.json("occasions", "list", "--from", FIRST, "--to", LAST)
    listed = {(row["id"], row["date"]) for row in rows if row["calendar"] == "lunar"}
    found = {
        (one.id, on.isoformat())
        for one in read_occasions(SHIPPED / "occasions.yaml")
        for year in range(FIRST.year - 1, LAST.year + 1)
        if one.calendar == "lunar"
        and (on := lunar_date(one.day, one.month, year))
        and FIRST <= on <= LAST
    }
    assert listed == found
    assert len(found) == 2 * 11
    assert {"2028-01-26", "2030-02-02"} <= {on for name, on in found if name == "tet_nguyen_dan"}


def test_the_great_day_of_2026_counts_its_years(desk):
    rows = desk.json("occasions", "list", "--from", "2026-10-15", "--to", "2026-10-15")
    assert {row["id"]: row["years"] for row in rows} == {
        "dan_van_truyen_thong": [96],
        "bai_bao_dan_van": [77],
        "ngay_dan_van_ca_nuoc": [27],
        "hoi_lhtn": [70],
    }


def test_what_lasts_is_listed_on_its_first_day(desk):
    rows = desk.json("occasions", "list", "--from", "2026-10-01", "--to", "2026-11-30")
    days = {row["id"]: row["date"] for row in rows}
    assert days["thang_dan_van"] == "2026-10-01"
    assert days["thang_cao_diem_vi_nguoi_ngheo"] == "2026-10-17"
    assert days["ngay_hoi_dai_doan_ket"] == "2026-11-18"


def lunar(day, month, missing="last"):
    return Occasion("own", "Ngày riêng", day, month, "lunar", missing=missing, counted_from=1960)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 15, 29, 30])
def test_any_lunar_day_stands_where_the_sky_has_it(day, month):
    for year in range(1990, 2051):
        begins, length = lunar_year(year)[month, False]
        last = begins + timedelta(days=min(day, length) - 1)
        assert lunar(day, month).on(year) == last
        assert lunar(day, month, "skip").on(year) == (last if day <= length else None)


def test_of_a_month_that_comes_twice_the_regular_one_counts():
    begins, _ = lunar_year(2025)[6, False]
    leap, _ = lunar_year(2025)[6, True]
    assert begins < leap
    found = Occasions([lunar(10, 6)]).between(date(2025, 1, 1), date(2025, 12, 31))
    assert [one.date for one in found] == [begins + timedelta(days=9)]


def test_the_last_days_of_a_lunar_year_fall_into_ours_and_count_the_lunar_one():
    kitchen_gods = lunar(23, 12)
    [one] = Occasions([kitchen_gods]).between(date(2026, 1, 1), date(2026, 12, 31))
    assert one == Happening(kitchen_gods, date(2026, 2, 10))
    assert (one.year, one.years) == (2025, (65,))


@pytest.mark.parametrize(
    ("missing", "days"),
    [
        ("last", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        ("skip", ["2028-02-29"]),
    ],
)
def test_the_29th_of_february(missing, days):
    one = Occasion("own", "Ngày riêng", 29, 2, missing=missing)
    found = Occasions([one]).between(date(2027, 1, 1), date(2029, 12, 31))
    assert [str(happening.date) for happening in found] == days


@pytest.mark.parametrize(
    ("held", "until", "on", "span"),
    [
        (((1, 11), (18, 11)), None, "2026-11-18", ("2026-11-01", "2026-11-18")),
        (((20, 12), (5, 1)), None, "2026-01-02", ("2025-12-20", "2026-01-05")),
        (((20, 12), (5, 1)), None, "2026-12-24", ("2026-12-20", "2027-01-05")),
        (None, (18, 11), "2026-10-17", ("2026-10-17", "2026-11-18")),
        (None, (10, 1), "2026-12-20", ("2026-12-20", "2027-01-10")),
        (None, (29, 2), "2027-02-01", ("2027-02-01", "2027-02-28")),
        (None, None, "2026-10-17", ("2026-10-17", "2026-10-17")),
    ],
)
def test_what_lasts_has_a_first_and_a_last_day(held, until, on, span):
    day = date.fromisoformat(on)
    one = Occasion("own", "Đợt", day.day, day.month, held=held, until=until)
    assert tuple(str(day) for day in Happening(one, day).span) == span


def test_the_ends_of_what_can_be_computed():
    new_year = Occasion("own", "Đầu năm", 1, 1)
    assert [str(one.date) for one in Occasions([new_year]).upcoming(date(2199, 1, 1), 9)] == [
        "2199-01-01"
    ]
    assert Occasions([new_year]).upcoming(date(2199, 1, 2), 9) == []
    assert new_year.on(2200) is None
