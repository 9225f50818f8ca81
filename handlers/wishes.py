"""/nhacviec: what one receives unasked and when; stopping all of it with one word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import wishes_phrases as phrases
from handlers.photos import ALBUM_STEP
from handlers.reminding_phrases import LIST
from handlers.turn import Turn, say
from knowledge.reminding.reading import read_when
from knowledge.reminding.schedule import Daily
from store import clearing, reminders, subscriptions
from store.messages import Button, Message
from store.subscriptions import EARLIEST, LATEST, LEADS, TOPICS, Wishes
from store.talks import Change, Decision, Kept, Step

HOUR, PAUSE = "wish-hour", "wish-pause"
ASKED_FOR = timedelta(hours=1)
STOPPED = "stopped"
"""Why what was queued for somebody who stopped is cleared."""


async def show(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Say what somebody receives, and offer to change it."""
    del said
    wishes = await _wishes(turn)
    own = await reminders.listed(turn.session, _person(turn))
    text = phrases.receives(
        you=turn.you,
        at=wishes.at,
        topics=[one for one in TOPICS if one in wishes.topics],
        leads=sorted(wishes.leads, reverse=True),
        reminders=len(own),
    )
    if wishes.stopped:
        text = f"{phrases.is_stopped(you=turn.you)}\n{text}"
    elif wishes.silent(turn.today) and wishes.paused_until:
        text = f"{phrases.is_paused(until=wishes.paused_until)}\n{text}"
    silent = wishes.silent(turn.today)
    last = (
        (Button(phrases.RESUME, ("wish_resume",)),)
        if silent
        else (
            Button(phrases.PAUSE, ("wish_pause",)),
            Button(phrases.STOP, ("wish_stop",)),
        )
    )
    buttons = (
        (Button(phrases.HOUR, ("wish_hour",)), Button(phrases.TOPICS, ("wish_topics",))),
        (
            Button(phrases.LEADS, ("wish_leads",)),
            Button(LIST, ("remind_list",)),
        ),
        last,
    )
    return Decision((Message(text, buttons=buttons),), ends=turn.talk.step in {HOUR, PAUSE})


async def ask_hour(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for the time of day."""
    del said
    wishes = await _wishes(turn)
    return replace(say(phrases.ask_hour(at=wishes.at)), step=Step(HOUR, {}, ASKED_FOR))


async def take_hour(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take the time of day that was typed; nothing is sent in the quiet hours."""
    wishes = await _wishes(turn)
    read = read_when(said[0], turn.now, turn.zone, Daily(wishes.at))
    at = getattr(read, "at", None)
    if at is None or not EARLIEST <= at <= LATEST:
        return say(phrases.wrong_hour())
    changed = replace(wishes, at=at)
    return replace(say(phrases.hour_is(at=at)), changes=(_keep(turn, changed),), ends=True)


async def choose_topics(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer the topics, and take one that was pressed."""
    wishes = await _wishes(turn)
    topics = wishes.topics ^ {one for one in TOPICS if one in said}
    labels = [(phrases.TOPIC[one], one, one in topics) for one in TOPICS]
    changes = (_keep(turn, replace(wishes, topics=topics)),) if said else ()
    return _offer(phrases.choose_topics(), "wish_topics", labels, changes)


async def choose_leads(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Offer how long before, and take one that was pressed."""
    wishes = await _wishes(turn)
    chosen = set(wishes.leads) ^ {one for one in LEADS if str(one) in said}
    labels = [(phrases.lead(one), str(one), one in chosen) for one in LEADS]
    leads = tuple(one for one in LEADS if one in chosen)
    changes = (_keep(turn, replace(wishes, leads=leads)),) if said else ()
    return _offer(phrases.choose_leads(), "wish_leads", labels, changes)


async def ask_pause(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask how long nothing is to be sent."""
    del said
    month = (turn.today.replace(day=28) + timedelta(days=4)).replace(day=1)
    week = turn.today + timedelta(days=7)
    buttons = (
        (Button(phrases.WEEK, ("wish_pause_until", week.isoformat()), bound=True, once=True),),
        (Button(phrases.MONTH, ("wish_pause_until", month.isoformat()), bound=True, once=True),),
    )
    message = Message(phrases.ask_pause(), buttons=buttons)
    return Decision((message,), step=Step(PAUSE, {}, ASKED_FOR))


async def pause(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing before a day."""
    until = date.fromisoformat(said[0])
    changed = replace(await _wishes(turn), paused_until=until)
    return replace(
        say(phrases.paused(until=until)),
        changes=(_keep(turn, changed), _clear(turn)),
        ends=True,
    )


async def stop(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing unasked any more; an open dialogue is closed as well."""
    del said
    changed = replace(await _wishes(turn), stopped=True)
    buttons = ((Button(phrases.RESUME, ("wish_resume",)),),)
    return Decision(
        (Message(phrases.stopped(you=turn.you), buttons=buttons),),
        changes=(_keep(turn, changed), _clear(turn)),
        ends=turn.talk.step not in {"", ALBUM_STEP},
    )


async def resume(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send again."""
    del said
    changed = replace(await _wishes(turn), stopped=False, paused_until=None)
    return replace(say(phrases.resumed(at=changed.at)), changes=(_keep(turn, changed),))


def _offer(
    text: str,
    action: str,
    labels: Sequence[tuple[str, str, bool]],
    changes: tuple[Change, ...],
) -> Decision:
    """Show choices as they are now, each of which turns itself over."""
    rows = tuple(
        (Button(phrases.mark(label, chosen=chosen), (action, value)),)
        for label, value, chosen in labels
    )
    buttons = (*rows, (Button(phrases.DONE, ("wish_show",)),))
    return Decision((Message(text, buttons=buttons),), changes=changes)


async def _wishes(turn: Turn) -> Wishes:
    return await subscriptions.find(turn.session, _person(turn))


def _person(turn: Turn) -> int:
    assert turn.person is not None  # noqa: S101 - the routes are for registered people
    return turn.person.id


def _keep(turn: Turn, wishes: Wishes) -> Change:
    person_id = _person(turn)

    async def change(session: AsyncSession, kept: Kept) -> None:
        await subscriptions.put(session, person_id, wishes, now=kept.now)

    return change


def _clear(turn: Turn) -> Change:
    """Drop what waits to be told to the person, without a trace for them."""
    person_id = _person(turn)

    async def change(session: AsyncSession, kept: Kept) -> None:
        await clearing.clear_person(session, person_id, why=STOPPED, now=kept.now)

    return change
