"""What is wrong with an entry of the calendar is said with file and line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED
from knowledge.check import check_folder
from knowledge.occasions import occasions_in

TODAY = date(2026, 11, 22)
SOUND = """# lịch của xã

- id: ngay_mot
  name: Ngày thứ nhất
  day: 15/10
  from: 1930

- id: ngay_hai
  name: Ngày thứ hai
  day: 17/10
"""


def problems(text):
    return [str(one) for one in occasions_in("lich.yaml", text)[1]]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("day: 31/4", "10: day: không có ngày 31/4"),
        ("day: 30/2", "10: day: không có ngày 30/2"),
        ("day: 2026-10-17", "10: day: phải viết ngày/tháng, ví dụ 15/10"),
        ("day: 17 tháng 10", "10: day: phải viết ngày/tháng, ví dụ 15/10"),
        ("day: 31/12\n  calendar: âm lịch", "10: day: không có ngày 31/12 âm lịch"),
        ("day: 1/13\n  calendar: âm lịch", "10: day: không có ngày 1/13 âm lịch"),
        ("day: 17/10\n  calendar: lịch ta", "11: calendar: phải là một trong: dương lịch"),
        ("day: 17/10\n  calendar: [âm lịch]", "11: calendar: phải là một trong: dương lịch"),
        ("day: 17/10\n  dây: 1", "11: không có trường này: dây"),
        ("day: 17/10\n  until: 31/6", "11: until: không có ngày 31/6"),
        ("day: 17/10\n  held: 1/11", "11: held: phải viết ngày đầu-ngày cuối"),
        ("day: 17/10\n  held: 1/11-31/11", "11: held: không có ngày 31/11"),
        ("day: 17/10\n  until: 1/11\n  held: 1/10-1/11", "12: held: không dùng cùng với until"),
        ("day: 1/1\n  calendar: âm lịch\n  until: 3/1", "12: until: chỉ dùng với ngày dương lịch"),
        ("day: 17/10\n  missing: first", "11: missing: phải là một trong: last, skip"),
        ("day: 17/10\n  from: năm 1930", "11: from: phải là một năm"),
        ("day: 17/10\n  from: 30", "11: from: phải là một năm"),
        ("day: 17/10\n  tier: 4", "11: tier: phải là một trong: 1, 2, 3"),
        ("day: 17/10\n  tier: true", "11: tier: phải là một trong: 1, 2, 3"),
        ("day: 17/10\n  confidence: D", "11: confidence: phải là một trong: A, B, C"),
        ("day: 17/10\n  major: có", "11: major: phải là true hoặc false"),
        ("day: 17/10\n  for: hoi_lhpn", "11: for: phải là danh sách"),
        ("day: 17/10\n  sources: [3]", "11: sources: phải là chữ"),
        ("day: 17/10\n  text: Kỷ niệm {n} năm", "11: text: không có ô điền {n}"),
        ("day: 17/10\n  text: '{name.x} {N:03} {}'", "11: text: không có ô điền {name.x}, {N:03}"),
        ("day: 17/10\n  forward: Kỷ niệm {N năm", "11: forward: dấu { } không thành cặp"),
        ("day: 17/10\n  loudspeaker: tròn {N} năm", "11: loudspeaker: có {N} nhưng mục này"),
        ("day: 17/10\n  from: 1930\n  text: Lễ kỷ niệm {N} năm", "12: text: lời nhắc dùng"),
        (f"day: 17/10\n  text: {'dài ' * 200}", "11: text: dài 799 ký tự, quá 600"),
        ("ngày: 17/10", "8: thiếu trường day"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line(line, problem):
    said = problems(SOUND.replace("day: 17/10", line))
    assert [one for one in said if one.startswith(f"lich.yaml:{problem}")], said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SOUND.replace("ngay_hai", "ngay_mot"), "8: trùng id ngay_mot"),
        (SOUND.replace("ngay_hai", "Ngày hai"), "8: id: chỉ gồm chữ thường"),
        (SOUND.replace("Ngày thứ hai", f"Ngày {'dài ' * 50}"), "9: name: dài 204 ký tự, quá 150"),
        (f"{SOUND}- ba\n", "11: mục này phải gồm các trường"),
        ("- [a", "1: không đọc được"),
        ("", "1: mục này phải gồm các trường"),
        ("{id: a, name: b}", "1: thiếu trường day"),
    ],
)
def test_so_has_a_fault_of_the_whole(text, problem):
    said = problems(text)
    assert [one for one in said if one.startswith(f"lich.yaml:{problem}")], said


def test_all_faults_are_told_and_sound_entries_are_read():
    text = SOUND.replace("day: 17/10", "day: 31/4\n  tier: 9")
    read, found = occasions_in("lich.yaml", text)
    assert [occasion.id for occasion, _ in read] == ["ngay_mot"]
    assert [one.line for one in found] == [11, 10] or [one.line for one in found] == [10, 11]


def test_a_sound_file_has_no_problem():
    full = """
  until: 18/10
  missing: skip
  text: "{name}, {weekday} {date} ({lunar} âm lịch): {N} năm {{1}}"
  forward: Chúc mừng {N} năm.
  loudspeaker: null
  sources: [Công văn 1]
"""
    read, found = occasions_in(
        "lich.yaml", SOUND.replace("\n  from: 1930\n", f"\n  from: 1930{full}")
    )
    assert found == []
    assert [occasion.missing for occasion, _ in read] == ["skip", "last"]
    assert problems(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("for: [hoi_lhpn]", "for: [hoi_hoa]", "mục hoi_lhpn: không có tổ chức hoi_hoa"),
        ("documents: [ha-giang-2021]", "documents: [ha-giang]", "không có văn bản ha-giang"),
        ("day: 26/3", "day: 31/4", "không có ngày 31/4"),
    ],
)
def test_check_tells_it_of_a_folder(tmp_path, old, new, what):
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "base"))
    file = folder / "occasions.yaml"
    text = file.read_text("utf-8").replace(old, new, 1)
    file.write_text(text, "utf-8")
    line = next(at for at, one in enumerate(text.splitlines(), 1) if new in one)
    found = [one for one in check_folder(folder, TODAY) if what in one.what]
    assert [(one.file, one.line) for one in found] == [("occasions.yaml", line)]
