"""A question as it was understood: its words, how sure each is, and what it names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.clauses import ASKS, cut, focus
from knowledge.corpus import Corpus
from knowledge.evaluate import weighted
from knowledge.index import Weighted
from knowledge.lattice import Word
from knowledge.slots import Number, Slots, find_slots
from knowledge.text import LONGEST_QUESTION, clean, join_dates

EXCEPTED = 0.3  # weight of what is excepted: `ngoài mạng xã hội thì còn gì`
LONGEST_TOKENS = 200
AFTER_EXCEPTION = frozenset(["thì", "còn", "ra"])


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `content` are the words without those that only name a document.

    `asking` are the words of the clauses that ask. `parts` are the spans of words of a question that asks several things.
    """

    raw: str
    words: tuple[str, ...]
    sure: tuple[float, ...]
    asking: tuple[str, ...]
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
    clauses = cut(raw)
    tokens_in = [token for clause in clauses for token in clause.tokens][:LONGEST_TOKENS]
    owner = [clause.number for clause in clauses for _ in clause.tokens][:LONGEST_TOKENS]
    read = corpus.lattice.read(tokens_in)
    by_clause: dict[int, list[str]] = {clause.number: [] for clause in clauses}
    for word in read:
        by_clause[owner[word.raw]].append(word.text)
    seen = focus(clauses, by_clause, corpus)
    focused = [
        Word(word.text, word.weight * seen.weights[owner[word.raw]], word.raw) for word in read
    ]
    words = _without_exceptions(weighted(focused))
    texts = tuple(corpus.coded([word for word, _ in words]))
    asking = [word.text for word in read if owner[word.raw] in seen.asking]
    context = [word.text for word in read if owner[word.raw] in seen.introducing]
    rest = [word.text for word in read if owner[word.raw] not in seen.introducing]
    slots = _own_slots(texts, asking, context, rest, corpus, today)
    return Question(
        raw=raw,
        words=texts,
        sure=tuple(sure for _, sure in words),
        asking=tuple(corpus.coded(join_dates(asking))),
        slots=slots,
        naming=slots.naming | {one.at for one in slots.numbers if _is_own(one, corpus)},
        parts=_parts([(owner[word.raw], word.text) for word in focused], seen.asking)
        if len(texts) == len(read)
        else (),
        is_changed=[word.text for word in read] != tokens_in,
    )


def _own_slots(
    texts: Sequence[str],
    asking: Sequence[str],
    context: Sequence[str],
    rest: Sequence[str],
    corpus: Corpus,
    today: date,
) -> Slots:
    """Read the slots of the whole text; a place or year of the asker's own is only context."""
    slots = find_slots(texts, corpus.provinces, today)
    own = find_slots(context, corpus.provinces, today)
    other = find_slots(rest, corpus.provinces, today)
    inside = find_slots(asking, corpus.provinces, today).years
    held = {document.place for document in corpus.documents}
    dropped = {
        name
        for name in own.provinces
        if name not in other.provinces
        and (
            other.provinces
            or other.numbers
            or not any(corpus.provinces.reaches(name, place, dated=False) for place in held)
        )
    }
    return replace(
        slots,
        provinces=tuple(name for name in slots.provinces if name not in dropped),
        years=tuple(
            year
            for year in slots.years
            if year in inside or (year in other.years and str(year) in texts)
        ),
        days=tuple(day for day in slots.days if day in other.days or day not in own.days),
    )


def _parts(words: list[tuple[int, str]], asking: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Cut a question that asks several things: at clauses and at "và", where both sides ask."""
    cuts = [
        at
        for at in range(1, len(words))
        if words[at][0] != words[at - 1][0] or words[at][1] == "và"
    ]
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*cuts, len(words)]:
        if _asks(words[start:end], asking) and (end == len(words) or _asks(words[end:], asking)):
            spans.append((start, end))
            start = end
    return tuple(spans) if len(spans) > 1 else ()


def _asks(words: list[tuple[int, str]], asking: frozenset[int]) -> bool:
    return any(word in ASKS and clause in asking for clause, word in words)


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
            written[start:end] = [(one, sure * EXCEPTED) for one, sure in written[start:end]]
    return written


def _is_own(number: Number, corpus: Corpus) -> bool:
    return any(held.own_number and number.fits(held.own_number) for held in corpus.held.values())
