"""What was said in one chat, both sides in order: inbox rows and outbox rows by their number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.messages import Message
from store.models import Account, Address, InboxRow, OutboxRow, Person

SAID_WITH = 20
"""Rows that are looked at for one file: more have its id in their words only by malice."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said in a chat.

    `number` is its place. `ours` tells the assistant's words from the person's; those of a person
    carry the `update_id` they came with. `seen` is the number to go on from; it is higher than
    `number` where this line replaces the words of an earlier one.
    """

    number: int
    seen: int
    at: datetime
    ours: bool
    message: Message
    update_id: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat as the store knows it; `registered` says whether an active person speaks there."""

    address_id: int
    last_number: int
    registered: bool


async def find_chat(session: AsyncSession, channel: str, chat: str) -> Chat | None:
    """Give a chat; None when nothing was ever said there."""
    row = (
        await session.execute(
            select(Address.id, Address.last_number, Person.state)
            .outerjoin(Account, Account.id == Address.account_id)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(Address.channel == channel, Address.chat == chat)
        )
    ).one_or_none()
    return None if row is None else Chat(row[0], row[1], registered=row[2] == "active")


async def since(session: AsyncSession, address_id: int, after: int, limit: int) -> list[Line]:
    """Give what was said after a number, oldest first; an edit comes as the line it replaces."""
    last = await session.scalar(select(Address.last_number).where(Address.id == address_id))
    if last is None or last <= after:
        return []
    theirs = _theirs(address_id).where(InboxRow.number > after).order_by(InboxRow.number)
    ours = _ours(address_id).where(OutboxRow.number > after).order_by(OutboxRow.number)
    lines = [_said(row) for row in await session.execute(theirs.limit(limit))]
    lines += [_told(row) for row in await session.execute(ours.limit(limit))]
    return sorted(lines, key=lambda line: line.seen)[:limit]


async def before(
    session: AsyncSession, address_id: int, before_number: int | None, limit: int
) -> list[Line]:
    """Give the last lines before a number (or of all), oldest first, each in its newest words."""
    theirs = _theirs(address_id).order_by(InboxRow.number.desc())
    ours = _ours(address_id).where(OutboxRow.replaces_id.is_(None))
    ours = ours.order_by(OutboxRow.number.desc())
    if before_number is not None:
        theirs = theirs.where(InboxRow.number < before_number)
        ours = ours.where(OutboxRow.number < before_number)
    lines = [_said(row) for row in await session.execute(theirs.limit(limit))]
    rows = (await session.execute(ours.limit(limit))).all()
    newest = await _newest_words(session, address_id, [row.id for row in rows])
    lines += [_told(row, newest.get(row.id)) for row in rows]
    return sorted(lines, key=lambda line: line.number)[-limit:]


async def waiting(session: AsyncSession, channel: str, conversation: str) -> list[bytes]:
    """Give the raw updates of a conversation that are stored and not yet worked, oldest first."""
    rows = await session.scalars(
        select(InboxRow.raw)
        .where(
            InboxRow.conversation == conversation,
            InboxRow.channel == channel,
            InboxRow.state.in_(("queued", "working")),
        )
        .order_by(InboxRow.id)
    )
    return list(rows)


async def is_worked(session: AsyncSession, channel: str, update_id: str) -> bool:
    """Say whether an update that was stored has come to its end."""
    state = await session.scalar(
        select(InboxRow.state).where(InboxRow.channel == channel, InboxRow.update_id == update_id)
    )
    return state in {"done", "dead"}


async def said_with(session: AsyncSession, address_id: int, media_id: str) -> Message | None:
    """Give a message that was said in a chat with a picture or file; None where none was."""
    rows = await session.scalars(
        select(OutboxRow.content)
        .where(
            OutboxRow.address_id == address_id,
            OutboxRow.state == "sent",
            cast(OutboxRow.content, String).contains(media_id, autoescape=True),
        )
        .limit(SAID_WITH)
    )
    found = (_message(content) for content in rows)
    return next((one for one in found if media_id in {one.photo, one.file}), None)


def _theirs(address_id: int) -> Select[int, datetime, str, str]:
    return select(InboxRow.number, InboxRow.received_at, InboxRow.said, InboxRow.update_id).where(
        InboxRow.address_id == address_id, InboxRow.number > 0, InboxRow.said != ""
    )


def _ours(address_id: int) -> Select[int, int, datetime, dict[str, Any], int]:
    first = aliased(OutboxRow)
    return (
        select(
            OutboxRow.id,
            OutboxRow.number,
            OutboxRow.created_at,
            OutboxRow.content,
            first.number.label("replaced"),
        )
        .outerjoin(first, first.id == OutboxRow.replaces_id)
        .where(OutboxRow.address_id == address_id, OutboxRow.number > 0, OutboxRow.state == "sent")
    )


async def _newest_words(
    session: AsyncSession, address_id: int, ids: Sequence[int]
) -> dict[int, Message]:
    """Give the newest replacement of those rows that were replaced."""
    rows = await session.execute(
        select(OutboxRow.replaces_id, OutboxRow.content)
        .where(
            OutboxRow.address_id == address_id,
            OutboxRow.replaces_id.in_(ids),
            OutboxRow.state == "sent",
        )
        .order_by(OutboxRow.number)
    )
    return {row_id: _message(content) for row_id, content in rows if row_id is not None}


def _said(row: Any) -> Line:
    return Line(
        row.number,
        row.number,
        row.received_at,
        ours=False,
        message=Message(row.said),
        update_id=row.update_id,
    )


def _told(row: Any, newest: Message | None = None) -> Line:
    number = row.replaced or row.number
    line = Line(number, row.number, row.created_at, ours=True, message=_message(row.content))
    return line if newest is None else replace(line, message=newest)


def _message(content: dict[str, Any]) -> Message:
    return Message.from_json({"text": "", **content})
