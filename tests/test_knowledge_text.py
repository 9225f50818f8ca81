"""Laws of text: folding and normalising are idempotent; Telex, VNI and lost accents lead back to
the word.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.keys import decode, keystrokes
from knowledge.numerals import spelled_numbers
from knowledge.syllable import is_syllable
from knowledge.text import clean, fold, join_dates, normal, tokens


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text):
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(max_size=200))
def test_tokens_have_no_blanks_inside(text):
    assert all(token and not token.isspace() for token in tokens(text))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Kế hoạch số 05/KH-UBND", ["kế", "hoạch", "số", "5/kh/ubnd"]),
        ("1859-QC/TU", ["1859/qc/tu"]),
        ("ngày 09/4/2019", ["ngày", "9/4/2019"]),
        ("giai đoạn 2021-2025", ["giai", "đoạn", "2021", "2025"]),
        ("Covid-19", ["covid", "19"]),
        ("HOÀ thuỷ quý", ["hòa", "thủy", "quý"]),
        ("naò giai đọan", ["nào", "giai", "đoạn"]),
        ("đ/c ơi", ["đ/c", "ơi"]),
        ("99/99/2021", ["99", "99", "2021"]),
        ("h\u200boà\u202e b\u0323i\u0300nh", ["hòa", "ḅình"]),
    ],
)
def test_tokens(written, expected):
    assert tokens(written) == expected


def test_spelled_dates_are_one_token():
    assert join_dates(tokens("27 tháng 9 năm 2021 và 1 tháng 10")) == ["27/9/2021", "và", "1/10"]
    assert join_dates(["tháng"]) == ["tháng"]


@pytest.mark.parametrize(
    ("keyed", "word"),
    [
        ("vaanj", "vận"),
        ("vanaj", "vận"),
        ("dana", "dân"),
        ("va6n5", "vận"),
        ("va65n", "vận"),
        ("d9o6ng5", "động"),
        ("ddoongj", "động"),
        ("thuowngr", "thưởng"),
        ("thuwowngr", "thưởng"),
        ("hddnd", "hđnd"),
        ("quyeets", "quyết"),
        ("nuwowcs", "nước"),
        ("w", "ư"),
        ("hoaf", "hòa"),
        ("bbb", "bbb"),
    ],
)
def test_raw_keys_are_read(keyed, word):
    assert decode(keyed) == word


@given(
    st.sampled_from(
        [
            "vận",
            "động",
            "nhân",
            "dân",
            "thưởng",
            "nước",
            "quyết",
            "giới",
            "khuya",
            "hòa",
            "quý",
            "giếng",
            "ước",
        ]
    )
)
def test_keystrokes_lead_back(word):
    assert decode(keystrokes(word)) == word


@pytest.mark.parametrize("word", ["xăng", "quyết", "nghiêng", "gì", "giếng", "an"])
def test_syllables_are_known(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["hoạhc", "gaing", "zalo", "trờt", "bcđ"])
def test_what_cannot_be_a_syllable(word):
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("tám mươi tuổi", 80),
        ("một trăm năm", 100),
        ("hai mươi lăm", 25),
        ("mười", 10),
        ("tròn chín mươi sáu năm", 96),
    ],
)
def test_numbers_in_words(said, value):
    assert [one for _, _, one in spelled_numbers(said.split())] == [value]
