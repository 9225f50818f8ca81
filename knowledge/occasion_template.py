"""Texts with places to fill in that belong to an occasion: {N} {name} {weekday} {date} {lunar}."""

from string import Formatter
from typing import Final

YEARS: Final = "N"
FIELDS: Final = frozenset({YEARS, "name", "weekday", "date", "lunar"})


def unknown_fields(template: str) -> tuple[str, ...] | None:
    """Give the places that are none of ours; None where the braces make no sense."""
    try:
        return tuple(one for one in _places(template) if one not in FIELDS)
    except ValueError:
        return None


def uses_years(template: str) -> bool:
    """Say whether a sound template names the number of years."""
    return YEARS in _places(template)


def fill(template: str, values: dict[str, str]) -> str:
    """Fill in a sound template."""
    return "".join(
        text + (values[name] if name is not None else "")
        for text, name, _, _ in Formatter().parse(template)
    )


def _places(template: str) -> list[str]:
    """Give what stands in braces, whole. Raises ValueError where they make no sense."""
    return [
        name + (f"!{turned}" if turned else "") + (f":{form}" if form else "")
        for _, name, form, turned in Formatter().parse(template)
        if name is not None
    ]
