"""Answers calendar questions: which day, which year, how many years, what comes next."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge import occasion_phrases
from knowledge.answer import Answer, Citation
from knowledge.days import Asked, asks_a_number, asks_the_date, days_of
from knowledge.document import Document
from knowledge.language import Language, Phrases
from knowledge.numerals import spelled_numbers
from knowledge.occasions import LAST_YEAR, Happening, Occasion, Occasions
from knowledge.phrases import UNCONFIRMED
from knowledge.slots import Slots
from knowledge.text import is_year, tokens

LONGEST = 600
ROOM_FOR_SOURCE = 150
NEXT = 5
MONTHS_OF_SUMMARY = 31


class Calendar:
    """Finds the occasion and the way of asking, then computes."""

    def __init__(
        self, occasions: Occasions, language: Language, documents: dict[str, str]
    ) -> None:
        """`documents`: id -> name of the documents that the base holds."""
        self._occasions = occasions
        self._documents = documents
        self._kinds = Phrases()
        self._language = language
        for kind, ways in language.asked["calendar"].items():
            for way in ways:
                self._kinds.add(tokens(way), kind)
        self._names = Phrases()
        self._concepts: list[tuple[frozenset[str], Occasion]] = []
        for one in occasions:
            for name in (one.name, *one.aliases):
                self._names.add(tokens(name), one.id)
                self._concepts.append((frozenset(self._senses(tokens(name))), one))

    def stated(self, words: Sequence[str], slots: Slots, document: Document) -> Answer | None:
        """List the days of a month that one document states, in the year it is about; None where
        not asked.
        """
        asked = Asked(
            tuple(words),
            slots,
            frozenset(self._kinds.all_names(words)),
            date(max(document.years), 1, 1),
        )
        if not slots.months or "occasion" not in asked.kinds or "not_ours" in asked.kinds:
            return None
        found = [one for one in self._happenings(asked) if document.id in one.occasion.documents]
        return self._list(asked, found) if found else None

    def answer(
        self, words: Sequence[str], slots: Slots, today: date, before: Sequence[str] = ()
    ) -> Answer | None:
        """Answer a calendar question, perhaps one that leans on the words before it; None where
        it is not one.
        """
        if before and not slots.days and not self._names.find(words):
            words = (*before, *words)
        kinds = self._kinds.all_names(words) or self._kinds.all_names(before)
        if before and slots.days and not kinds & {"how_long", "count"}:
            kinds.add("what_day")  # `còn 17/10` after a question to the calendar
        asked = Asked(tuple(words), slots, frozenset(kinds), today)
        if "not_ours" in asked.kinds or asks_a_number(asked):
            return None
        named = self._named(asked)
        if named:
            return self._about(named, asked)
        if slots.days and "how_long" in asked.kinds:
            return self._until(asked)
        if slots.days and asked.kinds & {"what_day", "count"}:
            return self._what_day(asked)
        if "occasion" in asked.kinds or asks_the_date(asked):
            return self._span(asked)
        return None

    def is_named(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion."""
        return bool(self._names.find(words))

    def asks(self, words: Sequence[str]) -> bool:
        """Say whether words ask in one of the calendar's ways."""
        return bool(self._kinds.find(words))

    def _senses(self, words: Sequence[str]) -> set[str]:
        spans = self._language.concepts.find(words)
        inside = {at for start, end, _ in spans for at in range(start, end)}
        light = self._language.light | self._language.polite | {"ngày"}
        return {name for _, _, name in spans} | {
            word for at, word in enumerate(words) if at not in inside and word not in light
        }

    def _named(self, asked: Asked) -> list[Occasion]:
        """Give the occasions named by the longest phrases; for years, by their sense as well."""
        found: list[tuple[int, int, str]] = []
        for start, end, name in sorted(
            self._names.find(asked.words), key=lambda one: one[0] - one[1]
        ):
            if not any(start < other_end and end > other for other, other_end, _ in found) or any(
                (start, end) == (other, other_end) for other, other_end, _ in found
            ):
                found.append((start, end, name))
        ids = [name for _, _, name in found]
        if not ids and asked.kinds & {"count"} | self._wants_count(asked):
            senses = self._senses(asked.words)
            fitting = [
                (len(needed), one.id)
                for needed, one in self._concepts
                if len(needed) > 1 and needed <= senses
            ]
            ids = [max(fitting)[1]] if fitting else []
        return [one for one in self._occasions if one.id in ids]

    def _wants_count(self, asked: Asked) -> frozenset[str]:
        return frozenset({"which_year"}) & asked.kinds if self._count(asked) else frozenset()

    def _count(self, asked: Asked) -> int | None:
        """Give the number of years that a question names: `80 năm`, `tròn tám mươi tuổi`."""
        words = asked.words
        for at, word in enumerate(words):
            before, after = (
                words[at - 1] if at else "",
                words[at + 1] if at + 1 < len(words) else "",
            )
            if word.isdecimal() and not is_year(word) and len(word) < 4 and (
                after in {"năm", "tuổi"} or before in {"tròn", "thứ"}
            ):  # fmt: skip
                return int(word)
        return next((value for _, _, value in spelled_numbers(words)), None)

    def _about(self, named: list[Occasion], asked: Asked) -> Answer | None:
        count = self._count(asked)
        ways: tuple[tuple[bool, Callable[[Occasion], str]], ...] = (
            ("origin" in asked.kinds and count is None, self._origin),
            (
                count is not None and "which_year" in asked.kinds,
                lambda one: self._which_year(one, count or 0),
            ),
            ("count" in asked.kinds, lambda one: self._years(one, asked)),
            ("how_long" in asked.kinds, lambda one: self._how_long(one, asked)),
            ("day_of" in asked.kinds, lambda one: self._day_of(one, asked)),
        )
        for is_asked, say in ways:
            if is_asked:
                lines = [line for one in named if (line := say(one))]
                return self._answer(lines, named) if lines else None
        if asked.kinds & {"what_day"} or len(asked.words) <= 8:
            return self._answer([self._day_of(one, asked) for one in named], named)
        return None

    def _origin(self, one: Occasion) -> str:
        if one.counted_from is None:
            return ""
        return occasion_phrases.occasion_origin(
            name=self._name(one), day=_solar(one), year=one.counted_from
        )

    def _which_year(self, one: Occasion, count: int) -> str:
        if one.counted_from is None or one.counted_from + count > LAST_YEAR:
            return ""
        return occasion_phrases.occasion_reaches(
            name=self._name(one), count=count, year=one.counted_from + count, day=_solar(one)
        )

    def _years(self, one: Occasion, asked: Asked) -> str:
        year = asked.year or asked.today.year
        years = one.years_in(year)
        if years is None or one.counted_from is None:
            return ""
        return occasion_phrases.occasion_years(
            name=self._name(one), year=year, count=years, day=_solar(one), base=one.counted_from
        )

    def _how_long(self, one: Occasion, asked: Asked) -> str:
        following = self._next(one, asked.today)
        if following is None:
            return ""
        return occasion_phrases.occasion_in_days(
            name=self._name(one), on=following, days=(following - asked.today).days
        )

    def _day_of(self, one: Occasion, asked: Asked) -> str:
        on = one.on(asked.year) if asked.year else self._next(one, asked.today)
        return occasion_phrases.occasion_day(
            name=self._name(one), day=f"{one.day}/{one.month}", is_lunar=one.calendar == "lunar",
            until="/".join(str(part) for part in one.until) if one.until else "", on=on,
            years=one.years_in(on.year) if on else None,
        )  # fmt: skip

    def _next(self, one: Occasion, today: date) -> date | None:
        days = (one.on(year) for year in (today.year, today.year + 1))
        return next((day for day in days if day and day >= today), None)

    def _until(self, asked: Asked) -> Answer | None:
        """Count the days until a day named by its number."""
        day = asked.slots.days[-1]
        years = (day.year,) if day.year else range(asked.today.year, asked.today.year + 9)
        days = [on for year in years if (on := day.within(year))]
        on = next((on for on in days if on >= asked.today), days[-1] if days else None)
        if on is None:
            return None
        found = sorted(self._on(on), key=lambda one: one.tier)
        names = [f"- {self._name(one)}" for one in found]
        opening = occasion_phrases.days_until(
            on=on, days=(on - asked.today).days, named=bool(found)
        )
        return self._answer([opening, *names], found)

    def _on(self, on: date) -> list[Occasion]:
        """Give the occasions of a date, by either calendar."""
        lunar = [one for one in self._occasions if one.calendar == "lunar"]
        return [
            *self._occasions.on_day(on.day, on.month),
            *(one for one in lunar if one.on(on.year) == on),
        ]

    def _what_day(self, asked: Asked) -> Answer | None:
        day = asked.slots.days[-1]
        year = asked.year or asked.today.year
        on = day.within(year)
        found = self._occasions.on_day(day.day, day.month) if on is None else self._on(on)
        named = f"{day.day}/{day.month}" + (f"/{day.year}" if day.year else "")
        if not found:
            return Answer("refuse", occasion_phrases.nothing_on_day(named=named), is_calendar=True)
        lines = [
            occasion_phrases.occasion_line(
                name=self._name(one), year=year, years=one.years_in(year)
            )
            for one in sorted(found, key=lambda one: one.tier)
        ]
        return self._answer([occasion_phrases.day_is(named=named), *lines], found)

    def _span(self, asked: Asked) -> Answer | None:
        """List what comes next, or what falls in the days or the month asked for."""
        first, last = days_of(asked)
        if first is None:
            return None
        found = self._happenings(asked)
        if first == last:
            return self._one_day(asked, first, found)
        if not found:
            return Answer(
                "refuse",
                occasion_phrases.nothing_between(first=first, last=last or first),
                is_calendar=True,
            )
        return self._list(asked, found)

    def _one_day(self, asked: Asked, day: date, found: Sequence[Happening]) -> Answer:
        """Say which day today or tomorrow is, and what is commemorated."""
        opening = occasion_phrases.that_day_is(on=day, is_today=day == asked.today)
        if not found:
            return Answer(
                "refuse",
                f"{opening} {occasion_phrases.no_occasion()}",
                confidence=0.95,
                is_calendar=True,
            )
        lines = [_line(self._name(one.occasion), one) for one in found]
        return self._answer([opening, *lines], [one.occasion for one in found])

    def _happenings(self, asked: Asked) -> list[Happening]:
        first, last = days_of(asked)
        if first is None:
            return []
        return (
            self._occasions.upcoming(first, NEXT)
            if last is None
            else self._occasions.between(first, last)
        )

    def _list(self, asked: Asked, found: Sequence[Happening]) -> Answer:
        first, last = days_of(asked)
        opening = occasion_phrases.these_days(first=first or asked.today, last=last)
        ordered = sorted(found, key=lambda one: one.date)
        room = LONGEST - len(self._source([one.occasion for one in found])) - len(opening) - 2
        lines = [_line(self._name(one.occasion), one) for one in ordered]
        is_one_year = len({one.date.year for one in ordered}) == 1
        if is_one_year and sum(len(line) + 1 for line in lines) > room:
            lines = [_line(self._name(one.occasion), one, with_year=False) for one in ordered]
        kept = _kept([_rank(one.occasion) for one in ordered], [len(one) for one in lines], room)
        shown = [lines[at] for at in kept]
        if len(kept) < len(lines):
            shown.append(occasion_phrases.more_days(count=len(lines) - len(kept)))
        return self._answer([opening, *shown], [ordered[at].occasion for at in kept])

    def _name(self, one: Occasion) -> str:
        return one.name if one.is_confirmed else f"{one.name} {UNCONFIRMED}"

    def _held(self, found: Sequence[Occasion]) -> tuple[str, ...]:
        """Give the documents of the base that state occasions."""
        ids = (doc for one in found for doc in one.documents if doc in self._documents)
        return tuple(dict.fromkeys(ids))

    def _source(self, found: Sequence[Occasion]) -> str:
        return occasion_phrases.calendar_source(
            decided_by=found[0].decided_by if len(found) == 1 else None,
            documents=[self._documents[doc] for doc in self._held(found)],
        )

    def _answer(self, lines: Sequence[str], found: Sequence[Occasion]) -> Answer:
        docs, source = self._held(found), self._source(found)
        kept: list[str] = []
        for line in lines:
            if sum(len(one) + 1 for one in kept) + len(line) + len(source) + 1 > LONGEST:
                break
            kept.append(line)
        return Answer(
            "answer",
            "\n".join(kept),
            source,
            docs,
            tuple(Citation(doc, None, "") for doc in docs),
            0.95,
            is_calendar=True,
        )


def _rank(one: Occasion) -> tuple[int, bool, bool]:
    """Give the order in which the days of a long list are kept: the core of the work first."""
    return one.tier, not one.is_major, not one.is_confirmed


def _kept(ranks: Sequence[tuple[int, bool, bool]], lengths: Sequence[int], room: int) -> list[int]:
    """Give the places of the lines that fit, in their order; the core days are taken first."""
    if sum(length + 1 for length in lengths) <= room:
        return list(range(len(lengths)))
    kept: list[int] = []
    left = room - len(occasion_phrases.more_days(count=len(lengths))) - 1
    for at in sorted(range(len(lengths)), key=lambda at: (ranks[at], at)):
        if lengths[at] + 1 <= left:
            kept.append(at)
            left -= lengths[at] + 1
    return sorted(kept)


def _line(name: str, one: Happening, *, with_year: bool = True) -> str:
    return occasion_phrases.happening_line(
        name=name, on=one.date, years=one.years, with_year=with_year
    )


def _solar(one: Occasion) -> str:
    return f"{one.day}/{one.month}" if one.calendar == "gregorian" else ""
