"""Delivery: claim what is due, send it with no transaction open, settle each on its own answer.

The claim is committed before the network is touched. How an attempt ended decides what becomes
of the row (jobs/endings.py); a row found in flight after a death: `store.outbox.recover`.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import phrases
from jobs.channel import Channel
from jobs.endings import judge
from jobs.pace import ChatPace, Pace
from jobs.settling import Ended, Settler
from store import broadcasts, outbox
from store.database import Database, Unavailable
from store.locks import Lock, only_one
from store.messages import Outcome, Priority, Receipt
from store.models import OfficeSetting, OutboxRow
from store.office import PAUSED
from store.outbox import Delivery
from store.subscriptions import is_quiet

LEAST_IN_FLIGHT = 10
MOST_IN_FLIGHT = 32
"""Deliveries under way at once: at a death so many may have arrived without our knowing."""
REPLIES_PER_SECOND = 1200
"""What a slow platform should not hold us below: more are under way the longer each takes."""
LOOK_SECONDS = 5.0
"""How often the table is looked at when no signal comes."""
LOOK = timedelta(seconds=LOOK_SECONDS)
HELD_LOOK = timedelta(seconds=1)
"""How often bulk is looked for while some of it is held: each look passes over all that is."""
GATHER_SECONDS = 0.015
"""Claims come no faster than this: one costs the same for one delivery as for ten."""
LONGEST_SEND = outbox.LEASE - timedelta(seconds=10)
"""A send that takes longer is given up: once its lease ends, somebody else may send it again."""
LATE = Receipt(Outcome.UNKNOWN, code="late", reason=phrases.LATE)
LAPSED = Receipt(Outcome.LAPSED, code="window", reason=phrases.LAPSED)
"""What is not even tried: the platform would refuse it."""
log = structlog.get_logger()


def in_flight(seconds: float) -> int:
    """Say how many deliveries may be under way when one takes so many seconds (Little's law)."""
    return min(max(round(seconds * REPLIES_PER_SECOND), LEAST_IN_FLIGHT), MOST_IN_FLIGHT)


class Sender:
    """Sends what is due on one channel account, the only one to do so on any machine."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        bulk_rate: float,
        now: Callable[[], datetime],
        channels: Mapping[str, Channel] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """Take `channels` (by channel account) for what must go another way; `zone` is where the
        quiet hours are, without one where `now` is.
        """
        self._zone = zone
        self._database = database
        self._channel = channel
        self._settler = Settler(database, channel, channels or {channel.account: channel})
        self._now = now
        self._pace = Pace(
            reply_rate=channel.reply_rate, rate=channel.rate, bulk=bulk_rate, now=now()
        )
        self._chats = ChatPace(now())
        self._busy: set[int] = set()
        self._rest_until: datetime | None = None
        self._looked_at: datetime | None = None
        self._seconds = 0.0
        self._is_paused = False
        self._held: Sequence[str] = ()
        self._passed_over_at: datetime | None = None
        self._stopping = False
        self._topic = outbox.topic(channel.account)

    async def run(self) -> None:
        """Send until stopped; what is in flight then is finished.

        Only who holds the lock sends. Where the lock is lost (the database was away) what is in
        flight is finished, and the lock is sought again before anything else is claimed.
        """
        while not self._stopping:
            try:
                async with only_one(self._database, f"sender:{self._channel.account}") as lock:
                    await self._recover()
                    await self._send_while(lock)
            except (Unavailable, DBAPIError, OSError) as error:
                log.warning("store unavailable", where="sender", reason=type(error).__name__)
                await asyncio.sleep(1.0)

    async def _send_while(self, lock: Lock) -> None:
        with self._database.signals.listen(self._topic) as listener:
            async with asyncio.TaskGroup() as group:
                hearing = group.create_task(self._hear_holds())
                while not self._stopping and await lock.is_held():
                    wait = LOOK_SECONDS
                    try:
                        wait = await self.step(group)
                    except Unavailable as error:
                        log.warning("store unavailable", where="sender", reason=str(error))
                    except Exception:
                        log.exception("sender stumbled")
                    await asyncio.sleep(GATHER_SECONDS)
                    if wait > 0 and not self._stopping:
                        await listener.wait(wait)
                hearing.cancel()

    async def _hear_holds(self) -> None:
        """Look at once at what is held when a broadcast is paused or goes on."""
        with self._database.signals.listen(broadcasts.TOPIC) as listener:
            while True:
                if await listener.wait(LOOK_SECONDS):
                    self._looked_at = None
                    self._database.signals.wake(self._topic)

    def stop(self) -> None:
        """Claim no more; `run` ends when nothing is in flight."""
        self._stopping = True
        self._database.signals.wake(self._topic)

    async def step(self, group: asyncio.TaskGroup) -> float:
        """Start what may go now. Give the seconds until the next look, 0 for at once."""
        now = self._now()
        if self._rest_until is not None and now < self._rest_until:
            return min((self._rest_until - now).total_seconds(), LOOK_SECONDS)
        if await self._paused(now):
            return LOOK_SECONDS
        slots = in_flight(self._seconds) - len(self._busy)
        claimed, short = await self._claim(slots, now)
        for one in claimed:
            self._busy.add(one.address_id)
            group.create_task(self._deliver(one))
        if short:
            return self._pace.wait(replies=short == "replies")
        return await self._until_next(now)

    async def _claim(
        self, slots: int, now: datetime
    ) -> tuple[list[Delivery], Literal["", "replies", "others"]]:
        """Claim within the pace. Say as well which bucket was too empty to look any further."""
        any_kind, others = self._pace.allowance(now)
        if slots <= 0:
            return [], ""
        if any_kind <= 0:
            return [], "replies"
        passed_over = self._passed_over(now)
        only_replies = not others or passed_over
        busy = self._busy.union(self._chats.resting(now))

        async def work(session: AsyncSession) -> list[Delivery]:
            return await outbox.claim(
                session,
                self._channel.account,
                limit=min(slots, any_kind),
                now=now,
                lowest=Priority.REPLY if only_replies else None,
                others=others,
                busy=busy,
                held=self._held,
            )

        claimed = await self._database.write(work, priority=0)
        replies = sum(one.priority == Priority.REPLY for one in claimed)
        self._pace.spend(replies=replies, others=len(claimed) - replies)
        for one in claimed:
            self._chats.spend(one.address_id, self._channel.chat_limit(one.chat), now)
        if len(claimed) - replies < others:
            if self._held and not only_replies:
                self._passed_over_at = now
            return claimed, ""
        return claimed, "" if passed_over else "others"

    def _passed_over(self, now: datetime) -> bool:
        """Say whether nothing but what is held was found a moment ago, replies excepted."""
        at = self._passed_over_at
        return bool(self._held) and at is not None and abs(now - at) < HELD_LOOK

    async def _deliver(self, one: Delivery) -> None:
        try:
            started = asyncio.get_running_loop().time()
            receipt = await self._send_in_time(one)
            now = self._now()
            ending = judge(receipt, one, now=now, jitter=random.random())  # noqa: S311
            if ending.rest_until is not None:
                self._rest_until = ending.rest_until
            if ending.state != "sent":
                log.warning(
                    "delivery",
                    id=one.id,
                    ended=ending.state,
                    outcome=receipt.outcome,
                    code=receipt.code,
                    reason=receipt.reason,
                )
            await self._settler.settle(Ended(one, receipt, ending, now))
            took = asyncio.get_running_loop().time() - started
            self._seconds += (took - self._seconds) / LEAST_IN_FLIGHT
        except Exception:
            # The row stays in flight; its lease or the next sender ends it. Others go on.
            log.exception("delivery failed", id=one.id)
        finally:
            self._busy.discard(one.address_id)
            self._database.signals.wake(self._topic)

    async def _send_in_time(self, one: Delivery) -> Receipt:
        try:
            async with asyncio.timeout(LONGEST_SEND.total_seconds()):
                return await self._send(one)
        except TimeoutError:
            return LATE

    async def _send(self, one: Delivery) -> Receipt:
        address = one.address
        if self._channel.reach(address, one.last_in_at, now=self._now()) == "closed":
            return LAPSED
        if one.replaces_id is not None:
            async with self._database.read() as session:
                earlier = await session.scalar(
                    select(OutboxRow.external_id).where(OutboxRow.id == one.replaces_id)
                )
            if earlier:
                receipt = await self._channel.edit(address, earlier, one.message)
                if receipt.outcome is not Outcome.REJECTED:
                    return receipt
        return await self._channel.send(address, one.message)

    async def _recover(self) -> None:
        """End what a sender before us had in flight on this channel account."""

        async def work(session: AsyncSession) -> tuple[int, int]:
            return await outbox.recover(session, now=self._now(), channel=self._channel.account)

        queued, unknown = await self._database.write(work)
        if queued or unknown:
            log.warning("deliveries recovered", queued=queued, unknown=unknown)

    async def _paused(self, now: datetime) -> bool:
        """Say whether an admin must release sending first; looked up every few seconds."""
        if self._looked_at is None or now - self._looked_at >= LOOK:
            async with self._database.read() as session:
                self._is_paused = await session.get(OfficeSetting, PAUSED) is not None
                self._held = await broadcasts.held(session, quiet=is_quiet(now, self._zone))
            self._looked_at = now
            self._passed_over_at = None
        return self._is_paused

    async def _until_due(self, now: datetime) -> float:
        async with self._database.read() as session:
            due = await outbox.next_due(session, self._channel.account, now=now)
        if due is None:
            return LOOK_SECONDS
        return min(max((due - now).total_seconds(), GATHER_SECONDS), LOOK_SECONDS)

    async def _until_next(self, now: datetime) -> float:
        """Say when to look again after all that may go now is under way."""
        rested = self._chats.wait(now)
        longest = LOOK_SECONDS if rested is None else min(rested, LOOK_SECONDS)
        if self._busy:
            # Every delivery that ends wakes us.
            return longest
        if self._held:
            # Its rows are due already; to find the next that is not would be to pass over them.
            return min(longest, HELD_LOOK.total_seconds())
        return min(longest, await self._until_due(now))
