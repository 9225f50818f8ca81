"""A question as it was understood: its words, how sure each is, and what it names."""

import re
from dataclasses import dataclass, replace
from datetime import date

from knowledge.corpus import Corpus
from knowledge.evaluate import weighted
from knowledge.index import Weighted
from knowledge.lattice import Word
from knowledge.slots import Number, Slots, find_slots
from knowledge.text import LONGEST_QUESTION, clean, sentences, tokens

ASIDE, BESIDE = (
    0.3,
    0.6,
)  # weights of sentences, and of clauses of the same sentence, beside the one that asks
LONGEST_TOKENS = 120
ASKS = frozenset(["gì", "nào", "ai", "đâu", "sao", "mấy", "nhiêu"])
_CLAUSE_END = re.compile(r"(?<=[,:;])\s+| [-–] ")
AFTER_EXCEPTION = frozenset(["thì", "còn", "ra"])
CUES = frozenset(["gì", "nào", "ai", "đâu", "sao", "mấy", "nhiêu"]) | {
    "không",
    "chưa",
    "hỏi",
    "biết",
    "xin",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `content` are the words without those that only name a document.

    `parts` are the spans of words of a question that asks several things.
    """

    raw: str
    words: tuple[str, ...]
    sure: tuple[float, ...]
    slots: Slots
    naming: frozenset[int]
    parts: tuple[tuple[int, int], ...]
    is_changed: bool

    @property
    def content(self) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Give the words that say what is asked, with their weights."""
        kept = [at for at in range(len(self.words)) if at not in self.naming]
        return tuple(self.words[at] for at in kept), tuple(self.sure[at] for at in kept)

    @property
    def text(self) -> str:
        """Give the question as it was read."""
        return " ".join(self.words) if self.is_changed else self.raw


def understand(text: str, corpus: Corpus, today: date) -> Question:
    """Read a question: words by the lattice, weights by clause, then slots."""
    raw = clean(text[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION].strip()
    clauses = _clauses(raw)
    tokens_in = [token for clause in clauses for token in clause.tokens][:LONGEST_TOKENS]
    owner = [clause for clause in clauses for _ in clause.tokens][:LONGEST_TOKENS]
    read = corpus.lattice.read(tokens_in)
    asking = _asking(clauses, [(owner[word.raw], word.text) for word in read])
    focused = [
        Word(word.text, word.weight * _focus(owner[word.raw], asking), word.raw) for word in read
    ]
    words = _without_exceptions(weighted(focused))
    texts = tuple(corpus.coded([word for word, _ in words]))
    slots = find_slots(texts, corpus.provinces, today)
    if asking:
        inside = [word.text for word in focused if owner[word.raw].number in asking]
        years = find_slots(inside, corpus.provinces, today).years
        slots = replace(
            slots, years=tuple(year for year in slots.years if year in years or str(year) in texts)
        )
    return Question(
        raw=raw,
        words=texts,
        sure=tuple(sure for _, sure in words),
        slots=slots,
        naming=slots.naming | {one.at for one in slots.numbers if _is_own(one, corpus)},
        parts=_parts([(owner[word.raw].number, word.text) for word in focused])
        if len(texts) == len(read)
        else (),
        is_changed=[word.text for word in read] != tokens_in,
    )


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of the message between punctuation marks."""

    number: int
    sentence: int
    tokens: tuple[str, ...]
    is_marked: bool


def _clauses(raw: str) -> list[_Clause]:
    clauses: list[_Clause] = []
    for at, sentence in enumerate(sentences(raw)):
        marked = sentence.rstrip().endswith("?")
        for piece in _CLAUSE_END.split(sentence):
            found = tuple(tokens(piece))
            if found:
                clauses.append(_Clause(len(clauses), at, found, marked))
    return clauses


def _asking(clauses: list[_Clause], words: list[tuple[_Clause, str]]) -> dict[int, int]:
    """Give the clauses that ask, with their sentences."""
    cued = {clause.number: clause.sentence for clause, word in words if word in CUES}
    marked = {clause.number: clause.sentence for clause in clauses if clause.is_marked}
    return cued or marked


def _focus(clause: _Clause, asking: dict[int, int]) -> float:
    if not asking or clause.number in asking:
        return 1.0
    return BESIDE if clause.sentence in asking.values() else ASIDE


def _parts(words: list[tuple[int, str]]) -> tuple[tuple[int, int], ...]:
    """Cut a question that asks several things: at clauses and at "và", where both sides ask."""
    cuts = [
        at
        for at in range(1, len(words))
        if words[at][0] != words[at - 1][0] or words[at][1] == "và"
    ]
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*cuts, len(words)]:
        if any(word in ASKS for _, word in words[start:end]) and (
            end == len(words) or any(word in ASKS for _, word in words[end:])
        ):
            spans.append((start, end))
            start = end
    return tuple(spans) if len(spans) > 1 else ()


def _without_exceptions(words: Weighted) -> Weighted:
    """Make light what is excepted: in `ngoài mạng xã hội thì còn gì` it is not what is asked."""
    written = list(words)
    for start, (word, _) in enumerate(words):
        if word == "ngoài":
            end = next(
                (
                    at
                    for at in range(start, min(start + 7, len(words)))
                    if words[at][0] in AFTER_EXCEPTION
                ),
                start,
            )
            written[start:end] = [(one, sure * ASIDE) for one, sure in written[start:end]]
    return written


def _is_own(number: Number, corpus: Corpus) -> bool:
    return any(held.own_number and number.fits(held.own_number) for held in corpus.held.values())
