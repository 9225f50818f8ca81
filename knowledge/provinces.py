"""Provinces before and after the merger of 1/7/2025: which names are one place, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.document import BrokenBase, Problem
from knowledge.language import Phrases
from knowledge.reader import load_yaml
from knowledge.text import normal, tokens

# Names that are ordinary words as well; they count only after one of the words that introduce a
# place.
ORDINARY = frozenset({"hòa bình", "thái bình"})
INTRODUCE = frozenset({"tỉnh", "ở", "của", "tại", "ubnd", "thành", "phố"})


@dataclass(frozen=True, slots=True)
class Province:
    """A province of today and the provinces that were merged into it."""

    name: str
    former: tuple[str, ...]


@dataclass(slots=True)
class Provinces:
    """All provinces, old and new, with the day the new ones began."""

    since: date
    units: tuple[Province, ...]
    _phrases: Phrases = field(default_factory=Phrases)
    _today: dict[str, str] = field(default_factory=dict)
    _aliases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for unit in self.units:
            for name in (unit.name, *unit.former):
                self._phrases.add(tokens(name), name)
                self._today.setdefault(name, unit.name)

    def add_alias(self, alias: str, name: str) -> None:
        """Let another spelling stand for a name."""
        self._phrases.add(tokens(alias), name)
        self._aliases.append(alias)

    def names(self) -> list[str]:
        """Give every name and spelling, old and new."""
        return [*self._today, *self._aliases]

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Give (start, end, name) of every province named, the longest at each place."""
        found: list[tuple[int, int, str]] = []
        for start, end, name in self._phrases.find(words):
            ordinary = normal(name) in ORDINARY and (
                not start or words[start - 1] not in INTRODUCE
            )
            if not ordinary and not (found and start < found[-1][1]):
                found.append((start, end, name))
        return found

    def today(self, name: str) -> str:
        """Give the province that a place belongs to now."""
        return self._today.get(name, name)

    def reaches(self, asked: str, place: str, *, dated: bool) -> bool:
        """Say whether a name means a place: the same, or today's province of it when no older
        date is asked.
        """
        return asked == place or (
            not dated and asked != place and self._is_new(asked) and self.today(place) == asked
        )

    def related(self, asked: str, places: Iterable[str]) -> list[str]:
        """Give the places that now belong to the same province as the one asked."""
        return [place for place in places if self.today(place) == self.today(asked)]

    def _is_new(self, name: str) -> bool:
        return any(unit.name == name and unit.former for unit in self.units)


def read_provinces(path: Path) -> Provinces:
    """Read provinces.yaml. Raises BrokenBase."""
    try:
        content: Any = load_yaml(path.read_text(encoding="utf-8"))
        units = tuple(
            Province(one["name"], tuple(one.get("former") or ())) for one in content["provinces"]
        )
        provinces = Provinces(content["since"], units)
        for one in content["provinces"]:
            for alias in one.get("aliases") or ():
                provinces.add_alias(alias, one["name"])
            for name, spellings in (one.get("spellings") or {}).items():
                for spelling in spellings:
                    provinces.add_alias(spelling, name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BrokenBase(
            [Problem(path.name, 1, f"không đọc được danh sách tỉnh ({error!r})")]
        ) from error
    return provinces
