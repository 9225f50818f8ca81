"""Chooses between an answer, a question back and a refusal."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge import say
from knowledge.answer import Answer
from knowledge.case import Asker, Case, Hit
from knowledge.clauses import ASKS
from knowledge.corpus import Corpus
from knowledge.passages import passage_answer
from knowledge.question import COMPARING, Question
from knowledge.scope import Scope, holds_year

ENOUGH, COVERED = 0.40, 0.30  # least score, and least part of what was asked that is covered
ENOUGH_UNNAMED, COVERED_UNNAMED = 0.45, 0.42  # ... where the question points to no document
ALIKE_AT_ALL = 0.2  # least cosine
ALIKE, ENOUGH_ALIKE = 0.45, 0.3  # where the document is named, alike wording is enough
PART_BESIDE, PART_ALIKE = 0.15, 0.35  # several asks: weight of the other ones, least cosine
AWAY = 1.2  # a document that topic and issuer do not point to must be this much better
FITS = 0.82  # a rival document fits when its best question has this part of the best score
FITS_HINTED = 0.55  # ... when the question itself points to several documents
DISTINCT, RIVAL = 0.8, 0.7  # cosines of a question that is meant and of one that is only like it
LOOSE = 0.55  # several documents are offered unasked only from this score and cover
SILENT = 0.92  # what no source answers wins when the answered ones have less than this part
NEXT_BEST, NEXT_TRIED = 0.7, 6  # when the best answer lacks what was asked, the next are tried
PLAIN = frozenset(("của", "năm", "về", "số", "ngày", "thông", "tin", "tỉnh", "ở", "tại", "có"))


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
    if known is not None and corpus.doc_of[known] in scope.docs and scope.reason in {"", "day"}:
        exact = Hit(corpus.doc_of[known], known, 1.0, 1.0, 1.0)
        return _answer(replace(case, scope=replace(scope, loose_years=())), exact)
    if scope.reason:
        return say.refuse_scope(case)
    is_open = not (scope.is_named or scope.is_hinted) and ASKS & set(words)
    return _search(case) if is_open or _is_telling(case) else _bare(case)


def _search(case: Case) -> Answer:
    hits = case.best(case.scope.docs)
    if (together := _compared(case) or _both(case, hits)) is not None:
        return together
    likely = [hit for hit in hits if hit.doc in case.scope.likely]
    is_open = len(_fitting(hits, case.scope)) > 1
    if likely and (is_open or likely[0].score * AWAY >= hits[0].score):
        hits = likely
    if not _is_near(hits[0], case.scope):
        return _weak(case, hits)
    fitting = _fitting(hits, case.scope)
    return _several(case, fitting) if len(fitting) > 1 else _checked(case, hits[0])


def _compared(case: Case) -> Answer | None:
    """Answer for each of several provinces named."""
    if len(case.question.slots.provinces) < 2:
        return None
    kept = [at for at, word in enumerate(case.words) if word not in COMPARING]
    bare = replace(
        case,
        words=tuple(case.words[at] for at in kept),
        sure=tuple(case.sure[at] for at in kept),
    )
    hits = bare.best(case.scope.docs)
    named = [
        next((hit for hit in hits if case.corpus.by_id[hit.doc].place == place), None)
        for place in case.question.slots.provinces
    ]
    each = [hit for hit in named if hit is not None and _is_near(hit, case.scope)]
    if len(each) < 2 or case.scope.loose_years or any(case.lacks(hit) for hit in each):
        return None
    return say.compared(case, each)


def _both(case: Case, hits: list[Hit]) -> Answer | None:
    """Answer a question that asks several things of one document; None where it does not."""
    fitting = _fitting(hits, case.scope)
    if not case.question.parts or (len(fitting) > 1 and not case.scope.is_named):
        return None
    chosen: dict[int, Hit] = {}
    for start, end in case.question.parts:
        hit = _part(case, fitting[0].doc, start, end)
        if hit is not None:
            chosen.setdefault(hit.at, hit)
    texts = [text for hit in chosen.values() for text in _texts(case, hit)]
    if len(chosen) < 2 or not _holds_years(case, texts):
        return None
    return say.together(case, list(chosen.values()), hits[0].score)


def _part(case: Case, doc: str, start: int, end: int) -> Hit | None:
    """Find the answer to one of several asks: the words from start to end."""
    question = case.question
    kept = [at for at in range(len(question.words)) if at not in question.naming]
    sure = [question.sure[at] * (1.0 if start <= at < end else PART_BESIDE) for at in kept]
    for hit in case.ranked(doc, [question.words[at] for at in kept], sure)[:2]:
        is_near = hit.cosine >= PART_ALIKE and hit.score >= ENOUGH and case.found(hit).given
        if is_near and not case.lacks(hit, question.words[start:end]):
            return hit
    return None


def _several(case: Case, fitting: list[Hit]) -> Answer:
    """Ask back, unless no source says it or the fit is too loose."""
    docs = [hit.doc for hit in fitting]
    given = [hit for hit in fitting if case.found(hit).given and not case.lacks(hit)]
    best, scope = fitting[0], case.scope
    at_home = [hit for hit in fitting if case.is_home(hit)]
    if len(at_home) == 1 and not case.found(at_home[0]).given:
        return say.silent(case, at_home[0])
    is_silent = not given or (not case.found(best).given and given[0].score < SILENT * best.score)
    is_loose = not (scope.is_hinted or scope.is_named) and min(best.score, best.cover) < LOOSE
    if is_silent or is_loose:
        return say.refuse(case, docs[:2])
    if len(at_home) == 1:
        return replace(_checked(case, at_home[0]), options=say.options(case, docs))
    return say.clarify(case, [hit.doc for hit in given] if len(given) > 1 else docs)


def _checked(case: Case, best: Hit) -> Answer:
    """Answer with the nearest question of the document that holds the kind of thing asked for."""
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
    return say.lacking(case, best.doc)


def _answer(case: Case, hit: Hit) -> Answer:
    if not _holds_years(case, _texts(case, hit)):
        return say.refuse_year(case, case.scope.loose_years[0])
    return say.answer(case, hit) if case.found(hit).given else say.silent(case, hit)


def _texts(case: Case, hit: Hit) -> tuple[str, ...]:
    return (*case.found(hit).wordings, case.found(hit).answer)


def _holds_years(case: Case, texts: Sequence[str]) -> bool:
    return all(holds_year(case.corpus, texts, year) for year in case.scope.loose_years)


def _is_near(best: Hit, scope: Scope) -> bool:
    """Say whether a question is near enough; where the document is named, alike wording is."""
    if best.cosine < ALIKE_AT_ALL:
        return False
    if not (scope.is_named or scope.is_hinted):
        return best.score >= ENOUGH_UNNAMED and best.cover >= COVERED_UNNAMED
    if best.score >= ENOUGH and best.cover >= COVERED:
        return True
    return scope.is_named and best.cosine >= ALIKE and best.score >= ENOUGH_ALIKE


def _fitting(hits: list[Hit], scope: Scope) -> list[Hit]:
    least = (FITS_HINTED if scope.is_hinted and not scope.is_named else FITS) * hits[0].score
    fitting = [hit for hit in hits if hit.score >= least]
    is_distinct = len(fitting) > 1 and hits[0].cosine > DISTINCT and fitting[1].cosine < RIVAL
    return fitting[:1] if is_distinct and not scope.is_hinted else fitting


def _is_telling(case: Case) -> bool:
    """Say whether the words ask more than which document."""
    corpus = case.corpus
    naming = {*case.question.slots.kinds, *corpus.topics_in(case.words), *corpus.issuers}
    text = f" {' '.join(case.words)} "
    for name in sorted(naming, key=len, reverse=True):
        text = text.replace(f" {name} ", "  ")
    plain = corpus.language.polite | PLAIN
    if not (case.scope.is_named or case.scope.is_hinted):
        plain |= corpus.language.light
    return any(word not in plain and word[0].isalpha() for word in text.split())


def _bare(case: Case) -> Answer:
    scope = case.scope
    if scope.loose_years:
        return say.refuse_year(case, scope.loose_years[0])
    if len(scope.likely) == 1:
        return say.overview(case, scope.likely[0])
    if scope.is_named or scope.is_hinted or case.question.slots.kinds:
        return say.clarify(case, scope.likely)
    return say.refuse(case, [])


def _weak(case: Case, hits: list[Hit]) -> Answer:
    if not case.scope.loose_years and (found := passage_answer(case)) is not None:
        return found
    scope = case.scope
    is_ours = scope.is_named or scope.is_hinted or hits[0].cover >= COVERED
    return say.refuse(case, [hit.doc for hit in hits[:2]] if is_ours else [])
