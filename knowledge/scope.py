"""Which documents a question can be about: hard checks of number, province, year and date, then
soft hints.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from knowledge.corpus import Corpus
from knowledge.document import Document
from knowledge.force import in_force, replaced, runs
from knowledge.kinds import DOC_TYPES
from knowledge.question import Question
from knowledge.slots import Day, Number

Reason = Literal["", "number", "place", "year", "day"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents a question fits. `is_named`: it says which; `is_hinted`: it says enough to
    offer them all.

    `likely` are those that its topic, issuer or kind of document point to. With a `reason`
    nothing fits, and `docs` are the nearest ones. `loose_years` are years that the document is
    not
    about, so the answer itself must have them.
    """

    docs: tuple[str, ...]
    is_named: bool = False
    is_hinted: bool = False
    reason: Reason = ""
    loose_years: tuple[int, ...] = ()
    asked_place: str = ""
    likely: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether the question points to no document."""
        return not (self.is_named or self.is_hinted)


def find_scope(
    question: Question, corpus: Corpus, today: date, pinned: Sequence[str] = ()
) -> Scope:
    """Narrow the documents down, one kind of slot after the other."""
    everything = tuple(document.id for document in corpus.documents)
    docs = tuple(doc for doc in pinned if doc in everything) or everything
    is_named = len(docs) == 1 < len(everything)
    is_hinted = 1 < len(docs) < len(everything)
    for narrow in (_by_number, _by_place):
        kept = narrow(question, corpus, docs)
        if kept is None:
            continue
        if not kept:
            return _nothing(question, corpus, "number" if narrow is _by_number else "place")
        docs, is_named = kept, True
    if either := tuple(doc for doc in docs if corpus.by_id[doc].place in question.perhaps):
        docs, is_named = either, True
    scope = _by_time(question, corpus, Scope(docs, is_named, is_hinted))
    return scope if scope.reason else _by_force(question, corpus, scope, today)


def _by_force(question: Question, corpus: Corpus, scope: Scope, today: date) -> Scope:
    """Leave out what another fitting document replaced, or keep nothing else where the old one is
    asked for.
    """
    documents = [corpus.by_id[doc] for doc in scope.docs]
    old = [one.id for one in replaced(documents, today)]
    if not old:
        return scope
    wants_old = bool(corpus.language.former.find(question.words))
    docs = old if wants_old else [one.id for one in in_force(documents, today)]
    likely = tuple(doc for doc in scope.likely if doc in docs) or tuple(docs)
    is_named = scope.is_named or (wants_old and len(docs) == 1)
    return replace(scope, docs=tuple(docs), likely=likely, is_named=is_named)


def _by_number(
    question: Question, corpus: Corpus, docs: tuple[str, ...]
) -> tuple[str, ...] | None:
    numbers = [
        one
        for one in question.slots.numbers
        if one.is_firm or any(_holds(corpus, doc, one) for doc in docs)
    ]
    if not numbers:
        return None
    own = [doc for doc in docs if any(one.fits(corpus.held[doc].own_number) for one in numbers)]
    citing = [doc for doc in docs if all(_holds(corpus, doc, one) for one in numbers)]
    exact = [doc for doc in own if doc in citing]
    if len(own) > 1 and all(_is_own(corpus, own, one) for one in numbers):
        return tuple(own)
    return tuple((exact or citing) + _beside(question, corpus, exact, docs))


def _is_own(corpus: Corpus, docs: Sequence[str], number: Number) -> bool:
    return any(number.fits(corpus.held[doc].own_number) for doc in docs)


def _beside(
    question: Question, corpus: Corpus, own: Sequence[str], docs: Sequence[str]
) -> list[str]:
    """Give the documents of further provinces that stand beside a document named by its number."""
    covered = {corpus.by_id[doc].place for doc in own}
    named = set(question.slots.provinces)
    places = named if named & covered else set()
    return [doc for doc in docs if corpus.by_id[doc].place in places - covered]


def _holds(corpus: Corpus, doc: str, number: Number) -> bool:
    held = corpus.held[doc]
    return (bool(held.own_number) and number.fits(held.own_number)) or held.cites(number)


def _by_place(question: Question, corpus: Corpus, docs: tuple[str, ...]) -> tuple[str, ...] | None:
    asked = question.slots.provinces
    if not asked:
        return None
    dated = question.slots.is_dated_before_merger
    of_topic = corpus.listing(question.words)
    return tuple(
        doc
        for doc in docs
        if corpus.by_id[doc].place in asked
        or (
            (not of_topic or doc in of_topic)
            and any(
                corpus.provinces.reaches(name, corpus.by_id[doc].place, dated=dated)
                for name in asked
            )
        )
    )


def _by_time(question: Question, corpus: Corpus, scope: Scope) -> Scope:
    slots = question.slots
    docs, is_named, is_hinted = scope.docs, scope.is_named, scope.is_hinted
    years = slots.years
    loose: tuple[int, ...] = ()
    if years:
        of_topic = () if is_named else corpus.listing(question.words)
        open_docs = tuple(doc for doc in docs if doc in of_topic) or docs
        about = tuple(
            doc for doc in open_docs if all(year in corpus.by_id[doc].years for year in years)
        )
        if about:
            docs, is_hinted = about, True
        else:
            loose = tuple(
                year
                for year in years
                if not any(year in corpus.by_id[doc].years for doc in open_docs)
            )
    if slots.days:
        dated = tuple(doc for doc in docs if all(_has_day(corpus, doc, day) for day in slots.days))
        if not dated:
            return Scope(docs, is_named=is_named, reason="day")
        docs, is_hinted = dated, True
    asked = next(
        (
            name
            for name in slots.provinces
            if name not in {corpus.by_id[doc].place for doc in docs}
        ),
        "",
    )
    return _by_hints(question, corpus, Scope(docs, is_named, is_hinted, "", loose, asked))


def _has_day(corpus: Corpus, doc: str, day: Day) -> bool:
    named = f"{day.day}/{day.month}" + (f"/{day.year}" if day.year else "")
    dates = corpus.held[doc].dates
    return named in dates or (not day.year and any(one.startswith(named + "/") for one in dates))


def _by_hints(question: Question, corpus: Corpus, scope: Scope) -> Scope:
    """Find the documents that topic, issuer and kind of document point to, as long as something
    is left.
    """
    likely = scope.docs
    text = f" {' '.join(question.words)} "
    wanted: list[list[str]] = [corpus.about(topic) for topic in corpus.topics_in(question.words)]
    issued = [doc for name, ids in corpus.issuers.items() if f" {name} " in text for doc in ids]
    wanted += [issued] if issued else []
    for ids in sorted(wanted, key=len, reverse=True):
        likely = tuple(doc for doc in likely if doc in ids) or likely
    is_hinted = scope.is_hinted or len(likely) < len(scope.docs)
    is_any = "văn bản" in question.slots.kinds or " tài liệu " in text
    for kind in DOC_TYPES:
        if kind in question.slots.kinds and not is_any:
            likely = tuple(doc for doc in likely if corpus.by_id[doc].doc_type == kind) or likely
    return replace(scope, likely=likely, is_hinted=is_hinted)


def _nothing(question: Question, corpus: Corpus, reason: Reason) -> Scope:
    """Give the nearest documents: of the same place now, of the same topic, else all."""
    asked = question.slots.provinces
    today = corpus.provinces.today
    places = {today(name) for name in asked}
    near = [document.id for document in corpus.documents if today(document.place) in places]
    near += [
        doc
        for topic in corpus.topics_in(question.words)
        for doc in corpus.about(topic)
        if doc not in near
    ]
    return Scope(tuple(near) or tuple(one.id for one in corpus.documents), reason=reason)


def holds_year(corpus: Corpus, texts: Sequence[str], year: int) -> bool:
    """Say whether a year stands in some of the texts."""
    return any(
        word == str(year) or word.endswith(f"/{year}")
        for text in texts
        for word in corpus.words(text)
    )


def by_nearness(
    documents: Sequence[Document], corpus: Corpus, home: str | None, today: date
) -> list[Document]:
    """Order documents: the asker's province first, then what still runs, then the newest."""

    def rank(document: Document) -> tuple[bool, bool, int]:
        day = document.day
        return (
            not corpus.is_home(document, home),
            not runs(document, today),
            -(day.toordinal() if day else 0),
        )

    return sorted(documents, key=rank)
