"""Linking: one person on several channels, by a code; where they want to be spoken to; undoing."""

from dataclasses import replace
from datetime import timedelta

from handlers import link_phrases as phrases
from handlers.arrive_phrases import suspended
from handlers.phrases import private_only
from handlers.turn import Turn, say
from store import links
from store.links import Link, LinkedAccount
from store.messages import Button, Message, Notice
from store.talks import Decision, Speaker, Step

STEP = "link"
"""The step in which somebody is asked whether to become one with another person."""
CONFIRM_WITHIN = timedelta(minutes=10)


async def show(turn: Turn) -> Decision:
    """Say what is linked; offer a code, and to prefer another channel."""
    if not turn.talk.update.private:
        return say(private_only(you=turn.you))
    if turn.person is None:
        return _refuse_stranger(turn)
    linked = await links.look(turn.session, turn.person.id)
    channels = linked.channels if len(linked.channels) > 1 else ()
    labels = [
        (phrases.GET_CODE, ("link_code",)),
        *(
            (phrases.prefer(channel), ("prefer", channel))
            for channel in channels
            if channel != linked.preferred
        ),
    ]
    buttons = tuple((Button(label, action),) for label, action in labels)
    text = phrases.linked(linked, here=turn.talk.account_id)
    return Decision((Message(text, buttons=buttons),))


async def give_code(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Give a code; the ones before are void.

    It is a message of its own: who copies on a phone copies a whole message.
    """
    del said
    if turn.person is None:
        return _refuse_stranger(turn)
    code = links.new_code()
    return Decision(
        (Message(phrases.code_follows()), Message(code)),
        changes=(links.keep_code(code, turn.person.id),),
    )


async def prefer(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Note where the person wants to be spoken to."""
    [channel] = said
    if turn.person is None:
        return _refuse_stranger(turn)
    if channel not in (await links.look(turn.session, turn.person.id)).channels:
        return say(phrases.not_linked())
    return replace(
        say(phrases.preferred(channel)), changes=(links.prefer(turn.person.id, channel),)
    )


async def take(turn: Turn, text: str) -> Decision | None:
    """Take a code that links; None when there is no such code."""
    found = await links.check(turn.session, text, now=turn.now)
    if found is None:
        return None
    if refused := _refused(turn, found):
        return refused
    if turn.person is None:
        return _link(turn, found)
    buttons = (
        (
            Button(phrases.YES, ("link_yes", found.hash), bound=True, once=True),
            Button(phrases.NO, ("link_no",), bound=True, once=True),
        ),
    )
    question = Message(phrases.ask(person=found.person), buttons=buttons)
    return Decision((question,), step=Step(STEP, {}, CONFIRM_WITHIN))


async def confirm(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Become one with the person of a code, now that it was said twice."""
    found = await links.find(turn.session, said[0], now=turn.now)
    if found is None:
        return replace(say(phrases.code_expired()), ends=True)
    return replace(_refused(turn, found) or _link(turn, found), ends=True)


async def leave_alone(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Link nothing; the code stays good."""
    del turn, said
    return replace(say(phrases.left_alone()), ends=True)


async def ask_unlink(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer the other accounts, the last one first."""
    del said
    if turn.person is None:
        return _refuse_stranger(turn)
    others = await _others(turn, turn.person)
    if not others:
        return say(phrases.nothing_to_unlink())
    buttons = tuple(
        (Button(phrases.unlink(one), ("unlink", str(one.id)), once=True),)
        for one in reversed(others)
    )
    return Decision((Message(phrases.unlink_which(), buttons=buttons),))


async def unlink(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take an account away."""
    [number] = said
    person = turn.person
    others = await _others(turn, person) if person else []
    one = next((one for one in others if str(one.id) == number), None)
    if person is None or one is None:
        return say(phrases.not_linked())
    return replace(
        say(phrases.unlinked(one)), changes=(links.unlink(one.id, person_id=person.id),)
    )


async def _others(turn: Turn, person: Speaker) -> list[LinkedAccount]:
    linked = await links.look(turn.session, person.id)
    return [one for one in linked.accounts if one.id != turn.talk.account_id]


def _refuse_stranger(turn: Turn) -> Decision:
    words = suspended if turn.suspended else phrases.needs_invitation
    return say(words(you=turn.you))


def _refused(turn: Turn, found: Link) -> Decision | None:
    if turn.suspended:
        return _refuse_stranger(turn)
    if turn.person and turn.person.id == found.person_id:
        return say(phrases.linked_before())
    if found.state == "used up":
        return say(phrases.code_used_up())
    return say(phrases.code_expired()) if found.state == "expired" else None


def _link(turn: Turn, found: Link) -> Decision:
    """Link, and tell the person where they asked for the code."""
    who = turn.talk.update.sender
    notice = Notice(
        found.address_id,
        found.channel,
        key=f"linked:{found.hash}",
        message=Message(phrases.told(who.channel, who.name)),
    )
    owner_id = turn.person.id if turn.person else None
    return Decision(
        (Message(phrases.done(person=found.person)),),
        changes=(links.use(found, owner_id=owner_id),),
        notices=(notice,),
        noticed=True,  # the person was told of it where the code was asked for
    )
