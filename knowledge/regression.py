"""Every curated question is a case: a change of the base must not make it answer worse."""

from collections.abc import Iterable
from datetime import date

from knowledge import curating_phrases as phrases
from knowledge.answer import Answer
from knowledge.base import Base
from knowledge.document import Curated, Problem
from knowledge.say import LONGEST

SAME = 80
"""Characters by which an answer is known: remarks may follow it."""


def worse_answers(base: Base, today: date) -> list[Problem]:
    """Give the questions of a whole base that do not find their own answers.

    A heading is asked freely: its own answer is due, or a question back that offers its document.
    The office's own are asked in all their wordings, their document known, and must fit in one
    message. What of the office's edits is not in the base at all is a problem as well.
    """
    problems = list(base.left_out)
    for document in base.documents:
        for question in document.questions:
            problems += _problems(base, question, today)
    return problems


def _problems(base: Base, question: Curated, today: date) -> Iterable[Problem]:
    if not _is_found(base.ask(question.heading, today=today), question):
        yield _problem(question, phrases.answers_another(question=question.heading))
    if not question.key:
        return
    for wording in question.wordings:
        if not _is_own(base.ask(wording, today=today, doc=question.doc), question):
            yield _problem(question, phrases.answers_nothing(question=wording))
    given = base.given_by_curator(question.key, today=today)
    if given is not None and len(given.text) > LONGEST:
        too_long = phrases.answer_too_long(length=len(given.text), most=LONGEST)
        yield _problem(question, too_long)


def _is_found(answer: Answer, question: Curated) -> bool:
    return _is_own(answer, question) or (answer.kind == "clarify" and question.doc in answer.docs)


def _is_own(answer: Answer, question: Curated) -> bool:
    return answer.body.startswith(question.answer[:SAME])


def _problem(question: Curated, what: str) -> Problem:
    return Problem(question.key or f"{question.doc}.md", question.line or 1, what)
