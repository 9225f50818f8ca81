"""The search index: its scores are those of a plain reading of the formula, and a changed index is
the one that would have been built from nothing.
"""

from collections import Counter
from itertools import pairwise
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.features import GRAM_WEIGHT, PAIR_WEIGHT, WINDOW_WEIGHT, grams
from knowledge.index import OTHER_WEIGHT, TOO_COMMON, Index, top
from knowledge.segment import K1, STRIDE, WINDOW, B

WORDS = ["dân", "vận", "khéo", "kế", "hoạch", "tỉnh", "ủy", "ban", "xã", "12/kh", "12", "số"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=150), max_size=8)
QUESTIONS = st.lists(
    st.tuples(st.sampled_from([*WORDS, "lạ"]), st.sampled_from([0.5, 0.9, 1.0])), max_size=6
)


def singles(text):
    return [*text, *(word.split("/")[0] for word in text if word == "12/kh")]


def windows(text):
    return [text[at : at + WINDOW] for at in range(0, max(1, len(text) - STRIDE), STRIDE)]


def bm25(features, weights, length, mean):
    times = Counter(features)
    norm = K1 * (1 - B + B * length / max(1.0, mean))
    return sum(
        weight * (K1 + 1) * times[one] / (times[one] + norm) for one, weight in weights.items()
    )


def rarity(count, size):
    return log(1 + (size - min(count, size) + 0.5) / (min(count, size) + 0.5))


def plain_scores(texts, question):
    """Score every text as the formula says, without any arrays."""
    size = len(texts)
    words: dict[str, float] = {}
    two: dict[tuple[str, str], float] = {}
    three: dict[str, float] = {}
    for word, weight in question:
        for one in singles([word]):
            words[one] = max(words.get(one, 0), weight)
        for gram in grams(word):
            three[gram] = max(three.get(gram, 0), weight)
    for (one, first), (other, second) in pairwise(question):
        two[one, other] = max(two.get((one, other), 0), min(first, second))
    held = [set(singles(text)) for text in texts]
    held_two = [set(pairwise(text)) for text in texts]
    vocabulary = {one for some in held for one in some}
    holders = {
        gram: sum(
            gram in grams(one) and grams(one).count(gram) * sum(one in some for some in held)
            for one in vocabulary
        )
        for gram in three
    }
    words = {one: w * rarity(sum(one in some for some in held), size) for one, w in words.items()}
    two = {
        one: PAIR_WEIGHT * w * rarity(sum(one in some for some in held_two), size)
        for one, w in two.items()
    }
    three = {
        one: GRAM_WEIGHT * w * rarity(holders[one], size)
        for one, w in three.items()
        if holders[one] <= TOO_COMMON * size
    }
    in_grams = [[gram for word in text for gram in grams(word)] for text in texts]
    cut = [windows(text) for text in texts]
    mean = sum(map(len, texts)) / size
    mean_grams = sum(map(len, in_grams)) / size
    mean_window = sum(len(one) for some in cut for one in some) / sum(map(len, cut))
    return [
        bm25(singles(text), words, len(text), mean)
        + bm25(pairwise(text), two, len(text), mean)
        + bm25(in_grams[at], three, len(in_grams[at]), mean_grams)
        + WINDOW_WEIGHT
        * max(
            bm25(singles(one), words, len(one), mean_window)
            + bm25(pairwise(one), two, len(one), mean_window)
            for one in cut[at]
        )
        for at, text in enumerate(texts)
    ]


@given(TEXTS.filter(bool), QUESTIONS)
@settings(deadline=None)
def test_scores_are_those_of_the_formula(texts, question):
    found = Index(texts).score(question).tolist()
    assert found == pytest.approx(plain_scores(texts, question), rel=1e-4, abs=1e-4)


@given(TEXTS, TEXTS.filter(bool), QUESTIONS)
@settings(deadline=None)
def test_what_is_added_and_removed_was_never_there(texts, more, question):
    index = Index(texts)
    again = index.changed(add={"mới": more}).changed(remove=["mới"])
    assert again.owners == index.owners
    assert again.score(question).tolist() == pytest.approx(index.score(question).tolist())


@given(TEXTS.filter(bool), TEXTS.filter(bool), QUESTIONS, st.data())
@settings(deadline=None)
def test_a_changed_index_is_one_built_from_nothing(texts, more, question, data):
    names = [f"vb-{at // 2}" for at in range(len(texts))]
    gone = data.draw(st.sampled_from(names))
    changed = Index(texts, names).changed(remove=[gone], add={"mới": more})
    left = [(text, name) for text, name in zip(texts, names, strict=True) if name != gone]
    built = Index(
        [*(text for text, _ in left), *more], [*(name for _, name in left), *("mới" for _ in more)]
    )
    assert changed.owners == built.owners
    assert changed.score(question).tolist() == pytest.approx(built.score(question).tolist())
    assert changed.idf("dân") == pytest.approx(built.idf("dân"))


def test_a_document_that_is_added_again_is_replaced():
    index = Index([["dân", "vận"], ["kế", "hoạch"]], ["một", "hai"])
    changed = index.changed(add={"một": [["khéo"], ["xã", "ủy"]]})
    assert changed.owners == ("hai", "một", "một")
    assert changed.score([("vận", 1.0)]).max() == 0
    assert index.owners == ("một", "hai")
    assert index.score([("vận", 1.0)])[0] > 0


def test_a_document_that_is_not_there_cannot_be_removed():
    with pytest.raises(KeyError, match="ba"):
        Index([["dân"]], ["một"]).changed(remove=["ba"])


def test_the_texts_of_a_document_stand_together():
    with pytest.raises(ValueError, match="một"):
        Index([["dân"], ["vận"], ["khéo"]], ["một", "hai", "một"])


def test_many_changes_make_few_parts():
    index = Index([["dân", "vận", str(at)] * 50 for at in range(200)])
    for at in range(60):
        index = index.changed(add={f"mới {at}": [["kế", "hoạch", f"{at}"] * 100]})
    assert len(index.parts) <= 3
    assert index.size == 260


def test_the_best_are_those_of_all_scores():
    texts = [
        [WORDS[(at * step) % len(WORDS)] + str(at * step % 37) for step in range(1, 90)]
        for at in range(1, 900)
    ]
    index = Index(texts).changed(remove=[str(at) for at in range(0, 899, 3)])
    for at in range(0, 899, 44):
        question = [(word, 1.0) for word in texts[at][10:20]]
        scores = index.score(question)
        found = index.best(question, (), 10)
        assert [place for place, _ in found] == top(scores, 10)
        assert [score for _, score in found] == pytest.approx([scores[at] for at, _ in found])


def test_second_readings_count_less():
    index = Index([["dân"], ["vận"]])
    first, second = index.score([("dân", 1.0)], [("vận", OTHER_WEIGHT)]).tolist()
    assert first > second > 0


def test_a_code_is_found_by_its_number():
    index = Index([["kế", "hoạch", "12/kh"], ["kế", "hoạch", "13/kh"]])
    assert [at for at, _ in index.best([("12", 1.0)])] == [0]
    assert index.idf("12") == index.idf("12/kh")


def test_no_texts_have_no_scores():
    assert Index([]).score([("dân", 1.0)]).tolist() == []
    assert Index([]).best([("dân", 1.0)]) == []
    assert Index([["dân"]]).best([]) == []
