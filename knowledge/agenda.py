"""What a day brings: occasions told so long before, this week, and deadlines that are near."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.document import Document
from knowledge.force import is_over, last_day, period_of
from knowledge.occasions import Happening, Occasion, Occasions
from knowledge.provinces import Provinces
from knowledge.text import is_date, join_dates, normal, tokens

ORGANISATION, DEADLINES = "organisation", "deadlines"
MONDAY, WEEK = 0, timedelta(days=7)
LONGEST = timedelta(days=366)
"""How long an occasion lasts at most."""
EACH_YEAR = ("hằng năm", "hàng năm")


@dataclass(frozen=True, slots=True)
class Interests:
    """What somebody wants to be told, so many days before; their organisations and province.

    `home` is '' where it is not known.
    """

    topics: frozenset[str]
    leads: tuple[int, ...]
    organisations: frozenset[str] = frozenset()
    home: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """An occasion that is so many days ahead; `is_end`: it is the last day of one that lasts."""

    happening: Happening
    days: int
    is_end: bool = False

    @property
    def on(self) -> date:
        """Give the day that is so many days ahead."""
        return self.happening.span[1] if self.is_end else self.happening.date


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of something that a document sets; without a task, of the document itself."""

    document: Document
    on: date
    days: int
    actor: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that a day brings to somebody, each part by date; False where it brings nothing."""

    occasions: tuple[Coming, ...] = ()
    week: tuple[Coming, ...] = ()
    deadlines: tuple[Deadline, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.occasions or self.week or self.deadlines)


class Almanac:
    """Occasions and documents of a base, from which it tells what a day brings."""

    def __init__(
        self, occasions: Occasions, documents: Sequence[Document], provinces: Provinces
    ) -> None:
        self._occasions = Occasions(one for one in occasions if one.is_confirmed)
        self._documents = documents
        self._provinces = provinces
        self._names = frozenset(provinces.names())

    def on(self, today: date, interests: Interests) -> Agenda:
        """Give what a day brings.

        A deadline is told as long before as an occasion, so that it is not said every day. Mondays
        tell of the week what was not said with a lead, since that would be the same on all days.
        """
        mine = Occasions(one for one in self._occasions if _concerns(one, interests))
        leads = sorted(set(interests.leads))
        occasions = [found for lead in leads for found in _on(mine, today, lead)]
        occasions = [*(_ends(mine, today) if 0 in leads else ()), *occasions]
        coming = self._deadlines(today, interests)
        is_monday = today.weekday() == MONDAY
        return Agenda(
            occasions=tuple(occasions),
            week=tuple(_week(mine, today, leads)) if is_monday else (),
            deadlines=tuple(
                one for one in coming if one.days in leads or (is_monday and one.days < WEEK.days)
            ),
        )

    def _deadlines(self, today: date, interests: Interests) -> list[Deadline]:
        """Give the deadlines that may be told today, by date."""
        if DEADLINES not in interests.topics:
            return []
        furthest = max(WEEK.days, *interests.leads, 0)
        found = [
            deadline
            for document in self._documents
            if not is_over(document, today) and self._is_for(document, interests.home)
            for deadline in _deadlines_of(document, today)
            if 0 <= deadline.days <= furthest
        ]
        return sorted(found, key=lambda one: one.on)

    def _is_for(self, document: Document, home: str) -> bool:
        """Say whether a document may bind somebody: not where it is of another province."""
        if not home or document.place not in self._names:
            return True
        return self._provinces.today(document.place) == self._provinces.today(home)


def _concerns(occasion: Occasion, interests: Interests) -> bool:
    if occasion.topic != ORGANISATION:
        return occasion.topic in interests.topics
    own = interests.organisations.intersection(occasion.organisations)
    return bool(own) and ORGANISATION in interests.topics


def _on(occasions: Occasions, today: date, days: int) -> Iterator[Coming]:
    on = today + timedelta(days=days)
    for one in occasions.between(on, on):
        yield Coming(one, days)


def _ends(occasions: Occasions, today: date) -> Iterator[Coming]:
    """Give the occasions that last, on their last day."""
    lasting = Occasions(one for one in occasions if one.until)
    yesterday = today - timedelta(days=1)
    for one in lasting.between(today - LONGEST, yesterday):
        if one.span[1] == today:
            yield Coming(one, 0, is_end=True)


def _week(occasions: Occasions, today: date, leads: Sequence[int]) -> Iterator[Coming]:
    for days in range(1, WEEK.days):
        if days not in leads:
            yield from _on(occasions, today, days)


def _deadlines_of(document: Document, today: date) -> Iterator[Deadline]:
    for duty in document.facts.duties:
        for on in _dates(duty.deadline or "", document, today):
            yield Deadline(document, on, (on - today).days, duty.actor or "", duty.task)
    end = period_of(document, today).end
    if end is not None:
        on = last_day(end)
        yield Deadline(document, on, (on - today).days)


def _dates(deadline: str, document: Document, today: date) -> list[date]:
    """Read the dates of a deadline. One without a year is meant every year where it says so, else
    in the only year that the document is about.
    """
    each_year = any(words in normal(deadline) for words in EACH_YEAR)
    given = (today.year, today.year + 1) if each_year else document.years
    years = given if each_year or len(given) == 1 else ()
    found = [
        on
        for word in join_dates(tokens(deadline))
        if is_date(word)
        for on in _in_years([int(part) for part in word.split("/")], years)
    ]
    return list(dict.fromkeys(found))


def _in_years(parts: Sequence[int], years: Sequence[int]) -> Iterator[date]:
    day, month, *named = parts
    for year in named or years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue
