"""Follow-ups: what a short question inherits from the talk before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from knowledge.clauses import ASKS, BACK
from knowledge.corpus import Corpus
from knowledge.kinds import KINDS
from knowledge.question import Question
from knowledge.slots import Slots, kind_spans
from knowledge.text import is_code, is_year

POINTERS = frozenset(["đó", "này", "ấy", "kia", "trên", "còn", "nữa", "tiếp", "họ", "nó"])
OPENERS = frozenset(["còn", "thế", "vậy", "rồi"])
INHERITED = 0.35  # weight of the words of the question before
HOW_ASKED = 0.5
ALONE = 1.0  # ... when the new question has none of its own
MOST_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a talk stands: its documents, the last question's words, and whether it went to the
    calendar or left our field.

    `words` are those that carry the topic, `asked` all that say what is asked, `told` those of
    the last answer.
    """

    docs: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    asked: tuple[tuple[str, float], ...] = ()
    all_words: tuple[str, ...] = ()
    slots: Slots = field(default_factory=Slots)
    told: tuple[str, ...] = ()
    is_calendar: bool = False
    is_elsewhere: bool = False


def telling(question: Question, corpus: Corpus) -> tuple[tuple[str, float], ...]:
    """Give the words of a question that carry its topic."""
    words, sure = question.content
    return tuple(
        (word, weight)
        for word, weight in zip(words, sure, strict=True)
        if word not in corpus.language.light and word not in corpus.language.polite
    )


def continues(question: Question, corpus: Corpus) -> bool:
    """Say whether a question leans on the talk: it names no document, number or topic of its own,
    or points back.
    """
    if question.slots.provinces or question.slots.numbers:
        return is_place_only(question, corpus)
    points = bool(POINTERS & set(question.words)) or question.words[:1] in {
        (word,) for word in OPENERS
    }
    return points or len(telling(question, corpus)) <= 2 or not corpus.topics_in(question.words)


def is_place_only(question: Question, corpus: Corpus) -> bool:
    """Say whether a question is only another place, year or document: `còn Bắc Kạn thì sao?`."""
    told = [word for word, _ in telling(question, corpus)]
    if question.words[:1] in {(word,) for word in OPENERS}:
        spans = [*corpus.topics.find(told), *kind_spans(told)]
        named = {at for start, end, _ in spans for at in range(start, end)}
        told = [word for at, word in enumerate(told) if at not in named]
    return not [word for word in told if not word.isdecimal() and word not in POINTERS | {"tỉnh"}]


def inherited(question: Question, thread: Thread, corpus: Corpus) -> Sequence[tuple[str, float]]:
    """Give the words that a follow-up takes over; `còn X thì sao?` takes the way of asking as
    well.
    """
    own = set(question.words)
    if question.words[:1] == ("còn",) and not is_place_only(question, corpus):
        return [(word, HOW_ASKED) for word in _way_of_asking(thread.all_words) if word not in own]
    if is_place_only(question, corpus):
        return _for_another(question, thread, corpus)
    if meant := _pointed_at(question, thread, corpus):
        return [(word, ALONE) for word in meant if word not in own]
    return [
        (word, weight * (ALONE if is_code(word) else INHERITED))
        for word, weight in thread.words
        if word not in own
    ]


def _pointed_at(question: Question, thread: Thread, corpus: Corpus) -> Sequence[str]:
    """Give what of the last answer is pointed at: a person (`đồng chí đó`), or a document that
    it cites (`chỉ thị đó`).
    """
    told = f" {' '.join(thread.told)} "
    if corpus.language.persons.find(question.words):
        names = (name for doc in thread.docs for name in corpus.people[doc])
        return next((name.split() for name in names if f" {name} " in told), ())
    own = {corpus.held[doc].own_number for doc in thread.docs if doc in corpus.held}
    for _, end, kind in kind_spans(question.words):
        if BACK.intersection(question.words[end : end + 1]):
            cited = (
                word
                for word in thread.told
                if is_code(word) and word not in own and KINDS[kind] in word.split("/")[1:]
            )
            return tuple(islice(cited, 1))
    return ()


def _for_another(
    question: Question, thread: Thread, corpus: Corpus
) -> Sequence[tuple[str, float]]:
    """Ask the question before of another place: without what named the document it was about."""
    places = question.slots.provinces
    docs = {
        one.id
        for one in corpus.documents
        for name in places
        if corpus.provinces.reaches(name, one.place, dated=False)
    }
    words = [word for word, _ in thread.asked]
    spans = [
        (start, end)
        for start, end, topic in corpus.topics.find(words)
        if places and docs.isdisjoint(corpus.about(topic))
    ]
    naming = {at for start, end in spans for at in range(start, end)}
    own = set(question.words)
    return [
        (word, weight)
        for at, (word, weight) in enumerate(thread.asked)
        if at not in naming and word not in own and not (places and is_year(word))
    ]


def _way_of_asking(words: Sequence[str]) -> list[str]:
    """Give the word that asks with those before it: `tập trung việc gì`."""
    places = [at for at, word in enumerate(words) if word in ASKS]
    return list(words[max(0, places[-1] - 3) : places[-1] + 1]) if places else []
