"""Answers from the typed fields of documents: one field of each of several documents, and what is
known of a document that another one cites.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from knowledge import phrases
from knowledge.case import Case
from knowledge.document import Document, LegalBase
from knowledge.facts import SAID
from knowledge.question import COMPARING, Question
from knowledge.slots import kind_spans
from knowledge.text import is_code, is_year, normal

OF_DOCUMENTS: dict[str, Callable[[Document], str]] = {
    **SAID,
    "year": lambda one: phrases.fact_years(years=one.years) if one.years else "",
    "issued": lambda one: SAID["issued"](one) or SAID["held"](one),
}
OF_CITED: dict[str, Callable[[LegalBase], object]] = {
    "number": lambda one: one.number,
    "issued": lambda one: one.on,
    "issuer": lambda one: one.issuer,
}


def fields_of_each(case: Case) -> list[str]:
    """Give the typed fields that are asked of several documents, when nothing else is."""
    question = case.question
    return _only_fields(case, question.asking) or _only_fields(case, question.near)


def _only_fields(case: Case, words: Sequence[str]) -> list[str]:
    language = case.corpus.language
    spans = language.typed.outer(words)
    named = [
        *case.corpus.topics.find(words),
        *case.corpus.provinces.find(words),
        *kind_spans(words),
    ]
    taken = {at for start, end, _ in (*spans, *named) for at in range(start, end)}
    filler = language.typed_filler | language.polite | language.light | language.empty | COMPARING
    issuers = {word for name in case.corpus.issuers for word in name.split()}
    rest = [
        word for at, word in enumerate(words) if at not in taken and word not in filler | issuers
    ]
    if any(not (is_code(word) or is_year(word)) for word in rest):
        return []
    return list(dict.fromkeys(name for _, _, name in spans))


def said_of(document: Document, fields: Sequence[str]) -> str:
    """Say some fields of a document, those that its source does not give as well."""
    is_full = document.source_kind == "toan_van"
    return " ".join(
        OF_DOCUMENTS[field](document)
        or phrases.fact_silent(thing=phrases.FIELD_NAMES.get(field, field), is_full=is_full)
        for field in fields
    )


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited document: who cites it, what is known of it, the values that were asked for."""

    doc: str
    base: LegalBase
    values: tuple[str, ...]


def cited(case: Case) -> Cited | None:
    """Give the cited document of which number, day and issuer are asked; None where there is none,
    or something of it is not known.
    """
    found = _asked_of_cited(case.question, case)
    if found is None:
        return None
    kind, fields = found
    likely = [
        (score, doc, one)
        for doc in case.scope.likely
        for one in case.corpus.by_id[doc].facts.legal_bases
        if normal(one.kind or "") == kind and (score := _shared(case, one)) > 0
    ]
    likely.sort(key=lambda row: -row[0])
    if not likely or (len(likely) > 1 and likely[1][0] >= likely[0][0]):
        return None
    _, doc, base = likely[0]
    values = [OF_CITED[field](base) for field in fields]
    if any(value is None for value in values):
        return None
    return Cited(doc, base, tuple(phrases.field_value(value=value) for value in values))


def _asked_of_cited(question: Question, case: Case) -> tuple[str, list[str]] | None:
    """Give the kind of the cited document that several fields are asked of, and the fields."""
    words = question.asking
    spans = [one for one in case.corpus.language.typed.outer(words) if one[2] in OF_CITED]
    fields = list(dict.fromkeys(name for _, _, name in spans))
    kinds = kind_spans(words)
    own = {"văn bản", *(normal(case.corpus.by_id[doc].doc_type) for doc in case.scope.likely)}
    near = {
        min(kinds, key=lambda one: min(abs(one[0] - end), abs(start - one[1])))[2]
        for start, end, _ in spans
        if kinds
    }
    if len(fields) < 2 or len(near) != 1 or near & own:
        return None
    return next(iter(near)), fields


def _shared(case: Case, one: LegalBase) -> float:
    """Say how much of a question is about a cited document: words of its subject and issuer."""
    language = case.corpus.language
    asked = set(case.question.words) - language.light - language.polite
    text = f"{one.kind or ''} {one.number or ''} {one.issuer or ''} {one.subject or ''}"
    held = set(case.corpus.words(text))
    if one.number and any(word in held for word in case.question.words if is_code(word)):
        return float(len(asked))
    return len(asked & held) / (1 + sqrt(len(held)))
