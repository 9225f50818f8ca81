"""Finds which occasions words mean: those that they name, else those that they describe, else
those of a body that they name.
"""

from collections.abc import Iterable, Sequence

from knowledge.days import Asked
from knowledge.described import DAYS, Descriptions
from knowledge.language import Language, Phrases
from knowledge.lunar_days import lunar_day_in
from knowledge.occasions import Occasion, Occasions
from knowledge.text import normal, tokens

FOUNDING = "ngày thành lập "
ABSENT = ""  # stands for the days that the calendar does not have
KNOWN = 0.5  # least part of words that an occasion knows; what knows less is something else
KNOWN_DAY = 0.65  # ... where a day is asked that only a calendar could tell
DATED = frozenset({"count", "which_year", "origin", "day_of", "how_long", "upcoming", "round"})
ASKED = frozenset({"day_of", "which_year", "how_long", "what_day"})
SHORT, MORE = 8, 4  # words of a question that only names a day; ... which begins with `ngày`
YEARS = frozenset({"năm", "tuổi", "xuân"})


class Naming:
    """The names and descriptions of all occasions, and the ways of asking for a day."""

    def __init__(self, occasions: Occasions, language: Language) -> None:
        self._occasions = occasions
        self._descriptions = Descriptions(occasions, language)
        self._kinds = _phrases(
            (way, kind) for kind, ways in language.asked["calendar"].items() for way in ways
        )
        named = [(name, one.id) for one in occasions for name in (one.name, *one.aliases)]
        self._names = _phrases([*named, *((name, ABSENT) for name in DAYS["absent"])])
        self._founded = _phrases(
            (normal(name).removeprefix(FOUNDING), one)
            for name, one in named
            if normal(name).startswith(FOUNDING)
        )
        self._day_words = _phrases((way, way) for way in DAYS["naming"])
        self._asked_first = _phrases((way, way) for way in DAYS["asked_first"])
        self._only_days = _phrases((way, way) for way in (*DAYS["only_days"], *DAYS["of_bodies"]))

    def kinds(self, words: Sequence[str]) -> set[str]:
        """Give the calendar's ways of asking that words use."""
        return self._kinds.all_names(words)

    def is_named(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion."""
        return bool(self._called(words))

    def speaks(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion, or describe one or a lunar day and ask for a day."""
        return bool(self._called(words)) or (
            bool(self.kinds(words) & DATED) and bool(lunar_day_in(words) or self._described(words))
        )

    def covers(self, words: Sequence[str]) -> bool:
        """Say whether all that words tell belongs to the occasion that they describe."""
        return self._descriptions.covers(words)

    def stands_alone(self, words: Sequence[str], *, has_month: bool) -> bool:
        """Say whether words name a day or days of their own, and lean on nothing before them."""
        kinds = self.kinds(words)
        is_span = (has_month or "period" in kinds) and not kinds & {"how_long", "count"}
        is_named = self._names.find(words) or self._founded.find(words)
        return bool(is_span or is_named or lunar_day_in(words) or self._descriptions.find(words))

    def opens_alone(self, words: Sequence[str]) -> bool:
        """Say whether words are so few that they only call a day by its name."""
        return len(words) <= SHORT + MORE * (words[0] in DAYS["opening"])

    def is_bare(self, words: Sequence[str]) -> bool:
        """Say whether words tell nothing but a solar day and what is said around any."""
        told = {one.word for one in self._descriptions.telling(words)}
        return "âm" not in words and told.issubset(DAYS["opening"])

    def is_strange(self, words: Sequence[str]) -> bool:
        """Say whether words are about what no occasion is about."""
        return self._descriptions.known(words) < KNOWN

    def is_unknown_day(self, asked: Asked) -> bool:
        """Say whether a day is asked for that only a calendar could tell, and ours does not have:
        `ngày Doanh nhân rơi vào thứ mấy`.
        """
        words = asked.words
        is_day = any(word in DAYS["opening"] for word in words)
        is_ours = self._only_days.find(words)
        is_paper = asked.slots.kinds or asked.slots.numbers or asked.slots.days
        return bool(
            is_day
            and is_ours
            and not is_paper
            and asked.kinds & (DATED - {"upcoming"})
            and self._descriptions.known(words) < KNOWN_DAY
        )

    def meant(self, asked: Asked, before: Sequence[str], *, counts: bool) -> list[Occasion]:
        """Give the occasions that a question means; `counts`: it names a number of years."""
        found = self._called(asked.words) or (
            self._descriptions.find(asked.words) if before else self._described(asked.words)
        )
        if not found and counts and "which_year" in asked.kinds:
            found = self._descriptions.within(asked.words)
        return found or self._of_body(asked.words, before)

    def _described(self, words: Sequence[str]) -> list[Occasion]:
        """Give the occasions described by words that are about a day, not about what is done."""
        found = self._descriptions.find(words)
        return found if found and (self._is_about_a_day(words) or self._is_all(words)) else []

    def _is_about_a_day(self, words: Sequence[str]) -> bool:
        asked = self._kinds.find(words)
        kinds = {kind for _, _, kind in asked}
        inside = {at for start, end, kind in asked if kind in ASKED for at in range(start, end)}
        is_counted = "count" in kinds and YEARS.intersection(words)
        is_named = any(
            not inside.issuperset(range(start, end))
            for start, end, _ in self._day_words.find(words)
        )
        return bool(
            is_counted
            or is_named
            or kinds & {"how_long", "round", "origin"}
            or self._only_days.find(words)
        )

    def _is_all(self, words: Sequence[str]) -> bool:
        """Say whether words ask for a day first, and tell nothing but what describes it."""
        begins = any(start == 0 for start, _, _ in self._asked_first.find(words))
        return begins and self._descriptions.covers(words)

    def _called(self, words: Sequence[str]) -> list[Occasion]:
        """Give the occasions named by the longest phrases."""
        found: list[tuple[int, int, str]] = []
        for start, end, name in sorted(self._names.find(words), key=lambda one: one[0] - one[1]):
            if not any(start < other_end and end > other for other, other_end, _ in found) or any(
                (start, end) == (other, other_end) for other, other_end, _ in found
            ):
                found.append((start, end, name))
        ids = {name for start, end, name in found if not self._goes_on(words, start, end)}
        return [one for one in self._occasions if one.id in ids]

    def _goes_on(self, words: Sequence[str], start: int, end: int) -> bool:
        """Say whether a name of one word is only the start of another: `tết thiếu nhi`."""
        return end - start == 1 and bool(self._descriptions.telling(words[end : end + 1]))

    def _of_body(self, words: Sequence[str], before: Sequence[str]) -> list[Occasion]:
        """Give the occasions of a body that is named without its day, where its founding is asked
        or was talked about.
        """
        is_asked = before or "thành lập" in " ".join(words)
        if not is_asked or ABSENT in self._names.names(words):
            return []
        ids = self._founded.names(words)
        return [one for one in self._occasions if one.id in ids]

    def without_purpose(self, words: Sequence[str]) -> Sequence[str]:
        """Leave out what a day is needed for: `là ngày mấy để đề xuất kinh phí`."""
        end = next((at for at, word in enumerate(words) if word == "để"), len(words))
        return words[:end] if self.kinds(words[:end]) & DATED else words


def _phrases(named: Iterable[tuple[str, str]]) -> Phrases:
    phrases = Phrases()
    for text, name in named:
        phrases.add(tokens(text), name)
    return phrases
