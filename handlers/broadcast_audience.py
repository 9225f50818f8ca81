"""Whom a broadcast is for: chosen by buttons, or units by their names."""

from dataclasses import replace

from handlers import broadcast_phrases as phrases
from handlers.broadcast_draft import AUDIENCE, UNITS, Draft, button, leader
from handlers.broadcast_preview import show
from handlers.turn import Turn, say
from handlers.wishes_phrases import mark
from knowledge.text import clean
from store import recipients
from store.audiences import Audience
from store.channel_accounts import platform
from store.messages import Message
from store.recipients import Place
from store.talks import Decision

MOST_UNITS = 500
"""A database takes no more of them in one question."""


def ask(draft: Draft, *, text: str = "") -> Decision:
    """Ask who is to get it."""
    buttons = (
        (button(phrases.ALL, "broadcast_to", "all"),),
        (
            button(phrases.LEADERS, "broadcast_to", "role", "leader"),
            button(phrases.OFFICERS, "broadcast_to", "role", "officer"),
        ),
        (
            button(phrases.ORGANISATIONS, "broadcast_organisations"),
            button(phrases.CHANNELS, "broadcast_channels"),
        ),
        (
            button(phrases.UNITS, "broadcast_units"),
            button(phrases.GROUPS, "broadcast_groups"),
        ),
        (button(phrases.NO, "broadcast_no"),),
    )
    message = Message(text or phrases.ask_audience(), buttons=buttons)
    return Decision((message,), step=draft.step(AUDIENCE))


async def ask_again(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask once more."""
    del said
    return ask(Draft.of(turn))


async def take(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take everybody, those of a role, an organisation or a channel."""
    kind, *rest = said
    own = await recipients.own_units(turn.session, leader(turn))
    audience, names = Audience(units=_ids(own)), [one.name for one in own]
    match kind, *rest:
        case "role", role:
            audience = replace(audience, roles=(role,))
            whom = phrases.role_in(role=role, units=names)
        case "channel", channel:
            audience = replace(audience, channel=channel)
            whom = phrases.channel_in(channel=channel, units=names)
        case "organisation", name:
            some = (await _organisations(turn)).get(name, [])
            if len(some) > MOST_UNITS:
                return ask(Draft.of(turn), text=phrases.too_many_units())
            audience = replace(audience, units=_ids(some))
            title = turn.library.base.organisations.name(name)
            whom = phrases.organisation_in(organisation=title, units=names)
        case _:
            whom = phrases.whole_units(units=names)
    return await show(turn, Draft.of(turn).to(audience, whom))


async def ask_organisation(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer the organisations that units below are of."""
    del said
    draft, found = Draft.of(turn), await _organisations(turn)
    if not found:
        return ask(draft, text=phrases.no_organisation())
    known = turn.library.base.organisations
    rows = [
        (button(known.name(one), "broadcast_to", "organisation", one),)
        for one in known
        if one in found
    ]
    back = (button(phrases.BACK, "broadcast_audience"),)
    message = Message(phrases.ask_organisation(), buttons=(*rows, back))
    return Decision((message,), step=draft.step(AUDIENCE))


async def ask_channel(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer the channels on which people below are."""
    del said
    found = await recipients.channels(turn.session, leader(turn))
    rows = [(button(platform(one), "broadcast_to", "channel", one),) for one in found]
    back = (button(phrases.BACK, "broadcast_audience"),)
    message = Message(phrases.ask_channel(), buttons=(*rows, back))
    return Decision((message,), step=Draft.of(turn).step(AUDIENCE))


async def ask_units(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for names of units."""
    del said
    return replace(say(phrases.ask_units()), step=Draft.of(turn).step(UNITS))


async def take_units(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take units by the names that were typed; a comma parts two, or names the unit above."""
    pieces = [" ".join(one.split()) for one in clean(said[0]).replace(";", ",").split(",")]
    pieces = [one for one in pieces if one]
    found: list[Place] = []
    unknown: list[str] = []
    ambiguous: list[str] = []
    while pieces:
        pair = ", ".join(pieces[:2])
        some = await _named(turn, pair) if len(pieces) > 1 else []
        if some:
            name, pieces = pair, pieces[2:]
        else:
            name, pieces = pieces[0], pieces[1:]
            some = await _named(turn, name)
        if len(some) == 1:
            found += some
        else:
            (ambiguous if some else unknown).append(name)
    if unknown or ambiguous or not found:
        return say(phrases.wrong_units(unknown=unknown, ambiguous=ambiguous))
    whom = phrases.whole_units(units=[one.name for one in found])
    return await show(turn, Draft.of(turn).to(Audience(units=_ids(found)), whom))


async def choose_groups(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer the groups, and take one that was pressed."""
    draft = Draft.of(turn)
    found = await recipients.groups(turn.session, leader(turn))
    if not found:
        return ask(draft, text=phrases.no_groups())
    ids = {one.id for one in found}
    chosen = ids.intersection(draft.for_whom.addresses) ^ ids.intersection(map(int, said))
    names = {one.id: phrases.group(name=one.name, channel=one.channel) for one in found}
    audience = Audience(addresses=tuple(sorted(chosen)))
    whom = phrases.some_groups(names=[names[one] for one in audience.addresses])
    draft = draft.to(audience, whom if chosen else "")
    rows = [
        (button(mark(name, chosen=one in chosen), "broadcast_groups", str(one)),)
        for one, name in names.items()
    ]
    done = (button(phrases.CHOSEN, "broadcast_look"),) if chosen else ()
    back = button(phrases.BACK, "broadcast_audience")
    message = Message(phrases.ask_groups(), buttons=(*rows, (*done, back)))
    return Decision((message,), step=draft.step(AUDIENCE))


async def _named(turn: Turn, name: str) -> list[Place]:
    return await recipients.units_named(turn.session, leader(turn), name)


async def _organisations(turn: Turn) -> dict[str, list[Place]]:
    """Give the units below by the organisation that their names name."""
    found: dict[str, list[Place]] = {}
    for unit in await recipients.units_below(turn.session, leader(turn)):
        for name in turn.library.base.organisations.in_unit(unit.name):
            found.setdefault(name, []).append(unit)
    return found


def _ids(places: list[Place]) -> tuple[int, ...]:
    return tuple(one.id for one in places)
