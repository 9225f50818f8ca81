"""Answers calendar questions: which day, which year, how many years, what comes next."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge import occasion_phrases
from knowledge.answer import Answer, Citation
from knowledge.clauses import ASKS
from knowledge.days import Asked, asks_a_number, asks_the_date, days_of, years_named
from knowledge.document import Document
from knowledge.language import Language
from knowledge.lunar_days import LAST_MONTH, LunarDay, lunar_day_in
from knowledge.naming import DATED, SHORT, Naming
from knowledge.occasions import LAST_YEAR, Happening, Occasion, Occasions
from knowledge.phrases import UNCONFIRMED
from knowledge.slots import Slots

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
        self._naming = Naming(Occasions(one for one in occasions if one.is_asked), language)

    def stated(self, words: Sequence[str], slots: Slots, document: Document) -> Answer | None:
        """List the days of a month that one document states, in the year it is about; None where
        not asked.
        """
        asked = Asked(
            tuple(words),
            slots,
            frozenset(self._naming.kinds(words)),
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
        asked = self._asked(words, slots, today, before)
        if asked is None or "not_ours" in asked.kinds or asks_a_number(asked):
            return None
        is_bare = len(asked.words) <= SHORT and not ASKS.intersection(asked.words)
        lunar = lunar_day_in(asked.words) if asked.kinds & DATED or is_bare else None
        if lunar:
            return self._lunar(lunar, asked)
        is_counted = years_named(asked.words) is not None
        named = self._naming.meant(asked, before, counts=is_counted)
        return self._about(named, asked) if named else self._on_days(asked)

    def _on_days(self, asked: Asked) -> Answer | None:
        """Answer a question for days that names no occasion."""
        if asked.slots.days and "how_long" in asked.kinds:
            return self._until(asked)
        if asked.slots.days and asked.kinds & {"what_day", "count"}:
            return self._what_day(asked)
        if asked.slots.days and "day_of" in asked.kinds and self._naming.is_bare(asked.words):
            return self._what_day(asked, is_weekday=True)
        if self._naming.is_unknown_day(asked):
            return Answer("refuse", occasion_phrases.unknown_day(), is_calendar=True)
        if "occasion" in asked.kinds or asks_the_date(asked):
            return self._span(asked)
        return None

    def _asked(
        self, words: Sequence[str], slots: Slots, today: date, before: Sequence[str]
    ) -> Asked | None:
        """Put a question and what it leans on together; None where it is about something else."""
        words = self._naming.without_purpose(words)
        kinds = self._naming.kinds(words)
        if not before:
            return Asked(tuple(words), slots, frozenset(kinds), today)
        if not self.stands_alone(words, slots):
            if self._naming.is_strange(words):
                return None
            words = (*before, *words)
            kinds = self._naming.kinds(words)
        if "period" in kinds or not kinds:
            kinds |= self._naming.kinds(before)
        if slots.days and not kinds & {"how_long", "count"}:
            kinds.add("what_day")  # `còn 17/10` after a question to the calendar
        return Asked(tuple(words), slots, frozenset(kinds), today)

    def is_named(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion."""
        return self._naming.is_named(words)

    def asks(self, words: Sequence[str]) -> bool:
        """Say whether words ask in one of the calendar's ways."""
        return bool(self._naming.kinds(words))

    def stands_alone(self, words: Sequence[str], slots: Slots) -> bool:
        """Say whether words name a day or days of their own, and lean on nothing before them."""
        return bool(slots.days) or self._naming.stands_alone(words, has_month=bool(slots.months))

    def speaks(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion, or describe one and ask for its day."""
        return self._naming.speaks(words)

    def covers(self, words: Sequence[str]) -> bool:
        """Say whether all that words tell belongs to the occasion that they describe."""
        return self._naming.covers(words)

    def _about(self, named: list[Occasion], asked: Asked) -> Answer | None:
        count = years_named(asked.words)
        ways: tuple[tuple[bool, Callable[[Occasion], str]], ...] = (
            ("origin" in asked.kinds and count is None, lambda one: self._origin(one, asked)),
            (
                count is not None and "which_year" in asked.kinds,
                lambda one: self._which_year(one, count or 0),
            ),
            ("how_long" in asked.kinds, lambda one: self._how_long(one, asked)),
            ("count" in asked.kinds, lambda one: self._years(one, asked)),
            ("day_of" in asked.kinds, lambda one: self._day_of(one, asked)),
        )
        for is_asked, say in ways:
            if is_asked:
                lines = [line for one in named if (line := say(one) or self._day_of(one, asked))]
                return self._answer(lines, named) if lines else None
        is_bare = self._naming.opens_alone(asked.words) or self._naming.covers(asked.words)
        if asked.kinds & {"what_day", "round"} or is_bare:
            return self._answer([self._day_of(one, asked) for one in named], named)
        return None

    def _origin(self, one: Occasion, asked: Asked) -> str:
        if one.counted_from is None:
            return ""
        on = self._next(one, asked.today)
        return occasion_phrases.occasion_origin(
            name=self._name(one), day=_solar(one), year=one.counted_from, on=on,
            years=one.years_in(on.year) if on else None,
        )  # fmt: skip

    def _which_year(self, one: Occasion, count: int) -> str:
        if one.counted_from is None or one.counted_from + count > LAST_YEAR:
            return ""
        year = one.counted_from + count
        return occasion_phrases.occasion_reaches(
            name=self._name(one), count=count, year=year, on=one.on(year)
        )

    def _years(self, one: Occasion, asked: Asked) -> str:
        following = self._next(one, asked.today) if "upcoming" in asked.kinds else None
        year = _year(one, asked) or (following or asked.today).year
        years = one.years_in(year)
        if years is None or one.counted_from is None:
            return ""
        told = occasion_phrases.occasion_years(
            name=self._name(one), year=year, count=years, on=one.on(year), day=_solar(one),
            base=one.counted_from,
        )  # fmt: skip
        return " ".join((told, *_roundness(years, asked)))

    def _how_long(self, one: Occasion, asked: Asked) -> str:
        following = self._next(one, asked.today)
        if following is None:
            return ""
        return occasion_phrases.occasion_in_days(
            name=self._name(one), on=following, days=(following - asked.today).days,
            years=one.years_in(following.year),
        )  # fmt: skip

    def _day_of(self, one: Occasion, asked: Asked) -> str:
        year = _year(one, asked)
        on = one.on(year) if year else self._next(one, asked.today)
        years = one.years_in(on.year) if on else None
        told = occasion_phrases.occasion_day(
            name=self._name(one), day=f"{one.day}/{one.month}", is_lunar=one.calendar == "lunar",
            until="/".join(str(part) for part in one.until) if one.until else "",
            on=on, years=years,
        )  # fmt: skip
        return " ".join((told, *(_roundness(years, asked) if years else ())))

    def _next(self, one: Occasion, today: date) -> date | None:
        days = (one.on(year) for year in (today.year, today.year + 1))
        return next((day for day in days if day and day >= today), None)

    def _lunar(self, day: LunarDay, asked: Asked) -> Answer | None:
        """Say on which date a lunar day falls, or about the occasion that is on it."""
        held = [one for one in self._occasions if one.calendar == "lunar"]
        if named := [one for one in held if (one.day, one.month) == (day.day, day.month)]:
            return self._about(named, asked)
        is_this = "năm nay" in " ".join(asked.words)
        year = asked.year or (asked.today.year if is_this and not day.is_eve else None)
        on = day.on(year) if year else day.following(asked.today)
        if day.is_eve and is_this and on and on < asked.today:
            on = day.following(asked.today)
        if on is None:
            told = occasion_phrases.no_lunar_day(
                day=day.day, month=day.month, year=year or asked.today.year
            )
            return Answer("refuse", told, is_calendar=True)
        told = (
            occasion_phrases.eve_is(
                on=on, days=29 if LunarDay(30, LAST_MONTH).on(on.year - 1) is None else 30
            )
            if day.is_eve
            else occasion_phrases.lunar_day_is(day=day.day, month=day.month, on=on)
        )
        until = (
            [occasion_phrases.days_until(on=on, days=(on - asked.today).days, named=False)]
            if "how_long" in asked.kinds
            else []
        )
        return self._answer([told, *until], [])

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

    def _what_day(self, asked: Asked, *, is_weekday: bool = False) -> Answer | None:
        """Say what a day named by its number is; `is_weekday`: its weekday is asked."""
        day = asked.slots.days[-1]
        year = asked.year or asked.today.year
        on = day.within(year)
        if is_weekday and on and on < asked.today and not asked.year:
            year, on = year + 1, day.within(year + 1)
        found = self._occasions.on_day(day.day, day.month) if on is None else self._on(on)
        named = f"{day.day}/{day.month}" + (f"/{day.year}" if day.year else "")
        if not (found or (is_weekday and on)):
            return Answer("refuse", occasion_phrases.nothing_on_day(named=named), is_calendar=True)
        lines = [
            occasion_phrases.occasion_line(
                name=self._name(one), year=year, years=one.years_in(year)
            )
            for one in sorted(found, key=lambda one: one.tier)
        ]
        opening = (
            occasion_phrases.weekday_is(on=on, named=bool(lines))
            if is_weekday and on
            else occasion_phrases.day_is(named=named)
        )
        return self._answer([opening, *lines], found)

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


def _year(one: Occasion, asked: Asked) -> int | None:
    """Give the year asked for; one in which an occasion began or before says which is meant."""
    is_past = asked.year and one.counted_from and asked.year <= one.counted_from
    return None if is_past else asked.year


def _roundness(years: int, asked: Asked) -> tuple[str, ...]:
    if years % 10 == 0:
        return (occasion_phrases.is_round(count=years),)
    return (occasion_phrases.is_not_round(count=years),) if "round" in asked.kinds else ()


def _solar(one: Occasion) -> str:
    return f"{one.day}/{one.month}" if one.calendar == "gregorian" else ""
