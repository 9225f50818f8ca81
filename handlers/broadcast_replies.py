"""What people answer to broadcasts: they received one; a second leader agrees to one, or not."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import broadcast_list_phrases as phrases
from handlers.broadcast_draft import leader
from handlers.broadcast_running import conditional, number_in
from handlers.turn import Turn, say
from handlers.words import whole
from store import audiences, broadcast_receipts, broadcasts
from store.broadcast_judges import may_judge
from store.broadcasts import Broadcast
from store.messages import Button, Message, Notice
from store.models import Address
from store.talks import Change, Decision, Kept

SHOWN = 500
"""Characters of a text that the question to a second leader shows; of a longer one, and of a photo
or a file, the whole is shown before it counts."""
TICKS = frozenset("✅☑✔")
_JUDGED = re.compile(r"(không |khong )?(?:đồng ý|dong y)(?: (?:gửi |gui )?tb ?([0-9]{1,12}))?")


async def received(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Note that somebody got a broadcast; twice is harmless."""
    number = number_in(said)
    if number is None:
        return say(phrases.not_for_you())
    return Decision(changes=(_confirm(leader(turn).id, number),))


async def received_words(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Note that somebody got the latest that they have not confirmed."""
    del said
    person = leader(turn).id
    number = await broadcast_receipts.latest_unconfirmed(turn.session, person, now=turn.now)
    if number is None:
        return say(phrases.nothing_to_confirm())
    return Decision(changes=(_confirm(person, number),))


async def read_tick(turn: Turn, text: str) -> Decision | None:
    """Take a mere tick for having received, where something waits for it."""
    if turn.person is None or not turn.talk.update.private:
        return None
    if not set(text.strip()) & TICKS or len(text.strip()) > 2:
        return None
    person = turn.person.id
    number = await broadcast_receipts.latest_unconfirmed(turn.session, person, now=turn.now)
    return None if number is None else Decision(changes=(_confirm(person, number),))


async def read_judgement(turn: Turn, text: str) -> Decision | None:
    """Take the words of the two buttons, with the code of a broadcast or of the latest asked."""
    found = _JUDGED.fullmatch(whole(text))
    if found is None or not turn.may_lead or not turn.talk.update.private:
        return None
    number = found[2] or await _latest_waiting(turn)
    if number is None:
        return None
    return await (refuse if found[1] else agree)(turn, (number,))


async def agree(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let a broadcast be sent, once the whole of it was seen."""
    one = await _asked(turn, said)
    if isinstance(one, Decision):
        return one
    message = one.message
    if len(message.text) <= SHOWN and not message.photo and not message.file:
        return await _agree(turn, one)
    text = phrases.judge(
        number=one.id,
        author=one.author_name,
        people=await audiences.count(turn.session, one.audience),
    )
    row = (
        Button(
            phrases.agree_label(number=one.id), ("broadcast_agree_now", str(one.id)), once=True
        ),
        Button(phrases.REFUSE, ("broadcast_refuse_now", str(one.id)), once=True),
    )
    seen = Message(message.text, photo=message.photo, file=message.file)
    return Decision((seen, Message(text, buttons=(row,))))


async def agree_now(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let a broadcast be sent."""
    one = await _asked(turn, said)
    return one if isinstance(one, Decision) else await _agree(turn, one)


async def refuse(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let a broadcast never be sent."""
    one = await _asked(turn, said)
    if isinstance(one, Decision):
        return one
    number, person = one.id, leader(turn)

    async def work(session: AsyncSession, now: datetime) -> None:
        await broadcasts.refuse(session, number, person.id, now=now)

    text = phrases.was_refused(number=number, name=person.name)
    return Decision(
        (Message(phrases.refused(number=number)),),
        changes=(conditional(work),),
        notices=await _to_author(turn, one, text),
    )


async def _agree(turn: Turn, one: Broadcast) -> Decision:
    number, person = one.id, leader(turn)
    at = one.send_at.astimezone(turn.zone) if one.send_at > turn.now else None

    async def work(session: AsyncSession, now: datetime) -> None:
        await broadcasts.agree(session, number, person.id, now=now)

    text = phrases.was_agreed(number=number, name=person.name, at=at)
    return Decision(
        (Message(phrases.agreed(number=number, at=at)),),
        changes=(conditional(work),),
        notices=await _to_author(turn, one, text),
    )


async def _asked(turn: Turn, said: tuple[str, ...]) -> Broadcast | Decision:
    """Give the broadcast that waits for the speaker, or what is to be said instead."""
    number = number_in(said)
    one = await broadcasts.find(turn.session, number) if number is not None else None
    if one is None or not await may_judge(turn.session, one.id, leader(turn).id):
        return say(phrases.not_yours())
    if one.state != "waiting":
        return say(phrases.judged(number=one.id, state=one.state))
    return one


async def _latest_waiting(turn: Turn) -> str | None:
    for one in await broadcasts.listed(turn.session, limit=20, only_open=True):
        if one.state == "waiting" and await may_judge(turn.session, one.id, leader(turn).id):
            return str(one.id)
    return None


async def _to_author(turn: Turn, one: Broadcast, text: str) -> tuple[Notice, ...]:
    asked = select(Address.channel).where(Address.id == one.author_address_id)
    channel = await turn.session.scalar(asked)
    if one.author_address_id is None or channel is None:
        return ()
    key = f"broadcast:{one.id}:judged"
    return (Notice(one.author_address_id, channel, key, Message(text)),)


def _confirm(person_id: int, number: int) -> Change:
    async def change(session: AsyncSession, kept: Kept) -> None:
        was_meant = await broadcast_receipts.confirm(session, number, person_id, now=kept.now)
        kept.said.append(Message(phrases.thanks() if was_meant else phrases.not_for_you()))

    return change
