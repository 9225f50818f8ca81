"""What an office laid over the files: documents, curated questions, notes; what is left out."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import Base
from knowledge.library import Library
from knowledge.overlay import Laid, as_content, read_overlay
from tests.asking import ANSWERED, UNKNOWN
from tests.dialogues import BASE

TODAY = date(2026, 11, 22)
ON = date(2026, 11, 20)
SAID = "Trưởng thôn giữ."
OUTSIDE = (BASE / "ha-giang.md").read_text("utf-8").replace("id: ha-giang", "id: ../ha-giang")


def question(key="q1", text=SAID, *ways, doc=None, section=""):
    content = as_content(doc=doc, section=section, wordings=ways or (UNKNOWN,), answer=text)
    return Laid("question", key, content, ON)


def document(change=("", "")):
    text = (BASE / "ha-giang.md").read_text("utf-8")
    assert change[0] in text
    return Laid("document", "ha-giang", {"text": text.replace(*change)}, ON)


def laid_over(*things):
    return Base.load(BASE, read_overlay(things))


def reply(base, text, **more):
    return base.ask(text, today=TODAY, **more)


def test_a_document_takes_the_place_of_the_file():
    base = laid_over(document(("31/12/2026", "28/12/2026")))
    assert [one.id for one in base.documents] == ["an-giang", "ha-giang"]
    assert "28/12/2026" in reply(base, ANSWERED).body
    assert base.left_out == ()


def test_a_question_joins_its_document():
    base = laid_over(question(doc="ha-giang", section="Thông tin chung"))
    answer = reply(base, UNKNOWN)
    assert (answer.kind, answer.body, answer.docs) == ("answer", SAID, ("ha-giang",))
    assert "mục Thông tin chung" in answer.source
    assert base.given_by_curator("q1", today=TODAY).text == answer.text
    assert base.given_by_curator("q2", today=TODAY) is None


def test_a_question_without_a_document_is_a_note():
    base = laid_over(question(), question("q2", "Mùng sáu.", "Hội làng Bản Pho mở khi nào?"))
    assert [one.is_note for one in base.documents] == [False, False, True]
    answer = reply(base, UNKNOWN)
    assert answer.text == f"{SAID}\nNguồn: Giải đáp của người phụ trách, ngày 20/11/2026."
    assert base.given_by_curator("q1", today=TODAY).text == answer.text


@pytest.mark.parametrize("doc", [None, "ha-giang"])
def test_a_curators_answer_takes_over_the_wording_of_an_older_one(doc):
    base = laid_over(question("q1", SAID, ANSWERED, doc=doc))
    assert reply(base, ANSWERED).body == SAID
    other = "thời gian thực hiện tháng dân vận Hà Giang"
    assert "31/12/2026" in reply(base, other).body, "its other wordings stay with the older one"


def test_of_two_answers_to_one_wording_the_newer_one_is_given_and_both_can_be_told():
    base = laid_over(question("q1"), question("q2", "Bí thư chi bộ giữ."))
    assert reply(base, UNKNOWN).body == "Bí thư chi bộ giữ."
    told = [base.given_by_curator(key, today=TODAY).body for key in ("q1", "q2")]
    assert told == [SAID, "Bí thư chi bộ giữ."]


def test_what_no_source_says_is_refused_with_the_curators_words():
    section = "Bản tin không nêu"
    base = laid_over(question(doc="ha-giang", section=section))
    answer = reply(base, UNKNOWN)
    assert (answer.kind, answer.body) == ("refuse", SAID)
    assert base.given_by_curator("q1", today=TODAY).text == answer.text


@pytest.mark.parametrize(
    ("thing", "where"),
    [
        (Laid("document", "ha-giang", {"text": "không phải văn bản"}, ON), "ha-giang.md:1"),
        (Laid("document", "ha-giang", {}, ON), "ha-giang.md:1"),
        (Laid("question", "q9", {"wordings": [], "answer": "a"}, ON), "q9:1"),
        (Laid("question", "q9", {"wordings": ["a"], "answer": " "}, ON), "q9:1"),
        (Laid("question", "q9", {"answer": "a"}, ON), "q9:1"),
        (Laid("question", "q9", {"wordings": None, "answer": "a"}, ON), "q9:1"),
        (Laid("question", "q9", {"wordings": "a", "answer": "a"}, ON), "q9:1"),
        (Laid("question", "q9", {"wordings": ["a"], "answer": None}, ON), "q9:1"),
        (Laid("question", "q9", {"wordings": ["a"], "answer": "a", "section": 5}, ON), "q9:1"),
        (Laid("question", "q9", ["a"], ON), "q9:1"),  # type: ignore[arg-type]
        (Laid("document", "ha-giang", ["a"], ON), "ha-giang.md:1"),  # type: ignore[arg-type]
        (Laid("document", "../ha-giang", {"text": OUTSIDE}, ON), "../ha-giang.md:1"),
        (question("q9", doc="no-such"), "q9:1"),
        (Laid("poem", "q9", {}, ON), "q9:1"),
    ],
)
def test_a_broken_edit_is_left_out_and_said_and_the_rest_is_served(thing, where):
    base = laid_over(thing, question("q1"))
    assert [str(one).startswith(where) for one in base.left_out] == [True]
    assert reply(base, UNKNOWN).body == SAID
    assert "31/12/2026" in reply(base, ANSWERED).body


def test_the_library_loads_edits_and_files_and_keeps_the_last_good_base(tmp_path):
    folder = Path(shutil.copytree(BASE, tmp_path / "base"))
    library = Library(folder, [question()], revision=1)
    assert reply(library.base, UNKNOWN).body == SAID
    assert not library.refresh()
    assert library.refresh([question("q1", "Bí thư giữ.")], 2)
    assert (reply(library.base, UNKNOWN).body, library.revision) == ("Bí thư giữ.", 2)
    good = (folder / "ha-giang.md").read_text("utf-8")
    (folder / "ha-giang.md").write_text("hỏng", "utf-8")
    assert not library.refresh()
    assert [one.file for one in library.problems] == ["ha-giang.md"]
    assert not library.refresh([question("q1", "Trưởng bản giữ.")], 3)
    assert reply(library.base, UNKNOWN).body == "Bí thư giữ."
    (folder / "ha-giang.md").write_text(good, "utf-8")
    assert library.refresh()
    assert reply(library.base, UNKNOWN).body == "Trưởng bản giữ."
    assert library.problems == []


def test_a_note_file_is_read_like_the_notes_of_the_office(tmp_path):
    folder = Path(shutil.copytree(BASE, tmp_path / "base"))
    notes = f"## ngày 20/11/2026\n\n### {UNKNOWN}\n> {SAID}\n"
    (folder / "ghi-chu.md").write_text(notes, "utf-8")
    base = Base.load(folder)
    assert reply(base, UNKNOWN).text == reply(laid_over(question()), UNKNOWN).text
    both = Base.load(folder, read_overlay([question("q1", "Bí thư giữ.")]))
    assert reply(both, UNKNOWN).body == "Bí thư giữ."


def test_a_base_made_from_the_one_before_answers_and_searches_alike():
    """Documents come and go between the two; what is taken over must not show."""
    more = ("Tháng Dân vận năm 2026.", "Tháng Dân vận năm 2026, giúp hộ nghèo sửa nhà.")
    plain, changed = laid_over(), read_overlay([document(more)])
    words = [(word, 1.0) for word in ("dân", "vận", "hộ", "nghèo", "nhà")]

    def found(base):
        scores = base.corpus.index.score(words).tolist()
        return {one.text: score for one, score in zip(base.corpus.passages, scores, strict=True)}

    after, anew = Base.load(BASE, changed, plain), Base.load(BASE, changed)
    assert found(after) == pytest.approx(found(anew))
    assert found(after) != pytest.approx(found(plain))
    assert reply(after, ANSWERED) == reply(anew, ANSWERED)
    assert found(Base.load(BASE, None, after)) == pytest.approx(found(plain))
