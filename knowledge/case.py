"""One question being decided: what was asked, by whom, within which documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from knowledge.clauses import ASKS
from knowledge.corpus import Corpus
from knowledge.document import Curated
from knowledge.evidence import holds_office
from knowledge.index import pairs
from knowledge.match import Scores
from knowledge.question import Question
from knowledge.scope import Scope
from knowledge.text import is_code

DISTRICTS_ENDED = date(2025, 7, 1)
SPEAKER = "speaker"
NOWHERE = np.zeros(0, dtype=np.int32)
RANKED = 20  # questions of a document that are ever looked at
BESIDE_CODE = 0.8  # a question that does not name the cited document that is asked about


@dataclass(frozen=True, slots=True)
class Asker:
    """When is asked, and from where."""

    today: date
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A curated question with its figures."""

    doc: str
    at: int
    score: float
    cosine: float
    cover: float


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its scope; `words` and `sure` are what is searched, inherited words
    included.
    """

    question: Question
    corpus: Corpus
    scope: Scope
    asker: Asker
    words: tuple[str, ...]
    sure: tuple[float, ...]
    scored: dict[tuple[str | float, ...], Scores] = field(default_factory=dict, compare=False)

    def found(self, hit: Hit) -> Curated:
        """Give the question of a hit."""
        return self.corpus.questions[hit.at]

    def is_home(self, hit: Hit) -> bool:
        """Say whether a hit is from the asker's own province."""
        return self.corpus.is_home(self.corpus.by_id[hit.doc], self.asker.home)

    def asks_of_district(self) -> bool:
        """Say whether the duties of a district are asked when there are no districts any more."""
        asked, words = self.corpus.language.levels, self.question.asking
        is_asked = asked["district"].find(words) and asked["duty"].find(words)
        return self.asker.today >= DISTRICTS_ENDED and bool(is_asked)

    def best(self, docs: Sequence[str]) -> list[Hit]:
        """Give each document's best question, best first."""
        scores = self.scores(self.words, self.sure)
        hits = [
            self._hit(scores, int(ids[scores.total[ids].argmax()]))
            for doc in docs
            if len(ids := self.corpus.places_of.get(doc, NOWHERE))
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def ranked(
        self, doc: str, words: Sequence[str] | None = None, sure: Sequence[float] = ()
    ) -> list[Hit]:
        """Give all questions of a document, best first, for other words when they are given."""
        scores = self.scores(self.words if words is None else words, sure or self.sure)
        ids = self.corpus.places_of.get(doc, NOWHERE)
        order = ids[np.argsort(-scores.total[ids], kind="stable")]
        return [self._hit(scores, int(at)) for at in order[:RANKED]]

    def scores(self, words: Sequence[str], sure: Sequence[float]) -> Scores:
        """Score all questions; those that name another thing than the cited document asked about
        count less.
        """
        key: tuple[str | float, ...] = (*words, *sure)
        if key not in self.scored:
            scores = self.corpus.matcher.score(words, sure)
            naming = self._naming(words)
            if naming:
                beside = np.full(len(scores.total), BESIDE_CODE, dtype=np.float32)
                beside[list(naming)] = 1.0
                scores = replace(scores, total=scores.total * beside)
            self.scored[key] = scores
        return self.scored[key]

    def _hit(self, scores: Scores, at: int) -> Hit:
        return Hit(
            self.corpus.doc_of[at],
            at,
            float(scores.total[at]),
            float(scores.cosine[at]),
            float(scores.cover[at]),
        )

    def _naming(self, words: Sequence[str]) -> frozenset[int]:
        """Give the questions that name a cited document that is asked about."""
        codes = {word for word in words if is_code(word)}
        return frozenset(at for code in codes for at in self.corpus.naming.get(code, ()))

    def holds_all(self, hit: Hit) -> bool:
        """Say whether every word that tells something stands in the answer of a hit or in its
        wordings, at least two of them side by side.
        """
        language, found = self.corpus.language, self.found(hit)
        told = [
            word for word in self.words
            if word not in language.light | language.polite and word not in ASKS
        ]  # fmt: skip
        texts = [self.corpus.words(text) for text in (found.answer, *found.wordings)]
        held = {word for words in texts for word in words}
        beside = {pair for words in texts for pair in pairs(words)}
        return held.issuperset(told) and not beside.isdisjoint(pairs(told))

    def names_number(self, hit: Hit) -> bool:
        """Say whether the question of a hit names a cited document that is asked about."""
        return hit.at in self._naming(self.words)

    def holds_rarest(self, hit: Hit) -> bool:
        """Say whether the most telling word of what is asked occurs in the question of a hit, its
        answer or its passage.
        """
        matcher = self.corpus.matcher
        told = [
            (sure * matcher.weight(word), word)
            for word, sure in zip(self.words, self.sure, strict=True)
        ]
        return bool(told) and matcher.holds(hit.at, max(told)[1])

    def asks_signer(self, hit: Hit) -> bool:
        """Say whether the question of a hit asks who signed its own document."""
        own, found = self.corpus.held[hit.doc].own_number, self.found(hit)
        wordings = [self.corpus.words(wording) for wording in found.wordings]
        cited = any(is_code(word) and word != own for words in wordings for word in words)
        return not cited and any(self.corpus.evidence.asks_signer(words) for words in wordings)

    def _is_unheard(self, doc: str, words: Sequence[str]) -> bool:
        """Say whether the words of somebody are asked whose office a document does not name."""
        if doc not in self.corpus.held:
            return False
        text = self.corpus.held[doc].text
        return any(not holds_office(one, text) for one in self.corpus.evidence.speakers(words))

    def _without_places(self, words: Sequence[str]) -> list[str]:
        """Leave out provinces: answers name offices without them."""
        places = self.corpus.provinces.find(words)
        inside = {at for start, end, _ in places for at in range(start, end)}
        return [word for at, word in enumerate(words) if at not in inside]

    def lacks(self, hit: Hit, words: Sequence[str] | None = None) -> str:
        """Name the kind of thing that was asked and the answer of a hit does not hold."""
        found = self.found(hit)
        if not found.given:
            return ""
        asked = self._without_places(self.question.asking if words is None else words)
        if self._is_unheard(hit.doc, asked):
            return SPEAKER
        wordings = [self.corpus.words(wording) for wording in found.wordings]
        answer = self.corpus.words(found.answer)
        lacking = self.corpus.evidence.missing(asked, answer, wordings)
        text = f" {' '.join(answer)} "
        is_nameless = not any(f" {name} " in text for name in self.corpus.people[hit.doc])
        offices = self.corpus.evidence.offices(asked)
        if lacking or not is_nameless:
            return lacking
        return offices[0] if offices else "name" if self.corpus.evidence.asks_name(asked) else ""
