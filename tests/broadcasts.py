"""Broadcasts as a test makes them: handed in, planned by the clock, sent through pipes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.broadcasting import Broadcasting
from store import broadcasts
from store.audiences import Audience
from store.broadcast_outcomes import Outcome, Progress, Which, outcomes, progress
from store.broadcast_receipts import confirm
from store.broadcasts import Broadcast, NewBroadcast
from store.messages import Message
from store.models import Address, Role, Unit
from tests.channels import Post

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TEXT = "Họp giao ban lúc 14 giờ tại hội trường ủy ban xã."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERYBODY = Audience()
OFF = "telegram:9"
"""A channel account that does not run here."""


@dataclass
class Stage:
    """An office that sends broadcasts; `planner` is one process's."""

    post: Post
    planner: Broadcasting = field(init=False)

    def __post_init__(self) -> None:
        self.planner = self.another_process()

    def another_process(self) -> Broadcasting:
        return Broadcasting(self.post.database, self.post.channels, ZONE)

    async def hand_in(self, text: str = TEXT, audience: Audience = EVERYBODY, **more: Any) -> int:
        """Hand one in, to be sent at once unless said otherwise."""
        given = {"send_at": self.post.at, "urgent": True, **more}
        new = NewBroadcast(Message(text), audience, **given)
        return int(await self.write(broadcasts.create, new))

    async def write(self, work: Any, *given: Any) -> Any:
        return await self.post.database.write(
            lambda session: work(session, *given, now=self.post.at)
        )

    async def tick(self, *, after: timedelta = timedelta()) -> None:
        """Let the clock strike, after some time."""
        self.post.at += after
        await self.planner.tick(self.post.at)

    async def send_all(self, *, after: timedelta = timedelta()) -> None:
        """Let the clock strike, everything be sent, and the clock strike again."""
        await self.tick(after=after)
        await self.post.deliver()
        await self.tick()
        await self.post.deliver()

    async def find(self, number: int) -> Broadcast:
        async with self.post.database.read() as session:
            found = await broadcasts.find(session, number)
        assert found is not None
        return found

    async def progress(self, number: int) -> Progress:
        async with self.post.database.read() as session:
            return await progress(session, number)

    async def outcomes(self, number: int, which: Which = "all", limit: int = 2) -> list[Outcome]:
        """Give the whole list, read in small pieces."""
        found: list[Outcome] = []
        async with self.post.database.read() as session:
            while some := await outcomes(
                session,
                number,
                after=found[-1].number if found else 0,
                limit=limit,
                which=which,
            ):
                found += some
        return found

    async def confirm(self, number: int, person: int) -> bool:
        return bool(await self.write(confirm, number, person))

    async def states(self) -> Collection[tuple[int | None, str]]:
        return sorted((row.person_id or 0, row.state) for row in await self.post.rows())

    async def address(self, name: str) -> int:
        async with self.post.database.read() as session:
            found = await session.scalar(select(Address.id).where(Address.chat == name))
        assert found is not None
        return int(found)

    async def place(self, roles: Mapping[int, tuple[str, str]]) -> None:
        """Put people to units of these paths, each with one role: `{person: (role, path)}`."""

        async def work(session: AsyncSession, *, now: Any) -> None:
            for person, (role, path) in roles.items():
                unit = await session.scalar(select(Unit).where(Unit.path == path))
                if unit is None:
                    unit = Unit(name=f"Đơn vị {path}", folded=path, path=path, created_at=now)
                    session.add(unit)
                    await session.flush()
                for row in await session.scalars(select(Role).where(Role.person_id == person)):
                    await session.delete(row)
                await session.flush()
                session.add(Role(person_id=person, role=role, unit_id=unit.id, created_at=now))

        await self.write(work)
