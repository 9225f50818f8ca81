"""What a curator's answer to a waiting question is made of, before it is laid over the base."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from knowledge import phrases
from knowledge.base import Base
from knowledge.document import NOTES, Document
from knowledge.mask import HIDDEN, masked
from knowledge.notes_file import notes_document
from knowledge.overlay import Laid, read_overlay
from knowledge.say import LONGEST
from knowledge.syllable import is_syllable
from knowledge.text import clean, tokens
from knowledge.thread import OPENERS

MOST_WORDINGS = 8
LONGEST_WORDING = 300

Fault = Literal["", "empty", "no document", "no section", "too long"]


def wordings(base: Base, texts: Sequence[str], today: date) -> list[str]:
    """Give the ways in which a question was asked, as they are read, first as it came first.

    What leads to a person is left out, and among several what leans on a talk ("còn ở đó thì
    sao?"); there is at least one where there are texts. A word that is well written stays even
    where the base, which knows no name like that, reads another.
    """
    read: dict[tuple[str, ...], str] = {}
    for text in texts:
        typed = _one_line(_nameless(text))
        line = _one_line(base.reading(typed, today=today))
        if _well_written(typed) - set(tokens(line)):
            line = typed
        words = tuple(tokens(line))
        if words:
            read.setdefault(words, line)
    whole_ones = [line for words, line in read.items() if words[0] not in OPENERS]
    found = (whole_ones or list(read.values()))[:MOST_WORDINGS]
    return found or [_one_line(masked(text)) for text in texts[:1]]


def fault_of(base: Base, content: Mapping[str, Any], today: date) -> Fault:
    """Say why a curated question, as an edit's content, cannot be laid; '' where it can."""
    if not content["wordings"] or not str(content["answer"]).strip():
        return "empty"
    doc = content.get("doc") or NOTES
    if doc != NOTES:
        document = base.corpus.by_id.get(doc)
        if document is None:
            return "no document"
        if content.get("section") and content["section"] not in sections(document):
            return "no section"
    return "too long" if len(whole(base, content, today)) > LONGEST else ""


def sections(document: Document) -> list[str]:
    """Give the names of a document's sections, in their order."""
    named = [one.section for one in document.passages]
    named += [one.section for one in document.questions if one.section]
    return list(dict.fromkeys(named))


def whole(base: Base, content: Mapping[str, Any], today: date) -> str:
    """Give a curated answer with its source line, as an asker of today reads it."""
    [asked] = read_overlay([Laid("question", "", content, today)]).questions
    document = notes_document(()) if asked.doc == NOTES else base.corpus.by_id[asked.doc]
    section = asked.section if asked.given else ""
    source = phrases.source_line(document=document, section=section, today=today)
    return f"{asked.answer}\n{source}"


def _well_written(text: str) -> set[str]:
    """Give the words that bear accents and are syllables: nobody types those by mistake."""
    return {word for word in tokens(text) if not word.isascii() and is_syllable(word)}


def _nameless(text: str) -> str:
    return masked(clean(text)).replace(HIDDEN, " ")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_WORDING].strip()
