"""What is in force: how the documents of a base change each other, and from which day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.document import Change, Document, Period, Relation

REPLACED, EXTENDED = "thay thế", "gia hạn"
ENDING = frozenset({REPLACED, "bãi bỏ"})


def with_changes(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Write into every document what the others change about it."""
    changes: dict[str, list[Change]] = {}
    for one in documents:
        for relation in one.relations:
            changes.setdefault(relation.document, []).append(_change(one, relation))
    return tuple(
        replace(one, changes=tuple(changes[one.id])) if one.id in changes else one
        for one in documents
    )


def _change(by: Document, relation: Relation) -> Change:
    start = by.period.start
    since = by.issued or by.held or (start if isinstance(start, date) else None)
    if relation.kind == EXTENDED:
        return Change(relation.kind, by.id, by.short, since, by.period.end or relation.on)
    return Change(relation.kind, by.id, by.short, relation.on or since)


def changes_of(document: Document, today: date) -> list[Change]:
    """Give the changes that have come by a day; one without a date always has."""
    return [one for one in document.changes if one.on is None or one.on <= today]


def ended_by(document: Document, today: date) -> Change | None:
    """Give what put an end to a document by a day: it was replaced, or abolished."""
    return next((one for one in changes_of(document, today) if one.kind in ENDING), None)


def period_of(document: Document, today: date) -> Period:
    """Give a document's period with the extensions that have come by a day."""
    period = document.period
    for one in changes_of(document, today):
        if one.until is not None and (
            period.end is None or last_day(one.until) > last_day(period.end)
        ):
            period = replace(period, end=one.until)
    return period


def last_day(value: date | int) -> date:
    """Give the last day of a year, or the day itself."""
    return value if isinstance(value, date) else date(value, 12, 31)


def first_day(value: date | int) -> date:
    """Give the first day of a year, or the day itself."""
    return value if isinstance(value, date) else date(value, 1, 1)


def is_over(document: Document, today: date) -> bool:
    """Say whether a document is known to be in force no more."""
    end = period_of(document, today).end
    return ended_by(document, today) is not None or (end is not None and last_day(end) < today)


def runs(document: Document, today: date) -> bool:
    """Say whether a document is known to be in force today."""
    period = period_of(document, today)
    if period.end is None or is_over(document, today):
        return False
    return period.start is None or first_day(period.start) <= today


def in_force(documents: Iterable[Document], today: date) -> list[Document]:
    """Leave out the documents that others among them have replaced."""
    some = list(documents)
    ids = {one.id for one in some}
    return [one for one in some if _replacer(one, today) not in ids]


def replaced(documents: Iterable[Document], today: date) -> list[Document]:
    """Give the documents that others have replaced."""
    return [one for one in documents if _replacer(one, today)]


def _replacer(document: Document, today: date) -> str:
    ended = ended_by(document, today)
    return ended.by if ended is not None and ended.kind == REPLACED else ""
