"""Answers questions about the base itself: which documents, where, which still run."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge import catalogue_phrases as phrases
from knowledge.answer import Answer, Citation
from knowledge.corpus import SOME_DAY, Corpus
from knowledge.document import Document
from knowledge.force import is_over, period_of, runs
from knowledge.kinds import KINDS
from knowledge.language import Phrases
from knowledge.question import Question
from knowledge.scope import Scope, by_nearness
from knowledge.slots import find_slots
from knowledge.text import is_date, is_year, tokens

LONGEST = 600
PURPOSE = frozenset({"để", "nhằm"})  # what follows only says what the list is good for


def _has_no_end(document: Document, today: date) -> bool:
    return not document.held and period_of(document, today).end is None


STATES: dict[str, tuple[Callable[..., str], Callable[[Document, date], bool]]] = {
    "open_end": (phrases.documents_without_end, _has_no_end),
    "over": (phrases.ended_documents, is_over),
    "in_force": (phrases.running_documents, runs),
}
"""Ways of asking for the state of a period -> how the list opens, and what is on it."""

EXTREMES: dict[str, Callable[..., Document]] = {"newest": max, "oldest": min}


class Catalogue:
    """Lists the documents that fit, when nothing but a list is asked."""

    def __init__(self, corpus: Corpus) -> None:
        asked = corpus.language.asked["catalogue"]
        self._corpus = corpus
        self._kinds = Phrases()
        for kind in ("list", "about_us", *STATES, *EXTREMES):
            for way in asked[kind]:
                self._kinds.add(tokens(way), kind)
        self._stock = Phrases()
        for way in (*asked["stock"], *KINDS):
            self._stock.add(tokens(way), way)
        self._filler = frozenset(tokens(asked["filler"])) | corpus.language.polite

    def answer(
        self, question: Question, scope: Scope, today: date, home: str | None
    ) -> Answer | None:
        """Answer a question about the base; None where it is not one."""
        words = _without_purpose(question.asking)
        spans = self._kinds.outer(words)
        kinds = {name for _, _, name in spans}
        states = [name for name in STATES if name in kinds]
        years = {today.year} if states else set()
        if scope.reason or set(scope.loose_years) - years or not self._is_list(words, spans):
            return None
        docs = by_nearness(
            [self._corpus.by_id[doc] for doc in scope.likely], self._corpus, home, today
        )
        if extreme := next((name for name in EXTREMES if name in kinds), ""):
            docs = [EXTREMES[extreme](docs, key=_known_day)]
        if not states or {"over", "in_force"} <= kinds or (states[0] == "over" and "còn" in words):
            return self._list(phrases.fitting_documents(count=len(docs)), docs, today)
        opening, fits = STATES[states[0]]
        found = [one for one in docs if fits(one, today)]
        return self._list(opening(count=len(found)), found or docs, today)

    def _is_list(self, words: Sequence[str], spans: Sequence[tuple[int, int, str]]) -> bool:
        """Say whether words ask for documents, and for nothing else."""
        kinds = {name for _, _, name in spans}
        if "about_us" in kinds:
            return True
        is_list = "list" in kinds or (kinds & EXTREMES.keys() and self._stock.find(words))
        return bool(is_list) and not self._asks_more(words, spans)

    def _asks_more(self, words: Sequence[str], spans: Sequence[tuple[int, int, str]]) -> bool:
        slots = find_slots(words, self._corpus.provinces, SOME_DAY)
        taken = {at for start, end, _ in spans for at in range(start, end)}
        taken |= slots.naming | self._topic_places(words)
        return any(
            at not in taken
            and word not in self._filler
            and not is_year(word)
            and not is_date(word)
            for at, word in enumerate(words)
        )

    def _topic_places(self, words: Sequence[str]) -> set[int]:
        known = self._corpus.topics_in(words)
        spans = [
            (start, end) for start, end, name in self._corpus.topics.find(words) if name in known
        ]
        spans += [
            (start, end)
            for start, end, name in self._corpus.language.concepts.find(words)
            if name.removeprefix("§") in known
        ]
        for issuer in self._corpus.issuers:
            size = len(issuer.split())
            spans += [
                (at, at + size)
                for at in range(len(words))
                if " ".join(words[at : at + size]) == issuer
            ]
        return {at for start, end in spans for at in range(start, end)}

    def _list(self, opening: str, documents: Sequence[Document], today: date) -> Answer:
        lines = [opening]
        for one in documents:
            line = phrases.document_line(document=one, today=today)
            if sum(len(kept) + 1 for kept in lines) + len(line) > LONGEST:
                line = f"- {one.short}"
            lines.append(line)
        body = "\n".join(lines)
        return Answer(
            "answer", body[:LONGEST], "", tuple(one.id for one in documents),
            tuple(Citation(one.id, one.number, "", one.url) for one in documents), 0.9,
        )  # fmt: skip


def _known_day(document: Document) -> date:
    """Give the day a document is known by, else the end of the first year it is about."""
    return document.day or date(min(document.years, default=1), 12, 31)


def _without_purpose(words: Sequence[str]) -> Sequence[str]:
    """Leave out what only says what the list is good for."""
    ends = (at for at, word in enumerate(words) if word in PURPOSE and at > 3)
    return words[: next(ends, len(words))]
