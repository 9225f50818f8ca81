"""The newest broadcasts on the admins' page: how far each is, and who was not reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import broadcast_phrases as phrases
from store import broadcasts
from store.broadcast_outcomes import NOT_REACHED, Outcome, Progress, outcomes, progress

SHOWN: Final = 8
NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One broadcast as it stands."""

    code: str
    text: str
    at: datetime
    state: str
    progress: Progress
    unreached: tuple[Outcome, ...]
    more: int
    """How many more were not reached than are named."""


async def newest(session: AsyncSession) -> list[Line]:
    """Give the newest broadcasts, each with the first names of who was not reached."""
    found = []
    for one in await broadcasts.listed(session, limit=SHOWN):
        so_far = await progress(session, one.id)
        named = await outcomes(session, one.id, limit=NAMED, which="unreached")
        found.append(
            Line(
                phrases.code(number=one.id),
                one.message.text,
                one.send_at,
                phrases.STATES[one.state],
                so_far,
                tuple(named),
                so_far.count(*NOT_REACHED, "missed") - len(named),
            )
        )
    return found
