"""What an office lays over the calendar: own days, confirmed days, days it does not use."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base
from knowledge.occasion_overlay import read_edit, with_mark
from knowledge.overlay import Laid, read_overlay
from tests.desk import Desk

ENTRY = {"id": "ngay_xa", "name": "Ngày thành lập xã", "day": "5/5", "from": 1976}
OWN = """- id: ngay_xa
  name: Ngày thành lập xã
  day: 5/5
  from: 1976
  for: [hoi_nong_dan]
- id: ngay_ba
  name: Ngày truyền thống theo lịch của xã
  day: 16/10
"""
ON = date(2026, 11, 22)


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, now)


def listed(desk, year=2027):
    rows = desk.json("occasions", "list", "--from", f"{year}-01-01", "--to", f"{year}-12-31")
    return {row["id"]: (row["date"], row["years"]) for row in rows}


def put(desk, text, name="lich.yaml"):
    Path(name).write_text(text, "utf-8")
    return desk.run("occasions", "put", name, "--json")


def test_own_days_join_the_calendar_or_take_a_shipped_one_s_place(desk):
    before = listed(desk)
    assert put(desk, OWN).exit_code == 0
    after = listed(desk)
    assert after == {
        **before,
        "ngay_xa": ("2027-05-05", [51]),
        "ngay_ba": ("2027-10-16", []),
    }
    assert desk.json("occasions", "withdraw", "ngay_ba")["id"] == "ngay_ba"
    assert listed(desk)["ngay_ba"] == before["ngay_ba"]
    desk.json("occasions", "withdraw", "ngay_xa")
    assert listed(desk) == before
    assert "has laid nothing" in desk.refused("occasions", "withdraw", "ngay_xa")


def test_what_is_shown_can_be_changed_and_put_again(desk):
    assert put(desk, OWN).exit_code == 0
    shown = desk.run("occasions", "show", "ngay_xa").stdout
    assert shown.startswith("# organisation, 2027-05-05\n")
    assert put(desk, shown.replace("5/5", "6/5")).exit_code == 0
    found = desk.json("occasions", "show", "ngay_xa")
    assert found["entry"]["day"] == "6/5"
    assert found["next"] == "2027-05-06"
    assert (found["topic"], found["is_confirmed"]) == ("organisation", True)
    assert "no occasion 'ngay_la'" in desk.refused("occasions", "show", "ngay_la")


def test_a_day_is_confirmed_once_and_stays_an_own_one(desk):
    assert desk.json("occasions", "show", "ngay_hai")["is_confirmed"] is False
    assert "unconfirmed" in desk.run("occasions", "show", "ngay_hai").stdout
    desk.json("occasions", "confirm", "ngay_hai")
    assert desk.json("occasions", "show", "ngay_hai")["is_confirmed"] is True
    assert "needs no confirmation" in desk.refused("occasions", "confirm", "ngay_hai")
    desk.json("occasions", "withdraw", "ngay_hai")
    assert desk.json("occasions", "show", "ngay_hai")["is_confirmed"] is False
    assert put(desk, OWN.replace("from: 1976", "confidence: C")).exit_code == 0
    desk.json("occasions", "confirm", "ngay_xa")
    found = desk.json("occasions", "show", "ngay_xa")
    assert (found["is_confirmed"], found["entry"]["day"]) == (True, "5/5")


def test_a_day_that_is_off_is_nowhere_until_it_is_taken_back(desk):
    desk.json("occasions", "off", "ngay_hai")
    assert "ngay_hai" not in listed(desk)
    assert "no occasion" in desk.refused("occasions", "off", "ngay_hai")
    assert "no occasion" in desk.refused("occasions", "confirm", "ngay_hai")
    desk.json("occasions", "withdraw", "ngay_hai")
    assert "ngay_hai" in listed(desk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            OWN.replace("5/5", "31/4").replace("16/10", "31/9\n  text: còn {x}"),
            ["lich.yaml:3: day: không có ngày 31/4", "lich.yaml:9: text: không có ô điền {x}",
             "lich.yaml:8: day: không có ngày 31/9"],
        ),
        (
            OWN.replace("hoi_nong_dan", "hoi_hoa"),
            ["lich.yaml:5: mục ngay_xa: không có tổ chức hoi_hoa trong organisations.yaml"],
        ),
        (f"{OWN}  kho: 3\n", ["lich.yaml:9: không có trường này: kho"]),
    ],
)  # fmt: skip
def test_nothing_is_kept_of_a_file_with_faults_and_all_are_told(desk, text, said):
    before = listed(desk)
    result = put(desk, text)
    assert result.exit_code == 1
    assert sorted(result.stderr.splitlines()) == sorted(said)
    assert listed(desk) == before


def test_of_a_file_that_cannot_be_read_one_line_is_said(desk):
    Path("lich.yaml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in desk.refused("occasions", "put", "lich.yaml")
    assert desk.run("occasions", "put", "khong-co.yaml").exit_code == 2


def test_the_assistant_answers_from_an_own_day(desk):
    assert put(desk, OWN).exit_code == 0
    assert "5/5/2027" in desk.reply("Ngày thành lập xã là ngày nào?")["text"]


def base_with(*contents):
    laid = [Laid("occasion", key, content, ON) for key, content in contents]
    return Base.load(SHIPPED, read_overlay(laid))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({}, "không có nội dung"),
        ({"confirmed": False}, "confirmed chỉ nhận giá trị true"),
        ({"off": "có", "confirmed": 1}, "confirmed và off chỉ nhận giá trị true"),
        ({**ENTRY, "id": "khac"}, "id trong nội dung là khac"),
        ({**ENTRY, "day": "31/4"}, "không có ngày 31/4"),
        ({**ENTRY, "text": "{x}"}, "không có ô điền {x}"),
        ({"name": "Ngày"}, "thiếu trường id; thiếu trường day"),
        ({"confirmed": True}, "lịch không có ngày kỷ niệm này"),
        ({"off": True}, "lịch không có ngày kỷ niệm này"),
    ],
)
def test_a_broken_edit_is_left_out_and_said(content, why):
    base = base_with(("ngay_xa", content), ("rieng", {**ENTRY, "id": "rieng"}))
    [problem] = base.left_out
    assert (problem.file, why in problem.what) == ("ngay_xa", True), problem
    assert base.occasions.by_id("ngay_xa") is None
    assert base.occasions.by_id("rieng")
    assert len(base.occasions) == len(Base.load(SHIPPED).occasions) + 1


def test_marks_are_laid_over_what_the_office_has_laid():
    assert with_mark(None, "off") == {"off": True}
    both = with_mark(with_mark({**ENTRY, "confidence": "C"}, "confirmed"), "off")
    assert both == {**ENTRY, "confidence": "C", "confirmed": True, "off": True}
    assert read_edit("ngay_xa", both).is_off
    assert base_with(("ngay_xa", both)).occasions.by_id("ngay_xa") is None
    own = base_with(("ngay_xa", {**ENTRY, "confidence": "C", "confirmed": True}))
    assert own.occasions.by_id("ngay_xa").is_confirmed
    assert not base_with(("ngay_xa", {**ENTRY, "confidence": "C"})).occasions[-1].is_confirmed


def test_a_shipped_day_keeps_its_place():
    order = [one.id for one in base_with(("gio_to", {"confirmed": True})).occasions]
    assert order == [one.id for one in Base.load(SHIPPED).occasions]
