"""Noise is deterministic, and each kind does what it says."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.keys import decode
from knowledge.language import language
from knowledge.noise import EVERY, NOISES, UnknownNoise, noisy
from knowledge.text import fold, tokens

TEXT = "Ủy ban nhân dân tỉnh ban hành Kế hoạch số 246/KH-UBND, được thưởng ở đường nào?"
SYLLABLES = ["ủy", "ban", "nhân", "dân", "thưởng", "được", "đường", "quyết", "hòa", "nghị", "khéo"]


@given(st.text(max_size=80), st.sampled_from(sorted(NOISES)), st.integers())
def test_the_same_seed_makes_the_same_noise(text, kind, seed):
    assert noisy(text, kind, Random(seed)) == noisy(text, kind, Random(seed))


@pytest.mark.parametrize("kind", ["telex", "vni", "typo"])
def test_other_seeds_make_other_noise(kind):
    assert len({noisy(TEXT, kind, Random(seed)) for seed in range(9)}) > 1


def test_no_accents_are_left():
    assert noisy(TEXT, "nodiac", Random(1)).isascii()
    assert noisy(TEXT, "nodiac", Random(1)).lower() == fold(TEXT)


@given(
    st.lists(st.sampled_from(SYLLABLES), min_size=1),
    st.sampled_from(["telex", "vni"]),
    st.integers(),
)
def test_raw_keys_lead_back_to_the_words(words, kind, seed):
    typed = noisy(" ".join(words), kind, Random(seed))
    assert typed.isascii()
    assert [decode(word) for word in typed.split()] == words


def test_tone_keys_stand_after_the_vowel_and_at_the_end():
    typed = {noisy("vận", "telex", Random(seed)) for seed in range(20)}
    assert typed == {"vaajn", "vaanj"}
    assert {noisy("Vận", "vni", Random(seed)) for seed in range(20)} == {"Va65n", "Va6n5"}


@given(st.text(alphabet="abcdê ớ", min_size=EVERY, max_size=120), st.integers())
def test_one_slip_for_every_eight_characters(text, seed):
    text = unicodedata.normalize("NFC", text)
    typed = noisy(text, "typo", Random(seed))
    assert OSA.distance(text, typed) <= 2 * (len(text) // EVERY)


def test_slips_are_of_all_four_kinds():
    typed = [noisy("dân vận khéo", "typo", Random(seed)) for seed in range(200)]
    lengths = {len(one) for one in typed}
    assert {11, 12, 13} <= lengths
    assert any(sorted(one) == sorted("dân vận khéo") and one != "dân vận khéo" for one in typed)


def test_abbreviations_are_those_of_the_data():
    typed = noisy("Ủy ban nhân dân tỉnh ban hành kế hoạch như thế nào?", "abbr", Random(1))
    readings = language().abbreviations
    words = typed.rstrip("?").split()
    assert ("ủy", "ban", "nhân", "dân") in readings[tuple(tokens(words[0]))]
    assert len(words) < 12
    assert typed.endswith("?")


def test_what_has_no_abbreviation_stays():
    assert noisy("Zalo, Telegram 2026!", "abbr", Random(1)) == "Zalo, Telegram 2026!"


def test_an_unknown_noise_is_refused():
    with pytest.raises(UnknownNoise, match="static"):
        noisy("dân vận", "static", Random(1))
