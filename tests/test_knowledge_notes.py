"""The office's notes: answers of curators that stand in no document."""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base
from knowledge.overlay import Laid, as_content, read_overlay

TODAY = date(2026, 11, 25)
NOTES = (
    (["Nộp báo cáo tháng qua phần mềm nào?", "gửi báo cáo tháng lên hệ thống nào"],
     "Nộp qua phần mềm quản lý văn bản của tỉnh, trước ngày 25 hằng tháng."),
    (["Lào Cai tổ chức Tháng Dân vận khi nào?"], "Lào Cai tổ chức vào tháng 10 hằng năm."),
    (["Kinh phí thực hiện Kế hoạch 05 của Bắc Kạn là bao nhiêu?"],
     "Theo Sở Tài chính Bắc Kạn: 120 triệu đồng."),
)  # fmt: skip


@pytest.fixture(scope="module")
def base():
    laid = [
        Laid(
            "question",
            f"note-{at}",
            as_content(doc=None, section="", wordings=ways, answer=said),
            TODAY,
        )
        for at, (ways, said) in enumerate(NOTES)
    ]
    return Base.load(SHIPPED, read_overlay(laid))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Nộp báo cáo tháng qua phần mềm nào?", "phần mềm quản lý văn bản"),
        ("nop bao cao thang qua phan mem nao", "phần mềm quản lý văn bản"),
        ("hằng tháng báo cáo nộp bằng phần mềm gì", "trước ngày 25"),
        ("Lào Cai tổ chức Tháng Dân vận khi nào?", "tháng 10 hằng năm"),
        ("Tháng Dân vận ở Lào Cai tổ chức lúc nào", "tháng 10 hằng năm"),
        ("Kinh phí thực hiện Kế hoạch 05 của Bắc Kạn là bao nhiêu?", "120 triệu"),
    ],
)
def test_a_note_answers_with_its_own_source(base, asked, told):
    answer = base.ask(asked, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", ("ghi-chu",))
    assert told in answer.body
    assert answer.source == "Nguồn: Giải đáp của người phụ trách, ngày 25/11/2026."


@pytest.mark.parametrize(
    "asked",
    [
        "Yên Bái nộp báo cáo tháng qua phần mềm nào?",
        "Cao Bằng tổ chức Tháng Dân vận khi nào?",
        "Lào Cai tổ chức Tháng Dân vận năm 2019 khi nào?",
        "Kế hoạch 99 nộp báo cáo tháng qua phần mềm nào?",
        "Kinh phí thực hiện Kế hoạch 246 là bao nhiêu?",
    ],
)
def test_a_note_never_answers_for_what_it_does_not_name(base, asked):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "refuse"
    assert "ghi-chu" not in answer.docs


@pytest.mark.parametrize(
    "asked",
    [
        "có những văn bản nào?",
        "kế hoạch nào còn hiệu lực?",
        "kế hoạch số mấy?",
        "giá vàng hôm nay",
        "Tháng Dân vận",
    ],
)
def test_a_note_is_no_document(base, asked):
    answer = base.ask(asked, today=TODAY)
    assert "ghi-chu" not in answer.docs
    assert "Giải đáp của người phụ trách" not in answer.text
    assert {one.doc for one in answer.options} <= {one.id for one in base.documents} - {"ghi-chu"}


def test_a_note_is_not_from_another_province(base):
    answer = base.ask("Nộp báo cáo tháng qua phần mềm nào?", today=TODAY, home="An Giang")
    assert "tỉnh khác" not in answer.text


def test_a_talk_goes_on_after_a_note(base):
    answer = base.ask(
        "Kế hoạch 246 ban hành ngày nào?",
        context=["Nộp báo cáo tháng qua phần mềm nào?"],
        today=TODAY,
    )
    assert answer.docs == ("ha-giang-2021",)
