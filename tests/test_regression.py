"""Every curated question is asked as it stands: its own answer is due, or a question back."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base
from knowledge.overlay import Laid, as_content, read_overlay
from knowledge.regression import worse_answers
from tests.dialogues import BASE

TODAY = date(2026, 11, 22)
SAID = "Từ ngày 5/10/2026 trên toàn tỉnh."


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def add(folder, name, heading, answer=SAID):
    path = folder / name
    path.write_text(f"{path.read_text('utf-8')}\n### {heading}\n> {answer}\n", "utf-8")


def found(folder, *laid):
    return [str(one) for one in worse_answers(Base.load(folder, read_overlay(laid)), TODAY)]


def test_the_shipped_base_answers_all_its_questions():
    assert found(SHIPPED) == []


@pytest.mark.parametrize(
    "heading", ["Kế hoạch 12 ban hành ngày nào?", "Thực hiện ở Hà Giang từ ngày nào?"]
)
def test_a_heading_that_another_document_answers_is_a_problem(folder, heading):
    add(folder, "an-giang.md", heading)
    assert [one.partition(": ")[2].endswith(heading) for one in found(folder)] == [True]


def test_a_heading_of_two_documents_is_asked_back(folder):
    for name in ("an-giang.md", "ha-giang.md"):
        add(folder, name, "Ai khen thưởng các xã?", f"Theo {name}: tỉnh khen.")
    assert found(folder) == []


def test_a_file_that_loses_its_question_to_an_answer_of_the_office_is_none(folder):
    ways = ["Tháng Dân vận ở Hà Giang thực hiện khi nào?"]
    content = as_content(doc="ha-giang", section="", wordings=ways, answer=SAID)
    assert found(folder, Laid("question", "q1", content, TODAY)) == []


@pytest.mark.parametrize(
    ("ways", "answer", "doc"),
    [
        (["Sổ vàng do ai giữ?", "Kế hoạch 34 của An Giang do ai giữ?"], "Ông A.", "ha-giang"),
        (["Sổ vàng do ai giữ?"], "dài " * 150, None),
        (["Sổ vàng do ai giữ?"], "Ông A.", "no-such"),
    ],
)
def test_an_answer_of_the_office_that_is_not_given_is_a_problem(folder, ways, answer, doc):
    content = as_content(doc=doc, section="", wordings=ways, answer=answer)
    problems = found(folder, Laid("question", "q1", content, TODAY))
    assert len(problems) == 1
    assert problems[0].startswith("q1:1: ")
