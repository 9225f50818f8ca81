"""Buttons and numbered lines: what stands behind each, and whether it may still be used."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ScalarSelect, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import Conflict
from store.messages import Button, Message
from store.models import Choice, table_of
from store.talks import Change, Kept, Talk

OFFER = insert(table_of(Choice))


async def offer(session: AsyncSession, kept: Kept, message: Message, *, key: str) -> Message:
    """Give every button of the message its token, and keep what stands behind it."""
    rows: list[dict[str, Any]] = []
    offered: list[tuple[Button, ...]] = []
    for row in message.buttons:
        buttons: list[Button] = []
        for button in row:
            if button.url:
                buttons.append(button)
                continue
            token = secrets.token_urlsafe(15)
            rows.append(
                {
                    "token": token,
                    "dialogue_id": kept.dialogue_id,
                    "step_number": kept.step_number if button.bound else None,
                    "message": key,
                    "number": len(rows) + 1,
                    "label": button.label,
                    "action": list(button.action),
                    "once": button.once,
                    "created_at": kept.now,
                }
            )
            buttons.append(replace(button, token=token))
        offered.append(tuple(buttons))
    if rows:
        await session.execute(OFFER, rows)
    return replace(message, buttons=tuple(offered))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice that was pressed or named, ready to be acted on unless it is `stale`."""

    id: int
    label: str
    action: tuple[str, ...]
    once: bool
    stale: bool


async def find_choice(session: AsyncSession, talk: Talk, token: str) -> Chosen | None:
    """Find what stands behind a token; None when it was never issued in this dialogue."""
    if talk.dialogue_id is None or not token:
        return None
    row = await session.scalar(
        select(Choice).where(Choice.token == token, Choice.dialogue_id == talk.dialogue_id)
    )
    return None if row is None else _chosen(row, talk)


async def find_number(session: AsyncSession, talk: Talk, number: int) -> Chosen | None:
    """Find the choice of that number under the last message that offered any."""
    if talk.dialogue_id is None:
        return None
    row = await session.scalar(
        select(Choice).where(
            Choice.dialogue_id == talk.dialogue_id,
            Choice.message == _last_message(talk),
            Choice.number == number,
        )
    )
    return None if row is None else _chosen(row, talk)


async def last_offered(session: AsyncSession, talk: Talk) -> list[Chosen]:
    """Give the choices under the last message that offered any."""
    if talk.dialogue_id is None:
        return []
    rows = await session.scalars(
        select(Choice).where(
            Choice.dialogue_id == talk.dialogue_id, Choice.message == _last_message(talk)
        )
    )
    return [_chosen(row, talk) for row in rows]


def _last_message(talk: Talk) -> ScalarSelect[str]:
    return (
        select(Choice.message)
        .where(Choice.dialogue_id == talk.dialogue_id)
        .order_by(Choice.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _chosen(row: Choice, talk: Talk) -> Chosen:
    bound = row.step_number is not None
    moved_on = bound and (row.step_number != talk.step_number or not talk.step)
    used = row.once and row.used_at is not None
    return Chosen(row.id, row.label, tuple(row.action), row.once, stale=moved_on or used)


def use(chosen: Chosen) -> Change:
    """Give the change that uses up a once-only choice."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        used = await session.execute(
            update(Choice)
            .where(Choice.id == chosen.id, Choice.used_at.is_(None))
            .values(used_at=kept.now)
            .execution_options(synchronize_session=False)
        )
        if not used.rowcount:  # type: ignore[attr-defined]
            raise Conflict

    return change
