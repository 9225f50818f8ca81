"""Moved and lost spaces: letters around a token that nobody knows are cut into words anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import language
from knowledge.model import Model
from knowledge.respell import Respeller
from knowledge.text import tokens

TEXTS = (
    "Xin cho biết phong trào thi đua Dân vận khéo của An Giang triển khai trên những lĩnh vực nào",
    "Hội nghị nêu phương châm thực hiện quy chế dân chủ ở cơ sở",
    "Kế hoạch số 246 của Hà Giang yêu cầu các cơ quan giúp đỡ hộ nghèo sửa nhà",
)
WORDS = [tokens(text) for text in TEXTS]


@pytest.fixture(scope="module")
def respeller():
    model = Model(language())
    model.learn(WORDS, 5)
    model.close()
    return Respeller(model)


CASES = {
    "xi ncho biếtphong trào thi đua": "xin cho biết phong trào thi đua",
    "hội gnhị nêu phương hcâm": "hội nghị nêu phương châm",
    "thực hiện quychế dân chủ": "thực hiện quy chế dân chủ",
    "yêuocầu các cơquan giúp đỡ": "yêu cầu các cơ quan giúp đỡ",
    "triển kha trên những lĩnhvực nào": "triển khai trên những lĩnh vực nào",
}


@pytest.mark.parametrize(("typed", "meant"), CASES.items())
def test_what_was_meant(respeller, typed, meant):
    assert " ".join(word for word, _ in respeller.read(tokens(typed))) == meant


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_what_is_known_stays(respeller, words):
    assert respeller.read(words) == [(word, at) for at, word in enumerate(words)]


@pytest.mark.parametrize("typed", ["ke hoahc so 246", "kees hoachj soos 246", "", "246", "xyz"])
def test_bare_letters_and_raw_keys_are_left_to_the_lattice(respeller, typed):
    read = respeller.read(tokens(typed))
    assert [word for word, _ in read] == tokens(typed)


@given(st.lists(st.text("abcđêồnghiuạv", min_size=1, max_size=30), max_size=12))
def test_every_word_names_a_token_in_order(respeller, raw):
    read = respeller.read(raw)
    places = [at for _, at in read]
    assert places == sorted(places)
    assert all(0 <= at < len(raw) for at in places)
    assert bool(read) == bool(raw)
