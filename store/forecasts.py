"""What is said of a broadcast before it is sent: who will get it, who will not and why."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from store.audiences import Audience


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who will not get it: blocked | gone | window | nowhere | stopped."""

    person_id: int
    name: str
    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A quota that would not do: so many messages are needed, so many are left this month."""

    channel: str
    needed: int
    left: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The prospect of a broadcast, in people; `paid` are those for whom a platform wants money,
    `groups` are chats of many. Everybody who is not reached is named.
    """

    reached: int
    paid: int = 0
    groups: int = 0
    unreached: tuple[Unreached, ...] = ()
    shortages: tuple[Shortage, ...] = ()


Foresee = Callable[[AsyncSession, Audience, int], Awaitable[Forecast]]
"""Looks ahead for an audience and a message of so many parts; the session is only read from."""


async def nothing_known(_: AsyncSession, __: Audience, ___: int) -> Forecast:
    """Look ahead where there are no channels."""
    return Forecast(0)
