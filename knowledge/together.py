"""Answers several things at once: several asks in one message, several documents compared."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge import say
from knowledge.answer import Answer
from knowledge.case import Case, Hit
from knowledge.near import ENOUGH, fitting, is_near
from knowledge.question import COMPARING
from knowledge.scope import holds_year
from knowledge.text import tokens
from knowledge.typed import fields_of_each

PART_BESIDE, PART_ALIKE = 0.15, 0.3  # several asks: weight of the other ones, least cosine
EACH = frozenset({"cả", "từng", "mỗi"})  # `cả ba kế hoạch số mấy`
MOST_PARTS, AROUND = 4, 40  # asks that are answered together; words beside one that are looked at


def compared(case: Case) -> Answer | None:
    """Answer for each of several documents named, all that is asked of each."""
    if case.scope.loose_years:
        return None
    docs = _named(case)
    all_meant = docs if len(docs) > 1 else _each_meant(case)
    if len(all_meant) > 1 and (fields := fields_of_each(case)):
        return say.fields_of_each(case, all_meant, fields)
    if len(docs) < 2:
        return None
    kept = [at for at, word in enumerate(case.words) if word not in COMPARING]
    bare = replace(
        case,
        words=tuple(case.words[at] for at in kept),
        sure=tuple(case.sure[at] for at in kept),
    )
    each = [found for doc in docs if (found := _of_each(bare, doc))]
    found = [hit for hits in each for hit in hits]
    is_said = any(case.found(hit).given for hit in found)
    if len(each) < 2 or not is_said or any(case.lacks(hit) for hit in found):
        return None
    return say.compared(case, each)


def _named(case: Case) -> list[str]:
    """Give the documents that are named, by their provinces or by their numbers."""
    slots, docs = case.question.slots, case.scope.docs
    by_place = [
        next((one for one in docs if _is_of(case, one, place)), "") for place in slots.provinces
    ]
    numbers = [one for one in slots.numbers if one.is_firm]
    by_number = [
        doc for one in numbers for doc in docs if one.fits(case.corpus.held[doc].own_number)
    ]
    return list(dict.fromkeys(doc for doc in (*by_place, *by_number) if doc))


def _each_meant(case: Case) -> list[str]:
    """Give the documents that a question points to, where it asks of each of them."""
    is_each = case.scope.is_hinted and EACH.intersection(case.question.asking)
    return list(case.scope.likely) if is_each else []


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
    return [best] if best is not None and is_near(case, best) else []


def both(case: Case, hits: list[Hit]) -> Answer | None:
    """Answer a question that asks several things of one document; None where it does not."""
    alike = fitting(hits, case.scope)
    if not case.question.parts or (len(alike) > 1 and not case.scope.is_named):
        return None
    chosen: dict[int, Hit] = {}
    for start, end in case.question.parts[-MOST_PARTS:]:
        hit = _part(case, alike[0].doc, start, end)
        if hit is not None:
            chosen.setdefault(hit.at, hit)
    texts = [text for hit in chosen.values() for text in texts_of(case, hit)]
    is_said = any(case.found(hit).given for hit in chosen.values())
    if len(chosen) < 2 or not is_said or not holds_years(case, texts):
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


def texts_of(case: Case, hit: Hit) -> tuple[str, ...]:
    """Give all that a question and its answer say."""
    return (*case.found(hit).wordings, case.found(hit).answer)


def holds_years(case: Case, texts: Sequence[str]) -> bool:
    """Say whether texts hold the years asked about that their document is not about."""
    return all(holds_year(case.corpus, texts, year) for year in case.scope.loose_years)
