"""No answer for a number, year or province that the base does not hold, however it is asked."""

import re
from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 25)
BASE = Base.load(SHIPPED)
HELD = {one.place for one in BASE.documents}
LIKE_WORDS = {"Hòa Bình", "Thái Bình", "Huế"}  # ordinary words, or one short syllable
FOREIGN = [
    name
    for unit in BASE.provinces.units
    for name in (unit.name, *unit.former)
    if name not in LIKE_WORDS
    and not any(BASE.provinces.reaches(name, place, dated=False) for place in HELD)
]
ASKED = [
    (document, wording)
    for document in BASE.documents
    for question in document.questions
    for wording in question.wordings
]
EVERY = 9  # one of so many wordings, each time with other slots


def _is_told(answer):
    return answer.kind == "answer" and not answer.is_calendar


def _placeless(document, wording):
    """Leave out the wording's own province, however it is written."""
    return re.sub(rf"\b{document.place}\b", "", wording, flags=re.IGNORECASE).rstrip(" ?,.")


@pytest.mark.parametrize("start", range(3))
def test_a_province_that_is_not_held_is_never_answered_from_another_one(start):
    wrong = []
    for at, (document, wording) in enumerate(ASKED[start::EVERY]):
        place = FOREIGN[at % len(FOREIGN)]
        said = f"{_placeless(document, wording)} ở {place}?"
        if _is_told(BASE.ask(said, today=TODAY)):
            wrong.append(said)
    assert wrong == []


@pytest.mark.parametrize("start", range(3))
def test_a_number_that_is_not_held_is_never_answered(start):
    wrong = []
    for at, (_, wording) in enumerate(ASKED[start::EVERY]):
        number = 700 + at
        ways = (f"Kế hoạch {number}/KH-UBND: {wording}", f"{wording} theo kế hoạch số {number}?")
        wrong += [said for said in ways if _is_told(BASE.ask(said, today=TODAY))]
    assert wrong == []


@pytest.mark.parametrize("start", range(3))
def test_a_year_that_is_not_held_is_never_answered(start):
    wrong = []
    for at, (_, wording) in enumerate(ASKED[start::EVERY]):
        said = f"{wording.rstrip('?')} năm {2031 + at % 40}?"
        if _is_told(BASE.ask(said, today=TODAY)):
            wrong.append(said)
    assert wrong == []


@pytest.mark.parametrize(
    "said",
    [
        "Kiên Giang vận động chuyển đổi, áp dụng gì trong sản xuất?",
        "Phong trào sâu rộng trong phạm vi nào, Thanh Hóa?",
        "Ở Cà Mau, những đơn vị nào phải thực hiện tốt Quy chế 1859-QC/TU?",
        "Ai là tác giả bản tin Tháng Dân vận 2017 của Bà Rịa - Vũng Tàu?",
        "Kế hoạch 05 nói gì về nội dung, phương thức hoạt động ở Vĩnh Long?",
        "Tôi làm ở cấp huyện của Gia Lai. Phải triển khai cuộc thi đua này theo yêu cầu gì?",
    ],
)
def test_a_province_in_another_clause_counts(said):
    assert BASE.ask(said, today=TODAY).kind == "refuse"


def test_a_province_beside_a_held_one_is_said_to_be_missing():
    answer = BASE.ask("Bắc Kạn và Lào Cai khen thưởng dân vận khéo thế nào?", today=TODAY)
    assert answer.docs == ("bac-kan-2021",)
    assert "chưa có văn bản của Lào Cai" in answer.body


def test_a_number_before_its_kind_is_no_year():
    answer = BASE.ask("1859 là quy chế gì?", today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", ("ha-giang-2021",))
