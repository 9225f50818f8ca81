"""Who speaks where, in which step of which dialogue: read before, kept with the decision."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS, Conflict
from store.messages import Message, Notice, Update
from store.models import Account, Address, Dialogue, Person, Role, Row, Unit, table_of

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
    address_name: str = ""
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
    said: list[Message] = field(default_factory=list)
    """What the changes themselves say, who know what they made; it follows the messages."""


Change = Callable[[AsyncSession, Kept], Awaitable[None]]
"""Something that a decision changes; raises Conflict where its ground is no longer so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a conversation decided about one update.

    `step` opens a step, `ends` closes the open one, neither leaves it. `topics` replaces what a
    follow-up inherits. `said` is how the update stands in the chat's history. `notices` are said
    at other addresses.
    """

    messages: tuple[Message, ...] = ()
    changes: tuple[Change, ...] = ()
    step: Step | None = None
    ends: bool = False
    topics: tuple[str, ...] | None = None
    noticed: bool = False
    said: str = ""
    notices: tuple[Notice, ...] = ()


ACCOUNT, ADDRESS, DIALOGUE = table_of(Account), table_of(Address), table_of(Dialogue)
PERSON = table_of(Person)


def _load() -> Any:
    """Everything about a speaker in one row, with nulls for what is not there yet."""
    only_row = select(literal(1).label("one")).subquery("only_row")
    joined = (
        only_row.outerjoin(
            ACCOUNT,
            and_(
                ACCOUNT.c.channel == bindparam("account_channel"),
                ACCOUNT.c.user == bindparam("user"),
            ),
        )
        .outerjoin(PERSON, PERSON.c.id == ACCOUNT.c.person_id)
        .outerjoin(
            ADDRESS,
            and_(
                ADDRESS.c.channel == bindparam("address_channel"),
                ADDRESS.c.chat == bindparam("chat"),
            ),
        )
        .outerjoin(
            DIALOGUE,
            and_(DIALOGUE.c.address_id == ADDRESS.c.id, DIALOGUE.c.account_id == ACCOUNT.c.id),
        )
    )
    return select(
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.noticed_at,
        PERSON.c.id.label("person_id"),
        PERSON.c.name.label("person_name"),
        PERSON.c.state.label("person_state"),
        ADDRESS.c.id.label("address_id"),
        ADDRESS.c.state.label("address_state"),
        ADDRESS.c.name.label("address_name"),
        ADDRESS.c.last_in_at,
        DIALOGUE.c.id.label("dialogue_id"),
        DIALOGUE.c.version,
        DIALOGUE.c.step,
        DIALOGUE.c.step_number,
        DIALOGUE.c.state,
        DIALOGUE.c.expires_at,
        DIALOGUE.c.topics,
        DIALOGUE.c.topics_at,
    ).select_from(joined)


LOAD = _load()


def _keep(*more: str) -> Any:
    """The conditional update of a dialogue, with the further columns that a decision sets."""
    return (
        update(DIALOGUE)
        .where(DIALOGUE.c.id == bindparam("dialogue"), DIALOGUE.c.version == bindparam("seen"))
        .values({name: bindparam(f"new_{name}") for name in ("version", "updated_at", *more)})
    )


DEFAULTS: dict[type[Row], dict[str, Any]] = {
    Account: {"name": ""},
    Address: {"state": "open", "last_number": 0, "name": ""},
    Dialogue: {"step": "", "step_number": 0, "state": {}, "topics": []},
}
STEP_COLUMNS = ("step", "state", "step_number", "expires_at")
TOPIC_COLUMNS = ("topics", "topics_at")
KEEP = {
    (moves, asks): _keep(*(STEP_COLUMNS if moves else ()), *(TOPIC_COLUMNS if asks else ()))
    for moves in (False, True)
    for asks in (False, True)
}
"""By whether the step changes and whether the topics do."""


async def load(session: AsyncSession, incoming: Update, *, now: datetime) -> Talk:
    """Read who speaks and where. A first-time speaker has no rows yet."""
    asked = {
        "account_channel": incoming.sender.channel,
        "user": incoming.sender.user,
        "address_channel": incoming.address.channel,
        "chat": incoming.address.chat,
    }
    row = (await session.execute(LOAD, asked)).one()
    person = None
    if row.person_id is not None:
        active = row.person_state == "active"
        person = await _speaker(session, row.person_id, row.person_name, active=active)
    expired = row.expires_at is not None and row.expires_at <= now
    fresh = row.topics_at is not None and row.topics_at > now - TOPICS_LAST
    kept = row.dialogue_id is not None
    return Talk(
        incoming,
        account_id=row.account_id,
        address_id=row.address_id,
        dialogue_id=row.dialogue_id,
        version=row.version or 0,
        step=row.step if kept and not expired else "",
        step_number=row.step_number or 0,
        state=row.state if kept and not expired else {},
        topics=tuple(row.topics) if kept and fresh else (),
        person=person,
        noticed=row.noticed_at is not None,
        address_state=row.address_state or "open",
        address_name=row.address_name or "",
        last_in_at=row.last_in_at,
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
        return await _insert_once(
            session, Dialogue, account_id=account_id, address_id=address_id, **values
        )
    statement = KEEP["step" in values, "topics" in values]
    named = {f"new_{name}": value for name, value in values.items()}
    seen = {"dialogue": talk.dialogue_id, "seen": talk.version}
    changed = await session.execute(statement, named | seen)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict
    return talk.dialogue_id


async def _add_account(session: AsyncSession, incoming: Update, now: datetime) -> int:
    who = incoming.sender
    name = _shown(who.name)
    return await _insert_once(
        session, Account, channel=who.channel, user=who.user, name=name, created_at=now
    )


def _shown(name: str) -> str:
    """Give a name as it is kept: people choose theirs as they like."""
    return "".join(sign for sign in name[:200] if sign.isprintable())


async def _address(session: AsyncSession, talk: Talk, account_id: int, now: datetime) -> Address:
    """Give the address, made on first sight, open again when somebody speaks there."""
    where = talk.update.address
    heard_at = _heard_at(talk, now)
    whose = account_id if talk.update.private else None
    name = _shown(talk.update.chat_name)
    if talk.address_id is None:
        address_id = await _insert_once(
            session,
            Address,
            channel=where.channel,
            chat=where.chat,
            private=talk.update.private,
            name=name,
            account_id=whose,
            last_in_at=heard_at,
            created_at=now,
        )
    else:
        address_id = talk.address_id
        stale = talk.last_in_at is None or talk.last_in_at < heard_at - HOUR
        renamed = name not in {"", talk.address_name}
        if stale or renamed or talk.address_state != "open":
            await session.execute(
                update(Address)
                .where(Address.id == address_id)
                .values(state="open", last_in_at=heard_at, name=name or talk.address_name)
                .execution_options(synchronize_session=False)
            )
    return Address(id=address_id, channel=where.channel, chat=where.chat)


def _heard_at(talk: Talk, now: datetime) -> datetime:
    """Give when somebody was last heard of: platforms count from there, also for what came late.

    Of a press some platforms tell only when its message was written.
    """
    said = now if talk.update.kind == "press" else min(talk.update.at, now)
    return max(said, talk.last_in_at or said)


async def _insert_once(session: AsyncSession, row: type[Row], **values: Any) -> int:
    """Insert a row and give its id. Raises Conflict when somebody else has just done so."""
    table = table_of(row)
    insert = INSERTS[session.get_bind().dialect.name]
    defaults = DEFAULTS.get(row, {})
    found = await session.scalar(
        insert(table).values(**defaults | values).on_conflict_do_nothing().returning(table.c.id)
    )
    if found is None:
        raise Conflict
    return int(found)
