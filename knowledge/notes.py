"""The office's notes: answers by curators that stand in no document.

They have no number, place or year of their own, so whatever a question names must stand in the
note that answers it.
"""

from collections.abc import Sequence

from knowledge.case import Case, Hit
from knowledge.corpus import Corpus
from knowledge.document import NOTES, Curated
from knowledge.question import Question
from knowledge.scope import holds_year
from knowledge.slots import Day, Number
from knowledge.text import is_code


def nearest_note(case: Case) -> Hit | None:
    """Give the note nearest to a question among those that hold all that it names."""
    if NOTES not in case.corpus.by_id:
        return None
    return next(
        (hit for hit in case.ranked(NOTES) if holds(case.found(hit), case.question, case.corpus)),
        None,
    )


def holds(note: Curated, question: Question, corpus: Corpus) -> bool:
    """Say whether a note's wordings or answer hold every place, number, year and day named."""
    slots = question.slots
    texts = (*note.wordings, note.answer)
    words = [word for text in texts for word in (*corpus.coded(corpus.words(text)), "|")]
    places = {name for _, _, name in corpus.provinces.find(words)}
    return (
        places.issuperset(slots.provinces)
        and all(_has_number(words, number) for number in slots.numbers)
        and all(holds_year(corpus, texts, year) for year in slots.years)
        and all(_has_day(words, day) for day in slots.days)
    )


def _has_number(words: Sequence[str], number: Number) -> bool:
    return any(
        number.fits(word) if is_code(word) else word == number.number and not number.code
        for word in words
    )


def _has_day(words: Sequence[str], day: Day) -> bool:
    named = f"{day.day}/{day.month}"
    return any(
        word == f"{named}/{day.year}" or (not day.year and f"{word}/".startswith(f"{named}/"))
        for word in words
    )
