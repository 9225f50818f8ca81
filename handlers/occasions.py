"""/lich: the next days that everyone shares."""

from handlers import phrases
from handlers.turn import Turn
from store.messages import Message
from store.talks import Decision

SHOWN = 5


async def upcoming(turn: Turn, said: tuple[str, ...]) -> Decision:
    """List the next occasions."""
    del said
    coming = turn.library.base.occasions.upcoming(turn.today, SHOWN)
    lines = [
        phrases.occasion(
            when=one.date,
            today=turn.today,
            name=one.occasion.name,
            years=one.years,
            confirmed=one.occasion.is_confirmed,
        )
        for one in coming
    ]
    confirmed = all(one.occasion.is_confirmed for one in coming)
    return Decision(
        (Message(phrases.occasions(lines, confirmed=confirmed), title=phrases.OCCASIONS),)
    )
