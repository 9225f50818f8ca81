"""Plain words, commands and numbers as people type them; and the examples of the greeting."""

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import link_phrases, own_data_phrases, phrases, words
from handlers.arrive_phrases import EXAMPLES, help_text
from handlers.routes import COMMANDS, WORDS
from knowledge.base import SHIPPED, Base
from knowledge.text import fold
from store import invitations

SHIPPED_BASE = Base.load(SHIPPED)


@pytest.mark.parametrize("question", [question for _, question in EXAMPLES])
def test_the_shipped_base_answers_every_example(question):
    assert SHIPPED_BASE.ask(question, today=date(2026, 11, 22)).kind == "answer"


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "typed",
    [
        str,
        str.upper,
        str.title,
        fold,
        "{}.".format,
        "  {} !!!".format,
        lambda word: unicodedata.normalize("NFD", word),
    ],
)
def test_a_word_is_known_however_it_is_typed(word, typed):
    assert WORDS.get(words.whole(typed(word))) is WORDS[word]


@pytest.mark.parametrize(
    "typed",
    [
        "đúng",
        "dùng",
        "hủy giúp tôi",
        "lịch tháng 10",
        "báo cáo",
        "nhắc việc tuần tới",
        "báo cáo của tôi",
    ],
)
def test_other_words_are_questions(typed):
    assert words.whole(typed) not in WORDS


@pytest.mark.parametrize("typed", ["huỷ", "hủy", "HUY", "huy", "Hủy."])
def test_both_ways_to_place_a_tone_are_one_word(typed):
    assert WORDS[words.whole(typed)] is WORDS["hủy"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/start", ("start", "")),
        (" /Start@Bot  ABC ", ("start", "ABC")),
        ("/lich hôm\nnay", ("lich", "hôm\nnay")),
        ("/", None),
        ("/ có", None),
        ("a /start", None),
        ("246/KH-UBND", None),
    ],
)
def test_commands(typed, read):
    assert words.command(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1", 1), (" 2. ", 2), ("3)", 3), ("12", 12), ("123", None), ("1 2", None), ("số 1", None)],
)
def test_numbers(typed, read):
    assert words.number(typed) == read


LABELS = (
    *(phrases.GOOD, phrases.BAD, phrases.FORWARD),
    *(own_data_phrases.EXPORT, own_data_phrases.DELETE, own_data_phrases.YES),
    *(own_data_phrases.NO, link_phrases.GET_CODE, link_phrases.YES, link_phrases.NO),
    *(link_phrases.prefer("zalo-oa:1"), *(label for label, _ in EXAMPLES)),
)


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_typed_for_itself_and_is_no_plain_word(label):
    """Plain words are looked up first: a label that is one could not be typed."""
    assert words.whole(label) not in WORDS
    assert [one for one in LABELS if words.names(label, one)] == [label]


@pytest.mark.parametrize(
    "typed",
    [
        "❌ Không xóa",
        "không xóa",
        "KHONG XOA",
        "Không xoá.",
        "khong xóa",
        "❌",
        "❌\ufe0f",
        " ❌ ",
    ],
)
def test_a_label_is_known_however_it_is_typed(typed):
    assert words.names(typed, "❌ Không xóa")


@pytest.mark.parametrize(
    "typed",
    ["không", "xóa", "không xóa nhé", "khống xóa", "✅", "✅ không", "", ".", "❌❌", "k", "0"],
)
def test_other_words_are_no_label(typed):
    assert not words.names(typed, "❌ Không xóa")


def test_a_thumb_of_any_colour_is_a_thumb_and_the_other_one_is_not():
    assert words.names("👍🏽", phrases.GOOD)
    assert words.names("👎🏿", phrases.BAD)
    assert not words.names("👍", phrases.BAD)
    assert not words.names("1", "1️⃣ Một")


def test_a_long_label_is_compared_at_once():
    """A label of 40 words has 2 to the 40 spellings."""
    label = "đồng chí vận động " * 10
    assert words.names(fold(label), label)
    assert not words.names(fold(label) + " nhé", label)


def test_a_command_is_in_the_help_that_a_registered_person_reads():
    said = help_text(you="đồng chí", may_ask=True, registered=True, curates=True, leads=True)
    assert {name for name in COMMANDS if f"/{name}" in said} == set(COMMANDS) - {"start"}


@given(st.text())
def test_nothing_that_is_typed_breaks_the_reading(text):
    words.whole(text)
    words.command(text)
    words.number(text)
    words.is_blank(text)
    words.names(text, "✅ Xóa")
    words.names("✅ Xóa", text)
    invitations.normalised(text)


@given(st.text(string.whitespace + "/a@ ", max_size=5000))
def test_whitespace_in_bulk_is_read_at_once(text):
    words.command(text)


@given(st.text(invitations.ALPHABET, min_size=10, max_size=10), st.integers(0, 10))
def test_a_code_survives_the_way_it_is_typed(code, at):
    assert invitations.normalised(f" {code[:at].lower()} - {code[at:]}\n") == code
