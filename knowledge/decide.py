"""Chooses between an answer, a question back and a refusal."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from knowledge import refusals, say
from knowledge.answer import Answer
from knowledge.case import Asker, Case, Hit
from knowledge.clauses import ASKS
from knowledge.confidence import probability
from knowledge.corpus import Corpus
from knowledge.document import NOTES
from knowledge.duties import duties_answer
from knowledge.near import COVERED, fitting, is_near
from knowledge.notes import nearest_note
from knowledge.passages import passage_answer
from knowledge.phrases import LACKED, SOME_DETAIL
from knowledge.question import Question
from knowledge.scope import Scope
from knowledge.text import tokens
from knowledge.together import both, compared, holds_years, texts_of
from knowledge.typed import cited

AWAY = 1.2  # a document that topic and issuer do not point to must be this much better
LOOSE = 0.55  # several documents are offered unasked only from this score and cover, ...
LOOSE_OURS, LOOSE_FEW, FEW = 0.45, 0.38, 3  # ... where our kind of documents is spoken of
LIKE_OURS = 0.4  # least cosine then
DOUBTFUL = 0.43  # a question that points to no document is not answered with less confidence
ALSO = 0.55  # a further document is offered from this part of the best score
OURS = frozenset({"tỉnh", "hoạch", "vận"})  # `theo kế hoạch`, `tỉnh yêu cầu`, `công tác dân vận`
SILENT = 0.92  # what no source answers wins when the answered ones have less than this part
NEXT_BEST, NEXT_TRIED = 0.7, 6  # when the best answer lacks what was asked, the next are tried
HELD = 0.6  # ... and this part is enough where the best is silent and the answer holds all
MOST_COMPARED = 3
PLAIN = frozenset(
    ("của", "năm", "về", "số", "ngày", "thông", "tin", "tỉnh", "ở", "tại", "có", "phong", "trào")
)


def decide(
    question: Question,
    corpus: Corpus,
    scope: Scope,
    asker: Asker,
    extra: Sequence[tuple[str, float]] = (),
) -> Answer:
    """Answer from the nearest curated question, else from a passage, or ask back, or refuse.

    1. A stored wording is answered at once.
    2. A number, place or date that nothing holds is refused.
    3. A bare name of a document gets its outline.  4. Several asks are answered together.
    5. Too far from every question: a passage or a refusal.  6. Several documents fit: ask back.
    """
    words, sure = question.content
    words, sure = (
        (*words, *(word for word, _ in extra)),
        (*sure, *(weight for _, weight in extra)),
    )
    case = Case(question, corpus, scope, asker, words, sure)
    known = corpus.exact.get(question.words)
    if known is not None and _is_allowed(case, corpus.doc_of[known]):
        exact = Hit(corpus.doc_of[known], known, 1.0, 1.0, 1.0)
        return _answer(replace(case, scope=replace(scope, loose_years=())), exact)
    return _noted(case) or _from_documents(case)


def _is_allowed(case: Case, doc: str) -> bool:
    """Say whether a stored wording may answer: a note's always, for it was written for it."""
    fits = doc in case.scope.docs and case.scope.reason in {"", "day"}
    return fits or doc == NOTES


def _noted(case: Case) -> Answer | None:
    """Answer from a note that fits better than any document."""
    note = nearest_note(case)
    if note is None or not is_near(case, note):
        return None
    best = next(iter([] if case.scope.reason else case.best(case.scope.docs)), None)
    is_held = best is not None and case.found(best).given
    if best is not None and note.score < best.score * (1.0 if is_held else SILENT):
        return None
    return _answer(case, note)


def _from_documents(case: Case) -> Answer:
    scope = case.scope
    if scope.reason:
        return refusals.refuse_scope(case)
    settled = refusals.beyond(case) or _whose(case) or duties_answer(case)
    if settled is not None:
        return settled
    is_asked = scope.is_open and ASKS & set(case.words)
    answer = _search(case) if is_asked or _is_telling(case) else _bare(case)
    known = None if scope.loose_years else cited(case)
    told = {*case.corpus.words(answer.body)}
    if known is None or told.issuperset(word for one in known.values for word in tokens(one)):
        return answer
    return say.cited(case, known.doc, known.base)


def _whose(case: Case) -> Answer | None:
    """Ask back where nothing is asked but what a body said that every province has."""
    language, evidence = case.corpus.language, case.corpus.evidence
    is_any = evidence.asks_any_body(case.question.asking, language.light | language.polite)
    is_several = len(case.scope.likely) > 1 and not case.scope.is_named
    return say.clarify(case, case.scope.likely) if is_any and is_several else None


def _search(case: Case) -> Answer:
    hits = case.best(case.scope.docs)
    if (together := compared(case) or both(case, hits)) is not None:
        return together
    is_which = not case.scope.is_named and bool(
        case.corpus.language.which_place.find(case.question.asking)
    )
    if is_which and (saying := _saying(case)):
        hits = saying
    likely = [hit for hit in hits if hit.doc in case.scope.likely]
    if likely and not is_which and likely[0].score * AWAY >= hits[0].score:
        hits = likely
    if not is_near(case, hits[0]):
        return _weak(case, hits)
    alike = fitting(hits, case.scope)
    if len(alike) > 1 and is_which:
        return say.compared(case, [[hit] for hit in alike[:MOST_COMPARED]])
    return _several(case, alike) if len(alike) > 1 else _one(case, hits[0])


