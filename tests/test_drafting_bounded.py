"""Strangers' files are read in a process of their own, bounded in time and memory."""

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import psutil
import pytest
from PIL import Image

from knowledge.drafting.bounded import page_picture, read_bounded
from knowledge.drafting.draft import NotReadable
from knowledge.drafting.read import read_file
from tests.draft_files import KINDS, as_docx, as_pdf, as_scan, as_txt

TODAY = date(2026, 11, 22)
CASES = Path(__file__).parent / "cases" / "drafts"
TEXT = (CASES / "nha-nuoc.txt").read_text(encoding="utf-8")


def written(folder: Path, content: bytes) -> Path:
    path = folder / "handed-in"
    path.write_bytes(content)
    return path


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_worker_gives_the_same_draft(kind: str, tmp_path: Path) -> None:
    path = written(tmp_path, KINDS[kind](TEXT))
    name = f"a.{kind}"
    assert read_bounded(path, name=name, today=TODAY) == read_file(path, name=name, today=TODAY)


def test_a_refusal_comes_out_of_the_worker(tmp_path: Path) -> None:
    path = written(tmp_path, as_docx(TEXT, header="MẬT"))
    with pytest.raises(NotReadable) as refused:
        read_bounded(path, name="a.docx", today=TODAY)
    assert refused.value.code == "secret"
    assert "dấu mật" in refused.value.said


def test_who_takes_too_long_is_ended_with_all_its_children(tmp_path: Path) -> None:
    path = written(tmp_path, as_pdf(TEXT))
    before = children()
    with pytest.raises(NotReadable) as refused:
        read_bounded(path, name="a.pdf", today=TODAY, seconds=0.005)
    assert refused.value.code == "slow"
    assert children() == before


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A picture of 36 million dots wants 100 MB beside the program's own."""
    kept = io.BytesIO()
    Image.new("RGB", (6000, 6000), "white").save(kept, "PNG")
    path = written(tmp_path, kept.getvalue())
    assert page_picture(path, 1, memory_mb=1024) is not None
    assert page_picture(path, 1, memory_mb=200) is None
    small = written(tmp_path, as_scan_like())
    assert page_picture(small, 1, memory_mb=200) is not None


def as_scan_like() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(("memory_mb", "code"), [(1, "too_large"), (1024, "damaged")])
def test_a_worker_that_cannot_go_on_is_a_refusal(
    memory_mb: int, code: str, tmp_path: Path
) -> None:
    """Without room it says so; what it never expected, here a file that is gone, ends it."""
    path = written(tmp_path, as_txt(TEXT)) if code == "too_large" else tmp_path / "gone"
    with pytest.raises(NotReadable) as refused:
        read_bounded(path, name="a.txt", today=TODAY, memory_mb=memory_mb)
    assert refused.value.code == code


def test_nothing_of_our_surroundings_reaches_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os; os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = written(tmp_path, as_txt(TEXT))
    assert read_bounded(path, name="a.txt", today=TODAY).fields["number"].value == "318/KH-UBND"


@pytest.mark.parametrize(
    ("content", "page", "kind"),
    [
        (as_pdf(TEXT, pages=1), 1, "PNG"),
        (as_pdf(TEXT, pages=1), 3, "PNG"),
        (as_scan_like(), 1, "JPEG"),
        (as_pdf(TEXT), 9, None),
        (as_pdf(TEXT), 0, None),
        (as_docx(TEXT), 1, None),
        (as_txt(TEXT), 1, None),
        (b"%PDF-1.4 broken", 1, None),
    ],
)
def test_a_page_as_a_picture(content: bytes, page: int, kind: str | None, tmp_path: Path) -> None:
    given = page_picture(written(tmp_path, content), page, width=400)
    if kind is None:
        assert given is None
    else:
        assert given is not None
        picture = Image.open(io.BytesIO(given))
        assert picture.format == kind
        assert picture.width <= 401


def has_vietnamese() -> bool:
    program = shutil.which("tesseract", path="/usr/local/bin:/usr/bin:/bin")
    if program is None:
        return False
    said = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return "vie" in said.stdout.split()


def scan() -> bytes:
    try:
        return as_scan(TEXT)
    except OSError:
        pytest.skip("no DejaVu font to draw a page with")


@pytest.mark.skipif(not has_vietnamese(), reason="tesseract with vie is not installed")
def test_a_scan_is_read_and_said_to_be_one(tmp_path: Path) -> None:
    draft = read_bounded(written(tmp_path, scan()), name="a.pdf", today=TODAY)
    printed = read_file(written(tmp_path, as_pdf(TEXT)), name="a.pdf", today=TODAY)
    for key in ("number", "issued", "issuer", "place", "doc_type", "title"):
        assert draft.fields[key].value == printed.fields[key].value
        assert draft.fields[key].confidence < printed.fields[key].confidence
    assert draft.warnings[0].startswith("Trang 1 được đọc từ ảnh")


def test_a_scan_is_refused_where_pictures_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, scan())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReadable) as refused:
        read_file(path, name="a.pdf", today=TODAY)
    assert refused.value.code == "scan"
