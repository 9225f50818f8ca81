"""The base's files: what is wrong is said with file and line; the last good base stays in
service.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base
from knowledge.check import check_folder
from knowledge.document import BrokenBase
from knowledge.library import Library
from knowledge.occasions import read_occasions
from knowledge.provinces import read_provinces
from knowledge.reader import read_document

TODAY = date(2026, 11, 22)
CASES = Path(__file__).parent / "cases" / "knowledge" / "base"
NAME = "song-hau-2026.md"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(CASES, tmp_path / "base"))


def change(folder: Path, old: str, new: str) -> Path:
    path = folder / NAME
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_the_shipped_base_is_sound():
    problems = [str(one) for one in check_folder(SHIPPED, TODAY) if "quá 600" not in one.what]
    assert problems == []


def test_the_small_base_is_sound(folder):
    assert check_folder(folder, TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("title: Kế hoạch", "titel: Kế hoạch", 1, "thiếu trường title"),
        ("title: Kế hoạch", "titel: Kế hoạch", 3, "không có trường này"),
        ("issued: 2026-09-20", "issued: hôm qua", 8, "phải là ngày"),
        ("  to: 2026-12-31", "  to: 2026-09-01", 12, "ngày kết thúc trước"),
        ("doc_type: kế hoạch", "doc_type: công thư", 5, "phải là một trong"),
        ("id: song-hau-2026", "id: khac", 2, "trùng tên tệp"),
        ("number: 77/KH-UBND", "number: 77", 6, "phải là chữ"),
        ("topics: [Tháng Dân vận]", "topics: Tháng Dân vận", 20, "phải là danh sách"),
        ("years: [2026]", "years: [", 21, "sai YAML"),
        ("short: Kế hoạch 77", f"short: {'dài ' * 12}", 4, "dài quá 45"),
        ("relations: []", "relations: [{kind: bỏ, document: x}]", 23, "relations"),
        ("> Vận động nhân dân trồng", "Vận động nhân dân trồng", 37, "phải bắt đầu bằng"),
        ("## Trồng cây ven kênh\n", f"## {'Tên mục dài ' * 5}\n", 30, "tên mục dài"),
        ("Đoàn Thanh niên", "Đoàn Thanh nie\u0302n", 32, "NFC"),
        ("facts:\n", "facts:\n  người: []\n", 25, "không có trường này trong facts"),
    ],
)
def test_problems_have_file_and_line(folder, old, new, line, what):
    found, problems = read_document(change(folder, old, new))
    assert found is None
    assert [one for one in problems if one.line == line and what in one.what], [
        str(one) for one in problems
    ]
    assert all(str(one).startswith(f"{NAME}:") for one in problems)
    assert check_folder(folder, TODAY)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"", "---"),
        (b"---\n- a\n---\n", "tên: giá trị".encode().decode()),
        (
            b"---\nid: x\nin_force: 3\nfacts: 3\nrelations: [3]\n---\ntext\n### Q\n- w\n",
            "in_force",
        ),
    ],
)
def test_unreadable_files(tmp_path, content, what):
    path = tmp_path / "x.md"
    path.write_bytes(content)
    found, problems = read_document(path)
    assert found is None
    assert any(what in one.what for one in problems)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "relations: []",
            "relations: [{kind: thay thế, document: khong-co}]",
            "không có văn bản khong-co",
        ),
        ("- dọc kênh", "- trồng cây ven kênh cà mau\n- dọc kênh", "trùng cách hỏi"),
        ("> Vận động nhân dân trồng cây xanh ven kênh.", "> " + "Trồng cây. " * 60, "quá 600"),
        ("- kinh phí tháng dân vận cà mau", "- trồng cây ven kênh cà mau", "không tìm ra"),
    ],
)
def test_check_finds_what_a_single_file_cannot_show(folder, old, new, what):
    change(folder, old, new)
    assert any(what in one.what for one in check_folder(folder, TODAY))


def test_an_empty_folder_is_no_base(tmp_path):
    with pytest.raises(BrokenBase, match="không có văn bản nào"):
        Base.load(tmp_path)
    assert check_folder(tmp_path, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "- {id: a}",
        "[",
        "3",
        "- id: a\n  name: b\n  day: 31/2\n",
        "- id: a\n  name: b\n  day: 1/1\n" * 2,
    ],
)
def test_broken_occasions(tmp_path, text):
    (tmp_path / "occasions.yaml").write_text(text, "utf-8")
    with pytest.raises(BrokenBase, match=r"occasions\.yaml"):
        read_occasions(tmp_path / "occasions.yaml")


def test_a_missing_occasions_file_is_said(tmp_path):
    with pytest.raises(BrokenBase):
        read_occasions(tmp_path / "occasions.yaml")


@pytest.mark.parametrize("text", ["provinces: 3", "x", "["])
def test_broken_provinces(tmp_path, text):
    (tmp_path / "provinces.yaml").write_text(text, "utf-8")
    with pytest.raises(BrokenBase, match=r"provinces\.yaml"):
        read_provinces(tmp_path / "provinces.yaml")


def test_check_lists_broken_tables(folder):
    (folder / "occasions.yaml").write_text("- {id: a}", "utf-8")
    assert any(one.file == "occasions.yaml" for one in check_folder(folder, TODAY))


def test_the_library_takes_a_change_and_refuses_a_broken_one(folder):
    library = Library(folder)
    assert not library.refresh()
    change(
        folder,
        "> Vận động nhân dân trồng cây xanh ven kênh.",
        "> Vận động nhân dân trồng dừa nước.",
    )
    assert library.refresh()
    assert "dừa nước" in library.base.ask("trồng cây ven kênh cà mau", today=TODAY).text
    change(folder, "doc_type: kế hoạch", "doc_type: gì đó")
    assert not library.refresh()
    assert str(library.problems[0]).startswith(f"{NAME}:5:")
    assert "dừa nước" in library.base.ask("trồng cây ven kênh cà mau", today=TODAY).text
    change(folder, "doc_type: gì đó", "doc_type: kế hoạch")
    assert library.refresh()
    assert library.problems == []
    (folder / "dat-do-2024.md").unlink()
    assert library.refresh()
    assert len(library.base.documents) == 1


@pytest.mark.parametrize("kind", ["chỉ thị", "nghị quyết", "hướng dẫn", "quy chế", "đề án"])
def test_the_usual_kinds_of_documents(folder, kind):
    found, problems = read_document(change(folder, "doc_type: kế hoạch", f"doc_type: {kind}"))
    assert not problems
    assert found
    assert found.doc_type == kind
