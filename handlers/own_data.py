"""/dulieu: see, export and erase one's own data."""

from dataclasses import replace
from datetime import timedelta

from handlers import own_data_phrases as phrases
from handlers.turn import Turn, say
from store import own_data
from store.messages import Button, Message
from store.own_data import Owned
from store.talks import Decision, Step

STEP = "erase"
"""The step in which the person is asked whether to erase."""
CONFIRM_WITHIN = timedelta(minutes=10)
EXPORTED = 50
"""Questions in an export, the last ones."""


async def show(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Say what is kept, and offer to export or erase it."""
    del said
    text = phrases.kept(await _look(turn), you=turn.you, zone=turn.zone)
    buttons = ((Button(phrases.EXPORT, ("export",)), Button(phrases.DELETE, ("erase",))),)
    return Decision((Message(text, buttons=buttons),))


async def export(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Write out what is kept."""
    del said
    owned = await _look(turn)
    questions = await own_data.last_questions(turn.session, *_whose(turn), limit=EXPORTED)
    parts = phrases.export(owned, questions, you=turn.you, zone=turn.zone)
    return Decision(tuple(Message(part) for part in parts))


async def ask_erase(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask before erasing."""
    del said
    buttons = (
        (
            Button(phrases.YES, ("erase_yes",), bound=True, once=True),
            Button(phrases.NO, ("erase_no",), bound=True, once=True),
        ),
    )
    text = phrases.confirm(you=turn.you, registered=turn.talk.person is not None)
    return Decision((Message(text, buttons=buttons),), step=Step(STEP, {}, CONFIRM_WITHIN))


async def erase(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Erase it all."""
    del said
    _, person_id = _whose(turn)
    change = own_data.erase(turn.talk.update, person_id)
    return replace(
        say(phrases.erased(you=turn.you)), changes=(change,), ends=True, said=phrases.YES
    )


async def leave_alone(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Erase nothing."""
    del said
    return replace(say(phrases.left_alone(you=turn.you)), ends=True)


async def _look(turn: Turn) -> Owned:
    """Give what is kept; of somebody who has only just come, what this very message leaves."""
    owned = await own_data.look(turn.session, *_whose(turn))
    return owned if owned.since else Owned(turn.name, turn.now)


def _whose(turn: Turn) -> tuple[int | None, int | None]:
    person = turn.talk.person
    return turn.talk.account_id, person.id if person else None
