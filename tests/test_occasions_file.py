"""The calendar as an iCalendar file: whole days, spans, stable names, folding, escaping."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from knowledge.base import SHIPPED
from knowledge.icalendar_file import to_icalendar
from knowledge.occasions import Happening, Occasion, Occasions, read_occasions
from tests.desk import Desk

STAMP = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
OCCASIONS = read_occasions(SHIPPED / "occasions.yaml")
BY_ID = {one.id: one for one in OCCASIONS}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def events(written):
    return {str(one["UID"]): one for one in Calendar.from_ical(written).walk("VEVENT")}


def year_of_events():
    return events(to_icalendar(OCCASIONS.between(*YEAR), stamp=STAMP))


@pytest.mark.parametrize(
    ("name", "first", "end", "summary"),
    [
        ("dan_van_truyen_thong", "2026-10-15", "2026-10-16",
         "Ngày truyền thống công tác dân vận của Đảng (96 năm)"),
        ("tet_nguyen_dan", "2026-02-17", "2026-02-18", "Tết Nguyên đán"),
        ("thang_cao_diem_vi_nguoi_ngheo", "2026-10-17", "2026-11-19",
         "Tháng cao điểm “Vì người nghèo”"),
        ("ngay_hoi_dai_doan_ket", "2026-11-01", "2026-11-19",
         "Ngày hội Đại đoàn kết toàn dân tộc ở khu dân cư (23 năm)"),
        ("hoi_ccb", "2026-12-06", "2026-12-07",
         "Ngày thành lập Hội Cựu chiến binh Việt Nam (37 năm, chưa kiểm chứng)"),
    ],
)  # fmt: skip
def test_an_occasion_is_an_event_of_whole_days(name, first, end, summary):
    event = year_of_events()[f"{name}-2026@danvan"]
    assert (str(event.decoded("dtstart")), str(event.decoded("dtend"))) == (first, end)
    assert event.decoded("dtstamp") == STAMP
    assert str(event["SUMMARY"]) == summary
    assert str(event["STATUS"]) == ("TENTATIVE" if "chưa" in summary else "CONFIRMED")


def test_every_occasion_is_there_once():
    assert len(year_of_events()) == len(OCCASIONS.between(*YEAR)) == len(OCCASIONS)


def test_the_same_event_has_the_same_name_in_a_later_file():
    [gio_to] = [one for one in OCCASIONS if one.id == "gio_to"]
    later = Occasions([gio_to]).between(date(2026, 4, 1), date(2027, 12, 31))
    written = to_icalendar(later, stamp=datetime(2027, 1, 1, tzinfo=UTC))
    assert set(events(written)) == {"gio_to-2026@danvan", "gio_to-2027@danvan"}
    assert "gio_to-2026@danvan" in year_of_events()
    eve = Occasion("eve", "Tất niên", 29, 12, "lunar")
    both = Occasions([eve]).between(date(2026, 1, 1), date(2027, 12, 31))
    assert set(events(to_icalendar(both, stamp=STAMP))) == {"eve-2025@danvan", "eve-2026@danvan"}


def test_lines_are_folded_at_75_octets_and_signs_are_escaped():
    name = "Ngày hội “Đoàn kết”; vui, khỏe\\đẹp " * 4
    one = replace(BY_ID["hoi_ccb"], name=name.strip())
    written = to_icalendar([Happening(one, date(2026, 12, 6))], stamp=STAMP)
    lines = written.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    assert rb"\; vui\, kh" in written.replace(b"\r\n ", b"")
    [event] = events(written).values()
    assert str(event["SUMMARY"]).startswith(name.strip())


def test_nothing_makes_an_empty_calendar():
    assert events(to_icalendar([], stamp=STAMP)) == {}


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path, now)
    made.set["DANVAN_KNOWLEDGE_DIR"] = str(SHIPPED)
    return made


def test_the_command_writes_the_file(desk):
    span = ("--from", "2026-10-01", "--to", "2026-10-31")
    rows = desk.json("occasions", "list", *span)
    made = desk.json("occasions", "export", *span, "--out", "lich.ics")
    assert made == {"file": "lich.ics", "events": len(rows)}
    found = events(Path("lich.ics").read_bytes())
    assert {name.partition("-")[0] for name in found} == {row["id"] for row in rows}
    assert (
        "events in lich.ics" in desk.run("occasions", "export", *span, "--out", "lich.ics").stdout
    )


def test_what_cannot_be_written_is_said(desk):
    Path("x").write_text("", "utf-8")
    span = ("--from", "2026-10-01", "--to", "2026-10-31")
    assert "cannot be written" in desk.refused("occasions", "export", *span, "--out", "x/a.ics")
    wrong = desk.run(
        "occasions", "export", "--from", "2026-10-02", "--to", "2026-10-01", "--out", "a"
    )
    assert wrong.exit_code == 2
