"""Broadcasts: planned when they are due, batch by batch, put aside while paused, ended once.

Any number of processes plan at once. A batch of people and how far it reached are one transaction;
the key (broadcast, person) makes a second plan harmless.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import broadcast_phrases as phrases
from jobs.broadcast_telling import Teller
from jobs.channel import Channel
from jobs.planning import BATCH, Telling, tell
from store import broadcast_planning as planning
from store import office, outbox, subscriptions
from store.audiences import Audience, people_of
from store.broadcasts import TOPIC, about, about_again, as_seen
from store.database import Database, Unavailable
from store.messages import Message, Priority
from store.models import Address
from store.models import Broadcast as Row
from store.sharing import Bulk
from store.subscriptions import LATEST, is_quiet

LOOK_SECONDS: Final = 5.0
"""How often it is looked when no signal comes."""
USEFUL: Final = timedelta(hours=24)
"""A message that waited longer than this would confuse; a pause does not count."""

log = structlog.get_logger()


class Broadcasting:
    """Plans, repeats and ends broadcasts, and tells their authors how they go."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], zone: ZoneInfo
    ) -> None:
        """Take `channels` by channel account."""
        self._database = database
        self._channels = channels
        self._zone = zone
        self._teller = Teller(database, channels)
        self._sorted: dict[int, int] = {}
        """At which version the deliveries of a broadcast were last put where they belong."""

    async def run(self, now: Callable[[], datetime]) -> None:
        """Look, until cancelled, at every signal and every few seconds."""
        with self._database.signals.listen(TOPIC) as listener:
            while True:
                try:
                    await self.tick(now())
                except Unavailable as error:
                    log.warning("store unavailable", where="broadcasts", reason=str(error))
                except Exception:
                    log.exception("broadcasts stumbled")
                await listener.wait(LOOK_SECONDS)

    async def tick(self, now: datetime) -> None:
        """Do all that is to be done now; nothing while sending is paused after a restore."""
        async with self._database.read() as session:
            if await office.find(session, office.PAUSED) is not None:
                return
            found = await planning.at_work(session, now=now)
        self._sorted = {row.id: self._sorted[row.id] for row in found if row.id in self._sorted}
        for row in found:
            if self._sorted.get(row.id) != row.version and await self._sort(row, now):
                self._sorted[row.id] = row.version
        await self._plan([row for row in found if row.state in {"scheduled", "running"}], now)
        for row in found:
            await self._go_on(row, now)

    async def _sort(self, row: Row, now: datetime) -> bool:
        """Put the deliveries of a broadcast where they belong in its state.

        False where its state changed meanwhile.
        """
        changes: dict[str, Callable[[AsyncSession, Sequence[int]], Awaitable[None]]] = {
            "paused": planning.put_aside,
            "running": partial(planning.put_back, stale_at=now + USEFUL),
            "cancelled": partial(planning.drop, now=now),
        }
        change = changes.get(row.state)
        if change is None:
            return True
        both = (False, True) if row.state == "cancelled" else (row.state == "running",)
        return all(
            [
                await self._sort_some(row, what, change, aside=aside)
                for what in (about(row.id), about_again(row.id))
                for aside in both
            ]
        )

    async def _sort_some(
        self,
        row: Row,
        what: str,
        change: Callable[[AsyncSession, Sequence[int]], Awaitable[None]],
        *,
        aside: bool,
    ) -> bool:
        """Change what waits, batch by batch; sought outside of the transactions that write."""

        async def work(session: AsyncSession) -> bool:
            if not await planning.stands_at(session, row.id, row.version):
                return False
            await change(session, ids)
            return True

        after = 0
        while True:
            async with self._database.read() as session:
                ids = await planning.next_waiting(
                    session, what, aside=aside, after=after, limit=BATCH
                )
            if not ids:
                return True
            if not await self._database.write(work, priority=2):
                return False
            after = ids[-1]

    async def _plan(self, rows: list[Row], now: datetime) -> None:
        """Plan what is due, a batch of each in turn."""
        quiet = is_quiet(now, self._zone)
        open_ones = [
            row.id for row in rows if row.planned_at is None and (row.urgent or not quiet)
        ]
        while open_ones:
            open_ones = [
                number
                for number in open_ones
                if await self._database.write(
                    partial(self._plan_batch, number=number, now=now), priority=2
                )
            ]

    async def _plan_batch(self, session: AsyncSession, *, number: int, now: datetime) -> bool:
        """Plan the next people of a broadcast. False where nobody is left, or it is not ours."""
        row = await planning.take(session, number, "scheduled", "running")
        if row is None or row.planned_at is not None:
            return False
        if row.started_at is None:
            row.state, row.started_at = "running", now
            row.version += 1
        audience = Audience.from_json(row.audience)
        people = await people_of(session, audience, after=row.last_person_id, limit=BATCH)
        await self._tell_groups(session, row, audience, now)
        today = now.astimezone(self._zone).date()
        silent = await subscriptions.silent(session, people, today=today)
        telling = Telling(_message(row), _bulk(row, now))
        await tell(session, self._channels, telling, people, now=now, silent=silent)
        if len(people) < BATCH:
            row.planned_at, row.last_person_id = now, 0
            return False
        row.last_person_id = people[-1]
        return True

    async def _tell_groups(
        self, session: AsyncSession, row: Row, audience: Audience, now: datetime
    ) -> None:
        """Queue the message to the chats of many that were chosen."""
        asked = select(Address).where(Address.id.in_(audience.addresses)).order_by(Address.id)
        bulk = _bulk(row, now)
        message = as_seen(_message(row), row.id, wants_receipt=False)
        for address in await session.scalars(asked):
            channel = self._channels.get(address.channel)
            if channel is None or address.private or bulk.code:
                continue
            await outbox.enqueue(
                session,
                address,
                channel.split(message),
                key=f"{bulk.key}:a{address.id}",
                now=now,
                priority=bulk.priority,
                policy=bulk.policy,
                stale_at=bulk.stale_at,
                stored_is_sent=channel.stored_is_sent,
                about=bulk.about,
            )

    async def _go_on(self, row: Row, now: datetime) -> None:
        if row.state == "waiting":
            await self._teller.ask_judges(row.id, now=now)
        elif row.state in {"scheduled", "running", "cancelled"} and row.finished_at is None:
            await self._teller.tell_author(row.id, now=now)
        if row.planned_at is not None and row.planned_at <= now - planning.REPEAT_AFTER:
            await self._tell_again(row, now)

    async def _tell_again(self, row: Row, now: datetime) -> None:
        """Tell those once more who have not confirmed, by day only."""
        if not row.wants_receipt or row.repeated_at is not None or is_quiet(now, self._zone):
            return
        await self._repeat(partial(self._tell_batch_again, number=row.id, now=now))

    async def _tell_batch_again(
        self, session: AsyncSession, *, number: int, now: datetime
    ) -> bool:
        row = await planning.take(session, number, "running", "done")
        if row is None or row.repeated_at is not None or row.planned_at is None:
            return False
        people: list[int] = []
        if now < row.planned_at + planning.REPEATED_BY:
            people = await planning.not_confirmed(
                session, number, after=row.last_person_id, limit=BATCH
            )
        local = now.astimezone(self._zone)
        silent = await subscriptions.silent(session, people, today=local.date())
        bulk = Bulk(
            key=about_again(number),
            about=about_again(number),
            priority=Priority.BROADCAST,
            policy="hold",
            due_at=now,
            stale_at=datetime.combine(local.date(), LATEST, self._zone),
        )
        said = Message(phrases.again(text=Message.from_json(row.content).text))
        telling = Telling(as_seen(said, number, wants_receipt=True), bulk)
        await tell(session, self._channels, telling, people, now=now, silent=silent)
        if len(people) < BATCH:
            row.repeated_at = now
            return False
        row.last_person_id = people[-1]
        return True

    async def _repeat(self, step: Callable[[AsyncSession], Awaitable[bool]]) -> None:
        """Write batch after batch, so that replies come between."""
        while await self._database.write(step, priority=2):
            pass


def _message(row: Row) -> Message:
    return as_seen(Message.from_json(row.content), row.id, wants_receipt=row.wants_receipt)


def _bulk(row: Row, now: datetime) -> Bulk:
    return Bulk(
        key=about(row.id),
        about=about(row.id),
        priority=Priority.BROADCAST,
        policy="resend" if row.policy == "resend" else "hold",
        due_at=now,
        stale_at=now + USEFUL,
        code="late" if now > row.send_at + USEFUL else "",
    )
