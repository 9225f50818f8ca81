"""Checks what of the calendar can only be seen beside the rest of a base: organisations and
documents that its entries name. (What one entry shows by itself is told by whoever reads it.)
"""

from collections.abc import Collection, Container, Iterator, Sequence

from knowledge.document import Problem
from knowledge.occasion_fields import line_of, lines_of
from knowledge.occasions import Occasion

FILE = "occasions.yaml"
SHIPPED_DOCUMENT = "ha-giang-2021"


def check_occasions(
    occasions: Sequence[Occasion],
    organisations: Container[str],
    documents: Collection[str],
    *,
    file: str = FILE,
    text: str = "",
) -> list[Problem]:
    """Give every organisation and document that is named and is not there, with its line where the
    file's `text` holds the entries in this order. The shipped calendar in a base of other
    documents is no fault.
    """
    lines = lines_of(text) if text else []
    known = documents if SHIPPED_DOCUMENT in documents else None
    problems: list[Problem] = []
    for at, one in enumerate(occasions):
        problems += [
            Problem(file, line_of(lines, at, field), f"mục {one.id}: {what}")
            for field, what in _lost(one, organisations, known)
        ]
    return problems


def _lost(
    one: Occasion, organisations: Container[str], documents: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    for name in one.organisations:
        if name not in organisations:
            yield "for", f"không có tổ chức {name} trong organisations.yaml"
    for doc in one.documents:
        if documents is not None and doc not in documents:
            yield "documents", f"không có văn bản {doc}"
