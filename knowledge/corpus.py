"""The base made searchable: words of every document, the model that reads questions, the matcher,
the passages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from sys import intern

import numpy as np

from knowledge.document import Curated, Document, Passage
from knowledge.evidence import Evidence
from knowledge.index import Index
from knowledge.language import Language, Phrases
from knowledge.lattice import Lattice
from knowledge.match import Item, Matcher
from knowledge.model import Model
from knowledge.places import Places
from knowledge.provinces import Provinces
from knowledge.respell import Respeller
from knowledge.slots import Number, find_slots
from knowledge.text import is_code, is_date, is_year, join_dates, normal, tokens

SILENT = 0.95  # what the source does not answer must fit a little better than what it does
SOME_DAY = date(2000, 1, 1)  # text of the base names no "this year"


@dataclass(frozen=True, slots=True)
class Held:
    """What one document's own words hold, for the checks of numbers, dates and years."""

    words: frozenset[str]
    text: str
    own_number: str
    codes: frozenset[str]
    dates: frozenset[str]
    years: frozenset[int]

    def cites(self, number: Number) -> bool:
        """Say whether a document number occurs, as a code or spelled out after its kind."""
        if any(number.fits(code) for code in self.codes):
            return True
        if number.code or not number.kind:
            return False
        spelled = (
            f" {number.kind} {between}{number.number} " for between in ("", "số ", "trung ương ")
        )
        return any(words in self.text for words in spelled)


def plain_words(text: str, language: Language) -> list[str]:
    """Give the tokens of text written with care: dates joined, abbreviations written out."""
    return language.expand(join_dates(tokens(text)))


def naming_free(words: Sequence[str], document: Document, provinces: Provinces) -> tuple[str, ...]:
    """Drop the words that only say which document is meant: its province, its own number."""
    slots = find_slots(words, provinces, SOME_DAY)
    own = own_number(document)
    naming = slots.naming | {number.at for number in slots.numbers if own and number.fits(own)}
    return tuple(word for at, word in enumerate(words) if at not in naming) or tuple(words)


def own_number(document: Document) -> str:
    """Give a document's number as a token; empty where it has none."""
    return next((word for word in tokens(document.number or "") if is_code(word)), "")


