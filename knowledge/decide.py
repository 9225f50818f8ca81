"""Chooses between an answer, a question back and a refusal."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge import say
from knowledge.answer import Answer
from knowledge.case import Asker, Case, Hit
from knowledge.clauses import ASKS
from knowledge.confidence import probability
from knowledge.corpus import Corpus
from knowledge.document import NOTES
from knowledge.duties import duties_answer
from knowledge.notes import nearest_note
from knowledge.passages import passage_answer
from knowledge.phrases import LACKED, SOME_DETAIL
from knowledge.question import COMPARING, Question
from knowledge.scope import Scope, holds_year
from knowledge.text import tokens

ENOUGH, COVERED = 0.40, 0.30  # least score, and least part of what was asked that is covered
ENOUGH_UNNAMED, COVERED_UNNAMED = 0.45, 0.42  # ... where the question points to no document
LIKELY, LIKELY_UNNAMED = (
    0.5,
    0.65,
)  # likelihoods from which a question is near whatever its figures
UNLIKELY = 0.35  # ... and below which it is not
ALIKE_AT_ALL = 0.2  # least cosine
ALIKE, ENOUGH_ALIKE = 0.45, 0.3  # where the document is named, alike wording is enough
PART_BESIDE, PART_ALIKE = 0.15, 0.3  # several asks: weight of the other ones, least cosine
AWAY = 1.2  # a document that topic and issuer do not point to must be this much better
FITS = 0.82  # a rival document fits when its best question has this part of the best score
FITS_HINTED = 0.55  # ... when the question itself points to several documents
DISTINCT, RIVAL = 0.8, 0.7  # cosines of a question that is meant and of one that is only like it
LOOSE = 0.55  # several documents are offered unasked only from this score and cover
SILENT = 0.92  # what no source answers wins when the answered ones have less than this part
NEXT_BEST, NEXT_TRIED = 0.7, 6  # when the best answer lacks what was asked, the next are tried
MOST_COMPARED = 3
MOST_PARTS, AROUND = 4, 40  # asks that are answered together; words beside one that are looked at
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
    if note is None or not _is_near(case, note):
        return None
    best = next(iter([] if case.scope.reason else case.best(case.scope.docs)), None)
    is_held = best is not None and case.found(best).given
    if best is not None and note.score < best.score * (1.0 if is_held else SILENT):
        return None
    return _answer(case, note)


def _from_documents(case: Case) -> Answer:
    scope = case.scope
    if scope.reason:
        return say.refuse_scope(case)
    if (duties := duties_answer(case)) is not None:
        return duties
    is_open = not (scope.is_named or scope.is_hinted) and ASKS & set(case.words)
    return _search(case) if is_open or _is_telling(case) else _bare(case)


def _search(case: Case) -> Answer:
    hits = case.best(case.scope.docs)
    if (together := _compared(case) or _both(case, hits)) is not None:
        return together
    is_which = not case.scope.is_named and bool(
        case.corpus.language.which_place.find(case.question.asking)
    )
    if is_which and (saying := _saying(case)):
        hits = saying
    likely = [hit for hit in hits if hit.doc in case.scope.likely]
    if likely and not is_which and likely[0].score * AWAY >= hits[0].score:
        hits = likely
    if not _is_near(case, hits[0]):
        return _weak(case, hits)
    fitting = _fitting(hits, case.scope)
    if len(fitting) > 1 and is_which:
        return say.compared(case, [[hit] for hit in fitting[:MOST_COMPARED]])
    return _several(case, fitting) if len(fitting) > 1 else _checked(case, hits[0])


def _saying(case: Case) -> list[Hit]:
    """Give each document's best question that its source answers, best first: what says nothing
    does not tell which province does something.
    """
    given = (
        next((hit for hit in case.ranked(doc) if case.found(hit).given), None)
        for doc in case.scope.docs
    )
    return sorted((hit for hit in given if hit is not None), key=lambda hit: -hit.score)


def _compared(case: Case) -> Answer | None:
    """Answer for each of several provinces named, all that is asked of each."""
    places = case.question.slots.provinces
    if len(places) < 2 or case.scope.loose_years:
        return None
    kept = [at for at, word in enumerate(case.words) if word not in COMPARING]
    bare = replace(
        case,
        words=tuple(case.words[at] for at in kept),
        sure=tuple(case.sure[at] for at in kept),
    )
    docs = [
        doc
        for place in places
        for doc in [next((one for one in case.scope.docs if _is_of(case, one, place)), "")]
        if doc
    ]
    each = [found for doc in docs if (found := _of_each(bare, doc))]
    if len(each) < 2 or any(case.lacks(hit) for hits in each for hit in hits):
        return None
    return say.compared(case, each)


def _is_of(case: Case, doc: str, place: str) -> bool:
    return case.corpus.by_id[doc].place == place


def _of_each(case: Case, doc: str) -> list[Hit]:
    """Give what one of several documents answers: to each of several asks, or to the one."""
    asks = case.question.parts[-MOST_PARTS:]
    parts = [_part(case, doc, start, end) for start, end in asks]
    chosen = {hit.at: hit for hit in parts if hit is not None and case.found(hit).given}
    if len(chosen) > 1:
        return list(chosen.values())
    best = next(iter(case.best((doc,))), None)
    return [best] if best is not None and _is_near(case, best) else []


def _both(case: Case, hits: list[Hit]) -> Answer | None:
    """Answer a question that asks several things of one document; None where it does not."""
    fitting = _fitting(hits, case.scope)
    if not case.question.parts or (len(fitting) > 1 and not case.scope.is_named):
        return None
    chosen: dict[int, Hit] = {}
    for start, end in case.question.parts[-MOST_PARTS:]:
        hit = _part(case, fitting[0].doc, start, end)
        if hit is not None:
            chosen.setdefault(hit.at, hit)
    texts = [text for hit in chosen.values() for text in _texts(case, hit)]
    is_said = any(case.found(hit).given for hit in chosen.values())
    if len(chosen) < 2 or not is_said or not _holds_years(case, texts):
        return None
    return say.together(case, list(chosen.values()), hits[0])


def _part(case: Case, doc: str, start: int, end: int) -> Hit | None:
    """Find the answer to one of several asks: the words from start to end, and the whole question
    for what they name.
    """
    question = case.question
    around = range(max(0, start - AROUND), min(len(question.words), end + AROUND))
    kept = [at for at in around if at not in question.naming]
    sure = [question.sure[at] * (1.0 if start <= at < end else PART_BESIDE) for at in kept]
    words = [question.words[at] for at in kept]
    for name in sorted(case.corpus.language.fields.names(question.words[start:end])):
        words += tokens(name)
        sure += [1.0] * len(tokens(name))
    for hit in case.ranked(doc, words, sure)[:2]:
        is_near = hit.cosine >= PART_ALIKE and hit.score >= ENOUGH
        if is_near and not case.lacks(hit, question.words[start:end]):
            return hit
    return None


def _several(case: Case, fitting: list[Hit]) -> Answer:
    """Ask back, unless no source says it or the fit is too loose."""
    docs = [hit.doc for hit in fitting]
    if not any(_holds_years(case, _texts(case, hit)) for hit in fitting):
        return say.refuse_year(case, case.scope.loose_years[0])
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
    return say.lacking(case, best.doc, LACKED.get(case.lacks(best), SOME_DETAIL))


def _answer(case: Case, hit: Hit) -> Answer:
    if not _holds_years(case, _texts(case, hit)):
        return say.refuse_year(case, case.scope.loose_years[0])
    return say.answer(case, hit) if case.found(hit).given else say.silent(case, hit)


def _texts(case: Case, hit: Hit) -> tuple[str, ...]:
    return (*case.found(hit).wordings, case.found(hit).answer)


def _holds_years(case: Case, texts: Sequence[str]) -> bool:
    return all(holds_year(case.corpus, texts, year) for year in case.scope.loose_years)


def _is_near(case: Case, best: Hit) -> bool:
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
    if not (scope.is_named or scope.is_hinted):
        return best.score >= ENOUGH_UNNAMED and best.cover >= COVERED_UNNAMED
    if best.score >= ENOUGH and best.cover >= COVERED:
        return True
    return scope.is_named and best.cosine >= ALIKE and best.score >= ENOUGH_ALIKE


def _fitting(hits: list[Hit], scope: Scope) -> list[Hit]:
    is_hinted = scope.is_hinted and not scope.is_named and hits[0].doc in scope.likely
    least = (FITS_HINTED if is_hinted else FITS) * hits[0].score
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
