"""Answers through the front door: what is said, what comes back."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)
FOLDER = Path(__file__).parent / "cases" / "knowledge"
CASES = tomllib.loads((FOLDER / "answers.toml").read_text("utf-8"))["case"]
SMALL = Base.load(FOLDER / "base")
BASE = Base.load(SHIPPED)


@pytest.mark.parametrize("case", CASES, ids=[case["said"][:40] or "empty" for case in CASES])
def test_the_small_base(case):
    answer = SMALL.ask(case["said"], context=case.get("context", ()), today=TODAY)
    assert answer.kind == case["kind"], answer
    assert set(answer.docs) >= set(case.get("docs", ())), answer
    for fact in case.get("facts", ()):
        assert fact in answer.text, answer.text


@pytest.mark.parametrize(
    ("said", "kind", "docs"),
    [
        ("Tháng Dân vận 2017 của Bắc Ninh có gì", "refuse", ("bac-giang-2017",)),
        ("Bắc Ninh tuyên truyền những gì trong Tháng Dân vận", "answer", ("bac-giang-2017",)),
        ("kế hoạch dân vận khéo của Thái Nguyên ngày 11/01/2021", "refuse", ("bac-kan-2021",)),
        ("Thái Nguyên khen thưởng dân vận khéo thế nào", "answer", ("bac-kan-2021",)),
        ("Tuyên Quang vận động dân góp gì để xây nhà cho hộ nghèo", "answer", ("ha-giang-2021",)),
        ("Cần Thơ tổ chức hội nghị dân vận theo hình thức nào", "answer", ("hau-giang-2022",)),
        ("Tháng Dân vận Lào Cai 2024", "refuse", ()),
        ("Kế hoạch 300/KH-UBND về chuyển đổi số", "refuse", ()),
        ("Tháng Dân vận năm 2022 của Hà Giang có hoạt động gì", "refuse", ("ha-giang-2021",)),
        ("kế hoạch 246 của Bắc Kạn nói gì", "refuse", ()),
    ],
)
def test_names_years_and_numbers_are_never_swapped(said, kind, docs):
    answer = BASE.ask(said, today=TODAY)
    assert (answer.kind, set(docs) <= set(answer.docs)) == (kind, True), answer


@pytest.mark.parametrize(
    ("doc", "today", "state"),
    [
        ("ha-giang-2021", date(2021, 9, 28), "Chưa đến thời hạn, bắt đầu từ 1/10/2021."),
        ("ha-giang-2021", date(2021, 10, 31), "Đang trong thời hạn, đến 31/10/2021."),
        ("ha-giang-2021", date(2021, 11, 1), "Thời hạn đến 31/10/2021, đã qua."),
        ("bac-giang-2017", TODAY, "Nguồn chỉ nêu năm 2017."),
        ("bac-kan-2021", TODAY, "Nguồn không nêu thời hạn."),
        (
            "an-giang-2021",
            TODAY,
            "Giai đoạn 2021-2025 đã qua. Tiêu đề bản tin ghi giai đoạn 2021-2025",
        ),
        ("an-giang-2021", date(2024, 1, 1), "Giai đoạn 2021-2025 đang thực hiện."),
        ("hau-giang-2022", TODAY, "Hội nghị đã diễn ra."),
    ],
)
def test_the_source_line_says_the_state_of_the_period(doc, today, state):
    document = next(one for one in BASE.documents if one.id == doc)
    answer = BASE.ask(document.questions[0].heading, today=today, doc=doc)
    assert state in answer.source
    assert answer.citations[0].doc == doc
    assert answer.source.startswith("Nguồn: ")


def test_the_predecessor_is_offered_first():
    answer = BASE.ask("Tháng Dân vận 2017 của Bắc Ninh", today=TODAY)
    assert (answer.kind, answer.docs[0]) == ("refuse", "bac-giang-2017")
    assert "Bắc Giang nay thuộc Bắc Ninh" in answer.text


def test_provinces_are_compared_each_with_its_source():
    answer = BASE.ask("An Giang và Bắc Kạn khác nhau gì về khen thưởng, lĩnh vực?", today=TODAY)
    assert set(answer.docs) == {"an-giang-2021", "bac-kan-2021"}
    assert {one.doc for one in answer.citations} == {"an-giang-2021", "bac-kan-2021"}


def test_pressing_an_option_answers_the_question():
    asked = BASE.ask("Tháng Dân vận có những hoạt động nào?", today=TODAY)
    assert asked.kind == "clarify"
    assert {one.doc for one in asked.options} == {"ha-giang-2021", "bac-giang-2017"}
    for option in asked.options:
        answer = BASE.ask(option.question, today=TODAY, doc=option.doc)
        assert (answer.kind, answer.docs) == ("answer", (option.doc,))


def test_the_askers_province_comes_first():
    said = "Tháng Dân vận có những hoạt động nào?"
    answer = BASE.ask(said, today=TODAY, home="Bắc Giang")
    assert (answer.kind, answer.docs) == ("answer", ("bac-giang-2017",))
    assert {one.doc for one in answer.options} == {"ha-giang-2021", "bac-giang-2017"}
    away = BASE.ask("Hà Giang vận động dân góp gì để xây nhà", today=TODAY, home="Bắc Giang")
    assert away.text.startswith("[Tham khảo tỉnh khác]")
    offered = BASE.ask("kế hoạch năm 2021 do ai ban hành", today=TODAY, home="Lào Cai")
    assert offered.kind == "clarify"


def test_a_new_full_question_drops_the_talk():
    context = ["Bắc Kạn khen thưởng Dân vận khéo như thế nào?"]
    answer = BASE.ask("Hậu Giang tuyên truyền qua mạng xã hội nào?", context=context, today=TODAY)
    assert answer.docs == ("hau-giang-2022",)


def test_the_topic_stands_on_its_own():
    answer = BASE.ask(
        "ai ban hành?", context=["Kế hoạch dân vận khéo của Bắc Kạn số mấy?"], today=TODAY
    )
    assert "Bắc Kạn" in answer.topic
    again = BASE.ask(answer.topic, today=TODAY)
    assert again.docs == ("bac-kan-2021",)


PIECES = (
    "ngày", "năm", "tháng", "15/10", "0/0", "2021", "99999999999", "kế", "hoạch", "số", "/", "-",
    ".", "?", "Hà", "Giang", "🙂", "\u202e", "\u200b", "<b>", "**", "e\u0301", "còn", "đó", "thì",
    "sao", "bao", "nhiêu", "mấy", "và", "ngoài", "tết", "31/2", "30/2/2030", "tròn", "trăm",
    "29/2", "0000", "2199", "9999",
)  # fmt: skip
NASTY = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(PIECES),
        max_size=25,
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(NASTY, st.lists(NASTY, max_size=2))
def test_any_text_gets_an_answer(text, context):
    answer = BASE.ask(text, context=context, today=TODAY)
    assert answer.kind in {"answer", "clarify", "refuse"}
    assert 0 < len(answer.text) <= 600
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "kế hoạch " * 2_500,
        "🙂" * 20_000,
        "0/" * 10_000,
        "\u0301" * 20_000,
        "đ/c." * 5_000,
    ],
)
def test_very_long_text_gets_an_answer(text):
    assert BASE.ask(text, today=TODAY).text


@pytest.mark.parametrize(
    "said",
    [
        "kế hoạch dân vận khéo của Bắc Kạn nói gì về khen thưởng, " * 40,
        "Chuyện dài lắm. " * 120 + "Cho hỏi kế hoạch 05 của Bắc Kạn khen thưởng thế nào?",
    ],
)
def test_a_text_of_two_thousand_characters_is_heard_to_its_end(said):
    answer = BASE.ask(said, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", ("bac-kan-2021",))
    assert "khen thưởng" in answer.body
