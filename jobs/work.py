"""The runner: does slow work by the table of kinds, each kind in a pool of its own.

A job is claimed and committed before it is begun, so one found in work after a death is taken up
again. It ends in one transaction with what it leaves: its change, and the words for who waits.
Work may be done twice, its ending counts once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Channel
from store import jobs, outbox
from store.database import Conflict, Database, Unavailable
from store.jobs import Job
from store.messages import Message, Priority
from store.models import Address

ATTEMPTS = 5
"""A job that could not be done so often is failed."""
FIRST_PAUSE = timedelta(seconds=10)
PAUSES_GROW = 6
"""10 s, 1 min, 6 min, 36 min: a network that is away for half an hour costs nobody anything."""
LOOK_SECONDS = 5.0
GATHER_SECONDS = 0.015
SETTLE_TIME = timedelta(seconds=30)
"""How much longer than the work itself a lease lasts."""
STALE_AFTER = timedelta(hours=12)
CRASHED = "crashed"
"""The code of a failure that no kind foresaw."""

log = structlog.get_logger()


class Postponed(Exception):
    """It cannot be done now, and perhaps a little later."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code


class Hopeless(Postponed):
    """It can never be done."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an ended job leaves: a change of its last transaction, and words for who waits.

    `key` makes the words unique where several jobs would say the same (else each job says its
    own). `media_id` is the file that it made.
    """

    change: Callable[[AsyncSession], Awaitable[None]] | None = None
    message: Message | None = None
    key: str = ""
    media_id: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is done.

    `work` gives what it leaves, or raises Postponed or Hopeless; whatever else it raises is a
    failure that may pass. `give_up` gives what a job leaves that failed for good, by the code.
    """

    work: Callable[[Job], Awaitable[Result]]
    give_up: Callable[[Job, str], Result]
    at_once: int
    seconds: float
    """After so long an attempt is broken off."""


class Runner:
    """Does what is queued, so many of a kind at once; several processes share the table."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Kind],
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
    ) -> None:
        """Take `channels` by channel account, for the words."""
        self._database = database
        self._kinds = kinds
        self._channels = channels
        self._now = now
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Work until stopped; what is in work then is broken off and given back."""
        with self._database.signals.listen(jobs.TOPIC) as listener:
            async with asyncio.TaskGroup() as group:
                while not self._stopping:
                    wait = 1.0
                    try:
                        wait = await self.step(group)
                    except Unavailable as error:
                        log.warning("store unavailable", where="jobs", reason=str(error))
                    except Exception:
                        log.exception("jobs stumbled")
                    await asyncio.sleep(GATHER_SECONDS)
                    if wait > 0 and not self._stopping:
                        await listener.wait(wait)

    def stop(self) -> None:
        """Claim no more and break off what is in work; `run` ends when all is given back."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        self._database.signals.wake(jobs.TOPIC)

    async def step(self, group: asyncio.TaskGroup) -> float:
        """Begin what may be begun now. Give the seconds until the next look."""
        now = self._now()
        claimed = await self._database.write(lambda session: self._claim(session, now))
        if self._stopping:
            for one in claimed:
                await self._give_back(one)
            return 0
        for one in claimed:
            self._busy[one.kind] += 1
            task = group.create_task(self._work(one))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._tasks:
            # Every job that ends wakes us; what falls due meanwhile waits for the next look.
            return LOOK_SECONDS
        async with self._database.read() as session:
            retry_at = await jobs.next_retry(session, self._kinds)
        if retry_at is None:
            return LOOK_SECONDS
        return min(max((retry_at - now).total_seconds(), GATHER_SECONDS), LOOK_SECONDS)

    async def _claim(self, session: AsyncSession, now: datetime) -> list[Job]:
        claimed: list[Job] = []
        for name, kind in self._kinds.items():
            free = kind.at_once - self._busy[name]
            if free > 0:
                lease = timedelta(seconds=kind.seconds) + SETTLE_TIME
                claimed += await jobs.claim(session, name, limit=free, now=now, lease=lease)
        return claimed

    async def _work(self, one: Job) -> None:
        """Do one job and settle it; never raises but when it is broken off."""
        try:
            await self._attempt(one)
        except asyncio.CancelledError:
            await self._give_back(one)
            raise
        except Exception:
            # The row stays in work; its lease ends it. Others go on.
            log.exception("job left to its lease", job=one.id, kind=one.kind)
        finally:
            self._busy[one.kind] -= 1
            self._database.signals.wake(jobs.TOPIC)

    async def _attempt(self, one: Job) -> None:
        kind = self._kinds[one.kind]
        try:
            if one.attempt > ATTEMPTS:
                raise Hopeless(CRASHED, "its process died too often")  # noqa: TRY301
            async with asyncio.timeout(kind.seconds):
                result = await kind.work(one)
            await self._settle(one, "done", result)
        except Unavailable as error:
            await self._not_done(one, kind, Postponed("store", str(error)))
        except Conflict as error:
            await self._not_done(one, kind, Postponed("conflict", str(error)))
        except TimeoutError:
            await self._not_done(one, kind, Postponed("away", "took too long"))
        except Postponed as error:
            await self._not_done(one, kind, error)
        except Exception as error:
            log.exception("job failed", job=one.id, kind=one.kind)
            await self._not_done(one, kind, Postponed(CRASHED, type(error).__name__))

    async def _not_done(self, one: Job, kind: Kind, error: Postponed) -> None:
        """Try again later, or end it with what is said of a failure."""
        log.warning("job not done", job=one.id, kind=one.kind, code=error.code, reason=str(error))
        reason = f"{error.code}: {error}"
        if isinstance(error, Hopeless) or one.attempt >= ATTEMPTS:
            await self._settle(one, "failed", kind.give_up(one, error.code), reason)
            return
        until = self._now() + FIRST_PAUSE * PAUSES_GROW ** (one.attempt - 1)
        await self._write(lambda s: jobs.postpone(s, one, until=until, error=reason))

    async def _settle(
        self, one: Job, state: Literal["done", "failed"], result: Result, reason: str = ""
    ) -> None:
        """Write the ending down together with what it leaves; nothing where it is not ours."""
        now = self._now()

        async def work(session: AsyncSession) -> bool:
            ours = await jobs.settle(
                session, one, state=state, now=now, error=reason, result_media_id=result.media_id
            )
            if not ours:
                return False
            if result.change is not None:
                await result.change(session)
            if result.message is not None:
                await self._say(session, one, result, result.message, now)
            return True

        if not await self._write(work):
            log.warning("job was taken over", job=one.id, kind=one.kind)

    async def _say(
        self, session: AsyncSession, one: Job, result: Result, message: Message, now: datetime
    ) -> None:
        """Say what came of it where it was asked for, if that channel still runs."""
        if one.reply_address_id is None:
            return
        address = await session.get(Address, one.reply_address_id)
        channel = self._channels.get(address.channel) if address else None
        if address is None or channel is None:
            return
        await outbox.enqueue(
            session,
            address,
            channel.split(message),
            key=result.key or f"job:{one.id}",
            now=now,
            priority=Priority.REPLY,
            stale_at=None if channel.stored_is_sent else now + STALE_AFTER,
            stored_is_sent=channel.stored_is_sent,
        )

    async def _write(self, work: Callable[[AsyncSession], Awaitable[bool]]) -> bool:
        """Write; while the store is away, try until it is back: the work is done."""
        while True:
            try:
                return await self._database.write(work)
            except Unavailable as error:
                log.warning("store unavailable", where="jobs", reason=str(error))
                await asyncio.sleep(1.0)

    async def _give_back(self, one: Job) -> None:
        try:
            await self._database.write(lambda s: jobs.give_back(s, one))
        except Unavailable as error:
            log.warning("store unavailable", where="jobs", reason=str(error))
