"""Answers from a passage when no curated question is near: a new plan is served from its text at
once.
"""

from knowledge import say
from knowledge.answer import Answer
from knowledge.case import Case
from knowledge.index import pairs, top
from knowledge.text import sentences

COVERED = 0.8  # part of what was asked, weighted by how telling it is, that the passage must hold
LEAST_WORDS, LEAST_PAIRS = 2, 1
TRIED = 8
RIVAL = 0.85


def passage_answer(case: Case) -> Answer | None:
    """Give an excerpt of the best passage that holds what was asked; None where there is none."""
    corpus = case.corpus
    language = corpus.language
    telling = [
        (word, weight)
        for word, weight in zip(case.words, case.sure, strict=True)
        if word not in language.light and word not in language.polite
    ]
    if len(telling) < LEAST_WORDS:
        return None
    scores = corpus.index.score(telling)
    allowed = [at for at in top(scores, TRIED) if corpus.passages[at].doc in case.scope.docs]
    fitting = [at for at in allowed if _covers(case, at, telling)]
    if not fitting:
        return None
    rivals = {
        corpus.passages[at].doc for at in fitting if scores[at] >= RIVAL * scores[fitting[0]]
    }
    if len(rivals) > 1:
        return say.clarify(case, sorted(rivals)) if case.scope.is_hinted else None
    passage = corpus.passages[fitting[0]]
    excerpt = _excerpt(case, passage.text, [word for word, _ in telling])
    words = corpus.words(excerpt)
    if corpus.evidence.missing(case.question.words, words, []):
        return None
    return say.excerpt(case, passage, excerpt)


def _covers(case: Case, at: int, telling: list[tuple[str, float]]) -> bool:
    corpus = case.corpus
    held = corpus.words(corpus.passages[at].text)
    known = set(held)
    weights = {word: weight * corpus.index.idf(word) for word, weight in telling}
    mass = sum(weights.values())
    covered = sum(weight for word, weight in weights.items() if word in known)
    shared = set(pairs(held)) & set(pairs(case.words))
    return mass > 0 and covered >= COVERED * mass and len(shared) >= LEAST_PAIRS


def _excerpt(case: Case, text: str, telling: list[str]) -> str:
    """Begin with the sentence that holds most of what was asked."""
    parts = sentences(text)
    counts = [len(set(case.corpus.words(part)) & set(telling)) for part in parts]
    return " ".join(parts[counts.index(max(counts)) :])
