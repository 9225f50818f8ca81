"""Requests for reminders in words: what is read, what is no request, what stops everything."""

import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from knowledge.reminding.phrases import describe
from knowledge.reminding.reading import Fault, Wish, read, read_when
from knowledge.reminding.request import is_resume, is_stop, is_wish
from knowledge.reminding.schedule import Daily, Weekly
from knowledge.text import fold

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=ZONE)
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "reminders.toml").read_text(encoding="utf-8")
)["case"]
WISHES = [case for case in CASES if not case.get("no")]


def test_there_are_enough_of_them():
    assert len(WISHES) >= 60
    assert sum(case["text"] == fold(case["text"]) for case in WISHES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_what_is_read_is_what_is_meant(case):
    assert is_wish(case["text"]) is not bool(case.get("no"))
    if case.get("no"):
        return
    found = read(case["text"], NOW, ZONE)
    if "fault" in case:
        assert found == Fault(case["fault"])
        return
    assert isinstance(found, Wish)
    assert (found.what, describe(found.schedule)) == (case["what"], case["when"])
    assert (found.scope, found.unit) == (case.get("scope", "me"), case.get("unit", ""))


@pytest.mark.parametrize("case", WISHES, ids=lambda case: case["text"])
def test_without_accents_the_time_is_the_same(case):
    """But for names: `chị Mai` and a unit are known by their capitals."""
    text = fold(case["text"])
    if "Mai" in case["text"] or case.get("unit"):
        text = case["text"].replace("nhắc", "nhac")
    assert is_wish(text)
    found = read(text, NOW, ZONE)
    if "fault" in case:
        assert found == Fault(case["fault"])
    else:
        assert isinstance(found, Wish)
        assert describe(found.schedule) == case["when"]


@pytest.mark.parametrize(
    "text",
    [
        *("dừng", "dung", "Dừng!", "DỪNG", "dừng nhận tin", "ngừng nhắc", "tắt thông báo"),
        *("tat thong bao", "thôi đừng nhắc nữa nhé", "đừng gửi nữa", "dừng lại ạ"),
    ],
)
def test_a_whole_message_that_stops(text):
    assert is_stop(text)
    assert not is_resume(text)


@pytest.mark.parametrize(
    "text",
    [
        *("đúng", "đứng", "kế hoạch nào dừng rồi", "khi nào dừng nhận tin bài thi"),
        *("dừng xe ở đâu", "có dừng hội thi không", "dung roi", "", "?", "bao giờ ngừng"),
        *("dừng nhận hồ sơ khi nào", "nội dung", "sử dụng"),
    ],
)
def test_a_question_that_holds_the_word_stops_nothing(text):
    assert not is_stop(text)


@pytest.mark.parametrize("text", ["nhận lại", "nhan lai", "bật thông báo", "bắt đầu lại ạ"])
def test_a_whole_message_that_lets_it_begin_again(text):
    assert is_resume(text)
    assert not is_stop(text)


def test_an_hour_alone_changes_only_the_hour():
    weekly = Weekly((0, 3), time(7, 30))
    assert read_when("đổi sang 9h", NOW, ZONE, weekly) == Weekly((0, 3), time(9, 0))
    assert read_when("6 rưỡi tối", NOW, ZONE, Daily(time(7))) == Daily(time(18, 30))
    assert read_when("thứ năm 8h", NOW, ZONE, weekly) != weekly
    assert read_when("hôm nào đó", NOW, ZONE, weekly) == Fault("no time")
