"""One question being decided: what was asked, by whom, within which documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.corpus import Corpus
from knowledge.document import Curated
from knowledge.question import Question
from knowledge.scope import Scope
from knowledge.text import is_code

DISTRICTS_ENDED = date(2025, 7, 1)
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
        scores = self.corpus.matcher.score(self.words, self.sure)
        best: dict[str, tuple[float, int]] = {}
        wanted, others = frozenset(docs), self._not_naming(self.words)
        for at, (doc, total) in enumerate(
            zip(self.corpus.doc_of, scores.total.tolist(), strict=True)
        ):
            score = total * (BESIDE_CODE if at in others else 1.0)
            if doc in wanted and (doc not in best or score > best[doc][0]):
                best[doc] = (score, at)
        hits = [
            Hit(doc, at, score, float(scores.cosine[at]), float(scores.cover[at]))
            for doc, (score, at) in best.items()
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def ranked(
        self, doc: str, words: Sequence[str] | None = None, sure: Sequence[float] = ()
    ) -> list[Hit]:
        """Give all questions of a document, best first, for other words when they are given."""
        hits = self._hits(self.words if words is None else words, sure or self.sure, (doc,))
        return sorted(hits, key=lambda hit: -hit.score)

    def _hits(self, words: Sequence[str], sure: Sequence[float], docs: Sequence[str]) -> list[Hit]:
        scores = self.corpus.matcher.score(words, sure)
        total, cosine, cover = (
            part.tolist() for part in (scores.total, scores.cosine, scores.cover)
        )
        wanted = frozenset(docs)
        others = self._not_naming(words)
        return [
            Hit(doc, at, total[at] * (BESIDE_CODE if at in others else 1.0), cosine[at], cover[at])
            for at, doc in enumerate(self.corpus.doc_of)
            if doc in wanted
        ]

    def _not_naming(self, words: Sequence[str]) -> frozenset[int]:
        """Give the questions that name another thing, where one cited document is asked about."""
        codes = {word for word in words if is_code(word)}
        naming = {at for code in codes for at in self.corpus.naming.get(code, ())}
        return frozenset(range(len(self.corpus.doc_of))) - naming if naming else frozenset()

    def asks_signer(self, hit: Hit) -> bool:
        """Say whether the question of a hit asks who signed its own document."""
        own, found = self.corpus.held[hit.doc].own_number, self.found(hit)
        wordings = [self.corpus.words(wording) for wording in found.wordings]
        cited = any(is_code(word) and word != own for words in wordings for word in words)
        return not cited and any(self.corpus.evidence.asks_signer(words) for words in wordings)

    def lacks(self, hit: Hit, words: Sequence[str] | None = None) -> str:
        """Name the kind of thing that was asked and the answer of a hit does not hold."""
        found = self.found(hit)
        if not found.given:
            return ""
        asked = self.question.asking if words is None else words
        wordings = [self.corpus.words(wording) for wording in found.wordings]
        answer = self.corpus.words(found.answer)
        lacking = self.corpus.evidence.missing(asked, answer, wordings)
        text = f" {' '.join(answer)} "
        is_nameless = not any(f" {name} " in text for name in self.corpus.people[hit.doc])
        offices = self.corpus.evidence.offices(asked)
        return offices[0] if offices and is_nameless and not lacking else lacking
