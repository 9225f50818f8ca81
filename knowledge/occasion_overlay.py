"""What an office laid over the calendar: days of its own, days it confirmed, days it does not use.

An edit's content is a whole entry as in occasions.yaml, which takes the place of a shipped one of
the same id, or a mark alone: `confirmed: true` or `off: true`. A whole entry may bear a mark too,
so that confirming an own day keeps it. What cannot be read is left out and said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from knowledge import occasion_phrases as phrases
from knowledge.curating_phrases import broken_edit
from knowledge.document import Problem
from knowledge.occasions import Occasion, Occasions, occasion_of

Mark = Literal["confirmed", "off"]
CONFIRMED: Final[Mark] = "confirmed"
OFF: Final[Mark] = "off"


@dataclass(frozen=True, slots=True)
class OccasionEdit:
    """One edit: the occasion where it is a whole entry, and its marks."""

    key: str
    occasion: Occasion | None = None
    is_confirmed: bool = False
    is_off: bool = False


def read_edit(key: str, content: Mapping[str, Any]) -> OccasionEdit:
    """Read an edit. Raises ValueError, which says what is wrong with it."""
    marks = {name: content[name] for name in (CONFIRMED, OFF) if name in content}
    if any(value is not True for value in marks.values()):
        raise ValueError(phrases.only_true(names=sorted(marks)))
    occasion = None
    if content.keys() - marks.keys():
        entry = {name: value for name, value in content.items() if name != OFF}
        occasion, faults = occasion_of(entry)
        if faults:
            raise ValueError("; ".join(one.what for one in faults))
        if occasion is not None and occasion.id != key:
            raise ValueError(phrases.other_id(named=occasion.id))
    elif not marks:
        raise ValueError(phrases.empty_edit())
    return OccasionEdit(key, occasion, CONFIRMED in marks, OFF in marks)


def with_mark(content: Mapping[str, Any] | None, mark: Mark) -> dict[str, Any]:
    """Give the content of an edit that lays a mark over what the office has laid already."""
    return {**(content or {}), mark: True}


def lay_occasions(
    files: Occasions, edits: Iterable[OccasionEdit]
) -> tuple[Occasions, list[Problem]]:
    """Give the calendar with the office's edits on it, own days last, and what was left out."""
    laid = {one.id: one for one in files}
    problems: list[Problem] = []
    for edit in edits:
        occasion = edit.occasion or laid.get(edit.key)
        if occasion is None:
            why = phrases.lost_occasion()
            problems.append(Problem(edit.key, 1, broken_edit(why=why)))
        elif edit.is_off:
            laid.pop(edit.key, None)
        else:
            is_confirmed = occasion.is_confirmed or edit.is_confirmed
            laid[edit.key] = replace(occasion, is_confirmed=is_confirmed)
    return Occasions(laid.values()), problems
