"""Reminders in words: read, read back, confirmed; listed, changed, cancelled."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import reminding_phrases as phrases
from handlers.phrases import leaders_only, people_only, private_only
from handlers.turn import LEADING, Turn, say
from knowledge.reminding.phrases import describe
from knowledge.reminding.reading import Fault, Wish, read, read_when
from knowledge.reminding.request import is_wish
from knowledge.reminding.schedule import Once, Schedule, from_json, next_after
from store import reminders, units
from store.audiences import Audience
from store.database import Conflict
from store.messages import Button, Message
from store.people import visible_units
from store.reminders import MOST, NewReminder
from store.subscriptions import EARLIEST, LATEST
from store.talks import Change, Decision, Kept, Step

CHECK, EDIT = "remind-check", "remind-edit"
CONFIRM_WITHIN = timedelta(hours=2)
SHORT = 40
"""Signs of a reminder's words on its button."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reminder that is being made; `id` and `version` where one that is kept is changed."""

    what: str
    schedule: dict[str, Any]
    unit_id: int | None = None
    unit: str = ""
    id: int | None = None
    version: int = 0

    @property
    def plan(self) -> Schedule:
        """Give when it falls."""
        return from_json(self.schedule)


async def read_wish(turn: Turn, text: str) -> Decision | None:
    """Take words that ask for a reminder; None where they do not."""
    if not is_wish(text):
        return None
    if turn.person is None:
        return say(people_only(you=turn.you))
    if not turn.talk.update.private:
        return say(private_only(you=turn.you))
    return await _take(turn, read(text, turn.now, turn.zone))


