"""The preview of a broadcast: the message as it will be seen, who gets it and who does not."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Literal

from handlers import broadcast_send_phrases as phrases
from handlers.broadcast_draft import CHECK, Draft, Ready, button, leader, ready
from handlers.broadcast_phrases import NO
from handlers.turn import Turn, say
from store import recipients
from store.forecasts import Forecast
from store.messages import Button, Message
from store.subscriptions import EARLIEST, LATEST
from store.talks import Decision

NAMED = 10
"""So many of those who will not get it are named at once."""
MOST_NAMES = 300
PART = 1900
"""Characters that every platform takes in one message; a longer text counts as several."""

Hindrance = Literal["", "comes", "lost", "right", "short", "nobody"]


def is_quiet(at: datetime) -> bool:
    """Say whether a local time is in the quiet hours."""
    return not EARLIEST <= at.time() < LATEST


def morning(now: datetime) -> datetime:
    """Give the next end of the quiet hours after a local time."""
    day = now.date() if now.time() < EARLIEST else now.date() + timedelta(days=1)
    return datetime.combine(day, time(EARLIEST.hour, EARLIEST.minute), now.tzinfo)


async def look(turn: Turn, draft: Draft) -> tuple[Ready, Forecast, Hindrance]:
    """Give the message of a draft, its prospect, and what forbids to send it."""
    made = await ready(turn, draft)
    if not await recipients.covers(turn.session, leader(turn), draft.for_whom):
        return made, Forecast(0), "right"
    parts = max(1, -(-len(draft.text) // PART))
    seen = await turn.foresee(turn.session, draft.for_whom, parts)
    if made.lost:
        return made, seen, "lost"
    if seen.shortages:
        return made, seen, "short"
    if not seen.reached and not seen.groups:
        return made, seen, "nobody"
    return made, seen, "comes" if made.comes else ""


async def show(
    turn: Turn, draft: Draft, *, whole: bool = True, first: tuple[str, ...] = ()
) -> Decision:
    """Show what would be sent to whom; `whole` with the message itself, after `first`."""
    made, seen, hindrance = await look(turn, draft)
    if hindrance == "lost":
        said = (*first, phrases.file_lost())
        return await show(turn, draft.without_file(), whole=whole, first=said)
    lines = [
        *first,
        phrases.preview(
            audience=draft.whom,
            seen=seen,
            named=NAMED,
            receipt=draft.receipt,
            at=draft.send_at(turn),
            quiet=is_quiet(turn.now.astimezone(turn.zone)),
        ),
    ]
    match hindrance:
        case "right":
            lines = [*first, phrases.no_right()]
        case "short":
            lines.append(phrases.short(seen.shortages))
        case "nobody":
            lines.append(phrases.nobody())
        case "comes":
            lines.append(phrases.file_comes())
    rows = _buttons(turn, draft, seen, hindrance)
    asked = Message("\n".join(lines), buttons=rows)
    return Decision((made.message, asked) if whole else (asked,), step=draft.step(CHECK))


def _buttons(
    turn: Turn, draft: Draft, seen: Forecast, hindrance: Hindrance
) -> tuple[tuple[Button, ...], ...]:
    copy = Button(phrases.COPY, ("broadcast_copy",), bound=True)
    names = (Button(phrases.NAMES, ("broadcast_names",), bound=True),) if seen.unreached else ()
    last = (button(phrases.EDIT, "broadcast_edit"), button(NO, "broadcast_no"))
    if hindrance == "comes":
        return ((button(phrases.AGAIN, "broadcast_look"),), last)
    if hindrance:
        return ((copy, *names), last)
    receipt = button(phrases.receipt_label(chosen=draft.receipt), "broadcast_receipt")
    groups_only = bool(draft.for_whom.addresses)
    return (
        _sending(turn, draft),
        (button(phrases.LATER, "broadcast_when"), button(phrases.TRIAL, "broadcast_trial")),
        (copy, *names),
        *(() if groups_only else ((receipt,),)),
        last,
    )


def _sending(turn: Turn, draft: Draft) -> tuple[Button, ...]:
    if draft.at:
        return (button(phrases.SCHEDULE, "broadcast_send", "later"),)
    if is_quiet(turn.now.astimezone(turn.zone)):
        return (
            button(phrases.MORNING, "broadcast_send", "morning"),
            button(phrases.URGENT, "broadcast_send", "urgent"),
        )
    return (button(phrases.NOW, "broadcast_send", "now"),)


async def look_again(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Show all of it once more."""
    del said
    return await show(turn, Draft.of(turn))


async def copy(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Give the text as a message of its own, to be copied or forwarded."""
    del said
    return say(Draft.of(turn).text)


async def names(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Name everybody who will not get it."""
    del said
    _, seen, _ = await look(turn, Draft.of(turn))
    if not seen.unreached:
        return say(phrases.everybody())
    return say(phrases.names(unreached=seen.unreached, most=MOST_NAMES))


async def turn_receipt(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask everybody to confirm, or no longer."""
    del said
    draft = Draft.of(turn)
    return await show(turn, replace(draft, receipt=not draft.receipt), whole=False)
