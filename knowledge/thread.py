"""Follow-ups: what a short question inherits from the talk before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.clauses import ASKS
from knowledge.corpus import Corpus
from knowledge.question import Question
from knowledge.slots import Slots
from knowledge.text import is_code

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
    """

    docs: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    all_words: tuple[str, ...] = ()
    slots: Slots = field(default_factory=Slots)
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
    """Say whether a question is only another place or year: `còn Bắc Kạn thì sao?`."""
    return not [
        word
        for word, _ in telling(question, corpus)
        if not word.isdecimal() and word not in POINTERS | {"tỉnh"}
    ]


def inherited(question: Question, thread: Thread, corpus: Corpus) -> Sequence[tuple[str, float]]:
    """Give the words that a follow-up takes over; `còn X thì sao?` takes the way of asking as
    well.
    """
    own = set(question.words)
    if question.words[:1] == ("còn",) and not is_place_only(question, corpus):
        return [(word, HOW_ASKED) for word in _way_of_asking(thread.all_words) if word not in own]
    share = ALONE if is_place_only(question, corpus) else INHERITED
    return [
        (word, weight * (ALONE if is_code(word) else share))
        for word, weight in thread.words
        if word not in own
    ]


def _way_of_asking(words: Sequence[str]) -> list[str]:
    """Give the word that asks with those before it: `tập trung việc gì`."""
    places = [at for at, word in enumerate(words) if word in ASKS]
    return list(words[max(0, places[-1] - 3) : places[-1] + 1]) if places else []
