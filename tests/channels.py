"""A channel that does as a test tells it, and senders that send until nothing is due."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.render import split_message
from jobs.channel import NO_CAPS, Caps, ChatLimit, NotFetched, Reach, SignalKind
from jobs.delivery import Sender
from store import outbox
from store.database import Database
from store.messages import Address, Media, Message, Outcome, Priority, Receipt, Update
from store.models import Account, OutboxRow, Person, Role, Unit
from store.models import Address as AddressRow
from tests.conftest import NOW


@dataclass
class Pipe:
    """One account of a platform that exists only here.

    `answers` are given to the attempts at a chat in their order, the last one for ever; without
    any, everything arrives. `window` is how long after somebody spoke the platform lets us speak.
    """

    account: str
    limit: int = 1000
    stored_is_sent: bool = False
    caps: Caps = NO_CAPS
    window: timedelta | None = None
    paid: timedelta | None = None
    answers: dict[str, list[Receipt]] = field(default_factory=dict)
    tried: list[tuple[str, Message]] = field(default_factory=list)
    rate: float = 1000.0
    reply_rate: float = 1000.0
    of_chat: ChatLimit | None = None

    def refuse(self, chat: str, *outcomes: Outcome) -> None:
        """Let the next attempts at a chat end so."""
        self.answers[chat] = [Receipt(one, reason="because") for one in outcomes]

    def texts(self, chat: str) -> list[str]:
        """Give what was tried at a chat."""
        return [message.text.strip() for where, message in self.tried if where == chat]

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:  # noqa: ARG002
        if self.window is None:
            return "open"
        silent = now - (last_in_at or datetime.min.replace(tzinfo=now.tzinfo))
        if silent < self.window:
            return "open"
        return "paid" if self.paid and silent < self.paid else "closed"

    def chat_limit(self, chat: str) -> ChatLimit | None:
        del chat
        return self.of_chat

    def update_id(self, raw: bytes) -> str:
        return raw.hex()

    def conversation(self, raw: bytes) -> str:
        del raw
        return ""

    def parse(self, raw: bytes) -> Update | None:
        del raw
        return None

    def split(self, message: Message) -> tuple[Message, ...]:
        return split_message(message, self.limit)

    async def send(self, address: Address, message: Message) -> Receipt:
        self.tried.append((address.chat, message))
        left = self.answers.get(address.chat, [Receipt(Outcome.SENT, external_id="1")])
        return left.pop(0) if len(left) > 1 else left[0]

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:
        del external_id
        return await self.send(address, message)

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        del media, into, most_bytes
        raise NotFetched("gone")

    async def signal(self, update: Update, kind: SignalKind) -> None:
        del update, kind


@dataclass
class Post:
    """An office's channels with their senders, and people at chats of them."""

    database: Database
    channels: dict[str, Pipe]
    at: datetime = NOW

    @classmethod
    def of(cls, database: Database, *pipes: Pipe) -> "Post":
        return cls(database, {pipe.account: pipe for pipe in pipes})

    def now(self) -> datetime:
        return self.at

    async def person(
        self,
        name: str,
        chats: Mapping[str, timedelta],
        *,
        preferred: str = "",
        role: str = "officer",
        state: str = "active",
    ) -> int:
        """Register somebody with a chat on each channel, last heard of there so long ago."""

        async def work(session: AsyncSession) -> int:
            unit = await session.scalar(select(Unit).limit(1))
            if unit is None:
                unit = Unit(name="Xã", folded="xa", path="/1/", created_at=self.at)
            preferences = {"channel": preferred} if preferred else {}
            person = Person(name=name, state=state, preferences=preferences, created_at=self.at)
            session.add_all([unit, person])
            await session.flush()
            session.add(Role(person_id=person.id, role=role, unit_id=unit.id, created_at=self.at))
            for channel, silent in chats.items():
                account = Account(
                    channel=channel, user=name, person_id=person.id, created_at=self.at
                )
                session.add(account)
                await session.flush()
                session.add(
                    AddressRow(
                        channel=channel,
                        chat=name,
                        account_id=account.id,
                        last_in_at=self.at - silent,
                        created_at=self.at,
                    )
                )
            return int(person.id)

        return await self.database.write(work)

    async def queue(
        self,
        channel: str,
        chat: str,
        message: Message | str,
        *,
        key: str = "k",
        priority: int = Priority.REMINDER,
        due_at: datetime | None = None,
    ) -> None:
        """Queue a message, as a tick does."""
        pipe = self.channels[channel]
        said = message if isinstance(message, Message) else Message(message)

        async def work(session: AsyncSession) -> None:
            address = (
                await session.scalars(
                    select(AddressRow).where(
                        AddressRow.channel == channel, AddressRow.chat == chat
                    )
                )
            ).one()
            await outbox.enqueue(
                session,
                address,
                pipe.split(said),
                key=key,
                now=self.at,
                priority=priority,
                due_at=due_at,
                stored_is_sent=pipe.stored_is_sent,
            )

        await self.database.write(work)

    async def deliver(self) -> None:
        """Send what is due on every channel until nothing is, each sender new-born."""
        before = -1
        while before != (moves := await self._moves()):
            before = moves
            for pipe in self.channels.values():
                if not pipe.stored_is_sent:
                    await self.step(pipe)

    async def step(self, pipe: Pipe) -> None:
        """Let one channel's sender take one step, and wait for what it began."""
        sender = Sender(self.database, pipe, bulk_rate=1000, now=self.now, channels=self.channels)
        async with asyncio.TaskGroup() as group:
            await sender.step(group)

    async def rows(self, channel: str = "") -> Sequence[OutboxRow]:
        """Give the deliveries (of a channel), oldest first."""
        asked = select(OutboxRow).order_by(OutboxRow.id)
        if channel:
            asked = asked.where(OutboxRow.channel == channel)
        async with self.database.read() as session:
            return (await session.scalars(asked)).all()

    async def _moves(self) -> int:
        """Count what was tried and what was settled: it grows while anything goes on."""
        settled = select(func.count(OutboxRow.id)).where(OutboxRow.settled_at.is_not(None))
        async with self.database.read() as session:
            ended = await session.scalar(settled) or 0
        return ended + sum(len(pipe.tried) for pipe in self.channels.values())
