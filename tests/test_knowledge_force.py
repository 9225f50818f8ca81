"""Which document is in force: replaced, abolished, changed, extended, from their day on."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.base import Base

BASE = Base.load(Path(__file__).parent / "cases" / "knowledge" / "force")
BEFORE, SINCE = date(2026, 5, 31), date(2026, 6, 1)
ASKED = "Tháng Dân vận ở Cà Mau làm việc gì?"


def test_the_replacing_document_answers_from_its_day_on():
    asked = BASE.ask(ASKED, today=SINCE)
    assert (asked.kind, asked.docs) == ("answer", ("moi-2026",))
    assert "Đang trong thời hạn, đến 30/6/2027" in asked.source
    assert BASE.ask(ASKED, today=BEFORE).kind == "clarify"


@pytest.mark.parametrize(
    "asked",
    [
        "Kế hoạch 10/KH-UBND vận động dân làm gì?",
        "Tháng Dân vận năm 2025 ở Cà Mau làm việc gì?",
        "Kế hoạch cũ về Tháng Dân vận ở Cà Mau làm việc gì?",
    ],
)
def test_the_replaced_one_stays_answerable_and_says_so(asked):
    answer = BASE.ask(asked, today=SINCE)
    assert (answer.kind, answer.docs) == ("answer", ("cu-2025",))
    assert (
        "Đã được thay thế bởi Kế hoạch 20/KH-UBND, Cà Mau 2026 từ ngày 1/6/2026." in answer.source
    )
    assert "thay thế" not in BASE.ask(asked, today=BEFORE).source


def test_an_extension_moves_the_end():
    asked = "Bến Tre vận động nhân dân trồng cây gì?"
    ends = {
        day: BASE.ask(asked, today=day).source for day in (date(2025, 10, 31), date(2025, 11, 1))
    }
    assert "Đang trong thời hạn, đến 31/12/2025" in ends[date(2025, 10, 31)]
    assert "đến 31/12/2027. Được gia hạn theo" in ends[date(2025, 11, 1)]
    changed = BASE.ask(asked, today=date(2026, 3, 1)).source
    assert (
        "Được sửa đổi, bổ sung bởi Kế hoạch 31/KH-UBND, Bến Tre 2025 từ ngày 1/3/2026." in changed
    )


def test_an_abolished_document_is_not_in_force():
    asked = "Đồng Tháp vận động nhân dân thu gom gì?"
    assert "Đã bị bãi bỏ theo" in BASE.ask(asked, today=SINCE).source
    assert "Đang trong thời hạn" in BASE.ask(asked, today=BEFORE).source


def test_what_is_in_force_is_listed_without_what_ended():
    running = BASE.ask("kế hoạch nào còn hiệu lực?", today=SINCE)
    assert set(running.docs) == {"moi-2026", "khac-2024", "gia-han"}
    before = BASE.ask("kế hoạch nào còn hiệu lực?", today=BEFORE)
    assert set(before.docs) == {"cu-2025", "khac-2024", "gia-han", "bo-2023"}
