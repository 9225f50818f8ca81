"""Questions as they were asked, what was answered, and what their askers thought of it."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import Feedback, Question, table_of
from store.talks import Change, Kept

Verdict = Literal["good", "bad"]
LONGEST = 2000
"""Characters of a question or an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on its way into the store; `ref` names the update that asked it."""

    ref: str
    text: str
    kind: str
    docs: tuple[str, ...]
    answer: str
    confidence: float


def record(asked: Asked) -> Change:
    """Give the change that keeps a question with its asker; the same update again adds nothing."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        insert = INSERTS[session.get_bind().dialect.name]
        await session.execute(
            insert(table_of(Question))
            .values(
                ref=asked.ref,
                account_id=kept.account_id,
                address_id=kept.address.id,
                text=asked.text[:LONGEST],
                kind=asked.kind,
                state="new",
                docs=list(asked.docs),
                answer=asked.answer[:LONGEST],
                confidence=asked.confidence,
                asked_at=kept.now,
            )
            .on_conflict_do_nothing(index_elements=["ref"])
        )

    return change


def forward(ref: str) -> Change:
    """Give the change that puts one's own question before a curator.

    Where it was merged into another one meanwhile, that one is wanted.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        mine = (Question.ref == ref) & (Question.account_id == kept.account_id)
        into = select(Question.merged_into_id).where(mine, Question.state == "merged")
        await session.execute(_move(mine | Question.id.in_(into), "new", "open"))

    return change


def judge(ref: str, verdict: Verdict) -> Change:
    """Give the change that keeps what the asker thinks of an answer; the last word counts.

    An answer said to be wrong waits for a curator, until its asker thinks better of it and nobody
    else waits with it.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        question_id = await session.scalar(
            select(Question.id).where(Question.ref == ref, Question.account_id == kept.account_id)
        )
        if question_id is None:
            return
        insert = INSERTS[session.get_bind().dialect.name]
        said = {"verdict": verdict, "at": kept.now}
        await session.execute(
            insert(table_of(Feedback))
            .values(question_id=question_id, account_id=kept.account_id, **said)
            .on_conflict_do_update(index_elements=["question_id", "account_id"], set_=said)
        )
        which = Question.id == question_id
        if verdict == "bad":
            await session.execute(_move(which, "new", "open"))
        else:
            await session.execute(_move(which & ~_OTHERS, "open", "new"))

    return change


_merged = table_of(Question).alias("merged")
_OTHERS = (
    select(_merged.c.id)
    .where(_merged.c.merged_into_id == Question.id, _merged.c.state == "merged")
    .correlate(Question)
    .exists()
)


def _move(which: ColumnElement[bool], before: str, after: str) -> Update:
    return (
        update(Question)
        .where(which, Question.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
