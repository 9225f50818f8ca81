"""A broadcast goes out: at once, in the morning, at a time that was typed, or as a trial."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import broadcast_send_phrases as phrases
from handlers.broadcast_draft import TRIAL, WHEN, Draft, leader
from handlers.broadcast_preview import is_quiet, look, morning, show
from handlers.turn import Turn, say
from handlers.words import whole
from knowledge.reminding.reading import Fault, read_when
from knowledge.reminding.schedule import Once
from knowledge.text import clean
from store import broadcasts, media, recipients
from store.audiences import Audience
from store.broadcasts import NewBroadcast
from store.database import Conflict
from store.messages import Message
from store.talks import Change, Decision, Kept

Words = Callable[[int], str]
"""Gives what is said of a broadcast, by its number."""
MYSELF = frozenset({"tôi", "toi", "mình", "cho tôi", "cho toi"})
FILE_WITHIN = media.KEPT - timedelta(days=3)
"""A photo that has to wait longer than this might be gone by then."""


async def send(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Hand the broadcast in; where something stands against it now, show the preview again."""
    draft, local = Draft.of(turn), turn.now.astimezone(turn.zone)
    made, seen, hindrance = await look(turn, draft)
    at = {"later": draft.send_at(turn), "morning": morning(local)}.get(said[0])
    is_late = said[0] == "later" and (at is None or at <= local)
    if hindrance or is_late or (said[0] == "now" and is_quiet(local)):
        first = (phrases.FAULTS["past"],) if is_late else ()
        return await show(turn, replace(draft, at="") if is_late else draft, first=first)
    people = seen.reached + len(seen.unreached)
    limit = await broadcasts.second_limit(turn.session)
    new = _new(turn, draft, made.message)
    new = replace(new, send_at=at or turn.now, urgent=said[0] == "urgent", waits=people > limit)

    def words(number: int) -> str:
        if new.waits:
            return phrases.waits(number=number, people=people, limit=limit)
        return phrases.queued(number=number, people=seen.reached, groups=seen.groups, at=at)

    return Decision(changes=(_create(turn, new, words),), ends=True)


async def ask_when(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for the time."""
    del said
    return replace(say(phrases.ask_when()), step=Draft.of(turn).step(WHEN))


async def take_when(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take the time that was typed: once, not in the quiet hours, while a file is still kept."""
    draft, when = Draft.of(turn), read_when(said[0], turn.now, turn.zone)
    if isinstance(when, Fault):
        return say(phrases.FAULTS.get(when.kind, phrases.NOT_A_TIME))
    if not isinstance(when, Once):
        return say(phrases.once_only())
    at = datetime.combine(when.on, when.at, turn.zone)
    if at <= turn.now:
        return say(phrases.FAULTS["past"])
    if is_quiet(at):
        return say(phrases.quiet_hours())
    if draft.file and at > turn.now + FILE_WITHIN:
        return say(phrases.file_too_late(days=FILE_WITHIN.days))
    return await show(turn, replace(draft, at=at.isoformat()), whole=False)


async def ask_trial(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask who gets a trial."""
    del said
    return replace(say(phrases.ask_trial()), step=Draft.of(turn).step(TRIAL))


async def take_trial(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send a trial to oneself or to people by their names, and show the preview again."""
    draft, own = Draft.of(turn), leader(turn)
    people = [own.id] if whole(said[0]) in MYSELF else await _named(turn, said[0])
    if isinstance(people, Decision):
        return people
    units = await recipients.own_units(turn.session, own)
    audience = Audience(units=tuple(one.id for one in units), people=tuple(people))
    made, seen, hindrance = await look(turn, replace(draft, audience=audience.as_json()))
    if hindrance == "nobody":
        return say(phrases.trial_unreached())
    if hindrance == "short":
        return say(phrases.short(seen.shortages))
    if hindrance:
        return await show(turn, draft)
    message = replace(made.message, title=phrases.TRIAL_TITLE)
    new = replace(_new(turn, draft, message), audience=audience, urgent=True)

    def words(number: int) -> str:
        return phrases.trial_sent(number=number, people=seen.reached)

    preview = await show(turn, draft, whole=False)
    return replace(preview, changes=(_create(turn, new, words),))


async def _named(turn: Turn, typed: str) -> Sequence[int] | Decision:
    """Give the people of the names that were typed, or what is to be said where there are none."""
    names = [" ".join(one.split()) for one in clean(typed).replace(";", ",").split(",")]
    names = [one for one in names if one]
    found = await recipients.people_named(turn.session, leader(turn), names)
    unknown = [name for name in names if not found[name]]
    ambiguous = [name for name in names if len(found[name]) > 1]
    if unknown or ambiguous or not names:
        return say(phrases.wrong_people(unknown=unknown, ambiguous=ambiguous))
    return sorted({one for some in found.values() for one in some})


def _new(turn: Turn, draft: Draft, message: Message) -> NewBroadcast:
    return NewBroadcast(
        message,
        draft.for_whom,
        turn.now,
        author_id=leader(turn).id,
        wants_receipt=draft.receipt and not draft.for_whom.addresses,
    )


def _create(turn: Turn, new: NewBroadcast, words: Words) -> Change:
    """Give the change that keeps it and says its number; what it rests on must still be so."""
    own = leader(turn)

    async def change(session: AsyncSession, kept: Kept) -> None:
        if not await recipients.covers(session, own, new.audience):
            raise Conflict
        handed_in = replace(new, author_address_id=kept.address.id)
        number = await broadcasts.create(session, handed_in, now=kept.now)
        kept.said.append(Message(words(number)))

    return change
