"""The conversation: what somebody did, looked up in tables of routes, becomes a decision.

Looked at in this order: a secrecy stamp; whether we are spoken to at all; the kind of the update;
then, for words, a command, a plain word, what an open step asked to type, the number or the words
of a choice, an invitation code; whatever is left is a question.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import arrive, photos, phrases, routes, words
from handlers.arrive_phrases import suspended
from handlers.curate_phrases import curators_only
from handlers.turn import Action, Turn, say
from knowledge.library import Library
from knowledge.text import clean
from store.choices import Chosen, find_choice, find_number, last_offered, use
from store.forecasts import Foresee, nothing_known
from store.messages import UpdateKind, shared_action
from store.stamps import is_stamped
from store.talks import Decision, Talk

SAID_LONGEST = 2000
NEVER_BY_NUMBER = frozenset({"feedback"})
"""Who types a bare number means an option, not a verdict on the answer."""
LONGEST_LABEL = 60
"""Longer texts are no labels, so nobody needs to look whether they are."""


class Conversation:
    """Decides about updates; keeps nothing between them."""

    def __init__(
        self,
        library: Library,
        *,
        ask_open: bool,
        zone: ZoneInfo,
        home: str = "",
        foresee: Foresee = nothing_known,
    ) -> None:
        """`home` is where our own pages are; without one nobody can log in. `foresee` says who
        would get a broadcast.
        """
        self._library = library
        self._home = home
        self._ask_open = ask_open
        self._zone = zone
        self._foresee = foresee

    async def reply(self, session: AsyncSession, talk: Talk, *, now: datetime) -> Decision:
        """Decide about one update; the session is only read from."""
        turn = Turn(
            session,
            talk,
            self._library,
            now,
            self._zone,
            self._ask_open,
            self._home,
            self._foresee,
        )
        heard = talk.update
        spoken_to = heard.private or heard.addressed
        if is_stamped(heard.text):
            refusal = say(phrases.secret(you=turn.you)) if spoken_to else Decision()
            return replace(photos.refuse_all(turn, refusal), said=phrases.NOT_KEPT)
        if heard.kind == "left":
            return await arrive.left(turn, ())
        if not spoken_to:
            return Decision()
        decision = await KINDS[heard.kind](turn)
        return decision if decision.said else replace(decision, said=_said(turn))


async def _text(turn: Turn) -> Decision:
    text = turn.talk.update.text
    for read in READERS:
        decision = await read(turn, text)
        if decision is not None:
            return decision
    if words.is_blank(clean(text)):
        return say(phrases.empty(you=turn.you))
    return await _act(turn, routes.ASK, (text,))


async def _command(turn: Turn, text: str) -> Decision | None:
    if (command := words.command(text)) is None:
        return None
    name, argument = command
    if name not in routes.COMMANDS:
        return say(phrases.unknown_command(you=turn.you, command=name[:20]))
    return await _act(turn, routes.COMMANDS[name], (argument,))


async def _word(turn: Turn, text: str) -> Decision | None:
    plain = words.whole(text)
    action = routes.WORDS.get(plain)
    return await _act(turn, action, ()) if action else None


async def _typed(turn: Turn, text: str) -> Decision | None:
    """Take for what it is what the open step asked to type."""
    action = routes.TYPED.get(turn.talk.step)
    return await _act(turn, action, (text,)) if action and action.open_to(turn) else None


async def _number(turn: Turn, text: str) -> Decision | None:
    number = words.number(text)
    chosen = await find_number(turn.session, turn.talk, number) if number else None
    if chosen is None or chosen.action[0] in NEVER_BY_NUMBER:
        return None
    return await _choose(turn, chosen)


async def _label(turn: Turn, text: str) -> Decision | None:
    """Take the words of a button for the button: all that there is where there are no buttons."""
    if len(text) > LONGEST_LABEL:
        return None
    offered = await last_offered(turn.session, turn.talk)
    meant = [one for one in offered if words.names(text, one.label)]
    return await _choose(turn, meant[0]) if len(meant) == 1 else None


async def _code(turn: Turn, text: str) -> Decision | None:
    return await arrive.join(turn, (text,)) if await arrive.is_code(turn, text) else None


async def _press(turn: Turn) -> Decision:
    token = turn.talk.update.press
    if (shared := shared_action(token)) and shared[0] in routes.SHARED_ACTIONS:
        return await _act(turn, routes.SHARED_ACTIONS[shared[0]], shared[1:])
    chosen = await find_choice(turn.session, turn.talk, token)
    if chosen is None:
        return say(phrases.stale(you=turn.you))
    return replace(await _choose(turn, chosen), said=chosen.label)


async def _choose(turn: Turn, chosen: Chosen) -> Decision:
    """Do what stands behind a choice, unless its time is over."""
    word, *arguments = chosen.action
    action = routes.ACTIONS.get(word)
    if action is None or chosen.stale or action.step not in {"", turn.talk.step}:
        return say(routes.STALE[word]() if word in routes.STALE else phrases.stale(you=turn.you))
    decision = await _act(turn, action, tuple(arguments))
    if not chosen.once:
        return decision
    return replace(decision, changes=(use(chosen), *decision.changes))


async def _act(turn: Turn, action: Action, arguments: tuple[str, ...]) -> Decision:
    """Take a route, if the speaker may, here."""
    if action.for_askers and not turn.may_ask:
        return await arrive.refuse_stranger(turn)
    if not action.open_to(turn):
        return _refuse(turn, action)
    if action.private and not turn.talk.update.private:
        return say(phrases.private_only(you=turn.you))
    return await action.route(turn, arguments)


def _refuse(turn: Turn, action: Action) -> Decision:
    """Say whom a route is for."""
    if turn.suspended:
        return say(suspended(you=turn.you))
    if action.for_curators:
        return say(curators_only(you=turn.you))
    only = phrases.leaders_only if action.for_leaders else phrases.people_only
    return say(only(you=turn.you))


async def _joined(turn: Turn) -> Decision:
    return await _act(turn, routes.START, ())


async def _media(turn: Turn) -> Decision:
    """Take a file for what the open step asked for, else for what it is by itself."""
    action = routes.MEDIA.get(turn.talk.step)
    if action is not None and action.open_to(turn):
        return await _act(turn, action, ())
    return await photos.take(turn)


async def _not_text(turn: Turn) -> Decision:
    return say(phrases.not_text(turn.talk.update.kind, you=turn.you))


async def _nothing(turn: Turn) -> Decision:
    del turn
    return Decision()


def _said(turn: Turn) -> str:
    """Give how the update stands in the chat's history."""
    heard = turn.talk.update
    text = clean(heard.text).strip()
    if len(text) > SAID_LONGEST:
        text = f"{text[: SAID_LONGEST - 1]}…"
    said = " ".join(filter(None, (phrases.SAID.get(heard.kind, ""), text)))
    return said or (phrases.SAID_NOTHING if heard.text else "")


KINDS: dict[UpdateKind, Callable[[Turn], Awaitable[Decision]]] = {
    "text": _text,
    "press": _press,
    "photo": _media,
    "file": _media,
    "voice": _not_text,
    "sticker": _not_text,
    "location": _not_text,
    "other": _not_text,
    "edited": _nothing,
    "touched": _nothing,
    "joined": _joined,
}

READERS = (_command, _word, _typed, _number, _label, _code, *routes.READERS)
"""What words may be before they are a question, in this order."""
