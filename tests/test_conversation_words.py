"""Plain words, commands and numbers as people type them; and the examples of the greeting."""

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import words
from handlers.arrive_phrases import EXAMPLES
from handlers.conversation import STEP_WORDS, WORDS
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
    ["đúng", "dùng", "hủy giúp tôi", "lịch tháng 10", "báo cáo", "nhắc việc", "báo cáo của tôi"],
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


def test_the_words_of_a_step_are_no_plain_words():
    for table in STEP_WORDS.values():
        assert not set(table) & set(WORDS)


@given(st.text())
def test_nothing_that_is_typed_breaks_the_reading(text):
    words.whole(text)
    words.command(text)
    words.number(text)
    words.is_blank(text)
    invitations.normalised(text)


@given(st.text(string.whitespace + "/a@ ", max_size=5000))
def test_whitespace_in_bulk_is_read_at_once(text):
    words.command(text)


@given(st.text(invitations.ALPHABET, min_size=10, max_size=10), st.integers(0, 10))
def test_a_code_survives_the_way_it_is_typed(code, at):
    assert invitations.normalised(f" {code[:at].lower()} - {code[at:]}\n") == code
