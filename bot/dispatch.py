"""From the inbox to the outbox: parse, decide, and write both down in one transaction.

An update is decided on what was read before; where that has changed meanwhile (Conflict) it is
read and decided again. An update that fails is tried again, after three failures it is dead: its
sender gets an apology, the admins are told.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import notices
from bot.channels.contract import Platform
from bot.limits import Limit
from bot.thought import NOTHING, Thought
from handlers import phrases
from handlers.conversation import Conversation
from jobs import alerts
from jobs.channel import SignalKind, Unparsable
from store import choices, inbox, outbox, talks
from store.database import Conflict, Database, Unavailable
from store.inbox import Claimed
from store.messages import Message, Priority, Update
from store.talks import Decision, Kept

IN_WORK = 32
TOGETHER = 8
"""Updates that share one read: the price of its transaction is paid once."""
GATHER_SECONDS = 0.015
"""Claims come no faster than this: one costs the same for one update as for ten."""
LOOK_SECONDS = 5.0
SLOW_SECONDS = 0.7
"""After so long the person sees that work is under way."""
RECONSIDER = 10
STALE_AFTER = timedelta(hours=12)

log = structlog.get_logger()


class Dispatcher:
    """Works the inbox: one update per conversation at a time, oldest first."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Platform],
        conversation: Conversation,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channels = {channel.account: channel for channel in channels.values()}
        self._conversation = conversation
        self._now = now
        self._limit = Limit(burst=120, per_second=1)
        self._in_work = 0
        self._stopping = False

    async def run(self) -> None:
        """Work until stopped; what is in work then is finished."""
        with self._database.signals.listen(inbox.TOPIC) as listener:
            async with asyncio.TaskGroup() as group:
                while not self._stopping:
                    try:
                        wait = await self.step(group)
                    except Unavailable as error:
                        log.warning("store unavailable", where="dispatch", reason=str(error))
                        wait = 1.0
                    except Exception:
                        log.exception("dispatch stumbled")
                        wait = 1.0
                    await asyncio.sleep(GATHER_SECONDS)
                    if wait > 0 and not self._stopping:
                        await listener.wait(wait)

    def stop(self) -> None:
        """Claim no more; `run` ends when nothing is in work."""
        self._stopping = True
        self._database.signals.wake(inbox.TOPIC)

    async def step(self, group: asyncio.TaskGroup) -> float:
        """Start what may be worked now. Give the seconds until the next look, 0 for at once."""
        free = IN_WORK - self._in_work
        if free <= 0:
            return LOOK_SECONDS
        now = self._now()
        claimed = await self._database.write(
            lambda session: inbox.claim(
                session, limit=free, now=now, process=self._database.process
            ),
            priority=0,
        )
        self._in_work += len(claimed)
        for start in range(0, len(claimed), TOGETHER):
            group.create_task(self._work_some(claimed[start : start + TOGETHER], group))
        if claimed or self._in_work:
            return LOOK_SECONDS
        async with self._database.read() as session:
            retry_at = await inbox.next_retry(session)
        if retry_at is None:
            return LOOK_SECONDS
        return min(max((retry_at - now).total_seconds(), 0.01), LOOK_SECONDS)

    async def _work_some(self, some: list[Claimed], group: asyncio.TaskGroup) -> None:
        """Think about some updates within one read, then let each be written down on its own."""
        thoughts: list[Thought] = []
        try:
            async with self._database.read() as session:
                for one in some:
                    thoughts += [await self._think(one, session, group)]
        except Exception as error:  # noqa: BLE001 - told by the task of each update
            thoughts += [Thought(error=error)] * (len(some) - len(thoughts))
        for one, thought in zip(some, thoughts, strict=True):
            group.create_task(self._work(one, thought))

    async def _think(
        self, one: Claimed, session: AsyncSession, group: asyncio.TaskGroup
    ) -> Thought:
        """Parse an update and decide about it; what fails is kept in the thought."""
        incoming: Update | None = None
        try:
            channel = self._channels[one.channel]
            incoming = channel.parse(one.raw)
            if incoming is None:
                return Thought()
            if incoming.kind == "press":
                group.create_task(channel.signal(incoming, "pressed"))
            verdict = self._limit.judge(f"{one.channel}/{incoming.sender.user}", self._now())
            thought = await self._look(session, incoming, verdict)
        except (DBAPIError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - told by the update's own task
            return Thought(incoming, error=error)
        show = partial(self._signal, group, channel, incoming, "typing")
        thought.slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, show)
        return thought

    async def _look(self, session: AsyncSession, incoming: Update, verdict: str) -> Thought:
        """Read what is known of the speaker and decide."""
        now = self._now()
        talk = await talks.load(session, incoming, now=now)
        decision = NOTHING
        if verdict == "pass":
            decision = await self._conversation.reply(session, talk, now=now)
        elif verdict == "tell":
            decision = Decision((Message(phrases.too_many()),))
        return Thought(incoming, talk, decision, verdict)

    async def _work(self, one: Claimed, thought: Thought) -> None:
        try:
            await self._reply(one, thought)
        except Exception as error:  # noqa: BLE001 - looked at there
            await self._not_worked(one, thought, error)
        finally:
            if thought.slow is not None:
                thought.slow.cancel()
            self._in_work -= 1
            self._database.signals.wake(inbox.TOPIC)

    async def _not_worked(self, one: Claimed, thought: Thought, error: Exception) -> None:
        """Say what becomes of an update that could not be worked; never raises."""
        try:
            if isinstance(error, Unparsable):
                await self._bury(one, f"unparsable: {error}")
            elif isinstance(error, Unavailable):
                log.warning("store unavailable", where="update", reason=str(error))
                await self._give_back(one)
            else:
                log.error("update failed", update=one.update_id, exc_info=error)
                await self._fail(one, thought.incoming, error)
        except Exception:
            log.exception("update left to its lease", update=one.update_id)

    async def _reply(self, one: Claimed, thought: Thought) -> None:
        """Write the decision down; where its ground has changed, read and decide again."""
        if thought.error is not None:
            raise thought.error
        if thought.incoming is None:
            await self._database.write(lambda s: inbox.finish(s, one, now=self._now()))
            return
        for _ in range(RECONSIDER):
            try:
                await self._database.write(
                    partial(self._apply, one=one, thought=thought), priority=0
                )
            except Conflict:
                async with self._database.read() as session:
                    thought = await self._look(session, thought.incoming, thought.verdict)
            else:
                return
        raise Conflict("decided too often in vain")

    def _signal(
        self, group: asyncio.TaskGroup, channel: Platform, incoming: Update, kind: SignalKind
    ) -> None:
        if not self._stopping:
            group.create_task(channel.signal(incoming, kind))

    async def _apply(self, session: AsyncSession, one: Claimed, thought: Thought) -> None:
        """TX2: the dialogue moves on, the replies are queued, the update is done; or nothing."""
        assert thought.talk is not None  # noqa: S101 - a decision was made on it
        now = self._now()
        channel = self._channels[one.channel]
        talk, decision = thought.talk, thought.decision
        kept = await talks.keep(session, talk, decision, now=now)
        said = decision.said or talk.update.text
        replays = channel.stored_is_sent
        number = await outbox.next_number(session, kept.address.id) if replays and said else 0
        finished = await inbox.finish(
            session,
            one,
            now=now,
            account_id=kept.account_id,
            address_id=kept.address.id,
            said=said if replays else "",
            number=number,
        )
        if not finished:
            raise Conflict
        if replays and said:
            outbox.tell_readers(session, kept.address.id)
        await self._say(session, channel, kept, one, (*decision.messages, *kept.said))
        await notices.queue(session, self._channels, decision.notices, now=now)

    async def _say(
        self,
        session: AsyncSession,
        channel: Platform,
        kept: Kept,
        one: Claimed,
        messages: tuple[Message, ...],
    ) -> None:
        for place, message in enumerate(messages):
            key = f"reply:{one.id}:{place}"
            offered = await choices.offer(session, kept, message, key=key)
            await outbox.enqueue(
                session,
                kept.address,
                channel.split(offered),
                key=key,
                now=kept.now,
                priority=Priority.REPLY,
                stale_at=None if channel.stored_is_sent else kept.now + STALE_AFTER,
                stored_is_sent=channel.stored_is_sent,
            )

    async def _bury(self, one: Claimed, error: str) -> None:
        log.warning("update is dead", update=one.update_id, channel=one.channel, reason=error)

        async def work(session: AsyncSession) -> None:
            await inbox.bury(session, one, error=error, now=self._now())

        await self._database.write(work)

    async def _give_back(self, one: Claimed) -> None:
        """It is not the update's fault that the store was away: it has all its tries left."""
        with suppress(Unavailable):  # then its lease gives it back
            await self._database.write(lambda s: inbox.give_back(s, one, now=self._now()))

    async def _fail(self, one: Claimed, incoming: Update | None, error: Exception) -> None:
        now = self._now()
        try:
            dead = await self._database.write(
                lambda s: inbox.fail(s, one, error=f"{type(error).__name__}", now=now)
            )
            if dead:
                await self._apologise(one, incoming, now)
        except Unavailable as away:
            # The lease gives the update back once the store is there again.
            log.warning("store unavailable", where="fail", reason=str(away))

    async def _apologise(self, one: Claimed, incoming: Update | None, now: datetime) -> None:
        if incoming is not None:
            channel = self._channels[one.channel]
            sorry = Decision((Message(phrases.sorry()),))
            async with self._database.read() as session:
                talk = await talks.load(session, incoming, now=now)

            async def work(session: AsyncSession) -> None:
                kept = await talks.keep(session, talk, sorry, now=now)
                await self._say(session, channel, kept, replace(one, id=-one.id), sorry.messages)

            await self._database.write(work)
        said, key = phrases.update_is_dead(), f"dead:{one.id}"
        await alerts.tell(self._database, self._channels, "admin", said, key=key, now=now)
