"""What is recognised in a document, whatever kind of file it comes in."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from knowledge.check import check_folder
from knowledge.drafting.draft import FIELDS, Draft
from knowledge.drafting.questions import LONGEST_ANSWER, MOST
from knowledge.drafting.read import read_file
from knowledge.drafting.write import to_markdown
from knowledge.reader import read_text
from knowledge.sections import LONGEST_SECTION
from tests.draft_files import KINDS

TODAY = date(2026, 11, 22)
CASES = Path(__file__).parent / "cases" / "drafts"
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
EXPECTED: dict[str, dict[str, str]] = tomllib.loads(
    (CASES / "expected.toml").read_text(encoding="utf-8")
)
FORMS = ("nha-nuoc", "dang", "mat-tran")
FIXED = re.compile(
    r"cộng hòa xã hội chủ nghĩa việt nam|đảng cộng sản việt nam|độc lập tự do hạnh phúc"
)
NUMERAL = re.compile(r"^(?:# )?(?:[IVX]+|\d+)[.-] ")


def text_of(name: str) -> str:
    own, seed = CASES / f"{name}.txt", SEEDS / f"{name}.txt"
    if not own.exists() and not seed.exists():
        pytest.skip("the news items that the base was made of are not here")
    return (own if own.exists() else seed).read_text(encoding="utf-8")


def draft_of(name: str, kind: str, folder: Path) -> Draft:
    path = folder / f"{name}.{kind}"
    path.write_bytes(KINDS[kind](text_of(name)))
    return read_file(path, name=path.name, today=TODAY)


def values(draft: Draft) -> dict[str, str]:
    return {name: found.value for name, found in draft.fields.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_fields_are_recognised_in_every_kind_of_file(
    name: str, kind: str, tmp_path: Path
) -> None:
    found = values(draft_of(name, kind, tmp_path))
    wanted = EXPECTED[name]
    assert {key: found.get(key, "") for key in wanted} == wanted


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_field_has_a_known_name_and_says_how_sure_it_is(
    name: str, kind: str, tmp_path: Path
) -> None:
    draft = draft_of(name, kind, tmp_path)
    assert set(draft.fields) <= set(FIELDS)
    assert all(found.value and 0 < found.confidence <= 1 for found in draft.fields.values())
    source = " ".join(" ".join(draft.pages).split())
    for key in {"number", "issued", "posted"} & set(draft.fields):
        assert draft.fields[key].line.split()[0] in source


def flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def without_questions(body: str) -> str:
    return re.sub(r"^### .*\n(?:- .*\n)*> .*$", "", body, flags=re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORMS)
def test_every_passage_stands_in_the_body_in_the_order_of_the_source(
    name: str, kind: str, tmp_path: Path
) -> None:
    body = flat(without_questions(draft_of(name, kind, tmp_path).body))
    at = 0
    for line in filter(None, text_of(name).splitlines()):
        if line.startswith("# ") or "||" in line:
            # What leads to a passage is there; the columns may come one after the other.
            pieces = [FIXED.sub("", flat(piece)) for piece in NUMERAL.sub("", line).split("||")]
            assert all(piece.strip() in body for piece in pieces), line
        else:
            assert flat(NUMERAL.sub("", line)) in body[at:], line
            at = body.index(flat(NUMERAL.sub("", line)), at)


def test_sections_follow_the_headings(tmp_path: Path) -> None:
    names = re.findall(r"^## (.+)$", draft_of("nha-nuoc", "docx", tmp_path).body, re.MULTILINE)
    assert names == [
        "Thông tin chung",
        "Căn cứ",
        "Mục đích",
        "Yêu cầu",
        "Tuyên truyền",
        "Giúp dân",
        "Thời gian thực hiện",
        "Kinh phí",
        "Sở Nội vụ",
        "Ủy ban nhân dân các xã, phường",
        "Nơi nhận và người ký",
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_draft_is_a_sound_file_of_the_base(name: str, kind: str, tmp_path: Path) -> None:
    draft = draft_of(name, kind, tmp_path)
    fields = values(draft)
    text = to_markdown(fields, draft.body)
    document, problems = read_text(f"{fields['id']}.md", fields["id"], text)
    assert problems == []
    assert document is not None
    assert document.questions
    assert len(document.questions) <= MOST
    assert all(len(one.wordings) >= 3 for one in document.questions)
    assert all(len(one.answer) <= LONGEST_ANSWER for one in document.questions)
    assert all(len(one.section) <= LONGEST_SECTION for one in document.passages)


def test_drafts_pass_the_check_of_the_base_with_every_question_finding_its_answer(
    tmp_path: Path,
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for name in (*FORMS, "ban-tin"):
        draft = draft_of(name, "pdf", tmp_path)
        fields = values(draft)
        (base / f"{fields['id']}.md").write_text(to_markdown(fields, draft.body), encoding="utf-8")
    assert check_folder(base, TODAY) == []


def test_who_has_to_do_something_gets_a_question(tmp_path: Path) -> None:
    body = draft_of("mat-tran", "docx", tmp_path).body
    assert (
        "### Ủy ban Mặt trận Tổ quốc Việt Nam các xã, phường có trách nhiệm gì theo "
        "Kế hoạch 45/KH-MTTQ-BTT?\n"
    ) in body


def test_what_only_furnishes_a_page_of_news_is_left_out(tmp_path: Path) -> None:
    draft = draft_of("ban-tin", "html", tmp_path)
    assert "nấu ăn" not in draft.body
    assert "Ngày đăng" not in draft.body
    assert draft.fields["source"].value.endswith("tác giả Rơ Châm Hương")


@pytest.mark.parametrize(
    ("old", "new", "key", "wanted"),
    [
        ("Số: 318/KH-UBND", "Số:      /KH-UBND", "number", ""),
        ("ngày 05 tháng 9 năm 2026", "ngày 31 tháng 9 năm 2026", "issued", ""),
        ("Số: 318/KH-UBND", "Số : 318 / KH - UBND", "number", "318/KH-UBND"),
        ("thay thế Kế hoạch", "bãi bỏ Kế hoạch", "replaces", "bãi bỏ: 290/KH-UBND"),
        (
            "Từ ngày 01 tháng 10 năm 2026 đến hết ngày 31 tháng 10 năm 2026.",
            "Trong tháng 11 năm 2026.",
            "in_force_to",
            "2026-11-30",
        ),
        (
            "Từ ngày 01 tháng 10 năm 2026 đến hết ngày 31 tháng 10 năm 2026.",
            "Do các xã tự chọn.",
            "in_force_from",
            "2026",
        ),
    ],
)
def test_what_the_source_leaves_out_is_left_out(
    old: str, new: str, key: str, wanted: str, tmp_path: Path
) -> None:
    text = text_of("nha-nuoc")
    assert old in text
    path = tmp_path / "a.docx"
    path.write_bytes(KINDS["docx"](text.replace(old, new)))
    assert values(read_file(path, name="a.docx", today=TODAY)).get(key, "") == wanted


def test_a_head_whose_columns_stand_on_one_line_is_understood(tmp_path: Path) -> None:
    text = text_of("nha-nuoc").replace(" || ", " ").replace("# ", "")
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    found = values(read_file(path, name="a.txt", today=TODAY))
    assert found["number"] == "318/KH-UBND"
    assert found["issuer"] == "Ủy ban nhân dân tỉnh Lào Cai"
    assert found["issued"] == "2026-09-05"
