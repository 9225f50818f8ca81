"""/lich: the next days that everyone shares, as a list or a file; confirming those not checked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import occasion_phrases, phrases
from handlers.turn import Turn, say
from knowledge.occasion_overlay import CONFIRMED, with_mark
from knowledge.occasions import Happening, Occasions
from store import calendar_files, edits
from store.messages import Button, Message
from store.talks import Decision, Kept, Step

SHOWN = 5
CHECK: Final = "occasion-check"
CONFIRM_WITHIN = timedelta(minutes=30)


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
    text = phrases.occasions(lines, confirmed=confirmed)
    message = Message(text, title=phrases.OCCASIONS, buttons=_buttons(turn, coming))
    return Decision((message,))


async def give_file(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Have the file of the next twelve months made, which is said when it is there."""
    del said
    change = calendar_files.ask_for(turn.ref, turn.today)
    return replace(say(occasion_phrases.making_file()), changes=(change,))


async def ask_confirm(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Show where a day is from and what is not sure, and ask once more."""
    coming = _found(turn, said)
    if isinstance(coming, Decision):
        return coming
    one = coming.occasion
    text = occasion_phrases.ask_confirm(
        name=one.name,
        on=coming.date,
        base=one.counted_from,
        decided_by=one.decided_by or "",
        sources=one.sources,
        note=one.note,
    )
    buttons = (
        (
            Button(occasion_phrases.YES, ("occasion_yes", one.id), bound=True, once=True),
            Button(occasion_phrases.NO, ("occasion_no",), bound=True, once=True),
        ),
    )
    return Decision((Message(text, buttons=buttons),), step=Step(CHECK, {}, CONFIRM_WITHIN))


async def confirm(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Confirm a day for the whole office."""
    coming = _found(turn, said)
    if isinstance(coming, Decision):
        return replace(coming, ends=True)
    one = coming.occasion
    person_id = turn.person.id if turn.person else None

    async def change(session: AsyncSession, kept: Kept) -> None:
        content = with_mark(await edits.find(session, "occasion", one.id), CONFIRMED)
        await edits.put(session, "occasion", one.id, content, person_id=person_id, now=kept.now)

    told = say(occasion_phrases.confirmed(name=one.name))
    return replace(told, changes=(change,), ends=True)


async def leave_unconfirmed(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Leave a day as it is."""
    del turn, said
    return replace(say(occasion_phrases.not_confirmed()), ends=True)


def _buttons(turn: Turn, coming: Sequence[Happening]) -> tuple[tuple[Button, ...], ...]:
    """Offer the file, and to confirm what is not yet, to those who may, each day once."""
    file = (Button(occasion_phrases.DOWNLOAD, ("occasion_file",)),)
    if not (turn.may_curate or turn.may_lead) or not turn.talk.update.private:
        return (file,)
    unsure = {one.occasion.id: one for one in coming if not one.occasion.is_confirmed}
    return (
        file,
        *(
            (Button(occasion_phrases.confirm_label(on=one.date), ("occasion_confirm", name)),)
            for name, one in unsure.items()
        ),
    )


def _found(turn: Turn, said: tuple[str, ...]) -> Happening | Decision:
    """Give the day that is to be confirmed, when it is next, or say why it cannot be."""
    if not (turn.may_curate or turn.may_lead):
        return say(occasion_phrases.not_theirs(you=turn.you))
    one = turn.library.base.occasions.by_id(said[0])
    coming = Occasions([one] if one else ()).upcoming(turn.today, 1)
    if not coming:
        return say(occasion_phrases.no_such_day())
    [found] = coming
    name, is_confirmed = found.occasion.name, found.occasion.is_confirmed
    return say(occasion_phrases.confirmed_before(name=name)) if is_confirmed else found
