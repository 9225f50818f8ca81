"""Answers calendar questions: which day, which year, how many years, what comes next."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge import occasion_phrases
from knowledge.answer import Answer, Citation
from knowledge.days import Asked, asks_a_number, asks_the_date, days_of
from knowledge.described import Descriptions
from knowledge.document import Document
from knowledge.language import Language, Phrases
from knowledge.lunar_days import LAST_MONTH, LunarDay, lunar_day_in
from knowledge.numerals import spelled_numbers
from knowledge.occasions import LAST_YEAR, Happening, Occasion, Occasions
from knowledge.phrases import UNCONFIRMED
from knowledge.slots import Slots
from knowledge.text import is_year, normal, tokens

LONGEST = 600
ROOM_FOR_SOURCE = 150
FOUNDING = "ngày thành lập "
NEXT = 5
SHORT = 8  # words of a question that asks for a day by naming it alone
STRANGE = 0.5  # part of a follow-up's words that no occasion knows: it asks for something else
DATED = frozenset({"count", "which_year", "origin", "day_of", "how_long", "upcoming", "round"})
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
        for kind, ways in language.asked["calendar"].items():
            for way in ways:
                self._kinds.add(tokens(way), kind)
        self._names, self._founded = Phrases(), Phrases()
        self._descriptions = Descriptions(occasions, language)
        self._openers = frozenset(language.asked["opens_a_day"])
        for one in occasions:
            for name in (one.name, *one.aliases):
                self._names.add(tokens(name), one.id)
                founded = normal(name).removeprefix(FOUNDING)
                if founded != normal(name):
                    self._founded.add(tokens(founded), one.id)

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
        words = self._without_purpose(words)
        kinds = self._kinds.all_names(words)
        if before and not (slots.days or self._stands_alone(words, kinds, slots)):
            if self._descriptions.strangeness(words) > STRANGE:
                return None
            words = (*before, *words)
            kinds = self._kinds.all_names(words)
        if before and ("period" in kinds or not kinds):
            kinds |= self._kinds.all_names(before)
        if before and slots.days and not kinds & {"how_long", "count"}:
            kinds.add("what_day")  # `còn 17/10` after a question to the calendar
        asked = Asked(tuple(words), slots, frozenset(kinds), today)
        if "not_ours" in asked.kinds or asks_a_number(asked):
            return None
        lunar = lunar_day_in(words) if kinds & DATED or len(words) <= SHORT else None
        if lunar:
            return self._lunar(lunar, asked)
        named = self._named(asked) or self._body(asked, before)
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

    def speaks(self, words: Sequence[str]) -> bool:
        """Say whether words name an occasion, or describe one and ask in the calendar's ways."""
        return bool(self.is_named(words) or (self.asks(words) and self._descriptions.find(words)))

    def _stands_alone(self, words: Sequence[str], kinds: set[str], slots: Slots) -> bool:
        """Say whether words name a day or days of their own, and lean on nothing before them."""
        is_span = bool(slots.months or "period" in kinds) and not kinds & {"how_long", "count"}
        is_named = self._names.find(words) or self._founded.find(words)
        return bool(is_span or is_named or lunar_day_in(words) or self._descriptions.find(words))

    def _without_purpose(self, words: Sequence[str]) -> Sequence[str]:
        """Leave out what a day is needed for: `là ngày mấy để đề xuất kinh phí`."""
        end = next((at for at, word in enumerate(words) if word == "để"), len(words))
        return words[:end] if self._kinds.all_names(words[:end]) & DATED else words

    def _named(self, asked: Asked) -> list[Occasion]:
        """Give the occasions named by the longest phrases, else those that are described."""
        return self._called(asked) or self._described(asked)

    def _described(self, asked: Asked) -> list[Occasion]:
        is_dated = asked.kinds & DATED or asked.words[0] in self._openers
        if asked.slots.kinds or asked.slots.numbers or not is_dated:
            return []
        return self._descriptions.find(asked.words)

    def _called(self, asked: Asked) -> list[Occasion]:
        found: list[tuple[int, int, str]] = []
        for start, end, name in sorted(
            self._names.find(asked.words), key=lambda one: one[0] - one[1]
        ):
            if not any(start < other_end and end > other for other, other_end, _ in found) or any(
                (start, end) == (other, other_end) for other, other_end, _ in found
            ):
                found.append((start, end, name))
        ids = [name for start, end, name in found if not self._goes_on(asked.words, start, end)]
        return [one for one in self._occasions if one.id in ids]

    def _body(self, asked: Asked, before: Sequence[str]) -> list[Occasion]:
        """Give the occasions of a body that is named without its day, where its founding is asked
        or was talked about.
        """
        if not (before or "thành lập" in " ".join(asked.words)):
            return []
        ids = {name for _, _, name in self._founded.outer(asked.words)}
        return [one for one in self._occasions if one.id in ids]

    def _goes_on(self, words: Sequence[str], start: int, end: int) -> bool:
        """Say whether a name of one word is only the start of another: `tết thiếu nhi`."""
        following = words[end : end + 1]
        return end - start == 1 and bool(self._descriptions.telling(following))

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
        if asked.kinds & {"what_day", "round"} or len(asked.words) <= SHORT:
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
            until="/".join(str(part) for part in one.until) if one.until else "", on=on, years=years,
        )  # fmt: skip
        return " ".join((told, *(_roundness(years, asked) if years else ())))

    def _next(self, one: Occasion, today: date) -> date | None:
        days = (one.on(year) for year in (today.year, today.year + 1))
        return next((day for day in days if day and day >= today), None)

    def _lunar(self, day: LunarDay, asked: Asked) -> Answer | None:
        """Say on which date a lunar day falls, and what is commemorated on it."""
        held = [one for one in self._occasions if one.calendar == "lunar"]
        if named := [one for one in held if (one.day, one.month) == (day.day, day.month)]:
            return self._about(named, asked)
        on = day.on(asked.year) if asked.year else None
        if asked.year is None or (
            day.is_eve and asked.slots.relative_years and on and on < asked.today
        ):
            on = day.following(asked.today)
        if on is None:
            told = occasion_phrases.no_lunar_day(
                day=day.day, month=day.month, year=asked.year or asked.today.year
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