def _one(case: Case, best: Hit) -> Answer:
    """Answer from the one document that fits; where the question points to none, only a likely
    answer that shares more than single syllables with it.
    """
    is_likely = refusals.speaks(case, best.doc, best) and probability(case, best) >= DOUBTFUL
    if case.scope.is_open and not is_likely:
        return refusals.refuse(case, [best.doc])
    return _checked(case, best)


def _saying(case: Case) -> list[Hit]:
    """Give each document's best question that its source answers, best first: what says nothing
    does not tell which province does something.
    """
    given = (
        next((hit for hit in case.ranked(doc) if case.found(hit).given), None)
        for doc in case.scope.docs
    )
    return sorted((hit for hit in given if hit is not None), key=lambda hit: -hit.score)


def _several(case: Case, alike: list[Hit]) -> Answer:
    """Ask back, unless no source says it or the fit is too loose."""
    docs = [hit.doc for hit in alike]
    if not any(holds_years(case, texts_of(case, hit)) for hit in alike):
        return refusals.refuse_year(case, case.scope.loose_years[0])
    given = [hit for hit in alike if case.found(hit).given and not case.lacks(hit)]
    best, scope = alike[0], case.scope
    at_home = [hit for hit in alike if case.is_home(hit)]
    if len(at_home) == 1 and not case.found(at_home[0]).given:
        return refusals.silent(case, at_home[0])
    is_silent = not given or (not case.found(best).given and given[0].score < SILENT * best.score)
    is_like = best.cosine >= LIKE_OURS and case.holds_rarest(best)
    is_ours = is_like and bool(OURS.intersection(case.question.near))
    least = (LOOSE_FEW if len(alike) <= FEW else LOOSE_OURS) if is_ours else LOOSE
    is_loose = not (scope.is_hinted or scope.is_named) and min(best.score, best.cover) < least
    if is_silent or is_loose:
        return refusals.refuse(case, docs[:2])
    if len(at_home) == 1:
        return replace(_checked(case, at_home[0]), options=say.options(case, docs))
    return say.clarify(case, _offered(case, given if len(given) > 1 else alike))


def _offered(case: Case, alike: Sequence[Hit]) -> list[str]:
    """Give the documents that fit and, where the question points to none, the next one."""
    docs = [hit.doc for hit in alike]
    if not case.scope.is_open:
        return docs
    least = ALSO * alike[0].score
    further = (hit for hit in _saying(case) if hit.doc not in docs and hit.score >= least)
    return docs + [hit.doc for hit in islice(further, 1)]


def _checked(case: Case, best: Hit) -> Answer:
    """Answer with the nearest question of the document that holds the kind of thing asked for."""
    best = _said(case, best)
    is_office = bool(case.corpus.evidence.offices(case.question.words))
    if not is_office and not case.lacks(best):
        return _answer(case, best)
    near = [
        hit for hit in case.ranked(best.doc)[:NEXT_TRIED] if hit.score >= NEXT_BEST * best.score
    ]
    if is_office:
        near.sort(key=lambda hit: not case.found(hit).given)
    if case.corpus.evidence.asks_signer(case.question.asking):
        near = [hit for hit in case.ranked(best.doc) if case.asks_signer(hit)] or near
    for hit in near:
        if not case.lacks(hit):
            return _answer(case, hit)
    return refusals.lacking(case, best.doc, LACKED.get(case.lacks(best), SOME_DETAIL))


def _said(case: Case, best: Hit) -> Hit:
    """Give, instead of a question that its source is silent about and that has not all words, a
    near one whose answer or wordings have them.
    """
    if case.found(best).given or case.holds_all(best):
        return best
    near = (hit for hit in case.ranked(best.doc)[:NEXT_TRIED] if hit.score >= HELD * best.score)
    said = (hit for hit in near if case.found(hit).given and case.holds_all(hit))
    return next((hit for hit in said if not case.lacks(hit)), best)


def _answer(case: Case, hit: Hit) -> Answer:
    if not holds_years(case, texts_of(case, hit)):
        return refusals.refuse_year(case, case.scope.loose_years[0])
    return say.answer(case, hit) if case.found(hit).given else refusals.silent(case, hit)


def _is_telling(case: Case) -> bool:
    """Say whether the words ask more than which document."""
    corpus = case.corpus
    naming = {*case.question.slots.kinds, *corpus.topics_in(case.words), *corpus.issuers}
    text = f" {' '.join(case.words)} "
    for name in sorted(naming, key=len, reverse=True):
        text = text.replace(f" {name} ", "  ")
    plain = corpus.language.polite | PLAIN
    if case.scope.is_open:
        plain |= corpus.language.light
    return any(word not in plain and word[0].isalpha() for word in text.split())


def _bare(case: Case) -> Answer:
    scope = case.scope
    if scope.loose_years:
        return refusals.refuse_year(case, scope.loose_years[0])
    if len(scope.likely) == 1:
        return say.overview(case, scope.likely[0])
    if not scope.is_open or case.question.slots.kinds:
        listing = () if case.question.slots.kinds else case.corpus.listing(case.words)
        return say.clarify(case, [doc for doc in listing if doc in scope.docs] or scope.likely)
    return refusals.refuse(case, [])


def _weak(case: Case, hits: list[Hit]) -> Answer:
    if not case.scope.loose_years and (found := passage_answer(case)) is not None:
        return found
    scope = case.scope
    is_ours = not scope.is_open or hits[0].cover >= COVERED
    return refusals.refuse(case, [hit.doc for hit in hits[:2]] if is_ours else [])
