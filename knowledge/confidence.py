"""How likely an answer is right: a logistic model over the figures of a decision.

The coefficients are data (language/confidence.yaml); `python -m bench.fit_confidence` finds
them anew.
"""

from dataclasses import dataclass
from math import exp, log

from knowledge.case import Case, Hit
from knowledge.document import NOTES


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the question of a hit, each between 0 and about 1.

    `ahead` is how far the next question of the document is behind, `alone` how far the next
    document is; `rarest` says whether the most telling word asked occurs in it, `number` whether
    the number of a cited document does.
    """

    cosine: float
    cover: float
    score: float
    ahead: float
    alone: float
    rarest: float
    number: float
    named: float
    hinted: float
    given: float
    length: float
    sure: float


def signs(case: Case, hit: Hit, *, among: bool = True) -> Signs:
    """Read the signs of a hit, among all documents in question or within its own."""
    scope = case.scope
    others = [one.score for one in case.ranked(hit.doc)[:2] if one.at != hit.at][:1]
    best = case.best(scope.docs) if among else []
    rivals = [one.score for one in best if one.doc != hit.doc][:1]
    return Signs(
        cosine=hit.cosine,
        cover=hit.cover,
        score=hit.score,
        ahead=hit.score - max([0.0, *others]),
        alone=hit.score - max([0.0, *rivals]),
        rarest=float(case.holds_rarest(hit)),
        number=float(case.names_number(hit)),
        named=float(scope.is_named),
        hinted=float(scope.is_hinted),
        given=float(case.found(hit).given and hit.doc != NOTES),
        length=log(1 + len(case.words)) / 3,
        sure=sum(case.sure) / max(1, len(case.sure)),
    )


def probability(case: Case, hit: Hit, *, among: bool = True) -> float:
    """Give the probability that the question of a hit is the one that was asked: `among` all
    documents in question, or of its own one.
    """
    model = case.corpus.language.confidence
    found = signs(case, hit, among=among)
    total = model["base"] + sum(
        weight * getattr(found, name) for name, weight in model["weights"].items()
    )
    return 1 / (1 + exp(-total))
