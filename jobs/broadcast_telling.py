"""What a broadcast's author hears of it, and how second leaders are asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import broadcast_phrases as phrases
from jobs.channel import Channel
from jobs.elsewhere import outlook
from store import audiences, broadcast_judges, broadcasts, outbox
from store import broadcast_planning as planning
from store.broadcast_lists import ask_for
from store.broadcast_outcomes import Outcome, Progress, outcomes, progress
from store.broadcasts import Broadcast, about
from store.database import Database
from store.messages import Message, Priority, shared_button
from store.models import Address, OutboxRow
from store.people import held_roles

NAMED: Final = 10
"""So many of who was not reached are named in the report itself."""
FIRST_AFTER: Final = timedelta(seconds=10)
EVERY: Final = timedelta(seconds=30)
LAST: Final = "last"
NOT_SENT: Final = ("unknown", "stale", "cancelled", "cleared")
"""How it may end without having failed."""


class Teller:
    """Tells authors how their broadcasts go; remembers what it said last."""

    def __init__(self, database: Database, channels: Mapping[str, Channel]) -> None:
        """Take `channels` by channel account."""
        self._database = database
        self._channels = channels
        self._told: dict[int, tuple[datetime, str]] = {}

    async def tell_author(self, number: int, *, now: datetime) -> None:
        """Tell how far a broadcast is, or end it with a report where nothing is left of it."""
        last, _ = self._told.get(number, (None, ""))
        async with self._database.read() as session:
            one = await broadcasts.find(session, number)
            if one is None or one.started_at is None:
                return
            is_over = one.planned_at is not None or one.state == "cancelled"
            is_over = is_over and not await planning.is_under_way(session, number)
            begun = now - one.started_at >= FIRST_AFTER and one.state == "running"
            if not is_over and (not begun or (last is not None and now - last < EVERY)):
                return
            found = await progress(session, number)
            unreached = await outcomes(session, number, limit=NAMED, which="unreached")
        if is_over:
            self._told.pop(number, None)
            await self._end(_Ended(one, found, unreached), now)
        else:
            await self._go_on(one, found, now)

    async def _go_on(self, one: Broadcast, found: Progress, now: datetime) -> None:
        waiting = found.count("queued", "sending")
        text = phrases.going_on(
            number=one.id,
            done=found.total - waiting,
            total=found.total,
            sent=found.count("sent"),
            planned=one.planned_at is not None,
        )
        _, before = self._told.get(one.id, (now, ""))
        self._told[one.id] = (now, text)
        if text == before or one.started_at is None:
            return
        beat = (now - one.started_at) // EVERY

        async def work(session: AsyncSession) -> None:
            await self._edit(session, one, text, beat=f"{beat}", now=now)

        await self._database.write(work, priority=2)

    async def _edit(
        self, session: AsyncSession, one: Broadcast, text: str, *, beat: str, now: datetime
    ) -> None:
        """Say it in place of what was said of this broadcast before, where the channel can."""
        address, channel = await self._author(session, one)
        if address is None or channel is None or not channel.caps.edits:
            return
        key = f"{about(one.id)}:how"
        first = await session.scalar(select(OutboxRow.id).where(OutboxRow.key == key))
        if first is None and beat == LAST:
            return
        await outbox.enqueue(
            session,
            address,
            channel.split(Message(text)),
            key=key if first is None else f"{key}:{beat}",
            now=now,
            priority=Priority.REMINDER,
            stale_at=None if first is None or channel.stored_is_sent else now + 2 * EVERY,
            replaces_id=first,
            stored_is_sent=channel.stored_is_sent,
        )

    async def _end(self, ended: "_Ended", now: datetime) -> None:
        """End a broadcast and report; in one transaction, so that it is reported once."""
        number = ended.one.id

        async def work(session: AsyncSession) -> None:
            row = await planning.take(session, number, "running", "cancelled")
            if row is None or row.finished_at or await planning.is_under_way(session, number):
                return
            row.finished_at = now
            if row.state == "running":
                row.state = "done"
            row.version += 1
            await self._report(session, ended, row.state, now)

        await self._database.write(work, priority=2)

    async def _report(
        self, session: AsyncSession, ended: "_Ended", state: str, now: datetime
    ) -> None:
        one, found = ended.one, ended.found
        address, channel = await self._author(session, one)
        if address is None or channel is None:
            return
        reasons = Counter[str](found.reasons)
        reasons.update({other: found.count(other) for other in NOT_SENT})
        text = phrases.report(
            number=one.id,
            cancelled=state == "cancelled",
            total=found.total,
            sent=found.count("sent"),
            reasons=reasons,
            names=[named(person) for person in ended.unreached],
            confirmed=found.confirmed if one.wants_receipt else None,
        )
        await self._edit(session, one, phrases.is_over(number=one.id), beat=LAST, now=now)
        await outbox.enqueue(
            session,
            address,
            channel.split(Message(text)),
            key=f"{about(one.id)}:report",
            now=now,
            priority=Priority.REMINDER,
            stored_is_sent=channel.stored_is_sent,
        )
        if reasons.total() > len(ended.unreached):
            await ask_for(session, one.id, address.id, key="report", now=now)

    async def _author(
        self, session: AsyncSession, one: Broadcast
    ) -> tuple[Address | None, Channel | None]:
        """Give where the author listens; nowhere for the operator's."""
        if one.author_address_id is None:
            return None, None
        address = await session.get(Address, one.author_address_id)
        return address, self._channels.get(address.channel) if address else None

    async def ask_judges(self, number: int, *, now: datetime) -> None:
        """Ask those who may agree to a broadcast, each once; tell the author where nobody may."""
        async with self._database.read() as session:
            one = await broadcasts.find(session, number)
            who = await broadcast_judges.judges(session, number)
            reached = (await outlook(session, self._channels, who, now=now)).reached
            keys = {f"{about(number)}:judge:{person}": person for person in reached}
            asked = await session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(keys)))
            unasked = {key: keys[key] for key in keys.keys() - set(asked)}
            nobody = OutboxRow.key == f"{about(number)}:nobody"
            is_told = await session.scalar(select(OutboxRow.id).where(nobody)) is not None
        if one is None or (not unasked and (who or is_told)):
            return

        async def work(session: AsyncSession) -> None:
            if await planning.take(session, number, "waiting") is None:
                return
            message = await self._question(session, one, now)
            for key, person in unasked.items():
                place = reached[person].address
                channel = self._channels[place.channel]
                await outbox.enqueue(
                    session,
                    place,
                    channel.split(message),
                    key=key,
                    now=now,
                    priority=Priority.REMINDER,
                    stored_is_sent=channel.stored_is_sent,
                )
            if not who:
                await self._say_nobody(session, one, now)

        await self._database.write(work, priority=2)

    async def _question(self, session: AsyncSession, one: Broadcast, now: datetime) -> Message:
        held = await held_roles(session, one.author_id) if one.author_id else ()
        leads = [role.unit for role in held if role.role in {"leader", "admin"}]
        text = phrases.wanted(
            number=one.id,
            author=one.author_name,
            unit=leads[0] if leads else "",
            people=await audiences.count(session, one.audience),
            at=one.send_at.astimezone(now.tzinfo) if one.send_at > now else None,
            text=one.message.text,
        )
        row = (
            shared_button(phrases.AGREE, "broadcast_agree", str(one.id)),
            shared_button(phrases.REFUSE, "broadcast_refuse", str(one.id)),
        )
        return Message(text, buttons=(row,))

    async def _say_nobody(self, session: AsyncSession, one: Broadcast, now: datetime) -> None:
        address, channel = await self._author(session, one)
        if address is None or channel is None:
            return
        await outbox.enqueue(
            session,
            address,
            channel.split(Message(phrases.nobody_to_ask(number=one.id))),
            key=f"{about(one.id)}:nobody",
            now=now,
            priority=Priority.REMINDER,
            stored_is_sent=channel.stored_is_sent,
        )


@dataclass(frozen=True, slots=True)
class _Ended:
    """A broadcast of which nothing is under way, and what became of it."""

    one: Broadcast
    found: Progress
    unreached: Sequence[Outcome]


def named(one: Outcome) -> str:
    """Name somebody who was not reached, with the reason."""
    return phrases.person(name=one.name, unit=one.unit, why=one.why or one.state)
