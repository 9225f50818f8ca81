"""Broadcasts that were handed in: how they go, who was not reached; paused, resumed, cancelled."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import broadcast_list_phrases as phrases
from handlers.broadcast_draft import leader
from handlers.broadcast_phrases import code
from handlers.turn import Turn, say
from store import broadcast_lists, broadcasts, recipients
from store.broadcast_outcomes import Which, outcomes, progress
from store.broadcasts import OPEN, Broadcast, State, WrongState
from store.database import Conflict
from store.messages import Button, Message
from store.people import visible_units
from store.talks import Change, Decision, Kept

LISTED = 8
NAMED = 50
BEFORE: dict[str, tuple[State, ...]] = {
    "pause": ("scheduled", "running"),
    "resume": ("paused",),
    "cancel": OPEN,
}
"""In which states each can be done."""


async def under_way(turn: Turn) -> Decision | None:
    """List what is not over yet; None where there is nothing."""
    found = await _listed(turn, only_open=True)
    return await _list(turn, found) if found else None


async def list_all(turn: Turn, said: tuple[str, ...]) -> Decision:
    """List the newest, those that are over too."""
    del said
    found = await _listed(turn, only_open=False)
    return await _list(turn, found) if found else say(phrases.none_yet())


async def open_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Show one, and what can be done with it."""
    one = await _find(turn, said)
    if one is None:
        return say(phrases.gone())
    number = str(one.id)
    doing = [
        Button(label, (action, number))
        for word, label, action in (
            ("pause", phrases.PAUSE, "broadcast_pause"),
            ("resume", phrases.RESUME, "broadcast_resume"),
            ("cancel", phrases.CANCEL, "broadcast_cancel"),
        )
        if one.state in BEFORE[word]
    ]
    looking = [Button(phrases.UNREACHED, ("broadcast_people", number, "unreached"))]
    if one.wants_receipt:
        label = phrases.UNCONFIRMED
        looking.append(Button(label, ("broadcast_people", number, "unconfirmed")))
    begun = one.started_at is not None
    last = (Button(phrases.FILE, ("broadcast_file", number)),) if begun else ()
    rows = (tuple(doing), tuple(looking) if begun else (), last)
    back = (Button(phrases.LIST, ("broadcast_list",)),)
    buttons = (*(row for row in rows if row), back)
    return Decision((Message(await _line(turn, one), buttons=buttons),))


async def people(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Name who was not reached, or who has not confirmed."""
    one = await _find(turn, said)
    if one is None:
        return say(phrases.gone())
    which: Which = "unconfirmed" if said[1:] == ("unconfirmed",) else "unreached"
    some = await outcomes(turn.session, one.id, limit=NAMED + 1, which=which)
    is_all = len(some) <= NAMED
    text = phrases.names(number=one.id, which=which, some=some[:NAMED], is_all=is_all)
    file = ((Button(phrases.FILE, ("broadcast_file", str(one.id))),),)
    return Decision((Message(text, buttons=() if is_all else file),))


async def file(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Have the whole list sent as a file."""
    one = await _find(turn, said)
    if one is None:
        return say(phrases.gone())
    number, ref = one.id, turn.ref

    async def change(session: AsyncSession, kept: Kept) -> None:
        await broadcast_lists.ask_for(session, number, kept.address.id, key=ref, now=kept.now)

    return Decision((Message(phrases.file_comes(number=number)),), changes=(change,))


async def pause(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing more for now."""
    return await _do(turn, said, "pause", broadcasts.pause, phrases.paused)


async def resume(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let it go on."""
    return await _do(turn, said, "resume", broadcasts.resume, phrases.resumed)


async def ask_cancel(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask before cancelling."""
    one = await _find(turn, said)
    if one is None:
        return say(phrases.gone())
    if one.state not in BEFORE["cancel"]:
        return say(phrases.wrong_state(number=one.id, state=one.state))
    row = (
        Button(
            phrases.cancel_label(number=one.id), ("broadcast_cancel_yes", str(one.id)), once=True
        ),
        Button(phrases.KEEP, ("broadcast_cancel_no",), once=True),
    )
    return Decision((Message(phrases.ask_cancel(number=one.id), buttons=(row,)),))


async def cancel(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing more at all."""
    return await _do(turn, said, "cancel", broadcasts.cancel, phrases.cancelled)


async def leave_alone(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Cancel nothing."""
    del turn, said
    return say(phrases.kept())


def conditional(work: Callable[[AsyncSession, datetime], Awaitable[None]]) -> Change:
    """Give the change that does what the store allows in one state only; else decide again."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        try:
            await work(session, kept.now)
        except WrongState as error:
            raise Conflict from error

    return change


def number_in(said: tuple[str, ...]) -> int | None:
    """Give the number of a broadcast in an action, which anybody could have made up."""
    given = said[0] if said else ""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else None


async def _do(
    turn: Turn,
    said: tuple[str, ...],
    word: str,
    work: Callable[..., Awaitable[None]],
    words: Callable[..., str],
) -> Decision:
    one = await _find(turn, said)
    if one is None:
        return say(phrases.gone())
    if one.state not in BEFORE[word]:
        return say(phrases.wrong_state(number=one.id, state=one.state))
    number = one.id
    change = conditional(lambda session, now: work(session, number, now=now))
    return Decision((Message(words(number=number)),), changes=(change,))


async def _find(turn: Turn, said: tuple[str, ...]) -> Broadcast | None:
    """Give a broadcast whose every recipient the speaker may see."""
    number = number_in(said)
    one = await broadcasts.find(turn.session, number) if number is not None else None
    if one is None or not await recipients.covers(turn.session, leader(turn), one.audience):
        return None
    return one


async def _listed(turn: Turn, *, only_open: bool) -> list[Broadcast]:
    units = await visible_units(turn.session, turn.person)
    found = await broadcasts.listed(turn.session, units, limit=LISTED, only_open=only_open)
    own = leader(turn)
    return [one for one in found if await recipients.covers(turn.session, own, one.audience)]


async def _list(turn: Turn, found: list[Broadcast]) -> Decision:
    lines = [phrases.listed(), *[await _line(turn, one) for one in found]]
    buttons = [Button(code(one.id), ("broadcast_open", str(one.id))) for one in found]
    rows = [tuple(buttons[start : start + 4]) for start in range(0, len(buttons), 4)]
    new = (Button(phrases.NEW, ("broadcast_new",)),)
    return Decision((Message("\n".join(lines), buttons=(*rows, new)),))


async def _line(turn: Turn, one: Broadcast) -> str:
    seen = await progress(turn.session, one.id)
    is_ahead = one.state == "scheduled" and one.send_at > turn.now
    at = one.send_at.astimezone(turn.zone) if is_ahead else None
    return phrases.line(one=one, seen=seen, at=at)
