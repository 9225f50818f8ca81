"""An office whose people are told each day, and a clock that a test sets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.daily import tell_day
from knowledge.base import SHIPPED, Base
from store import subscriptions
from store.database import Database
from store.models import OutboxRow, Subscription
from store.subscriptions import Wishes
from tests.channels import Pipe, Post

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BOT, WEB = "zalo-bot:1", "web:main"
BASE = Base.load(SHIPPED)


def at(text: str) -> datetime:
    """Read a local time, `2026-10-15 07:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Mornings:
    """People with subscriptions in one database."""

    def __init__(self, database: Database, base: Base = BASE) -> None:
        self.database = database
        self.base = base
        self.post = Post.of(database, Pipe(BOT), Pipe(WEB, stored_is_sent=True))

    async def join(self, name: str, when: str, *, channel: str = BOT, **more: Any) -> int:
        """Let somebody join, who receives the defaults from then on."""
        self.post.at = at(when)
        person = await self.post.person(name, {channel: timedelta(0)}, **more)
        await self.database.write(lambda s: subscriptions.begin(s, person, now=at(when)))
        return person

    async def wish(self, person: int, when: str, wishes: Wishes) -> None:
        """Let somebody choose."""
        await self.database.write(lambda s: subscriptions.put(s, person, wishes, now=at(when)))

    async def tick(self, when: str) -> None:
        """Let the clock say a time, and send what is due."""
        await self.plan(when)
        await self.post.deliver()

    async def plan(self, when: str, database: Database | None = None) -> None:
        """Let the clock say a time."""
        self.post.at = at(when)
        where = database or self.database
        await tell_day(where, self.post.channels, self.base, now=at(when), zone=ZONE)

    async def days(self, person: int | None = None) -> list[tuple[str, str]]:
        """Give the day and the state of what was planned, oldest day first."""
        rows = await self.rows()
        kept = [one for one in rows if person in (None, one.person_id)]
        return sorted((one.about.removeprefix("day:"), one.state) for one in kept)

    async def rows(self) -> Sequence[OutboxRow]:
        return [one for one in await self.post.rows() if one.about]

    async def next_at(self, person: int) -> str:
        """Give when somebody is looked at next, as local time."""

        async def work(session: AsyncSession) -> datetime:
            asked = select(Subscription.next_at).where(Subscription.person_id == person)
            return (await session.execute(asked)).scalar_one()

        async with self.database.read() as session:
            return f"{(await work(session)).astimezone(ZONE):%Y-%m-%d %H:%M}"

    def heard(self, name: str) -> list[str]:
        """Give what arrived in somebody's chat."""
        return self.post.channels[BOT].texts(name)
