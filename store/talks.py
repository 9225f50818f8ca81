"""Who speaks where, in which step of which dialogue: read before, kept with the decision."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import Conflict
from store.messages import Message, Update
from store.models import Account, Address, Dialogue, Person, Role, Unit

TOPICS_LAST = timedelta(minutes=30)
"""How long a follow-up question still belongs to the one before."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A registered person who speaks: roles as (role, unit id), and the province of their unit."""

    id: int
    name: str
    active: bool
    roles: tuple[tuple[str, int], ...] = ()
    province: str = ""

    def has(self, role: str) -> bool:
        """Say whether the person holds a role at any unit."""
        return self.active and any(held == role for held, _ in self.roles)


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of who speaks where, at one version of their dialogue.

    Ids are None where nothing is kept yet. `step` is '' when nothing is asked of the person (or
    what was asked has expired). `topics` are the last questions as understood, oldest first.
    """

    update: Update
    account_id: int | None = None
    address_id: int | None = None
    dialogue_id: int | None = None
    version: int = 0
    step: str = ""
    step_number: int = 0
    state: dict[str, Any] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    person: Speaker | None = None
    noticed: bool = False
    address_state: str = "open"
    last_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The step that a dialogue is in: what was asked, what is known so far, and for how long."""

    name: str
    state: dict[str, Any] = field(default_factory=dict)
    expires_in: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows that a decision belongs to, within its transaction."""

    account_id: int
    address: Address
    dialogue_id: int
    step_number: int
    now: datetime


Change = Callable[[AsyncSession, Kept], Awaitable[None]]
"""Something that a decision changes; raises Conflict where its ground is no longer so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a conversation decided about one update.

    `step` opens a step, `ends` closes the open one, neither leaves it. `topics` replaces what a
    follow-up inherits. `said` is how the update stands in the chat's history.
    """

    messages: tuple[Message, ...] = ()
    changes: tuple[Change, ...] = ()
    step: Step | None = None
    ends: bool = False
    topics: tuple[str, ...] | None = None
    noticed: bool = False
    said: str = ""


async def load(session: AsyncSession, incoming: Update, *, now: datetime) -> Talk:
    """Read who speaks and where. A first-time speaker has no rows yet."""
    talk = Talk(incoming)
    who = (
        await session.execute(
            select(Account.id, Account.noticed_at, Person.id, Person.name, Person.state)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(
                Account.channel == incoming.sender.channel, Account.user == incoming.sender.user
            )
        )
    ).one_or_none()
    if who is None:
        return talk
    account_id, noticed_at, person_id, name, state = who
    person = None
    if person_id is not None:
        person = await _speaker(session, person_id, name, active=state == "active")
    talk = replace(talk, account_id=account_id, noticed=noticed_at is not None, person=person)
    where = (
        await session.execute(
            select(
                Address.id,
                Address.state,
                Address.last_in_at,
                Dialogue.id,
                Dialogue.version,
                Dialogue.step,
                Dialogue.step_number,
                Dialogue.state,
                Dialogue.expires_at,
                Dialogue.topics,
                Dialogue.topics_at,
            )
            .outerjoin(
                Dialogue,
                and_(Dialogue.address_id == Address.id, Dialogue.account_id == account_id),
            )
            .where(
                Address.channel == incoming.address.channel, Address.chat == incoming.address.chat
            )
        )
    ).one_or_none()
    if where is None:
        return talk
    talk = replace(talk, address_id=where[0], address_state=where[1], last_in_at=where[2])
    if where[3] is None:
        return talk
    expired = where[8] is not None and where[8] <= now
    fresh = where[10] is not None and where[10] > now - TOPICS_LAST
    return replace(
        talk,
        dialogue_id=where[3],
        version=where[4],
        step="" if expired else where[5],
        step_number=where[6],
        state={} if expired else where[7],
        topics=tuple(where[9]) if fresh else (),
    )


async def _speaker(session: AsyncSession, person_id: int, name: str, *, active: bool) -> Speaker:
    rows = (
        await session.execute(
            select(Role.role, Role.unit_id, Unit.province)
            .join(Unit, Unit.id == Role.unit_id)
            .where(Role.person_id == person_id)
            .order_by(Role.id)
        )
    ).all()
    province = next((row[2] for row in rows if row[2]), "")
    return Speaker(person_id, name, active, tuple((row[0], row[1]) for row in rows), province)


async def keep(session: AsyncSession, talk: Talk, decision: Decision, *, now: datetime) -> Kept:
    """Apply the decision to the dialogue it was made on and run its changes. Raises Conflict."""
    account_id = talk.account_id or await _add_account(session, talk.update, now)
    address = await _address(session, talk, account_id, now)
    step_number = talk.step_number + (1 if decision.step or decision.ends else 0)
    values: dict[str, Any] = {"version": talk.version + 1, "updated_at": now}
    if decision.step or decision.ends:
        step = decision.step or Step("")
        expires_at = now + step.expires_in if step.name else None
        values |= {
            "step": step.name,
            "state": step.state,
            "step_number": step_number,
            "expires_at": expires_at,
        }
    if decision.topics is not None:
        values |= {"topics": list(decision.topics), "topics_at": now}
    dialogue_id = await _keep_dialogue(session, talk, account_id, address.id, values)
    if decision.noticed and not talk.noticed:
        await session.execute(
            update(Account).where(Account.id == account_id).values(noticed_at=now)
        )
    kept = Kept(account_id, address, dialogue_id, step_number, now)
    for change in decision.changes:
        await change(session, kept)
    return kept


async def _keep_dialogue(
    session: AsyncSession, talk: Talk, account_id: int, address_id: int, values: dict[str, Any]
) -> int:
    if talk.dialogue_id is None:
        fresh = {"step": "", "step_number": 0, "state": {}, "topics": []} | values
        return await _insert_once(
            session, Dialogue, account_id=account_id, address_id=address_id, **fresh
        )
    changed = await session.execute(
        update(Dialogue)
        .where(Dialogue.id == talk.dialogue_id, Dialogue.version == talk.version)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict
    return talk.dialogue_id


async def _add_account(session: AsyncSession, incoming: Update, now: datetime) -> int:
    who = incoming.sender
    return await _insert_once(
        session, Account, channel=who.channel, user=who.user, name=who.name[:200], created_at=now
    )


async def _address(session: AsyncSession, talk: Talk, account_id: int, now: datetime) -> Address:
    """Give the address, made on first sight, open again when somebody speaks there."""
    where = talk.update.address
    whose = account_id if talk.update.private else None
    if talk.address_id is None:
        address_id = await _insert_once(
            session,
            Address,
            channel=where.channel,
            chat=where.chat,
            private=talk.update.private,
            account_id=whose,
            last_in_at=now,
            created_at=now,
        )
    else:
        address_id = talk.address_id
        stale = talk.last_in_at is None or talk.last_in_at < now - HOUR
        if stale or talk.address_state != "open":
            await session.execute(
                update(Address)
                .where(Address.id == address_id)
                .values(state="open", last_in_at=now)
                .execution_options(synchronize_session=False)
            )
    return Address(id=address_id, channel=where.channel, chat=where.chat)


async def _insert_once(session: AsyncSession, table: Any, **values: Any) -> int:
    """Insert a row and give its id. Raises Conflict when somebody else has just done so."""
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    found = await session.scalar(
        build(table).values(**values).on_conflict_do_nothing().returning(table.id)
    )
    if found is None:
        raise Conflict
    return int(found)
