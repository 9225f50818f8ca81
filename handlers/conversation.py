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

from handlers import (
    arrive,
    ask,
    curate,
    curate_routes,
    link,
    link_phrases,
    login,
    occasions,
    own_data,
    photos,
    phrases,
    words,
)
from handlers.curate_routes import CURATE
from handlers.photos import ALBUM_STEP
from handlers.turn import Action, Turn, say
from knowledge.library import Library
from knowledge.text import clean
from store.choices import Chosen, find_choice, find_number, last_offered, use
from store.messages import UpdateKind
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
        self, library: Library, *, ask_open: bool, zone: ZoneInfo, home: str = ""
    ) -> None:
        """`home` is where our own pages are; without one nobody can log in."""
        self._library = library
        self._home = home
        self._ask_open = ask_open
        self._zone = zone

    async def reply(self, session: AsyncSession, talk: Talk, *, now: datetime) -> Decision:
        """Decide about one update; the session is only read from."""
        turn = Turn(session, talk, self._library, now, self._zone, self._ask_open, self._home)
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
    return await _act(turn, ASK, (text,))


async def _command(turn: Turn, text: str) -> Decision | None:
    if (command := words.command(text)) is None:
        return None
    name, argument = command
    if name not in COMMANDS:
        return say(phrases.unknown_command(you=turn.you, command=name[:20]))
    return await _act(turn, COMMANDS[name], (argument,))


async def _word(turn: Turn, text: str) -> Decision | None:
    plain = words.whole(text)
    action = WORDS.get(plain)
    return await _act(turn, action, ()) if action else None


async def _typed(turn: Turn, text: str) -> Decision | None:
    """Take for what it is what the open step asked to type."""
    action = curate_routes.TYPED.get(turn.talk.step)
    return await _act(turn, action, (text,)) if action and turn.may_curate else None


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
    chosen = await find_choice(turn.session, turn.talk, turn.talk.update.press)
    if chosen is None:
        return say(phrases.stale(you=turn.you))
    return replace(await _choose(turn, chosen), said=chosen.label)


async def _choose(turn: Turn, chosen: Chosen) -> Decision:
    """Do what stands behind a choice, unless its time is over."""
    word, *arguments = chosen.action
    action = ACTIONS.get(word)
    if action is None or chosen.stale or action.step not in {"", turn.talk.step}:
        return say(STALE[word]() if word in STALE else phrases.stale(you=turn.you))
    decision = await _act(turn, action, tuple(arguments))
    if not chosen.once:
        return decision
    return replace(decision, changes=(use(chosen), *decision.changes))


async def _act(turn: Turn, action: Action, arguments: tuple[str, ...]) -> Decision:
    """Take a route, if the speaker may, here."""
    if action.for_askers and not turn.may_ask:
        return await arrive.refuse_stranger(turn)
    if action.for_curators and not turn.may_curate:
        return await curate.refuse(turn)
    if action.private and not turn.talk.update.private:
        return say(phrases.private_only(you=turn.you))
    return await action.route(turn, arguments)


async def _joined(turn: Turn) -> Decision:
    return await _act(turn, START, ())


async def _not_text(turn: Turn) -> Decision:
    return say(phrases.not_text(turn.talk.update.kind, you=turn.you))


async def _nothing(turn: Turn) -> Decision:
    del turn
    return Decision()


async def _stop(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Close the open dialogue."""
    del said
    if turn.talk.step in {"", ALBUM_STEP}:
        return say(phrases.nothing_open())
    return replace(say(phrases.stopped()), ends=True)


async def _stop_all(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Close the open dialogue, or say that nothing is ever sent unasked."""
    if turn.talk.step in {"", ALBUM_STEP}:
        return say(phrases.nothing_sent(you=turn.you))
    return await _stop(turn, said)


async def _welcome(turn: Turn, said: tuple[str, ...]) -> Decision:
    del said
    return say(phrases.welcome(you=turn.you))


def _said(turn: Turn) -> str:
    """Give how the update stands in the chat's history."""
    heard = turn.talk.update
    text = clean(heard.text).strip()
    if len(text) > SAID_LONGEST:
        text = f"{text[: SAID_LONGEST - 1]}…"
    said = " ".join(filter(None, (phrases.SAID.get(heard.kind, ""), text)))
    return said or (phrases.SAID_NOTHING if heard.text else "")


START = Action(arrive.start)
HELP = Action(arrive.help_)
OCCASIONS = Action(occasions.upcoming, for_askers=True)
OWN_DATA = Action(own_data.show, private=True)
LINK = Action(arrive.link_)
UNLINK = Action(link.ask_unlink, private=True)
STOP = Action(_stop)
THANKS = Action(_welcome)
ASK = Action(ask.ask, for_askers=True)
WAITING = CURATE(curate.show)
LOG_IN = CURATE(login.give_link)
ERASE = Action(own_data.erase, private=True, step=own_data.STEP)
LEAVE_ALONE = Action(own_data.leave_alone, private=True, step=own_data.STEP)

KINDS: dict[UpdateKind, Callable[[Turn], Awaitable[Decision]]] = {
    "text": _text,
    "press": _press,
    "photo": photos.take,
    "file": photos.take,
    "voice": _not_text,
    "sticker": _not_text,
    "location": _not_text,
    "other": _not_text,
    "edited": _nothing,
    "touched": _nothing,
    "joined": _joined,
}

READERS = (_command, _word, _typed, _number, _label, _code)
"""What words may be before they are a question, in this order."""

COMMANDS = {
    "start": START,
    "trogiup": HELP,
    "lich": OCCASIONS,
    "huy": STOP,
    "dulieu": OWN_DATA,
    "lienket": LINK,
    "cauhoi": WAITING,
    "dangnhap": LOG_IN,
}

WORDS = words.spelled(
    {
        "trợ giúp": HELP,
        "lịch": OCCASIONS,
        "dữ liệu của tôi": OWN_DATA,
        "liên kết": LINK,
        "bỏ liên kết": UNLINK,
        "câu hỏi": WAITING,
        "đăng nhập": LOG_IN,
        "hủy": STOP,
        "thôi": STOP,
        "dừng": Action(_stop_all),
        "xin chào": START,
        "chào": START,
        "chào trợ lý": START,
        "cảm ơn": THANKS,
        "cám ơn": THANKS,
    }
)

ACTIONS = {
    "ask": Action(ask.ask_pressed, for_askers=True),
    "feedback": Action(ask.judge),
    "forward": Action(ask.forward),
    "reword": Action(ask.reword, for_askers=True),
    "export": Action(own_data.export, private=True),
    "erase": Action(own_data.ask_erase, private=True),
    "erase_yes": ERASE,
    "erase_no": LEAVE_ALONE,
    "link_code": Action(link.give_code, private=True),
    "link_yes": Action(link.confirm, private=True, step=link.STEP),
    "link_no": Action(link.leave_alone, private=True, step=link.STEP),
    "prefer": Action(link.prefer, private=True),
    "unlink": Action(link.unlink, private=True),
    **curate_routes.ACTIONS,
}

STALE = {
    "forward": phrases.forwarded_before,
    "unlink": link_phrases.not_linked,
    **curate_routes.STALE,
}