async def take_change(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take another time, or the whole wish anew, for the reminder that is being made."""
    draft = Draft(**turn.talk.state)
    if is_wish(said[0]):
        return await _take(turn, read(said[0], turn.now, turn.zone), draft)
    when = read_when(said[0], turn.now, turn.zone, draft.plan)
    if isinstance(when, Fault):
        return say(phrases.FAULTS.get(when.kind, phrases.NOT_READ))
    return await _read_back(turn, replace(draft, schedule=when.as_json()))


async def ask_change(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for another time or other words."""
    del said
    draft = Draft(**turn.talk.state)
    question = say(phrases.ask_again(what=draft.what))
    return replace(question, step=Step(EDIT, asdict(draft), CONFIRM_WITHIN))


async def confirm(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Keep the reminder that was read back."""
    del said
    draft = Draft(**turn.talk.state)
    first = next_after(draft.plan, turn.now, turn.zone)
    if first is None:
        return replace(say(phrases.FAULTS["past"]), ends=True)
    if draft.id is not None:
        seen = await reminders.find(turn.session, draft.id, person_id=_person(turn))
        if seen is None or seen.version != draft.version:
            return replace(say(phrases.gone()), ends=True)
    elif len(await reminders.listed(turn.session, _person(turn))) >= MOST:
        return replace(say(phrases.too_many(most=MOST)), ends=True)
    text = phrases.kept(first=first.astimezone(turn.zone))
    return replace(say(text), changes=(_keep(turn, draft, first),), ends=True)


async def drop(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Keep nothing."""
    del said, turn
    return replace(say(phrases.dropped()), ends=True)


async def list_own(turn: Turn, said: tuple[str, ...]) -> Decision:
    """List what somebody asked to be reminded of."""
    del said
    found = await reminders.listed(turn.session, _person(turn))
    if not found:
        return say(phrases.none_yet())
    rows = tuple((Button(_short(one.text), ("remind_open", str(one.id))),) for one in found)
    lines = [
        phrases.line(
            what=one.text,
            when=describe(from_json(one.schedule)),
            unit=one.unit,
            paused=one.state == "paused",
        )
        for one in found
    ]
    text = "\n".join((phrases.listed(count=len(found)), *lines))
    return Decision((Message(text, buttons=rows),))


async def open_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Show one reminder, and offer to change it."""
    one = await _own(turn, said)
    if one is None:
        return say(phrases.gone())
    is_paused = one.state == "paused"
    number = str(one.id)
    buttons = (
        (
            Button(phrases.EDIT, ("remind_change", number)),
            Button(
                phrases.RESUME if is_paused else phrases.PAUSE,
                ("remind_resume" if is_paused else "remind_pause", number),
            ),
        ),
        (
            Button(phrases.CANCEL, ("remind_cancel", number)),
            Button(phrases.BACK, ("remind_list",)),
        ),
    )
    when = describe(from_json(one.schedule))
    text = phrases.line(what=one.text, when=when, unit=one.unit, paused=is_paused)
    return Decision((Message(text, buttons=buttons),))


async def change_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for another time or other words for a reminder that is kept."""
    one = await _own(turn, said)
    if one is None:
        return say(phrases.gone())
    draft = Draft(one.text, one.schedule, one.unit_id, one.unit, one.id, one.version)
    question = say(phrases.ask_again(what=draft.what))
    return replace(question, step=Step(EDIT, asdict(draft), CONFIRM_WITHIN))


async def pause_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let a reminder rest."""
    return await _set(turn, said, phrases.paused(), state="paused")


async def cancel_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """End a reminder."""
    return await _set(turn, said, phrases.cancelled(), state="cancelled", next_at=None)


async def resume_one(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Let a reminder that rests go on."""
    one = await _own(turn, said)
    first = next_after(from_json(one.schedule), turn.now, turn.zone) if one else None
    if first is None:
        return say(phrases.gone())
    text = phrases.resumed(first=first.astimezone(turn.zone))
    return await _set(turn, said, text, state="active", next_at=first)


async def _take(turn: Turn, wish: Wish | Fault, seen: Draft | None = None) -> Decision:
    if isinstance(wish, Fault):
        return say(phrases.FAULTS.get(wish.kind, phrases.NOT_READ))
    draft = Draft(wish.what, wish.schedule.as_json())
    if seen is not None:
        draft = replace(draft, id=seen.id, version=seen.version)
    if wish.scope == "unit":
        named = await _unit(turn, wish.unit)
        if isinstance(named, str):
            return say(named)
        draft = replace(draft, unit_id=named[0], unit=named[1])
    return await _read_back(turn, draft)


async def _read_back(turn: Turn, draft: Draft) -> Decision:
    first = next_after(draft.plan, turn.now, turn.zone)
    if first is None:
        return say(phrases.FAULTS["past"])
    local, when = first.astimezone(turn.zone), describe(draft.plan)
    again = None if isinstance(draft.plan, Once) else local
    text = phrases.read_back(you=turn.you, what=draft.what, when=when, first=again)
    if draft.unit_id is not None:
        if not EARLIEST <= local.time() <= LATEST:
            return say(phrases.quiet())
        audience = Audience(units=(draft.unit_id,))
        seen = await turn.foresee(turn.session, audience, 1)
        if not seen.reached:
            return say(phrases.nobody(unit=draft.unit))
        people = seen.reached + len(seen.unreached)
        text = phrases.read_back_unit(
            unit=draft.unit, people=people, what=draft.what, when=when, first=again
        )
    buttons = (
        tuple(
            Button(label, (action,), bound=True, once=True)
            for label, action in (
                (phrases.YES, "remind_yes"),
                (phrases.EDIT, "remind_edit"),
                (phrases.NO, "remind_no"),
            )
        ),
    )
    step = Step(CHECK, asdict(draft), CONFIRM_WITHIN)
    return Decision((Message(text, buttons=buttons),), step=step)


async def _unit(turn: Turn, name: str) -> tuple[int, str] | str:
    """Give the unit that is meant, or what is to be said where there is none."""
    assert turn.person is not None  # noqa: S101 - the reader looked
    seen = await visible_units(turn.session, turn.person)
    if not turn.may_lead:
        return leaders_only(you=turn.you)
    if not name:
        own = next(unit_id for role, unit_id in turn.person.roles if role in LEADING)
        return own, await units.name_of(turn.session, own)
    found = [unit for unit in await units.find(turn.session, name) if unit.id in seen]
    if len(found) != 1:
        words = phrases.ambiguous_unit if found else phrases.unknown_unit
        return words(name=name)
    return found[0].id, found[0].name


def _keep(turn: Turn, draft: Draft, first: datetime) -> Change:
    person_id = _person(turn)

    async def change(session: AsyncSession, kept: Kept) -> None:
        if draft.id is None:
            new = NewReminder(person_id, draft.unit_id, draft.what, draft.schedule, first)
            await reminders.add(session, new, now=kept.now)
            return
        seen = await reminders.find(session, draft.id, person_id=person_id)
        if seen is None or seen.version != draft.version:
            raise Conflict
        await reminders.change(
            session,
            seen,
            now=kept.now,
            text=draft.what,
            schedule=draft.schedule,
            unit_id=draft.unit_id,
            next_at=first,
            state="active",
        )

    return change


async def _own(turn: Turn, said: tuple[str, ...]) -> reminders.Kept | None:
    one = await reminders.find(turn.session, int(said[0]), person_id=_person(turn))
    return one if one is not None and one.state in reminders.OPEN else None


async def _set(turn: Turn, said: tuple[str, ...], text: str, **values: Any) -> Decision:
    one = await _own(turn, said)
    if one is None:
        return say(phrases.gone())

    async def change(session: AsyncSession, kept: Kept) -> None:
        await reminders.change(session, one, now=kept.now, **values)

    return replace(say(text), changes=(change,))


def _person(turn: Turn) -> int:
    assert turn.person is not None  # noqa: S101 - the routes are for registered people
    return turn.person.id


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
