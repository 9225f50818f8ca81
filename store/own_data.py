"""One's own data: what is kept of whoever asks, and how all of it is erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import answers, links, media
from store.database import Conflict
from store.messages import Update
from store.models import (
    Account,
    Address,
    Choice,
    Confirmation,
    Dialogue,
    Feedback,
    InboxRow,
    Joining,
    LinkCode,
    LoginToken,
    MediaRow,
    Missed,
    OutboxRow,
    Person,
    Question,
    Reminder,
    Role,
    Subscription,
    WebSession,
)
from store.people import Held, held_roles
from store.talks import Change, Kept

OF_A_PERSON = (
    *(Role, Joining, LinkCode, LoginToken, WebSession),
    *(Subscription, Reminder, Confirmation, Missed),
)
"""Tables whose rows are nothing without their person."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What is kept of one person (or of one account that belongs to nobody)."""

    name: str
    since: datetime | None
    accounts: tuple[str, ...] = ()
    roles: tuple[Held, ...] = ()
    questions: int = 0
    verdicts: int = 0
    photos: int = 0


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question of one's own; `verdict` is '' where nothing was said of the answer."""

    at: datetime
    text: str
    answer: str
    verdict: str


async def look(session: AsyncSession, account_id: int | None, person_id: int | None) -> Owned:
    """Give what is kept of an account, or of all accounts of its person."""
    accounts = (
        await session.scalars(
            select(Account).where(_whose(account_id, person_id)).order_by(Account.id)
        )
    ).all()
    if not accounts:
        return Owned("", None)
    ids = [account.id for account in accounts]
    person = await session.get(Person, person_id) if person_id is not None else None
    return Owned(
        name=person.name if person else accounts[0].name,
        since=min(account.created_at for account in accounts),
        accounts=tuple(f"{account.channel} / {account.user}" for account in accounts),
        roles=await held_roles(session, person_id) if person_id is not None else (),
        questions=await _count(session, Question, ids),
        verdicts=await _count(session, Feedback, ids),
        photos=await _count(session, MediaRow, ids),
    )


async def last_questions(
    session: AsyncSession, account_id: int | None, person_id: int | None, *, limit: int
) -> Sequence[OwnQuestion]:
    """Give one's own last questions, oldest first."""
    mine = select(Account.id).where(_whose(account_id, person_id))
    rows = await session.execute(
        select(Question.asked_at, Question.text, Question.answer, Feedback.verdict)
        .outerjoin(
            Feedback,
            (Feedback.question_id == Question.id) & (Feedback.account_id == Question.account_id),
        )
        .where(Question.account_id.in_(mine))
        .order_by(Question.id.desc())
        .limit(limit)
    )
    return [OwnQuestion(*row[:3], row[3] or "") for row in rows][::-1]


def erase(incoming: Update, person_id: int | None) -> Change:
    """Give the change that erases what is kept of whoever speaks, on all accounts of the person.

    What stays is the number under which a platform knows the account, without which nothing could
    be answered, and counts that name nobody. Nothing of anybody else is touched.
    """

    async def change(session: AsyncSession, kept: Kept) -> None:
        if person_id is not None:
            await links.hold(session, person_id)  # whoever links an account comes before or after
        owner = await session.scalar(
            select(Account.person_id).where(Account.id == kept.account_id)
        )
        if owner != person_id:
            raise Conflict
        rows = await session.scalars(select(Account.id).where(_whose(kept.account_id, person_id)))
        ids = list(rows)
        await _take(session, Account, Account.id.in_(ids))
        await _take(session, Dialogue, Dialogue.account_id.in_(ids))
        await answers.let_wait_again(session, answers.QUESTION.c.account_id.in_(ids))
        for statement in (
            *_what_was_said(incoming, ids, kept.now),
            *_what_was_asked(ids),
            *_who_it_was(person_id, ids),
        ):
            await session.execute(statement.execution_options(synchronize_session=False))
        hashes = await media.let_go(session, MediaRow.account_id.in_(ids))
        await media.discard_later(session, hashes, now=kept.now)

    return change


async def _take(session: AsyncSession, table: Any, whose: Any) -> None:
    """Take rows for changing. Raises Conflict where somebody else has one: who holds the person
    must not wait for an account that speaks just now and may wait for the person.
    """
    all_of_them = await session.scalar(select(func.count()).select_from(table).where(whose))
    taken = select(table.id).where(whose).with_for_update(skip_locked=True, key_share=True)
    if len((await session.scalars(taken)).all()) != all_of_them:
        raise Conflict


def _what_was_said(incoming: Update, ids: list[int], now: datetime) -> list[Any]:
    """Both sides of the private chats, without the places that a replay would look for."""
    private = select(Address.id).where(Address.private, Address.account_id.in_(ids))
    talks = select(Dialogue.id).where(Dialogue.account_id.in_(ids))
    this = (InboxRow.channel == incoming.address.channel) & (InboxRow.update_id == incoming.id)
    return [
        update(InboxRow)
        .where(or_(InboxRow.account_id.in_(ids), this))
        .values(raw=b"", said="", number=0),
        update(OutboxRow)
        .where(OutboxRow.address_id.in_(private), OutboxRow.state == "queued")
        .values(state="cancelled", settled_at=now),
        update(OutboxRow)
        .where(OutboxRow.address_id.in_(private))
        .values(content={"text": ""}, shared_id=None, number=0),
        delete(Choice).where(Choice.dialogue_id.in_(talks)),
        update(Dialogue)
        .where(Dialogue.account_id.in_(ids))
        .values(step="", state={}, topics=[], topics_at=None, version=Dialogue.version + 1),
    ]


def _what_was_asked(ids: list[int]) -> list[Any]:
    mine = Question.account_id.in_(ids)
    return [
        delete(Feedback).where(Feedback.account_id.in_(ids)),
        update(Question)
        .where(mine, Question.state.in_(("new", "open", "merged")))
        .values(state="dismissed", merged_into_id=None),
        update(Question).where(mine).values(text="", answer="", account_id=None, address_id=None),
    ]


def _who_it_was(person_id: int | None, ids: list[int]) -> list[Any]:
    nobody = update(Account).where(Account.id.in_(ids))
    statements: list[Any] = [nobody.values(name="", person_id=None, noticed_at=None)]
    if person_id is None:
        return statements
    statements += [delete(table).where(table.person_id == person_id) for table in OF_A_PERSON]
    gone = {"name": "", "state": "deleted", "preferences": {}}
    return [*statements, update(Person).where(Person.id == person_id).values(**gone)]


def _whose(account_id: int | None, person_id: int | None) -> Any:
    if person_id is None:
        return Account.id == account_id
    return or_(Account.id == account_id, Account.person_id == person_id)


async def _count(session: AsyncSession, table: Any, ids: list[int]) -> int:
    found = await session.scalar(
        select(func.count()).select_from(table).where(table.account_id.in_(ids))
    )
    return int(found or 0)
