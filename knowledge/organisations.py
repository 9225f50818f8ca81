"""The organisations whose members have days of their own, and how units of theirs are called."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from knowledge.document import BrokenBase, Problem
from knowledge.reader import load_yaml
from knowledge.text import fold


class Organisations:
    """All organisations, by id."""

    def __init__(self, named: Iterable[tuple[str, str, tuple[str, ...]]] = ()) -> None:
        """`named`: id, full name, and how it is called in the names of units."""
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        for one, name, called in named:
            self._names[one] = name
            self._ids |= {fold(way): one for way in (name, *called)}
        # `công đoàn xã` is not read as `đoàn xã`: the first name takes its words
        longest_first = sorted(self._ids, key=len, reverse=True)
        ways = "|".join(re.escape(way) for way in longest_first)
        self._called = re.compile(rf"\b(?:{ways})\b") if ways else None

    def __contains__(self, one: object) -> bool:
        """Say whether there is one of that id."""
        return one in self._names

    def __iter__(self) -> Iterator[str]:
        """Give the ids, in the order of the file."""
        return iter(self._names)

    def name(self, one: str) -> str:
        """Give the full name, of an unknown one its id."""
        return self._names.get(one, one)

    def in_unit(self, unit: str) -> frozenset[str]:
        """Give the organisations that a unit's name names, with accents or without."""
        plain = " ".join(fold(unit).split())
        found = self._called.findall(plain) if self._called else ()
        return frozenset(self._ids[way] for way in found)


def read_organisations(path: Path) -> Organisations:
    """Read organisations.yaml. Raises BrokenBase where it is not sound."""
    try:
        entries: Any = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenBase([Problem(path.name, 1, f"không đọc được ({error})")]) from error
    named, problems = [], []
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            named.append((_text(entry["id"]), _text(entry["name"]), _texts(entry["called"])))
        except (KeyError, TypeError, ValueError) as error:
            problems.append(Problem(path.name, 1, f"mục {entry}: {error!r}"))
    ids = [one for one, _, _ in named]
    doubles = sorted({one for one in ids if ids.count(one) > 1})
    problems += [Problem(path.name, 1, f"trùng id {one}") for one in doubles]
    if problems:
        raise BrokenBase(problems)
    return Organisations(named)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_text(one) for one in value)
