"""`danvan questions`: list, answer, merge, dismiss, as they are typed."""

import pytest

from tests.asking import ANSWERED, FORWARD, OTHER, UNKNOWN, untold
from tests.desk import Desk

SAID = "Trưởng thôn giữ."


@pytest.fixture
def desk(tmp_path, now, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, now)


def test_what_waits_is_listed_with_personal_numbers_masked(desk):
    text = f"{UNKNOWN} Gọi em số 0912 345 678"
    refused, wanted, _ = desk.asked(
        ("Lan", text), ("Minh", OTHER, FORWARD), ("Minh", ANSWERED, "👍")
    )
    found = desk.json("questions", "list")
    assert [(one["id"], one["text"]) for one in found] == [
        (wanted, OTHER),
        (refused, f"{UNKNOWN} Gọi em số ***"),
    ]
    assert [one["passed_on"] for one in found] == [True, False]
    assert len(desk.json("questions", "list", "--limit", "1")) == 1
    said = desk.run("questions", "list").output
    assert OTHER in said
    assert "0912" not in said


def test_an_answered_question_is_answered_to_the_next_asker_at_once(desk):
    [number] = desk.asked(("Lan", UNKNOWN))
    assert desk.reply(UNKNOWN)["kind"] == "refuse"
    made = desk.json("questions", "answer", number, "--text", SAID)
    assert made == {"id": number, "key": f"q{number}", "wordings": [UNKNOWN]}
    reply = desk.reply(UNKNOWN.lower())
    assert (reply["kind"], reply["docs"]) == ("answer", ["ghi-chu"])
    assert reply["text"].startswith(f"{SAID}\nNguồn: Giải đáp của người phụ trách")
    assert desk.json("questions", "list") == []
    assert [one.edit_key for one in desk.with_database(untold)] == [f"q{number}"]


def test_an_answer_of_a_document_with_another_wording(desk):
    [number] = desk.asked(("Lan", UNKNOWN))
    way = "Sổ vàng Nà Lạn nằm trong tay ai?"
    where = ["--doc", "ha-giang", "--section", "Thông tin chung"]
    made = desk.json("questions", "answer", number, "--text", SAID, *where, "--wording", way)
    assert made["wordings"] == [way, UNKNOWN]
    for text in (UNKNOWN, way):
        [citation] = desk.reply(text)["citations"]
        assert (citation["doc"], citation["section"]) == ("ha-giang", "Thông tin chung")


def test_an_answer_is_replaced_only_where_it_is_said(desk):
    [number] = desk.asked(("Lan", UNKNOWN))
    desk.json("questions", "answer", number, "--text", SAID)
    again = ["questions", "answer", number, "--text", "Bí thư chi bộ giữ."]
    assert "--again" in desk.refused(*again)
    desk.json(*again, "--again")
    assert desk.reply(UNKNOWN)["text"].startswith("Bí thư chi bộ giữ.")
    assert len(desk.json("knowledge", "history", "question", f"q{number}")) == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["999", "--text", SAID], "There is no question 999."),
        (["1", "--text", "  "], "There is no answer"),
        (["1", "--text", SAID, "--doc", "no-such"], "no document no-such"),
        (["1", "--text", SAID, "--doc", "ha-giang", "--section", "x"], "It has: Thông tin chung"),
        (["1", "--text", "dài " * 150], "at most 600 fit"),
    ],
)
def test_what_cannot_be_an_answer_is_said_in_one_line(desk, more, why):
    desk.asked(("Lan", UNKNOWN))
    assert why in desk.refused("questions", "answer", *more)
    assert [one["id"] for one in desk.json("questions", "list")] == [1]


def test_an_answer_as_long_as_it_may_be_is_taken_and_checks(desk):
    [number] = desk.asked(("Lan", UNKNOWN))
    words = "a" * 597
    refused = desk.refused("questions", "answer", number, "--text", words)
    length = int(refused.split("line has ")[1].split()[0])
    fitting = words[: len(words) - (length - 600)]
    desk.json("questions", "answer", number, "--text", fitting)
    assert len(desk.reply(UNKNOWN)["text"]) == 600
    assert desk.json("knowledge", "check") == []


def test_merged_questions_wait_as_one(desk):
    first, second = desk.asked(("Lan", UNKNOWN), ("Minh", f"Xin hỏi {UNKNOWN}"))
    assert desk.json("questions", "merge", second, first) == {"id": second, "merged_into": first}
    assert [(one["id"], one["times"]) for one in desk.json("questions", "list")] == [(first, 2)]
    assert "waits no longer" in desk.refused("questions", "merge", second, first)
    assert "cannot be merged" in desk.refused("questions", "merge", first, second)
    assert "no question 77" in desk.refused("questions", "merge", first, "77")
    desk.json("questions", "answer", first, "--text", SAID)
    assert len(desk.with_database(untold)) == 2


def test_a_dismissed_question_waits_no_longer(desk):
    first, second = desk.asked(("Lan", UNKNOWN), ("Minh", OTHER))
    assert desk.json("questions", "dismiss", first, "--reply", "Xin hỏi thôn.")["id"] == first
    desk.json("questions", "dismiss", second)
    assert desk.json("questions", "list") == []
    assert [one.reply for one in desk.with_database(untold)] == ["Xin hỏi thôn."]
    assert "waits no longer" in desk.refused("questions", "dismiss", first)
    assert "no question 77" in desk.refused("questions", "dismiss", "77")


def test_personal_numbers_do_not_get_into_the_base(desk):
    [number] = desk.asked(("Lan", f"{UNKNOWN} CCCD của em 001203004567"))
    made = desk.json("questions", "answer", number, "--text", SAID)
    assert not any("001203004567" in way for way in made["wordings"])
    assert desk.reply(UNKNOWN)["kind"] == "answer"
