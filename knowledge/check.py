"""Checks a folder of the base as a person who edits it needs (`knowledge check`): every problem
with file and line.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from knowledge import phrases
from knowledge.base import Base, own_file
from knowledge.check_occasions import FILE, check_occasions
from knowledge.document import BrokenBase, Curated, Document, Problem
from knowledge.occasions import read_occasions
from knowledge.organisations import read_organisations
from knowledge.provinces import read_provinces
from knowledge.reader import read_document
from knowledge.say import LONGEST
from knowledge.text import normal
from knowledge.wordings import too_few

TABLES: Mapping[str, Callable[[Path], object]] = {
    "provinces.yaml": read_provinces,
    "organisations.yaml": read_organisations,
    FILE: read_occasions,
}
"""The tables of a base, and who reads them."""


def check_folder(folder: Path, today: date) -> list[Problem]:
    """Give every problem of a folder; what can only be seen in a whole base is checked when the
    files are sound.
    """
    documents, problems = [], []
    for path in sorted(folder.glob("*.md")):
        document, found = read_document(path)
        problems += found
        documents += [document] if document else []
    if not documents and not problems:
        problems.append(Problem(str(folder), 1, "không có văn bản nào (*.md)"))
    for name, read in TABLES.items():
        try:
            read(own_file(folder, name))
        except BrokenBase as broken:
            problems += broken.problems
    if problems:
        return problems
    base = Base.load(folder)
    ids = {one.id for one in base.documents}
    calendar = own_file(folder, FILE).read_text(encoding="utf-8")
    return [
        *_dead_relations(base.documents, ids),
        *check_occasions(base.occasions, base.organisations, ids, text=calendar),
        *_double_wordings(base.documents),
        *_long_answers(base.documents, today),
        *_lost_questions(base, today),
    ]


def warn_folder(folder: Path) -> list[Problem]:
    """Give what a person may better: curated questions with few really different wordings.

    Nothing is given for a folder that has problems of its own.
    """
    try:
        base = Base.load(folder)
    except BrokenBase:
        return []
    return [one for document in base.documents for one in too_few(document.questions, base.corpus)]


def check_document(document: Document, base: Base, today: date) -> list[Problem]:
    """Give what is doubtful about a document that is to join a base; it is read without fault."""
    ids = {document.id, *(one.id for one in base.documents)}
    alone = Base([document], base.provinces, base.occasions)
    return [
        *_dead_relations([document], ids),
        *_double_wordings([document]),
        *_long_answers([document], today),
        *_lost_questions(alone, today),
    ]


def _dead_relations(documents: Sequence[Document], ids: set[str]) -> Iterable[Problem]:
    for document in documents:
        for relation in document.relations:
            if relation.document not in ids:
                yield Problem(
                    _file(document), 1, f"relations: không có văn bản {relation.document}"
                )


def _double_wordings(documents: Sequence[Document]) -> Iterable[Problem]:
    for document in documents:
        seen: Counter[str] = Counter()
        for question in document.questions:
            for wording in question.wordings:
                seen[normal(wording)] += 1
                if seen[normal(wording)] == 2:
                    yield Problem(_file(document), question.line, f"trùng cách hỏi: {wording}")


def _long_answers(documents: Sequence[Document], today: date) -> Iterable[Problem]:
    for document in documents:
        for question in document.questions:
            section = question.section if question.given else ""
            source = phrases.source_line(document=document, section=section, today=today)
            size = len(question.answer) + 1 + len(source)
            if size > LONGEST:
                what = f"câu trả lời kèm dòng nguồn dài {size} ký tự, quá {LONGEST}: "
                what += question.heading
                yield Problem(_file(document), question.line, what)


def _lost_questions(base: Base, today: date) -> Iterable[Problem]:
    """Ask every wording with its document known; its own question must answer."""
    for document in base.documents:
        for question in document.questions:
            for wording in question.wordings:
                answer = base.ask(wording, today=today, doc=document.id)
                if not _is_own(answer.body, answer.kind, question):
                    yield Problem(
                        _file(document),
                        question.line,
                        f"câu hỏi không tìm ra câu trả lời của nó: {wording}",
                    )


def _is_own(body: str, kind: str, question: Curated) -> bool:
    start = question.answer[:80]
    return body.startswith(start) and kind == ("answer" if question.given else "refuse")


def _file(document: Document) -> str:
    return f"{document.id}.md"
