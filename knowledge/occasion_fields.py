"""Reads one entry of the calendar, field by field: a file's or an office's. Plain values in, plain
values out, and what is wrong with which field.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from knowledge.occasion_template import unknown_fields, uses_years

FIRST_BASE, LAST_BASE = 1000, 2199
LONGEST_ID, LONGEST_NAME = 60, 150
LONGEST_TEXT = 600
LEAP_YEAR = 2024
LUNAR_DAYS, LUNAR_MONTHS = 30, 12
CALENDARS: Final = {"dương lịch": "gregorian", "âm lịch": "lunar"}
CEREMONY: Final = "lễ kỷ niệm"
TEMPLATES: Final = ("text", "forward", "loudspeaker")
REQUIRED: Final = ("id", "name", "day")

_ID = re.compile(r"[a-z0-9_]+")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of an entry; '' is the entry itself."""

    field: str
    what: str


class _Wrong(ValueError):
    """A value is none that its field takes."""


def read_fields(entry: object) -> tuple[dict[str, Any], list[Fault]]:
    """Give the values of an entry by the names of an Occasion, and all that is wrong with it.

    With a fault the values are not to be used.
    """
    if not isinstance(entry, Mapping):
        return {}, [Fault("", "mục này phải gồm các trường `tên: giá trị`")]
    faults = [
        Fault(str(name), f"không có trường này: {name}") for name in entry if name not in FIELDS
    ]
    given = {name: entry[name] for name in FIELDS if entry.get(name) is not None}
    faults += [Fault("", f"thiếu trường {name}") for name in REQUIRED if name not in given]
    values: dict[str, Any] = {}
    for name, value in given.items():
        called, read = FIELDS[name]
        try:
            values[called] = read(value)
        except _Wrong as wrong:
            faults.append(Fault(name, f"{name}: {wrong}"))
    faults += [fault for rule in RULES for fault in rule(values)]
    if not faults:
        values["day"], values["month"] = values["day"]
        is_doubtful = values.get("confidence") == "C"
        values["is_confirmed"] = bool(values.pop("confirmed", False)) or not is_doubtful
    return values, faults


def lines_of(text: str) -> list[dict[str, int]]:
    """Give for each entry of a file the line of each of its fields, that of the entry under ''."""
    root = yaml.compose(text, Loader=_LOADER)
    entries = root.value if isinstance(root, yaml.SequenceNode) else [root]
    return [{"": one.start_mark.line + 1, **dict(_fields(one))} for one in entries if one]


def line_of(lines: Sequence[Mapping[str, int]], at: int, field: str) -> int:
    """Give the line of a field of an entry, else that of the entry, else the first."""
    where = lines[at] if at < len(lines) else {}
    return where.get(field, where.get("", 1))


def _fields(entry: yaml.Node) -> Iterator[tuple[str, int]]:
    for key, _ in entry.value if isinstance(entry, yaml.MappingNode) else ():
        yield str(key.value), key.start_mark.line + 1


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text) or len(text) > LONGEST_ID:
        raise _Wrong(f"chỉ gồm chữ thường không dấu, số và dấu _, nhiều nhất {LONGEST_ID} ký tự")
    return text


def _name(value: object) -> str:
    text = _text(value)
    if len(text) > LONGEST_NAME:
        raise _Wrong(f"dài {len(text)} ký tự, quá {LONGEST_NAME}")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("phải là chữ")
    return value.strip()


def _template(value: object) -> str:
    text = _text(value)
    unknown = unknown_fields(text)
    if unknown is None:
        raise _Wrong("dấu { } không thành cặp")
    if unknown:
        raise _Wrong(f"không có ô điền {', '.join(f'{{{one}}}' for one in unknown)}")
    if len(text) > LONGEST_TEXT:
        raise _Wrong(f"dài {len(text)} ký tự, quá {LONGEST_TEXT}")
    return text


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong("phải là danh sách")
    return tuple(_text(one) for one in value)


