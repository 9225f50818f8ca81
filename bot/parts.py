"""What one running process is made of, for those of its parts that need the others."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.contract import Platform
from bot.pictures import Pictures
from bot.settings import Settings
from knowledge.library import Library
from store.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything is built by bot/app.py; nothing here is started or stopped by its users.

    `channels` are by their route name (`telegram`, `web`). `take` stores raw updates of a channel
    durably before it returns and raises store.database.Unavailable when it cannot.
    """

    settings: Settings
    database: Database
    library: Library
    channels: Mapping[str, Platform]
    pictures: Pictures
    take: Callable[[Platform, Sequence[bytes]], Awaitable[None]]
    now: Callable[[], datetime]

    @property
    def by_account(self) -> Mapping[str, Platform]:
        """Give the channels by their channel account, as rows name them."""
        return {channel.account: channel for channel in self.channels.values()}
