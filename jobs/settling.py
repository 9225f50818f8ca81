"""How attempts ended, written down: what ends while a commit is under way shares the next one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from jobs import elsewhere
from jobs.channel import Channel
from jobs.endings import Ending
from store import addresses, channel_accounts, outbox, usage
from store.database import Database, Unavailable
from store.messages import Outcome, Receipt
from store.models import Address
from store.outbox import Delivery

GATHER_SECONDS = 0.004
"""How long an ending waits for company: a commit costs the same for one as for ten."""
AGAIN_SECONDS = 1.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that is over, and when it ended."""

    one: Delivery
    receipt: Receipt
    ending: Ending
    at: datetime


class Settler:
    """Settles the deliveries of one channel account."""

    def __init__(
        self, database: Database, channel: Channel, channels: Mapping[str, Channel]
    ) -> None:
        """Take `channels` (by channel account) for what must go another way."""
        self._database = database
        self._channel = channel
        self._channels = channels
        self._ended: list[Ended] = []
        self._one_at_a_time = asyncio.Lock()
        self._is_well = False

    async def settle(self, ended: Ended) -> None:
        """Write an ending down; while the store is away, try until it is back (it was sent)."""
        self._ended.append(ended)
        async with self._one_at_a_time:
            if self._ended:
                await asyncio.sleep(GATHER_SECONDS)
            batch, self._ended = self._ended, []
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[Ended]) -> None:
        """Write a batch; where that fails each on its own, so that none harms another."""
        while True:
            try:
                await self._database.write(partial(self._settle_all, batch=batch), priority=0)
            except Unavailable as error:
                log.warning("store unavailable", where="settle", reason=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception:
                if len(batch) == 1:
                    # The row stays in flight; its lease or the next sender ends it.
                    log.exception("delivery failed", id=batch[0].one.id)
                    return
                for ended in batch:
                    await self._write([ended])
                return
            else:
                self._remember(batch)
                return

    def _remember(self, batch: Sequence[Ended]) -> None:
        """Keep how the account fares, as it stands in the store now."""
        if any(ended.ending.rest_until is not None for ended in batch):
            self._is_well = False
        elif any(ended.ending.state == "sent" for ended in batch):
            self._is_well = True

    async def _settle_all(self, session: AsyncSession, batch: Sequence[Ended]) -> None:
        plain = [ended for ended in batch if self._is_plain(ended)]
        others = [ended for ended in batch if not self._is_plain(ended)]
        await outbox.settle_sent(
            session, [(ended.one, ended.receipt.external_id, ended.at) for ended in plain]
        )
        for ended in others:
            await self._settle_one(session, ended)

    def _is_plain(self, ended: Ended) -> bool:
        """Say whether nothing changes but the row."""
        ending = ended.ending
        counted = self._channel.caps.messages or ended.receipt.left is not None
        return self._is_well and ending == Ending("sent") and not counted

    async def _settle_one(self, session: AsyncSession, ended: Ended) -> None:
        one, receipt, ending, now = ended.one, ended.receipt, ended.ending, ended.at
        await outbox.settle(
            session,
            one,
            state=ending.state,
            now=now,
            external_id=receipt.external_id,
            code=receipt.code,
            reason=receipt.reason,
            retry_at=ending.retry_at,
            counts=ending.counts,
        )
        await self._note_health(session, ended)
        await self._count(session, receipt, now)
        if ending.close:
            await session.execute(
                update(Address).where(Address.id == one.address_id).values(state=ending.close)
            )
        if ending.goes_elsewhere:
            await elsewhere.move(session, self._channels, one, now=now)
        if ending.moved_to:
            await addresses.follow(session, one.address_id, chat=ending.moved_to)

    async def _note_health(self, session: AsyncSession, ended: Ended) -> None:
        """Keep what doctor and dashboard say of the channel account."""
        receipt, until = ended.receipt, ended.ending.rest_until
        account = self._channel.account
        if until is not None:
            refused = receipt.reason if receipt.outcome is Outcome.UNAUTHORISED else ""
            await channel_accounts.rest(
                session, account, until=until, refused=refused, now=ended.at
            )
        elif ended.ending.state == "sent" and not self._is_well:
            await channel_accounts.be_well(session, account)

    async def _count(self, session: AsyncSession, receipt: Receipt, now: datetime) -> None:
        """Count what the platform counts, on the safe side: what may have arrived counts."""
        account = self._channel.account
        if self._channel.caps.messages and receipt.outcome in {Outcome.SENT, Outcome.UNKNOWN}:
            await usage.add(session, account, usage.MESSAGES, now=now)
        if receipt.left is not None:
            await usage.note_left(session, account, receipt.left, now=now)
