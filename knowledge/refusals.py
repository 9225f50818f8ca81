"""Builds refusals: what is not held or not said, what is nearest, and what was perhaps meant."""

from collections.abc import Sequence
from itertools import islice, pairwise

from knowledge import phrases, say
from knowledge.answer import Answer, Option
from knowledge.case import Case, Hit
from knowledge.clauses import ASKS
from knowledge.confidence import probability
from knowledge.document import Curated
from knowledge.scope import by_nearness
from knowledge.slots import kind_spans
from knowledge.text import normal

LONGEST_LABEL, MOST_MEANT = 60, 2  # characters of a button, and buttons beside a refusal
NEAREST, PLAINEST = 6, 4  # questions that are looked at for them, and wordings of each
FIELD = "§dân vận"
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
    """Refuse what the base does not hold, naming the nearest documents that speak of it."""
    near = [doc for doc in near if speaks(case, doc)]
    body = phrases.not_held(near=_names(case, near), held=_held(case))
    return Answer("refuse", say.fit(body, say.LONGEST), docs=tuple(near), options=_of_named(case))


def speaks(case: Case, doc: str, hit: Hit | None = None) -> bool:
    """Say whether a document is meant, or has two words of content side by side as they were
    asked, in its texts or in the wordings of a question (`hit`): single syllables (`giá vàng`
    against `đánh giá`) tell nothing.
    """
    if not case.scope.is_open or doc not in case.corpus.held:
        return True
    corpus, language = case.corpus, case.corpus.language
    light = language.light | language.polite | language.empty | ASKS
    told = [word if word not in light else "" for word in case.question.near]
    asked = [f" {one} {two} " for one, two in pairwise(told) if one and two]
    wordings = case.found(hit).wordings if hit else ()
    texts = [corpus.held[doc].text, *(f" {' '.join(corpus.words(one))} " for one in wordings)]
    is_written = any(pair in text for pair in asked for text in texts)
    return is_written or bool(hit and language.concepts.names(told))


def beyond(case: Case) -> Answer | None:
    """Refuse what no document can answer: to write a text, or what a word of the field means."""
    words, scope = case.question.asking, case.scope
    if scope.is_named:
        return None
    if case.corpus.evidence.asks_for_work(words):
        return Answer("refuse", phrases.not_written())
    if not _asks_meaning(case, words):
        return None
    body = phrases.no_meaning(held=_names(case, scope.likely))
    return Answer("refuse", say.fit(body, say.LONGEST), docs=scope.likely[:2])


def _asks_meaning(case: Case, words: Sequence[str]) -> bool:
    """Say whether nothing is asked but what a topic means."""
    corpus, slots = case.corpus, case.question.slots
    topics = {f"§{normal(topic)}" for one in corpus.documents for topic in one.topics}
    named = [
        *corpus.topics.outer(words),
        *(one for one in corpus.language.concepts.outer(words) if one[2] in topics | {FIELD}),
    ]
    asked = corpus.evidence.meaning_spans(words)
    told = {at for start, end, _ in named for at in range(start, end)}
    is_paper = any(start not in told for start, _, _ in kind_spans(words))
    told |= {at for start, end, _ in asked for at in range(start, end)}
    rest = {word for at, word in enumerate(words) if at not in told}
    is_all = rest.issubset(corpus.language.polite | corpus.language.empty)
    return bool(named and asked) and is_all and not (is_paper or slots.numbers or slots.years)


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
