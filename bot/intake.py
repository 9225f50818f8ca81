"""The way in: raw updates of every channel, made durable before the platform is told so."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from bot.channels.contract import Platform
from store import inbox
from store.database import Database
from store.stamps import veiled


class Intake:
    """Stores raw updates; commits are shared among all that arrive together."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def take(self, channel: Platform, raws: Sequence[bytes]) -> None:
        """Store raw updates durably. Raises store.database.Unavailable; then none need be safe."""
        received = [
            inbox.Received(
                channel.account,
                channel.update_id(raw),
                self._conversation(channel, raw),
                veiled(raw),
            )
            for raw in raws
        ]
        if received:
            keep = partial(inbox.store, updates=received, now=self._now())
            await self._database.write(keep, priority=0)

    @staticmethod
    def _conversation(channel: Platform, raw: bytes) -> str:
        found = channel.conversation(raw)
        return f"{channel.account}/{found}" if found else ""
