"""The numbers that the dashboard and /metrics show, each from one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import complaint_of
from store.models import (
    ChannelAccount,
    InboxRow,
    OfficeSetting,
    OutboxRow,
    Person,
    Question,
    Role,
)

SHOWN_QUESTIONS = 20
DELIVERIES_OF = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits and what failed; `deliveries` counts by channel account and state."""

    inbox: dict[str, int]
    deliveries: dict[tuple[str, str], int]
    oldest_due_seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for a curator."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """How many deliveries of a channel account stand in a state, for one code and reason."""

    channel: str
    state: str
    code: str
    reason: str
    count: int


async def queues(session: AsyncSession, *, now: datetime) -> Queues:
    """Count inbox and outbox."""
    waiting = await session.execute(
        select(InboxRow.state, func.count())
        .where(InboxRow.state != "done")
        .group_by(InboxRow.state)
    )
    rows = await session.execute(
        select(OutboxRow.channel, OutboxRow.state, func.count()).group_by(
            OutboxRow.channel, OutboxRow.state
        )
    )
    inbox = {"queued": 0, "working": 0, "dead": 0} | dict(waiting.all())
    deliveries = {(channel, state): count for channel, state, count in rows}
    return Queues(inbox, deliveries, await oldest_due_seconds(session, now=now))


async def oldest_due_seconds(session: AsyncSession, *, now: datetime) -> float:
    """Say how long the oldest delivery that could go has been waiting, 0 when none is."""
    due = func.coalesce(OutboxRow.retry_at, OutboxRow.due_at)
    oldest = await session.scalar(
        select(due).where(OutboxRow.state == "queued", due <= now).order_by(due).limit(1)
    )
    return (now - oldest).total_seconds() if isinstance(oldest, datetime) else 0.0


async def asked_since(session: AsyncSession, start: datetime) -> dict[str, int]:
    """Count questions by kind."""
    rows = await session.execute(
        select(Question.kind, func.count())
        .where(Question.asked_at >= start)
        .group_by(Question.kind)
    )
    return dict(rows.all())


async def open_questions(session: AsyncSession) -> tuple[int, list[Asked]]:
    """Count the questions that wait for a curator, and give the newest."""
    count = await session.scalar(
        select(func.count()).select_from(Question).where(Question.state == "open")
    )
    rows = await session.execute(
        select(Question.text, Question.asked_at)
        .where(Question.state == "open")
        .order_by(Question.id.desc())
        .limit(SHOWN_QUESTIONS)
    )
    return count or 0, [Asked(text, at) for text, at in rows]


async def people_by_role(session: AsyncSession) -> dict[str, int]:
    """Count active people by role; one with two roles counts in both."""
    rows = await session.execute(
        select(Role.role, func.count(Role.person_id.distinct()))
        .join(Person, Person.id == Role.person_id)
        .where(Person.state == "active")
        .group_by(Role.role)
    )
    return dict(rows.all())


async def channel_accounts(session: AsyncSession) -> Sequence[ChannelAccount]:
    """Give the channel accounts of which something is written down."""
    return (await session.scalars(select(ChannelAccount).order_by(ChannelAccount.id))).all()


async def deliveries_by_reason(session: AsyncSession, *, now: datetime) -> list[Ended]:
    """Count the deliveries of the last days by channel, state and reason."""
    what = (OutboxRow.channel, OutboxRow.state, OutboxRow.code, OutboxRow.reason)
    rows = await session.execute(
        select(*what, func.count())
        .where(OutboxRow.created_at >= now - DELIVERIES_OF)
        .group_by(*what)
        .order_by(OutboxRow.channel, OutboxRow.state, func.count().desc())
        .limit(50)
    )
    return [Ended(*row) for row in rows]


async def complaints(session: AsyncSession) -> dict[str, str]:
    """Give what channel accounts have to complain of, in words for the admins."""
    prefix = complaint_of("")
    rows = await session.execute(
        select(OfficeSetting.name, OfficeSetting.value).where(
            OfficeSetting.name.startswith(prefix, autoescape=True)
        )
    )
    return {name.removeprefix(prefix): value["said"] for name, value in rows if value["said"]}


async def dead_updates(session: AsyncSession) -> int:
    """Count the updates that could not be worked."""
    count = await session.scalar(
        select(func.count()).select_from(InboxRow).where(InboxRow.state == "dead")
    )
    return count or 0