def _day(value: object) -> tuple[int, int]:
    found = _DAY.fullmatch(str(value).strip())
    if found is None:
        raise _Wrong("phải viết ngày/tháng, ví dụ 15/10")
    return int(found[1]), int(found[2])


def _solar(value: object) -> tuple[int, int]:
    day, month = _day(value)
    if not _is_solar(day, month):
        raise _Wrong(f"không có ngày {day}/{month}")
    return day, month


def _span(value: object) -> tuple[tuple[int, int], tuple[int, int]]:
    first, dash, last = str(value).partition("-")
    if not dash:
        raise _Wrong("phải viết ngày đầu-ngày cuối, ví dụ 1/11-18/11")
    return _solar(first), _solar(last)


def _year(value: object) -> int:
    if not isinstance(value, int) or not FIRST_BASE <= value <= LAST_BASE:
        raise _Wrong("phải là một năm, ví dụ 1930")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("phải là true hoặc false")
    return value


def _one_of(*values: object) -> Callable[[object], Any]:
    def read(value: object) -> object:
        if value not in values or isinstance(value, bool):
            raise _Wrong(f"phải là một trong: {', '.join(str(one) for one in values)}")
        return value

    return read


def _calendar(value: object) -> str:
    return CALENDARS[_one_of(*CALENDARS)(value)]


FIELDS: Final[dict[str, tuple[str, Callable[[object], Any]]]] = {
    "id": ("id", _id),
    "name": ("name", _name),
    "day": ("day", _day),
    "calendar": ("calendar", _calendar),
    "until": ("until", _solar),
    "held": ("held", _span),
    "missing": ("missing", _one_of("last", "skip")),
    "from": ("counted_from", _year),
    "since": ("since", _year),
    "decided_by": ("decided_by", _text),
    "tier": ("tier", _one_of(1, 2, 3)),
    "major": ("is_major", _flag),
    "confidence": ("confidence", _one_of("A", "B", "C")),
    "confirmed": ("confirmed", _flag),
    "sources": ("sources", _texts),
    "note": ("note", _text),
    "for": ("organisations", _texts),
    "text": ("text", _template),
    "forward": ("forward", _template),
    "loudspeaker": ("loudspeaker", _template),
    "asked": ("is_asked", _flag),
    "aliases": ("aliases", _texts),
    "documents": ("documents", _texts),
    "described": ("described", _texts),
}
"""A field of an entry -> what an Occasion calls it, and how its value is read."""


def _is_solar(day: int, month: int) -> bool:
    try:
        date(LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def _no_such_day(values: Mapping[str, Any]) -> Iterator[Fault]:
    if "day" not in values:
        return
    day, month = values["day"]
    is_lunar = values.get("calendar") == "lunar"
    is_day = (
        1 <= day <= LUNAR_DAYS and 1 <= month <= LUNAR_MONTHS
        if is_lunar
        else _is_solar(day, month)
    )
    if not is_day:
        yield Fault("day", f"day: không có ngày {day}/{month}{' âm lịch' if is_lunar else ''}")


def _spans_lunar(values: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("until", "held"):
        if name in values and values.get("calendar") == "lunar":
            yield Fault(name, f"{name}: chỉ dùng với ngày dương lịch")
    if "until" in values and "held" in values:
        yield Fault("held", "held: không dùng cùng với until")


def _not_counted(values: Mapping[str, Any]) -> Iterator[Fault]:
    for name in TEMPLATES:
        if uses_years(values.get(name, "")) and "counted_from" not in values:
            yield Fault(name, f"{name}: có {{N}} nhưng mục này không đếm năm (thiếu from)")


def _always_a_ceremony(values: Mapping[str, Any]) -> Iterator[Fault]:
    if CEREMONY in values.get("text", "").lower():
        yield Fault("text", f"text: lời nhắc dùng cho mọi năm nên không nhắc đến “{CEREMONY}”")


RULES: Final = (_no_such_day, _spans_lunar, _not_counted, _always_a_ceremony)
"""What can only be seen in several fields."""
