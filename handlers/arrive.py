"""Coming in: the greeting, the invitation that a code gives, the help, and leaving."""

from dataclasses import replace

from handlers import arrive_phrases as phrases
from handlers import link
from handlers.ask import example_buttons, with_notice
from handlers.phrases import SAID_CODE, private_only
from handlers.turn import COMRADE, Turn, say
from store import invitations, links, people
from store.invitations import Invited
from store.messages import Message
from store.talks import Decision


async def start(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Greet, or join with the code that came along."""
    code = said[0].strip() if said else ""
    if code:
        return await join(turn, (code,))
    if not turn.may_ask:
        return say(_not_let_in(turn, phrases.start_closed(you=turn.you)))
    buttons = example_buttons(turn)
    greeting = phrases.start(you=turn.you, name=turn.name, examples=bool(buttons))
    if turn.suspended:
        greeting = f"{phrases.suspended(you=turn.you)}\n{greeting}"
    return Decision((Message(greeting, buttons=buttons),))


async def join(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take a code, but not where others read it."""
    if not turn.talk.update.private:
        return _hiding_code(say(private_only(you=turn.you)))
    if turn.suspended:
        return _hiding_code(say(phrases.suspended(you=turn.you)))
    invited = await invitations.check(turn.session, said[0], now=turn.now)
    if invited is not None:
        return _hiding_code(_joined(turn, invited))
    linked = await link.take(turn, said[0])
    return _hiding_code(linked or say(phrases.code_unknown(you=turn.you)))


async def link_(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Say what is linked, or take the code that came along."""
    code = said[0].strip() if said else ""
    return await join(turn, (code,)) if code else await link.show(turn)


async def is_code(turn: Turn, text: str) -> bool:
    """Say whether a bare text is a code that was given out."""
    if not invitations.normalised(text):
        return False
    return (
        await invitations.check(turn.session, text, now=turn.now) is not None
        or await links.check(turn.session, text, now=turn.now) is not None
    )


async def help_(turn: Turn, said: tuple[str, ...]) -> Decision:
    """List what may be said."""
    del said
    text = phrases.help_text(
        you=turn.you,
        may_ask=turn.may_ask,
        registered=turn.person is not None,
        curates=turn.may_curate,
        leads=turn.may_lead,
    )
    return say(text)


async def refuse_stranger(turn: Turn) -> Decision:
    """Say that an invitation is needed."""
    return say(_not_let_in(turn, phrases.closed(you=turn.you)))


async def left(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Note that the chat is closed to us, unless they have written since."""
    del said
    talk = turn.talk
    if talk.last_in_at is not None and talk.update.at < talk.last_in_at:
        return Decision()
    return Decision(changes=(people.close_address(),))


def _joined(turn: Turn, invited: Invited) -> Decision:
    person = turn.person
    if person and (invited.role, invited.unit_id) in person.roles:
        return say(phrases.role_held(you=turn.you, role=invited.role, unit=invited.unit))
    if invited.state == "used up":
        return say(phrases.code_used_up(you=turn.you))
    if invited.state == "expired":
        return say(phrases.code_expired(you=turn.you))
    change = invitations.join(invited, person_id=person.id if person else None, name=turn.name)
    greeting = (
        phrases.role_added(role=invited.role, unit=invited.unit)
        if person
        else phrases.joined(name=turn.name, role=invited.role, unit=invited.unit)
    )
    decision = replace(say(greeting), changes=(change,))
    return with_notice(turn, decision, you=COMRADE)


def _hiding_code(decision: Decision) -> Decision:
    """Keep the code itself out of the chat's history."""
    return replace(decision, said=SAID_CODE)


def _not_let_in(turn: Turn, words: str) -> str:
    return phrases.suspended(you=turn.you) if turn.suspended else words
