"""Writes occasions as entries of occasions.yaml: one to look at and change, or a whole calendar
with what an office laid over it.
"""

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

import yaml

from knowledge.occasion_fields import CALENDARS, FIELDS
from knowledge.occasions import Occasion, Occasions, occasions_in

WIDTH: Final = 100
_BEGINS = re.compile(r"(?m)^(?=- )")
_DEFAULTS: Final = {one.name: one.default for one in fields(Occasion)}
_CALENDAR_NAMES: Final = {calendar: name for name, calendar in CALENDARS.items()}


def as_entry(one: Occasion) -> dict[str, Any]:
    """Give an occasion as an entry, without what is as by default; read again it is the same."""
    entry: dict[str, Any] = {}
    for name, (called, _) in FIELDS.items():
        value = getattr(one, called, None)
        if value is not None and value != _DEFAULTS.get(called):
            entry[name] = list(value) if isinstance(value, tuple) else value
    return entry | _written(one)


def _written(one: Occasion) -> dict[str, Any]:
    """Give the fields that an entry writes in another way than an occasion keeps them."""
    written: dict[str, Any] = {
        "day": f"{one.day}/{one.month}",
        "calendar": _CALENDAR_NAMES[one.calendar],
        "tier": one.tier,
    }
    if one.until:
        written["until"] = _day(one.until)
    if one.held:
        written["held"] = "-".join(_day(day) for day in one.held)
    if one.confidence == "C" and one.is_confirmed:
        written["confirmed"] = True
    return written


def _day(day: tuple[int, int]) -> str:
    return f"{day[0]}/{day[1]}"


def to_yaml(occasions: Iterable[Occasion]) -> str:
    """Write entries as a text of occasions.yaml."""
    entries = [as_entry(one) for one in occasions]
    return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=WIDTH)


def rewritten(text: str, now: Occasions) -> str:
    """Write a sound calendar's text as it is `now`: only entries that changed are written anew."""
    before = {one.id: one for one, _ in occasions_in("", text)[0]}
    opening, *blocks = _BEGINS.split(text)
    if not blocks or len(blocks) != len(before):
        return to_yaml(now)
    kept = dict(zip(before, blocks, strict=True))
    written = [kept[one.id] if before.get(one.id) == one else f"{to_yaml([one])}\n" for one in now]
    return opening + "".join(written)
