"""What was said, as pieces of a page: in the page itself, as older lines, and as events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.web.pages import Pages
from store.history import Line

AT_ONCE = 50
"""Lines that a page shows, and that each look further back adds."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words that are stored and not yet answered."""

    client_id: str
    text: str
    at: datetime


def render_lines(pages: Pages, lines: Sequence[Line]) -> str:
    """Write lines as list items, without the days between them (a browser adds those)."""
    return pages.render("lines.html", lines=lines, with_days=False)


def read_waiting(raws: Sequence[bytes]) -> list[Waiting]:
    """Read the words of stored updates; a pressed button has none of its own."""
    fields = [json.loads(raw) for raw in raws]
    return [
        Waiting(one["id"], one["text"], datetime.fromisoformat(one["at"]))
        for one in fields
        if one.get("text")
    ]
