"""Whether what a follow-up asks about occurs in the documents it would lean on.

Syllables alone tell little (`thời tiết` against `thời gian` and `tiết kiệm`), so neighbouring
words of content are looked up in pairs, a word that stands alone by itself.
"""

from collections.abc import Iterable, Sequence

from knowledge.clauses import ASKS
from knowledge.corpus import Corpus, plain_words
from knowledge.index import pairs
from knowledge.language import Phrases
from knowledge.question import Question
from knowledge.text import tokens


class Vocabulary:
    """The words, pairs of words and concepts of every document: passages, wordings, answers."""

    def __init__(self, corpus: Corpus, others: Iterable[str]) -> None:
        self._corpus = corpus
        language = corpus.language
        self._light = language.light | language.polite | ASKS
        self._empty = language.empty
        self._written = {
            pair for words in (*language.phrases, *language.ways()) for pair in pairs(words)
        }
        ways = (way for one in language.asked["evidence"].values() for way in one["ways"])
        self._things = {pair for way in ways for pair in pairs(tokens(way))}
        self._moments = Phrases()
        for way in language.asked["moments"]:
            self._moments.add(tokens(way), way)
        self._others = self._features(plain_words(text, language) for text in others)
        self._held = {doc: self._of(doc) for doc in corpus.by_id}

    def is_strange(self, question: Question, docs: Sequence[str]) -> bool:
        """Say whether a question has words of content, and none of them occurs in the documents;
        all of them and the calendar where none is given.
        """
        known = [self._held[doc] for doc in docs] or [self._others, *self._held.values()]
        runs = self._runs(question)
        return bool(runs) and not any(
            feature in held for run in runs for feature in self._asked(run) for held in known
        )

    def _of(self, doc: str) -> frozenset[str]:
        corpus = self._corpus
        document = corpus.by_id[doc]
        texts = [passage.text for passage in document.passages]
        asked = [one for one in corpus.questions if one.doc == doc]
        texts += [text for one in asked for text in (*one.wordings, one.answer)]
        return self._features(corpus.words(text) for text in texts)

    def _features(self, texts: Iterable[Sequence[str]]) -> frozenset[str]:
        found: set[str] = set()
        for words in texts:
            found.update(words, pairs(words), self._corpus.language.concepts.names(words))
        return frozenset(found)

    def _asked(self, run: list[str]) -> set[str]:
        """Give what must occur: pairs and concepts, and words with no other word of content beside
        them that do not form a known phrase with an empty one (`thời tiết`).
        """
        asked = set(self._corpus.language.concepts.names(run))
        for at, word in enumerate(run):
            if word in self._empty and not self._things.intersection(pairs(run[at : at + 2])):
                continue
            beside = run[max(0, at - 1) : at] + run[at + 1 : at + 2]
            near = pairs(run[max(0, at - 1) : at + 2])
            asked.update(near)
            if all(one in self._empty for one in beside) and not self._written & set(near):
                asked.add(word)
        return asked

    def _runs(self, question: Question) -> list[list[str]]:
        """Give the stretches of words of content."""
        words = question.words
        spans = self._moments.find(words)
        moments = {at for start, end, _ in spans for at in range(start, end)}
        runs: list[list[str]] = [[]]
        for at, word in enumerate(words):
            if (
                at in moments
                or at in question.naming
                or word in self._light
                or not word[0].isalpha()
            ):
                runs.append([])
            else:
                runs[-1].append(word)
        return [
            run
            for run in runs
            if not self._empty.issuperset(run) or self._things.intersection(pairs(run))
        ]
