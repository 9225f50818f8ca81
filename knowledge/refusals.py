"""Builds refusals: what is not held or not said, what is nearest, and what was perhaps meant."""

from collections.abc import Sequence
from itertools import islice

from knowledge import phrases, say
from knowledge.answer import Answer, Option
from knowledge.case import Case, Hit
from knowledge.confidence import probability
from knowledge.document import Curated
from knowledge.scope import by_nearness

LONGEST_LABEL, MOST_MEANT = 60, 2  # characters of a button, and buttons beside a refusal
NEAREST, PLAINEST = 6, 4  # questions that are looked at for them, and wordings of each
LIKE, LIKE_AT_ALL = 0.3, 0.2  # their least score and cosine


def silent(case: Case, hit: Hit) -> Answer:
    """Say that the source is silent about it."""
    return _refused(case, hit.doc, case.found(hit).answer, probability(case, hit))


def lacking(case: Case, doc: str, thing: str = phrases.SOME_DETAIL) -> Answer:
    """Refuse because the document does not say the thing asked for."""
    is_full = case.corpus.by_id[doc].source_kind == "toan_van"
    return _refused(case, doc, phrases.fact_silent(thing=thing, is_full=is_full), 0.5)


def _refused(case: Case, doc: str, body: str, score: float) -> Answer:
    source = say.source_of(case, case.corpus.by_id[doc], "")
    if case.asks_of_district():
        body = f"{body} {phrases.districts_ended()}"
    body = say.fit(body, say.LONGEST - 1 - len(source))
    meant = perhaps_meant(case, doc)
    return Answer("refuse", body, source, (doc,), confidence=round(score, 3), options=meant)


def perhaps_meant(case: Case, doc: str) -> tuple[Option, ...]:
    """Offer the nearest questions of a document that its source answers."""
    document = case.corpus.by_id[doc]
    near = (
        case.found(hit)
        for hit in case.ranked(doc)[:NEAREST]
        if hit.score >= LIKE and hit.cosine >= LIKE_AT_ALL
    )
    labels = dict.fromkeys(label for one in near if one.given and (label := _label(one)))
    offered = () if document.is_note else tuple(islice(labels, MOST_MEANT))
    return tuple(Option(label, label, doc) for label in offered)


def _label(found: Curated) -> str:
    """Give a wording that fits on a button; the first ones are the plainest."""
    plain = found.wordings[:PLAINEST]
    return next((text for text in plain if len(text) <= LONGEST_LABEL), "")


def refuse(case: Case, near: Sequence[str]) -> Answer:
    """Refuse what the base does not hold, naming the nearest documents."""
    body = phrases.not_held(near=_names(case, near), held=_held(case))
    return Answer("refuse", say.fit(body, say.LONGEST), docs=tuple(near), options=_of_named(case))


def _of_named(case: Case) -> tuple[Option, ...]:
    docs = case.scope.docs
    return perhaps_meant(case, docs[0]) if case.scope.is_named and len(docs) == 1 else ()


def refuse_year(case: Case, year: int) -> Answer:
    """Refuse a year that no fitting document has."""
    near = case.scope.likely[:2] or case.scope.docs[:2]
    body = phrases.no_such_year(year=year, near=_names(case, near))
    return Answer("refuse", say.fit(body, say.LONGEST), docs=near, options=_of_named(case))


def refuse_scope(case: Case) -> Answer:
    """Refuse because a number, place or date fits no document; the nearest ones come first."""
    corpus, slots = case.corpus, case.question.slots
    known = [corpus.by_id[doc] for doc in case.scope.docs]
    near = [one.id for one in by_nearness(known, corpus, None, case.asker.today)]
    is_all = len(near) == len(corpus.documents)
    if case.scope.reason == "number":
        firm = [one for one in slots.numbers if one.is_firm] or slots.numbers
        codes = {code for held in corpus.held.values() for code in held.codes}
        named = next((one for one in firm if not any(map(one.fits, codes))), firm[0])
        number = (named.code or named.number).upper()
        body = phrases.no_such_number(number=number, near=_held(case))
    elif case.scope.reason == "place":
        place, today = slots.provinces[0], corpus.provinces.today
        merged = [one.place for one in known if today(one.place) == place != one.place]
        near = [] if is_all else [one.id for one in known]
        names = _names(case, near[:2])
        body = phrases.nothing_about_place(
            place=place, near=names, merged=merged[:1], held=_held(case)
        )
    else:
        day = slots.days[0]
        named_day = "/".join(str(part) for part in (day.day, day.month, day.year) if part)
        body = phrases.no_such_day(named=named_day, near=_names(case, near[:2]))
    return Answer("refuse", say.fit(body, say.LONGEST), docs=tuple(near[:3]))


def _names(case: Case, docs: Sequence[str]) -> list[str]:
    return [case.corpus.by_id[doc].short for doc in docs]


def _held(case: Case) -> list[str]:
    return [one.short for one in case.corpus.documents]
