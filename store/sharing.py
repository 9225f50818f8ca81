"""Many deliveries of one message: its content kept once, its rows written many at a time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import String, and_, cast, literal, literal_column, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS, wake_after
from store.messages import Message
from store.models import Account, Address, Missed, OutboxRow, SharedMessage, table_of
from store.outbox import Policy, topic

ACCOUNT, ADDRESS, OUTBOX = table_of(Account), table_of(Address), table_of(OutboxRow)
SHARED, MISSED = table_of(SharedMessage), table_of(Missed)
_COLUMNS = OUTBOX.c


@dataclass(frozen=True, slots=True)
class Bulk:
    """How the deliveries of one message are queued.

    `key` and the person make each of them unique. With `code` they are not to be sent: they are
    written down as stale, for that reason.
    """

    key: str
    about: str
    priority: int
    policy: Policy
    due_at: datetime
    stale_at: datetime | None = None
    code: Literal["", "late"] = ""


async def keep(session: AsyncSession, parts: Sequence[Message], *, now: datetime) -> list[int]:
    """Keep what is shared, each part once whoever says it. Give the ids in order."""
    insert = INSERTS[session.get_bind().dialect.name]
    by_hash = {_hash(content): content for content in (part.as_json() for part in parts)}
    await session.execute(
        insert(SHARED).on_conflict_do_nothing(index_elements=["hash"]),
        [{"hash": one, "content": by_hash[one], "created_at": now} for one in sorted(by_hash)],
    )
    rows = await session.execute(
        select(SharedMessage.hash, SharedMessage.id).where(SharedMessage.hash.in_(by_hash))
    )
    ids = {one: shared_id for one, shared_id in rows}  # noqa: C416 - rows are not pairs to mypy
    return [ids[_hash(part.as_json())] for part in parts]


async def enqueue(
    session: AsyncSession,
    channel: str,
    addresses: Sequence[int],
    shared: Sequence[int],
    bulk: Bulk,
    *,
    now: datetime,
) -> None:
    """Queue the parts of a shared message to private addresses of a channel account.

    What stands there already under its key is left alone.
    """
    person = cast(ACCOUNT.c.person_id, String)
    whole = literal(f"{bulk.key}:", String) + person
    for sequence, shared_id in enumerate(shared):
        values = _constants(bulk, channel, now) | {
            "key": whole + literal(f"#{sequence}", String) if sequence else whole,
            "address_id": ADDRESS.c.id,
            "person_id": ACCOUNT.c.person_id,
            "shared_id": _typed("shared_id", shared_id),
            "about": _typed("about", bulk.about if sequence == 0 else ""),
            "part_of": whole if len(shared) > 1 else null(),
            "sequence": _typed("sequence", sequence),
        }
        rows = (
            select(*values.values())
            .join_from(ADDRESS, ACCOUNT, ACCOUNT.c.id == ADDRESS.c.account_id)
            .where(and_(ADDRESS.c.id.in_(addresses), ACCOUNT.c.person_id.is_not(None)))
        )
        insert = INSERTS[session.get_bind().dialect.name]
        await session.execute(
            insert(OUTBOX)
            .from_select(list(values), rows, include_defaults=False)
            .on_conflict_do_nothing(index_elements=["key"])
        )
    wake_after(session, topic(channel))


async def note_missed(
    session: AsyncSession, about: str, whys: Mapping[int, str], *, now: datetime
) -> None:
    """Write down who could not be told something and why, by person; once each."""
    if not whys:
        return
    insert = INSERTS[session.get_bind().dialect.name]
    await session.execute(
        insert(MISSED).on_conflict_do_nothing(index_elements=["about", "person_id"]),
        [
            {"about": about, "person_id": person, "why": why, "at": now}
            for person, why in whys.items()
        ],
    )


def _constants(bulk: Bulk, channel: str, now: datetime) -> dict[str, Any]:
    """Give the columns that are the same in every row."""
    given = {
        "channel": channel,
        "priority": bulk.priority,
        "policy": bulk.policy,
        "state": "stale" if bulk.code else "queued",
        "due_at": bulk.due_at,
        "attempts": 0,
        "external_id": "",
        "code": bulk.code,
        "reason": "",
        "number": 0,
        "created_at": now,
    }
    values = {name: _typed(name, value) for name, value in given.items()}
    values["content"] = literal_column("'{}'", _COLUMNS.content.type)
    values["stale_at"] = _typed("stale_at", bulk.stale_at) if bulk.stale_at else null()
    values["settled_at"] = _typed("settled_at", now) if bulk.code else null()
    return values


def _typed(column: str, value: Any) -> Any:
    return literal(value, _COLUMNS[column].type)


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
