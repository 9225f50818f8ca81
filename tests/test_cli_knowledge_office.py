"""What the office laid over the base, from the command line: export, history, withdraw, report."""

import shutil
from functools import partial
from pathlib import Path

import pytest
import yaml

from knowledge.text import fold
from store import edits
from tests.asking import ANSWERED, FORWARD, OTHER, UNKNOWN
from tests.desk import Desk
from tests.dialogues import BASE

SAID = "Trưởng thôn giữ."
LATER = "Ai khen thưởng ở Hà Giang?"
SECTION = "Thông tin chung"


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, now)


def lay(desk, key, content, kind="document"):
    put = partial(edits.put, kind=kind, key=key, content=content, person_id=None, now=desk.now)
    desk.with_database(lambda database: database.write(put))


def learn(desk):
    """Lay one of everything over the base; give what is answered by it."""
    corrected = "hoạt động trong tháng dân vận của Hà Giang"
    numbers = desk.asked(
        ("Lan", UNKNOWN), ("Minh", OTHER), ("Hoa", LATER), ("Hoa", corrected, "👎 Chưa đúng")
    )
    answer = partial(desk.json, "questions", "answer")
    answer(numbers[0], "--text", SAID)
    answer(numbers[1], "--text", "Ngày mùng 6 tháng Giêng.\nBắt đầu từ sáng.", "--doc", "an-giang")
    answer(numbers[2], "--text", "Tỉnh khen.", "--doc", "ha-giang", "--section", SECTION)
    answer(numbers[3], "--text", "Đã sửa: thăm hộ nghèo.", "--doc", "ha-giang")
    text = (BASE / "ha-giang.md").read_text("utf-8").replace("ha-giang", "tuyen-quang")
    text = text.replace("Hà Giang", "Tuyên Quang").replace("12/KH", "88/KH").replace("12 ", "88 ")
    lay(desk, "tuyen-quang", {"text": text})
    return [UNKNOWN, OTHER, LATER, corrected, ANSWERED.replace("Hà Giang", "Tuyên Quang")]


def replies(desk, texts):
    return [desk.reply(text)["text"] for text in texts]


def test_exported_files_are_a_sound_base_that_answers_the_same(desk, tmp_path):
    texts = learn(desk)
    texts += [
        ANSWERED,
        ANSWERED.replace("Hà Giang", "An Giang"),
        "Hà Giang có những hoạt động gì?",
    ]
    expected = replies(desk, texts)
    assert len(set(expected)) == len(texts)
    out = tmp_path / "out"
    made = desk.json("knowledge", "export", out)
    assert made["files"] == sorted(path.name for path in out.iterdir())
    assert {"ghi-chu.md", "tuyen-quang.md", "occasions.yaml"} <= set(made["files"])
    desk.set["DANVAN_KNOWLEDGE_DIR"] = str(out)
    assert desk.json("knowledge", "check") == [], "with the same edits laid over it again"
    assert replies(desk, texts) == expected
    new = Desk(tmp_path / "new", desk.now)
    new.set["DANVAN_KNOWLEDGE_DIR"] = str(out)
    assert new.json("knowledge", "check") == []
    assert replies(new, texts) == expected
    again = tmp_path / "again"
    new.json("knowledge", "export", again)
    assert {one.name: one.read_text() for one in out.iterdir()} == {
        one.name: one.read_text() for one in again.iterdir()
    }


def test_without_edits_the_files_come_out_as_they_are(desk, tmp_path):
    desk.json("knowledge", "export", tmp_path / "out")
    for path in BASE.iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_only_what_an_edit_changes_is_written_anew(desk, tmp_path):
    [number] = desk.asked(("Lan", UNKNOWN))
    desk.json("questions", "answer", number, "--text", SAID, "--doc", "ha-giang")
    desk.json("knowledge", "export", tmp_path / "out")
    before = (BASE / "ha-giang.md").read_text("utf-8").rstrip()
    after = (tmp_path / "out" / "ha-giang.md").read_text("utf-8")
    added = f"\n\n## Giải đáp của người phụ trách\n\n### {UNKNOWN}\n> {SAID}\n"
    assert after == before + added


def test_a_day_that_the_office_confirmed_is_written_into_the_calendar(desk, tmp_path):
    shipped = desk.json("occasions", "show", "ngay_hai")
    assert shipped["is_confirmed"] is False
    desk.run("occasions", "confirm", "ngay_hai")
    desk.json("knowledge", "export", str(tmp_path / "out"))
    entries = yaml.safe_load((tmp_path / "out" / "occasions.yaml").read_text("utf-8"))
    [own] = [one for one in entries if one["id"] == "ngay_hai"]
    assert own["confirmed"] is True
    versions = desk.json("knowledge", "history", "occasion", "ngay_hai")
    assert [one["content"] for one in versions] == [{"confirmed": True}]


