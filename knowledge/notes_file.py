"""The document of the office's notes, and its file `ghi-chu.md`: questions under sections that
have no text of their own.
"""

from collections.abc import Sequence

from knowledge.document import NOTES, Curated, Document, Facts, Period, Problem
from knowledge.phrases import NOTES_TITLE
from knowledge.sections import Page, read_body


def notes_document(questions: Sequence[Curated]) -> Document:
    """Make the document of the office's notes: no number, place or period of its own."""
    return Document(
        id=NOTES, title=NOTES_TITLE, short=NOTES_TITLE, doc_type="",
        number=None, issuer=None, issued=None, held=None, period=Period(), place="",
        source_kind=NOTES, source="", posted=None, url=None, years=(), topics=(), aliases=(),
        relations=(), facts=Facts(), passages=(), questions=tuple(questions),
    )  # fmt: skip


def read_notes(page: Page) -> tuple[Document | None, list[Problem]]:
    """Read the file of the notes. Without a document there is at least one problem."""
    page.is_notes = True
    _, questions = read_body(page, NOTES)
    return (None if page.problems else notes_document(questions)), page.problems
