"""What an office laid over the files of the base: documents of its own, curated answers, days.

Plain values in, documents out. A document takes the place of a file with the same id; a curated
question joins its document, and one that stands in no document joins the notes. What it asks is
asked by no older question there any more, and what a note asks by no other question at all. What
cannot be read is left out and said: one broken edit must not silence the base.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from knowledge import curating_phrases, phrases
from knowledge.document import NOTES, Curated, Document, Problem
from knowledge.notes_file import notes_document
from knowledge.occasion_overlay import OccasionEdit, read_edit
from knowledge.reader import read_text
from knowledge.sections import NOT_GIVEN
from knowledge.text import tokens

_NAME = re.compile(r"[\w-]{1,100}")


@dataclass(frozen=True, slots=True)
class Laid:
    """One thing laid over the files: kind (document, question, occasion), key, content, when."""

    kind: str
    key: str
    content: Mapping[str, Any]
    on: date


@dataclass(frozen=True, slots=True)
class Overlay:
    """All that is laid over the files; `problems` say what was left out."""

    documents: tuple[Document, ...] = ()
    questions: tuple[Curated, ...] = ()
    problems: tuple[Problem, ...] = ()
    occasions: tuple[OccasionEdit, ...] = ()


def read_overlay(things: Iterable[Laid]) -> Overlay:
    """Read what was laid."""
    documents: list[Document] = []
    questions: list[Curated] = []
    occasions: list[OccasionEdit] = []
    problems: list[Problem] = []
    for one in things:
        try:
            if one.kind == "document":
                document, found = _document(one)
                problems += found
                documents += [document] if document else []
            elif one.kind == "question":
                questions.append(_curated(one))
            elif one.kind == "occasion":
                occasions.append(read_edit(one.key, one.content))
            else:
                problems.append(Problem(one.key, 1, curating_phrases.broken_edit(why=one.kind)))
        except (KeyError, TypeError, ValueError) as error:
            name = f"{one.key}.md" if one.kind == "document" else one.key
            problems.append(Problem(name, 1, curating_phrases.broken_edit(why=repr(error))))
    return Overlay(tuple(documents), tuple(questions), tuple(problems), tuple(occasions))


def lay_over(
    files: Sequence[Document], overlay: Overlay
) -> tuple[tuple[Document, ...], list[Problem]]:
    """Give the documents with the overlay on them, notes last, and all that was left out."""
    own = {one.id: one for one in overlay.documents}
    documents = [own.pop(one.id, one) for one in files] + list(own.values())
    documents.sort(key=lambda one: one.is_note)
    asked: dict[str, list[Curated]] = {}
    for one in overlay.questions:
        asked.setdefault(one.doc, []).append(one)
    noted = {way for one in asked.get(NOTES, ()) for way in _ways(one)}
    laid = [_joined(one, asked.pop(one.id, []), noted) for one in documents]
    notes = asked.pop(NOTES, [])
    lost = [
        Problem(one.key, 1, curating_phrases.lost_document(document=doc))
        for doc, some in asked.items()
        for one in some
    ]
    if notes:
        laid.append(_joined(notes_document(()), notes, set()))
    return tuple(laid), [*overlay.problems, *lost]


def as_content(
    *, doc: str | None, section: str, wordings: Sequence[str], answer: str
) -> dict[str, Any]:
    """Give a curated question as the content of an edit; without `doc` it is a note."""
    return {"doc": doc, "section": section, "wordings": list(wordings), "answer": answer}


Way = tuple[str, ...]


def _joined(document: Document, added: Sequence[Curated], noted: set[Way]) -> Document:
    """Add the office's questions; of two that are asked the same way the newer one keeps it."""
    if not (added or noted):
        return document
    taken = set() if document.is_note else set(noted)
    questions: list[Curated] = []
    for one in reversed((*document.questions, *added)):
        left = tuple(words for words in one.wordings if tuple(tokens(words)) not in taken)
        taken |= _ways(one) if one.key else set()
        if left:
            questions.append(one if left == one.wordings else replace(one, wordings=left))
    return replace(document, questions=tuple(reversed(questions)))


def _ways(question: Curated) -> set[Way]:
    return {tuple(tokens(wording)) for wording in question.wordings}


def _document(one: Laid) -> tuple[Document | None, list[Problem]]:
    """Read a document, whose key is a file's name where it is exported. Raises like _curated."""
    text = one.content["text"]
    if not isinstance(text, str) or not _NAME.fullmatch(one.key):
        raise ValueError(one.key)
    return read_text(f"{one.key}.md", one.key, text)


def _curated(one: Laid) -> Curated:
    """Read a question. Raises KeyError, TypeError or ValueError where it is none."""
    wordings, answer = one.content["wordings"], one.content["answer"]
    doc, section = one.content.get("doc") or NOTES, one.content.get("section") or ""
    said = (doc, section, answer, *wordings)
    if isinstance(wordings, str) or not all(isinstance(text, str) for text in said):
        raise TypeError("no text")
    ways = tuple(wording for wording in wordings if wording.strip())
    if not ways or not answer.strip():
        raise ValueError("no wording or no answer")
    return Curated(
        doc=doc,
        section=phrases.note_section(on=one.on) if doc == NOTES else section,
        wordings=ways,
        answer=answer.strip(),
        given=not section.startswith(NOT_GIVEN),
        key=one.key,
    )
