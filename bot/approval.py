"""From a draft to a document in service: what is wrong with it, what it answers, approving it.

The page of curators and the command line do it alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.answer import Answer
from knowledge.base import Base
from knowledge.check import check_document
from knowledge.document import NOTES, Document, Problem
from knowledge.drafting.write import to_markdown
from knowledge.reader import read_text
from store import drafts, edits
from store.database import Conflict

LONGEST_ID: Final = 60
WRONG_ID: Final = (
    f"id: chỉ gồm chữ thường không dấu, số và dấu gạch nối, nhiều nhất {LONGEST_ID} ký tự"
)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft as a file of the base: its text, its document, and what is to be said about it.

    Without a document there are `problems`, and it cannot be approved; `doubts` stop nobody.
    `replaces` is the document in service whose place it would take, `alike` another one that has
    the same number.
    """

    text: str
    document: Document | None
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    replaces: Document | None
    alike: Document | None


def examine(fields: Mapping[str, str], body: str, base: Base, today: date) -> Examined:
    """Look at a draft as it stands, beside the base in service; takes a moment, so in a thread."""
    stem = fields.get("id", "")
    ids = {one.number: one.id for one in base.documents if one.number}
    text = to_markdown(fields, body, ids=ids)
    document, problems = read_text(f"{stem}.md", stem, text)
    if stem and not is_id(stem):
        problems = [*problems, Problem(f"{stem}.md", 2, WRONG_ID)]
        document = None
    held = {one.id: one for one in base.documents}
    return Examined(
        text,
        document,
        tuple(problems),
        tuple(check_document(document, base, today)) if document else (),
        held.get(stem),
        _alike(document, base) if document else None,
    )


def is_id(text: str) -> bool:
    """Say whether a document may be called so."""
    return bool(_ID.fullmatch(text)) and len(text) <= LONGEST_ID and text != NOTES


def ask_alone(document: Document, question: str, base: Base, today: date) -> Answer:
    """Ask a document that is not in service, and nothing else."""
    alone = Base([document], base.provinces, base.occasions)
    return alone.ask(question, today=today)


async def approve(
    session: AsyncSession,
    draft_id: int,
    version: int,
    examined: Examined,
    *,
    fields: Mapping[str, str],
    body: str,
    person_id: int | None,
    now: datetime,
) -> int:
    """Keep a draft as it was examined and make it a document. Give the revision of the base.

    Raises Conflict where somebody was faster, ValueError where there is no document.
    """
    if examined.document is None:
        raise ValueError("\n".join(str(one) for one in examined.problems))
    if examined.replaces is None and await edits.find(session, "document", examined.document.id):
        raise Conflict  # another draft of the same id was approved since, and nobody was asked
    await drafts.change(session, draft_id, version, fields=fields, body=body, now=now)
    return await drafts.approve(
        session,
        draft_id,
        version + 1,
        document=examined.document.id,
        text=examined.text,
        person_id=person_id,
        now=now,
    )


def _alike(document: Document, base: Base) -> Document | None:
    """Give another document in service of the same number and place."""
    if not document.number:
        return None
    mine = (document.number, document.place)
    return next(
        (
            one
            for one in base.documents
            if (one.number, one.place) == mine and one.id != document.id
        ),
        None,
    )