class Corpus:
    """Everything that searching needs, built once for a set of documents."""

    def __init__(
        self,
        documents: Sequence[Document],
        generated: Sequence[Curated],
        provinces: Provinces,
        language: Language,
        other_texts: Iterable[str],
        *,
        before: "Corpus | None" = None,
    ) -> None:
        """What `before` has of the same documents is taken over; it is not kept itself."""
        self.documents = tuple(one for one in documents if not one.is_note)
        self.by_id = {document.id: document for document in documents}
        self.provinces = provinces
        self.language = language
        self.questions = (
            *(one for document in documents for one in document.questions),
            *generated,
        )
        read = before.words if before else partial(plain_words, language=language)
        self._words: dict[str, list[str]] = {
            text: [intern(word) for word in read(text)]
            for text in (
                *(wording for one in self.questions for wording in (*one.wordings, one.answer)),
                *(one.text for document in documents for one in document.passages),
            )
        }
        self.evidence = Evidence(language)
        self.held = {document.id: self._hold(document) for document in self.documents}
        self.exact = self._wordings()
        self.matcher = Matcher([self._item(one) for one in self.questions], language)
        self.index = self._indexed(before)
        self.passages: tuple[Passage, ...] = tuple(
            one for doc in dict.fromkeys(self.index.owners) for one in self.by_id[doc].passages
        )
        self.model = self._model(other_texts)
        places = Places((one.place for one in documents if one.place), provinces.names())
        self.lattice = Lattice(self.model, places, Respeller(self.model))
        self.doc_of = [one.doc for one in self.questions]
        self.places_of = {
            doc: np.array([at for at, one in enumerate(self.doc_of) if one == doc], np.int32)
            for doc in self.by_id
        }
        numbers = [one.number for one in documents]
        numbers += [base.number for one in documents for base in one.facts.legal_bases]
        self.printed = {
            word: number
            for number in numbers
            if number
            for word in tokens(number)[:1]
            if is_code(word)
        }
        self.naming = self._naming()
        self.people = {
            document.id: [" ".join(tokens(one.name)) for one in document.facts.people]
            for document in documents
        }
        self.topics = self._topics()
        self._about = self._by_topic()
        self.issuers = self._issuers()

    def _indexed(self, before: "Corpus | None") -> Index:
        """Give the index of all passages: that of before with what has changed since."""
        wanted = {doc: one.passages for doc, one in self.by_id.items() if one.passages}
        index = before.index if before else Index()
        held = {doc: before.by_id[doc].passages for doc in index.owners} if before else {}
        texts = {
            doc: [self._words[one.text] for one in passages]
            for doc, passages in wanted.items()
            if held.get(doc) != passages
        }
        return index.changed(remove=held.keys() - wanted.keys(), add=texts)

    def words(self, text: str) -> list[str]:
        """Give the tokens of one of the base's own texts."""
        found = self._words.get(text)
        return plain_words(text, self.language) if found is None else found

    def _wordings(self) -> dict[tuple[str, ...], int]:
        """Full wordings -> their question; those that several questions share are left out."""
        found: dict[tuple[str, ...], int] = {}
        for at, one in enumerate(self.questions):
            for wording in one.wordings:
                key = tuple(self.coded(self._words[wording]))
                found[key] = at if found.get(key, at) == at else -1
        return {key: at for key, at in found.items() if at >= 0}

    def coded(self, words: Sequence[str]) -> list[str]:
        """Write numbers out as the codes they stand for: `quy chế 1859` means 1859-QC/TU."""
        written = list(words)
        if not any(word[0].isdecimal() for word in words):
            return written
        for number in find_slots(words, self.provinces, SOME_DAY).numbers:
            if number.is_firm:
                written[number.at] = self.full_code(number) or written[number.at]
        return written

    def full_code(self, number: Number) -> str:
        """Give the one code of the base that a number can be; empty where there is none or
        several.
        """
        codes = {code for held in self.held.values() for code in held.codes if number.fits(code)}
        return codes.pop() if len(codes) == 1 else ""

    def _item(self, one: Curated) -> Item:
        document = self.by_id[one.doc]
        section = next(
            (passage for passage in document.passages if passage.section == one.section), None
        )
        passage = [
            *tokens(one.section),
            *(self._words[section.text] if section and one.given else ()),
        ]
        return Item(
            one.doc,
            tuple(
                naming_free(self.coded(self._words[wording]), document, self.provinces)
                for wording in one.wordings
            ),
            tuple(self._words[one.answer]) if one.given else (),
            tuple(passage),
            one.weight if one.given else SILENT * one.weight,
        )

    def _model(self, other_texts: Iterable[str]) -> Model:
        model = Model(self.language)
        model.learn(self._words.values())
        model.learn(self.language.phrases, 3)
        model.learn(self.language.concept_words)
        model.learn(self.language.ways())
        model.learn((tokens(name) for name in self.provinces.names()), 2)
        model.learn((tokens(document.place) for document in self.documents), 40)
        model.learn(plain_words(text, self.language) for text in other_texts)
        model.learn(
            readings for options in self.language.abbreviations.values() for readings in options
        )
        model.close()
        return model

    def _hold(self, document: Document) -> Held:
        texts = [passage.text for passage in document.passages]
        texts += [
            text for one in document.questions if one.given for text in (one.heading, one.answer)
        ]
        texts += [document.title, document.number or "", document.source, *document.aliases]
        texts += [base.number or "" for base in document.facts.legal_bases]
        words = [word for text in texts for word in (*self.words(text), "|")]
        days = (
            document.issued,
            document.held,
            document.posted,
            document.period.start,
            document.period.end,
        )
        dates = {f"{day.day}/{day.month}/{day.year}" for day in days if isinstance(day, date)}
        return Held(
            words=frozenset(words),
            text=f" {' '.join(words)} ",
            own_number=own_number(document),
            codes=frozenset(word for word in words if is_code(word)),
            dates=frozenset(word for word in words if is_date(word)) | dates,
            years=frozenset(int(word) for word in words if is_year(word)) | set(document.years),
        )

    def _naming(self) -> dict[str, frozenset[int]]:
        """Codes of cited documents -> the questions with a wording that names them."""
        own = {held.own_number for held in self.held.values()}
        found: dict[str, set[int]] = {}
        for at, one in enumerate(self.questions):
            for wording in one.wordings:
                for word in self.coded(self._words[wording]):
                    if is_code(word) and word not in own:
                        found.setdefault(word, set()).add(at)
        return {code: frozenset(places) for code, places in found.items()}

    def is_home(self, document: Document, home: str | None) -> bool:
        """Say whether a document's place belongs to the asker's province of today."""
        today = self.provinces.today
        return home is not None and today(document.place) == today(home)

    def _topics(self) -> Phrases:
        """Topics lead to documents; the concept of a topic stands for its other names."""
        phrases = Phrases()
        for topic in {topic for document in self.documents for topic in document.topics}:
            phrases.add(tokens(topic), normal(topic))
        return phrases

    def _issuers(self) -> dict[str, tuple[str, ...]]:
        """Issuers without their province -> the documents they issued."""
        found: dict[str, list[str]] = {}
        for document in self.documents:
            if document.issuer:
                words = plain_words(document.issuer, self.language)
                places = {
                    at for start, end, _ in self.provinces.find(words) for at in range(start, end)
                }
                kept = [word for at, word in enumerate(words) if at not in places]
                found.setdefault(" ".join(kept), []).append(document.id)
        return {issuer: tuple(ids) for issuer, ids in found.items()}

    def topics_in(self, words: Sequence[str]) -> set[str]:
        """Give the topics that words name, under any of their names."""
        concepts = {name.removeprefix("§") for name in self.language.concepts.names(words)}
        return self.topics.names(words) | (concepts & self._about.keys())

    def about(self, topic: str) -> list[str]:
        """Give the documents about a topic: those titled by it, else those that list it."""
        return self._about.get(topic, [])

    def listing(self, words: Sequence[str]) -> list[str]:
        """Give the documents that list a topic which words name, titled by it or not."""
        named = self.topics_in(words)
        return [
            one.id for one in self.documents if named.intersection(normal(t) for t in one.topics)
        ]

    def _by_topic(self) -> dict[str, list[str]]:
        listed: dict[str, list[str]] = {}
        for one in self.documents:
            for topic in {normal(name) for name in one.topics}:
                listed.setdefault(topic, []).append(one.id)
        titles = {one.id: f" {' '.join(self.words(one.title))} " for one in self.documents}
        return {
            topic: [doc for doc, title in titles.items() if f" {topic} " in title] or docs
            for topic, docs in listed.items()
        }
