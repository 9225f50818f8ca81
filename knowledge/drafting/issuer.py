"""Who issued a document, and of which province it is."""

import re
from collections.abc import Sequence

from knowledge.drafting.draft import Found
from knowledge.drafting.vocabulary import natural, places_in, starts_with, vocabulary
from knowledge.text import normal

_NOT_BODY = re.compile(
    r"Số\s*:?\s*[\d./…_-]|V/v\b|.*,\s*ngày\s|ngày\s|(?:về|Về) việc|DỰ THẢO|HỎA TỐC|Kính gửi",
    re.IGNORECASE,
)
_NUMBER_ON = re.compile(r"\s*\bSố\s*:?\s*\d.*$")


def issuer_of(head: Sequence[str]) -> dict[str, Found]:
    """Find the issuer in the lines of a head, above the number."""
    bodies: list[str] = []
    for line in head:
        text = _NUMBER_ON.sub("", line).strip(" *-–_")
        if not text or _NOT_BODY.match(text):
            continue
        if not text.isupper() and not starts_with(text, _known_bodies()):
            continue
        if bodies and starts_with(text, vocabulary().lists["continues"]):
            bodies[-1] = f"{bodies[-1]} {text}"
        else:
            bodies.append(text)
    if not bodies:
        return {}
    sure = 0.95 if len(bodies) == 1 else 0.85
    return {"issuer": Found(_named(bodies), sure, " / ".join(bodies))}


def _known_bodies() -> tuple[str, ...]:
    short = tuple(normal(one) for one in vocabulary().short_bodies)
    return ("ủy ban", "hội đồng", "ban", "sở", "tỉnh ủy", "thành ủy", "đảng ủy", "đảng bộ", *short)


def _named(bodies: Sequence[str]) -> str:
    """Name the last body; with the one above it where it says too little alone."""
    name = natural(bodies[-1])
    if len(bodies) == 1:
        return name
    above = natural(bodies[-2])
    if starts_with(name, vocabulary().lists["needs_superior"]) and not places_in(name):
        return f"{name} {above}"
    places = places_in(above)
    if places and not places_in(name) and not starts_with(name, ("ủy ban", "hội đồng", "đảng ủy")):
        return f"{name} tỉnh {places[0]}" if "tỉnh" in normal(above) else f"{name} {places[0]}"
    return name


def completed(issuer: str, place: str) -> str:
    """Write a body that a news item names in short: UBND tỉnh -> Ủy ban nhân dân tỉnh X."""
    name = re.sub(r"\s*[-–]\s*", " ", natural(issuer)).strip()
    if (
        place
        and not places_in(name)
        and re.search(r"(?:\btỉnh|\bthành phố|[Tt]ỉnh ủy|[Tt]hành ủy)$", name)
    ):
        return f"{name} {place}"
    return name
