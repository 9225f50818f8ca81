"""A draft's fields and body as a file of the base: the reader reads what was written."""

from datetime import date

import pytest

from knowledge.document import Relation
from knowledge.drafting.draft import Draft, Found
from knowledge.drafting.write import to_markdown
from knowledge.reader import read_text

FIELDS = {
    "id": "lao-cai-2026",
    "title": "Kế hoạch: “Tháng Dân vận” #1 - năm 2026",
    "short": "Kế hoạch 318/KH-UBND, Lào Cai 2026",
    "doc_type": "kế hoạch",
    "number": "318/KH-UBND",
    "issuer": "Ủy ban nhân dân tỉnh Lào Cai",
    "issued": "2026-09-05",
    "in_force_from": "2026-10-01",
    "in_force_to": "2028",
    "in_force_note": "Nguồn ghi cả hai: 2027 và 2028.",
    "place": "Lào Cai",
    "source_kind": "toan_van",
    "source": "Toàn văn, tệp 'a.docx'",
    "posted": "2026-09-06",
    "url": "https://laocai.example/a?b=c#d",
    "years": "2026; 2027",
    "topics": "Tháng Dân vận; Dân vận khéo",
    "aliases": "kế hoạch 318; 318/KH-UBND",
    "signer": "Giàng Thị Minh Hạnh",
    "replaces": "thay thế: 290/KH-UBND; bãi bỏ: lao-cai-2025; thay thế: 1/KH-X",
}
BODY = "## Mục đích\n\nGiúp dân.\n\n### Để làm gì?\n- mục đích\n> Giúp dân.\n"


def test_the_reader_reads_every_field() -> None:
    text = to_markdown(FIELDS, BODY, ids={"290/KH-UBND": "lao-cai-2024"})
    one, problems = read_text("lao-cai-2026.md", "lao-cai-2026", text)
    assert problems == []
    assert one is not None
    assert (one.title, one.number, one.url) == (FIELDS["title"], "318/KH-UBND", FIELDS["url"])
    assert (one.issued, one.posted) == (date(2026, 9, 5), date(2026, 9, 6))
    assert (one.period.start, one.period.end) == (date(2026, 10, 1), 2028)
    assert one.period.note == FIELDS["in_force_note"]
    assert (one.years, one.topics) == ((2026, 2027), ("Tháng Dân vận", "Dân vận khéo"))
    assert one.aliases == ("kế hoạch 318", "318/KH-UBND")
    assert one.facts.signer == "Giàng Thị Minh Hạnh"
    assert one.relations == (
        Relation("thay thế", "lao-cai-2024", None),
        Relation("bãi bỏ", "lao-cai-2025", None),
    )
    assert [(one.section, one.text) for one in one.passages] == [("Mục đích", "Giúp dân.")]
    assert [one.wordings for one in one.questions] == [("Để làm gì?", "mục đích")]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("issued", "5/9/2026", "issued: phải là ngày dạng 2021-09-27"),
        ("years", "năm nay", ""),
        ("doc_type", "tờ giấy", "doc_type: phải là một trong"),
        ("title", "", "thiếu trường title"),
        ("title", "2026", ""),
        ("title", "---", ""),
        ("title", "a\n---\nfacts: {}", ""),
        ("number", "0123", ""),
    ],
)
def test_what_a_curator_typed_wrongly_is_the_readers_to_say(
    field: str, value: str, complaint: str
) -> None:
    text = to_markdown(FIELDS | {field: value}, BODY)
    one, problems = read_text("lao-cai-2026.md", "lao-cai-2026", text)
    assert (one is None) is bool(complaint)
    assert [complaint in str(problem) for problem in problems] == ([True] if complaint else [])
    if one is not None and field in {"title", "number"}:
        assert getattr(one, field) == " ".join(value.split())


def test_a_draft_comes_back_from_json() -> None:
    found = {name: Found(value, 0.9, "dòng") for name, value in FIELDS.items()}
    draft = Draft(found, BODY, ("Trang một", "Trang hai"), ("Xin xem lại.",))
    assert Draft.from_json(draft.as_json()) == draft


def test_marks_of_the_file_inside_a_source_are_only_words() -> None:
    from knowledge.drafting.headings import Section
    from knowledge.drafting.write import to_body

    lines = ["## Mục giả", "### Câu giả?", "> Trả lời giả", "---", "# id: khac", "- ý một"]
    body = to_body([Section("Nội dung", "named", [], lines)], {})
    one, problems = read_text("lao-cai-2026.md", "lao-cai-2026", to_markdown(FIELDS, body))
    assert problems == []
    assert one is not None
    assert one.questions == ()
    assert [passage.text for passage in one.passages] == [
        "Mục giả\nCâu giả?\nTrả lời giả\n---\nid: khac\n- ý một"
    ]
