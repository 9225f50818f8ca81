"""Which ways of asking a curated question takes over from those who asked."""

from datetime import date

import pytest

from knowledge.base import Base
from knowledge.curating import MOST_WORDINGS, fault_of, wordings
from knowledge.overlay import as_content
from knowledge.text import fold
from tests.asking import UNKNOWN
from tests.dialogues import BASE

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def base():
    return Base.load(BASE)


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ([UNKNOWN], [UNKNOWN]),
        ([UNKNOWN, UNKNOWN.lower(), f"{UNKNOWN} "], [UNKNOWN]),
        (["Hà Giang  tặng\nquà ai?"], ["Hà Giang tặng quà ai?"]),
        (["thang dan van ha giang khi nao"], ["tháng dân vận hà giang khi nào"]),
        (["Ai tặng quà? Gọi 0912345678"], ["Ai tặng quà? Gọi"]),
        (["còn ở đó thì sao", "Ai tặng quà?"], ["Ai tặng quà?"]),
        (["còn ở đó thì sao"], ["còn ở đó thì sao"]),
        (["0912345678"], ["***"]),
        ([], []),
    ],
)
def test_wordings_are_read_nameless_and_different(base, asked, taken):
    assert wordings(base, asked, TODAY) == taken


def test_a_name_that_the_base_does_not_know_is_not_read_as_a_word_that_it_knows(base):
    assert base.reading(UNKNOWN, today=TODAY) != UNKNOWN, "else this shows nothing"
    assert wordings(base, [UNKNOWN, fold(UNKNOWN)], TODAY)[0] == UNKNOWN


def test_there_are_not_too_many_and_none_is_too_long(base):
    asked = [f"Xóm {number} tặng quà ai?" for number in range(20)] + ["dài " * 400]
    found = wordings(base, asked, TODAY)
    assert len(found) == MOST_WORDINGS
    assert max(map(len, wordings(base, ["dài " * 400], TODAY))) <= 300


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (as_content(doc=None, section="", wordings=["a"], answer="b"), ""),
        (as_content(doc="ha-giang", section="", wordings=["a"], answer="b"), ""),
        (as_content(doc="ha-giang", section="Thông tin chung", wordings=["a"], answer="b"), ""),
        (as_content(doc=None, section="", wordings=[], answer="b"), "empty"),
        (as_content(doc=None, section="", wordings=["a"], answer=" \n"), "empty"),
        (as_content(doc="x", section="", wordings=["a"], answer="b"), "no document"),
        (as_content(doc="ha-giang", section="x", wordings=["a"], answer="b"), "no section"),
        (as_content(doc=None, section="", wordings=["a"], answer="b" * 600), "too long"),
    ],
)
def test_what_cannot_be_laid_is_known_beforehand(base, content, fault):
    assert fault_of(base, content, TODAY) == fault
