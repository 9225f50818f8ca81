"""Names for a draft: its id, its short name, what officers call it."""

import re

from knowledge.drafting import phrases
from knowledge.drafting.draft import BETWEEN, Found
from knowledge.reader import LONGEST_SHORT
from knowledge.text import fold

LONGEST_NAME = 50
"""Characters of an id before its year; with year and a number it has 60 at most."""


def naming(fields: dict[str, Found]) -> dict[str, Found]:
    """Give id, short and aliases; the id is not yet unique in the base."""
    kind, number, place, title, topics = (
        fields[name].value if name in fields else ""
        for name in ("doc_type", "number", "place", "title", "topics")
    )
    topic = topics.split(BETWEEN)[0]
    year = _year(fields)
    kind = kind or "văn bản"
    found = {"id": Found(_slug(place or title or "van-ban", year), 0.9)}
    found["short"] = Found(_short(kind, number, topic, place, year), 0.9)
    ways = phrases.aliases(kind=kind, number=number, place=place, topic=topic, year=year)
    if ways:
        found["aliases"] = Found(BETWEEN.join(ways), 0.8)
    return found


def _year(fields: dict[str, Found]) -> str:
    for name in ("issued", "held", "in_force_from", "years", "posted"):
        if name in fields:
            return fields[name].value[:4]
    return ""


def _slug(name: str, year: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:LONGEST_NAME].rstrip("-")
    return "-".join(part for part in (words, year) if part)


def _short(kind: str, number: str, topic: str, place: str, year: str) -> str:
    """Give the fullest name that has room on a button."""
    called = number or topic
    tries = [
        phrases.short_name(kind=kind, called=called, place=place, year=year),
        phrases.short_name(kind=kind, called=called, place=place, year=""),
        phrases.short_name(kind=kind, called=called, place="", year=""),
        phrases.short_name(kind=kind, called="", place=place, year=year),
    ]
    return next((one for one in tries if len(one) <= LONGEST_SHORT), tries[-1][:LONGEST_SHORT])
