"""Whether a curated question is near enough to what was asked, and which documents fit alike."""

from knowledge.case import Case, Hit
from knowledge.confidence import probability
from knowledge.scope import Scope

ENOUGH, COVERED = 0.40, 0.30  # least score, and least part of what was asked that is covered
ENOUGH_UNNAMED, COVERED_UNNAMED = 0.45, 0.42  # ... where the question points to no document
LIKELY, LIKELY_UNNAMED = 0.5, 0.65  # likelihoods from which a question is near anyhow
UNLIKELY = 0.35  # ... and below which it is not
ALIKE_AT_ALL = 0.2  # least cosine
ALIKE, ENOUGH_ALIKE = 0.45, 0.3  # where the document is named, alike wording is enough
FITS = 0.82  # a rival document fits when its best question has this part of the best score
FITS_HINTED = 0.55  # ... when the question itself points to several documents
DISTINCT, RIVAL = 0.8, 0.7  # cosines of a question that is meant and of one that is only like it


def is_near(case: Case, best: Hit) -> bool:
    """Say whether a question is near enough: by its figures, which its likelihood may overrule."""
    likely = probability(case, best, among=False)
    enough = LIKELY if case.scope.is_named else LIKELY_UNNAMED
    if likely >= enough or (likely >= UNLIKELY and _has_figures(case.scope, best)):
        return True
    return case.scope.is_named and case.found(best).given and case.holds_all(best)


def _has_figures(scope: Scope, best: Hit) -> bool:
    """Say whether score and cover are enough; where the document is named, alike wording is."""
    if best.cosine < ALIKE_AT_ALL:
        return False
    if scope.is_open:
        return best.score >= ENOUGH_UNNAMED and best.cover >= COVERED_UNNAMED
    if best.score >= ENOUGH and best.cover >= COVERED:
        return True
    return scope.is_named and best.cosine >= ALIKE and best.score >= ENOUGH_ALIKE


def fitting(hits: list[Hit], scope: Scope) -> list[Hit]:
    """Give the hits of the documents that fit about as well as the best one."""
    is_hinted = scope.is_hinted and not scope.is_named and hits[0].doc in scope.likely
    least = (FITS_HINTED if is_hinted else FITS) * hits[0].score
    alike = [hit for hit in hits if hit.score >= least]
    is_distinct = len(alike) > 1 and hits[0].cosine > DISTINCT and alike[1].cosine < RIVAL
    return alike[:1] if is_distinct and not scope.is_hinted else alike