def test_nothing_is_written_over(desk, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.md").write_text("mine")
    assert "not empty" in desk.refused("knowledge", "export", there)
    assert [path.name for path in there.iterdir()] == ["mine.md"]


def test_an_edit_that_cannot_be_read_is_left_out_and_said(desk, tmp_path):
    lay(desk, "broken", {"text": "no document"})
    result = desk.run("knowledge", "export", tmp_path / "out")
    assert (result.exit_code, "broken.md" in result.stderr) == (0, True)
    assert not (tmp_path / "out" / "broken.md").exists()
    assert "broken.md" in desk.run("knowledge", "check").stderr


def test_an_answer_is_taken_back_and_its_history_stays(desk):
    [number] = desk.asked(("Lan", UNKNOWN))
    desk.json("questions", "answer", number, "--text", SAID)
    key = f"q{number}"
    taken = desk.json("knowledge", "withdraw", key)
    assert taken["key"] == key
    assert desk.reply(UNKNOWN)["kind"] == "refuse"
    versions = desk.json("knowledge", "history", "question", key)
    assert [one["content"] and one["content"]["answer"] for one in versions] == [None, SAID]
    assert versions[0]["revision"] == taken["revision"]
    said = desk.run("knowledge", "history", "question", key).output
    assert "(đã thu hồi)" in said
    assert SAID in said
    assert "no question" in desk.refused("knowledge", "withdraw", key)
    assert "no document" in desk.refused("knowledge", "withdraw", key, "--kind", "document")
    assert "no question 'x'" in desk.refused("knowledge", "history", "question", "x")


def test_the_check_asks_the_offices_questions(desk, tmp_path):
    [number] = desk.asked(("Lan", UNKNOWN))
    desk.json("questions", "answer", number, "--text", SAID, "--doc", "ha-giang")
    assert desk.json("knowledge", "check") == []
    folder = Path(shutil.copytree(BASE, tmp_path / "base"))
    (folder / "ha-giang.md").unlink()
    desk.set["DANVAN_KNOWLEDGE_DIR"] = str(folder)
    assert f"q{number}:1:" in desk.refused("knowledge", "check")


def test_the_check_asks_every_heading_freely(desk, tmp_path):
    folder = Path(shutil.copytree(BASE, tmp_path / "base"))
    path = folder / "an-giang.md"
    wrong = "\n### Kế hoạch 12 của tỉnh Hà Giang thực hiện từ ngày nào?\n> Từ ngày 5/10/2026.\n"
    path.write_text(path.read_text("utf-8") + wrong, "utf-8")
    desk.set["DANVAN_KNOWLEDGE_DIR"] = str(folder)
    assert "an-giang.md:" in desk.refused("knowledge", "check")


def test_the_report_counts_by_document_and_week_and_masks_what_was_refused(desk):
    desk.asked(
        ("Lan", ANSWERED, "👎 Chưa đúng"),
        ("Lan", f"{UNKNOWN} Gọi 0912345678"),
        ("Minh", fold(f"{UNKNOWN} Gọi 0912345678")),
        ("Minh", OTHER, FORWARD),
        ("Minh", "thời gian thực hiện tháng dân vận"),
    )
    desk.json("questions", "answer", 4, "--text", SAID)
    day = desk.now.date().isoformat()
    told = desk.json("knowledge", "report", "--from", day, "--to", day)
    counts = {name: told[name] for name in ("asked", "answered", "clarified", "refused")}
    assert counts == {"asked": 5, "answered": 1, "clarified": 1, "refused": 3}
    assert (told["disliked"], told["curated"]) == (1, 1)
    assert [one["week"] for one in told["by_week"]] == ["2026-W47"]
    by_document = {one["doc"]: one["asked"] for one in told["by_document"]}
    assert sum(by_document.values()) == 5
    assert by_document["ha-giang"] >= 1
    assert told["refused_most"][0] == {"text": f"{UNKNOWN} Gọi ***", "times": 2}
    said = desk.run("knowledge", "report", "--from", day, "--to", day).output
    assert "2026-W47\t5\t1\t1\t3\t1\t1" in said
    assert "0912345678" not in said
    empty = desk.json("knowledge", "report", "--from", "2020-01-01", "--to", "2020-01-31")
    assert (empty["asked"], empty["by_week"]) == (0, [])
    wrong = desk.run("knowledge", "report", "--from", "2026-02-01", "--to", "2026-01-01")
    assert wrong.exit_code == 2
