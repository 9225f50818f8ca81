"""Questions are read as they were meant, however they were typed."""

import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.evaluate import Searcher
from knowledge.noise import noisy
from knowledge.text import tokens

SENTENCES = [
    "Ban Dân vận tỉnh ủy hướng dẫn các xã tổ chức tháng dân vận khéo.",
    "Ủy ban nhân dân huyện ban hành kế hoạch thực hiện quy chế dân chủ ở cơ sở.",
    "Hội đồng nhân dân giám sát việc giải quyết khiếu nại của người dân.",
    "Mặt trận tổ quốc vận động nhân dân xây dựng nông thôn mới.",
    "Đối với đồng bào dân tộc thiểu số, cán bộ phải gần dân và hiểu dân.",
    "Trách nhiệm của người đứng đầu là nghe dân nói, nói dân hiểu, làm dân tin.",
    "Hòa giải ở cơ sở được tiến hành công khai, đúng pháp luật.",
]
SEARCHER = Searcher.of({str(at): [text] for at, text in enumerate(SENTENCES)})


def read(text):
    return [word.text for word in SEARCHER.lattice.read(tokens(text))]


@pytest.mark.parametrize("text", SENTENCES)
def test_clean_text_is_read_as_itself(text):
    assert read(text) == tokens(text)


@pytest.mark.parametrize("kind", ["nodiac", "telex", "vni"])
@pytest.mark.parametrize("text", SENTENCES)
def test_text_without_accents_or_in_raw_keys_is_read_back(text, kind):
    assert read(noisy(text, kind, Random(7))) == tokens(text)


@pytest.mark.parametrize("text", SENTENCES)
def test_the_form_of_the_letters_does_not_matter(text):
    assert read(unicodedata.normalize("NFD", text)) == tokens(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tổ chức tháng dânvận khéo", "tổ chức tháng dân vận khéo"),
        ("tổ chức tháng dâ nvận khéo", "tổ chức tháng dân vận khéo"),
        ("tổ chức tháng dâ n vận khéo", "tổ chức tháng dân vận khéo"),
        ("xây dựng nôngthônmới", "xây dựng nông thôn mới"),
        ("trcáh nhiệm của người đứgn đầu", "trách nhiệm của người đứng đầu"),
        ("trch nhiệm của ngưòi đứng đầu", "trách nhiệm của người đứng đầu"),
        ("hoà giải ở cơ sở", "hòa giải ở cơ sở"),
        ("trách nhieemj của nguoiwf đứng đầu", "trách nhiệm của người đứng đầu"),
        ("ubnd huyện bh kh", "ủy ban nhân dân huyện ban hành kế hoạch"),
        ("hđnd giám sát", "hội đồng nhân dân giám sát"),
        ("mttq vận động", "mặt trận tổ quốc vận động"),
        ("dvk là gì", "dân vận khéo là gì"),
        ("qcdc ở cơ sở ntn", "quy chế dân chủ ở cơ sở như thế nào"),
        ("ntm", "nông thôn mới"),
    ],
)
def test_slips_and_short_forms_are_read(typed, meant):
    assert read(typed) == meant.split()


@given(st.text(max_size=200))
@settings(deadline=None)
def test_anything_can_be_read(text):
    raw = tokens(text)
    assert all(0 <= word.raw < len(raw) for word in SEARCHER.lattice.read(raw))


@pytest.mark.parametrize("letter", ["w", "a", "đ", "ng", "x1"])
def test_a_word_without_end_is_kept_as_it_is(letter):
    long = letter * 1_000
    assert read(long) == tokens(long)
