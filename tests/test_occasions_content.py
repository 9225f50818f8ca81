"""The shipped calendar holds every day that was compiled, each with its fields, and says whose
own day it is.
"""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base
from knowledge.document import BrokenBase
from knowledge.occasion_entry import as_entry, rewritten, to_yaml
from knowledge.occasions import Occasion, Occasions, occasion_of, occasions_in, read_occasions
from knowledge.organisations import Organisations, read_organisations

FILE = SHIPPED / "occasions.yaml"
COMPILED = tomllib.loads(
    (Path(__file__).parent / "cases" / "occasions.toml").read_text(encoding="utf-8")
)
BASE = Base.load(SHIPPED)
BY_ID = {one.id: one for one in BASE.occasions}
OWN = {
    "hoi_nong_dan": {"hoi_nong_dan"},
    "hoi_lhpn": {"hoi_lhpn"},
    "doan_tncs": {"doan_tncs"},
    "hoi_ccb": {"hoi_ccb"},
    "cong_doan": {"cong_doan"},
    "hoi_lhtn": {"hoi_lhtn"},
    "doi_tntp": {"doi_tntp"},
    "chu_thap_do": {"chu_thap_do"},
    "nguoi_cao_tuoi_vn": {"nguoi_cao_tuoi"},
    "hssv": {"hoi_sinh_vien"},
    "tnxp": {"hoi_cuu_tnxp"},
}
OFFICE = {"thang_dan_van"}
"""Days of the work itself, beside those that were compiled."""


def test_every_compiled_day_is_there():
    assert {one.id for one in BASE.occasions} == COMPILED.keys() | OFFICE


@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_day_has_its_fields(name):
    one = BY_ID[name]
    day = f"{one.day}/{one.month}" + ("-{}/{}".format(*one.until) if one.until else "")
    day += " L" * (one.calendar == "lunar") + " *" * one.is_major
    fields = [day, one.counted_from or 0, one.since or 0, one.tier, one.confidence]
    assert fields == COMPILED[name]
    assert one.is_confirmed == (one.confidence != "C")
    assert one.sources or one.confidence == "C", "what was read is named"
    assert {one.text, one.forward, one.loudspeaker} == {""}, "no text is approved yet"


def test_what_lasts_has_its_days():
    month = BY_ID["thang_dan_van"]
    assert (month.day, month.month, month.until, month.topic) == (1, 10, (31, 10), "core")
    assert BY_ID["ngay_hoi_dai_doan_ket"].held == ((1, 11), (18, 11))


def test_whose_own_day_it_is():
    assert {one.id: set(one.organisations) for one in BASE.occasions if one.organisations} == OWN
    assert {one.id for one in BASE.occasions if one.topic == "organisation"} == OWN.keys()


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("hoi_lhpn", "organisation"),
        ("ngay_phu_nu_vn", "other"),
        ("mttq_truyen_thong", "core"),
        ("nguoi_cao_tuoi_qt", "core"),
        ("thanh_lap_dang", "national"),
        ("tet_nguyen_dan", "national"),
        ("kiem_tra_dang", "other"),
        ("tuyen_giao", "core"),
    ],
)
def test_under_which_topic_a_day_is_told(name, topic):
    assert BY_ID[name].topic == topic


def test_every_organisation_has_a_day_and_a_name():
    assert set(BASE.organisations) == set().union(*OWN.values())
    assert BASE.organisations.name("hoi_lhpn") == "Hội Liên hiệp Phụ nữ Việt Nam"


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("Hội Nông dân xã Tân Lập", {"hoi_nong_dan"}),
        ("hoi nong dan xa tan lap", {"hoi_nong_dan"}),
        ("Hội LHPN tỉnh", {"hoi_lhpn"}),
        ("Đoàn xã Tân Lập", {"doan_tncs"}),
        ("Công đoàn xã Tân Lập", {"cong_doan"}),
        ("LĐLĐ tỉnh An Giang", {"cong_doan"}),
        ("Hội Cựu thanh niên xung phong", {"hoi_cuu_tnxp"}),
        ("Hội LHTN và Đoàn Thanh niên phường", {"hoi_lhtn", "doan_tncs"}),
        ("UBMTTQ xã Tân Lập", set()),
        ("Đoàn kết", set()),
        ("Khối HNDT", set()),
        ("Khối CHND", set()),
        ("", set()),
    ],
)
def test_a_units_name_tells_its_organisation(unit, found):
    assert BASE.organisations.in_unit(unit) == found


def test_of_two_names_the_longer_one_is_meant():
    both = Organisations([("hoi", "Hội Làng", ()), ("hoi_nghe", "Hội Làng nghề", ())])
    assert both.in_unit("Hội làng nghề Tân Lập") == {"hoi_nghe"}
    assert both.in_unit("Hội làng Tân Lập") == {"hoi"}


def test_an_entry_written_and_read_is_the_same():
    for one in BASE.occasions:
        assert occasion_of(as_entry(one)) == (one, [])


def test_a_calendar_is_rewritten_only_where_it_changed():
    text = FILE.read_text(encoding="utf-8")
    occasions = read_occasions(FILE)
    assert rewritten(text, occasions) == text
    own = Occasion("rieng", "Ngày riêng", 5, 5)
    fewer = Occasions([*(one for one in occasions if one.id != "gio_to"), own])
    changed = rewritten(text, fewer)
    read, problems = occasions_in("x", changed)
    assert problems == []
    assert Occasions(one for one, _ in read) == fewer
    kept = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == kept
    assert rewritten("[]", fewer) == to_yaml(fewer)


def test_a_month_of_the_work_is_a_topic_of_the_documents_not_of_the_calendar():
    asked = "Tháng Dân vận ở Hà Giang từ ngày nào đến ngày nào?"
    answer = BASE.ask(asked, today=date(2026, 11, 22))
    assert answer.docs == ("ha-giang-2021",)
    assert not answer.is_calendar
    listed = BASE.ask("Ngày 1/10 là ngày gì?", today=date(2026, 11, 22))
    assert "Tháng Dân vận" in listed.text


@pytest.mark.parametrize(
    "text", ["3", "[", "- {id: a, name: b}", "- {id: 3, name: b, called: [c]}"]
)
def test_a_broken_file_of_organisations_is_said(tmp_path, text):
    path = tmp_path / "organisations.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(BrokenBase, match=r"organisations\.yaml:1"):
        read_organisations(path)
