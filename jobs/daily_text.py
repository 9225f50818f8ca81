"""The message of a day out of what the day brings."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from jobs import daily_phrases as phrases
from jobs.answer_phrases import short
from knowledge.agenda import Agenda, Coming, Deadline
from knowledge.document import Document
from knowledge.occasion_text import line
from knowledge.occasions import lunar_of
from store.messages import Message

SHOWN = 8
"""Lines of one part; the rest is counted."""
LONGEST = 160
"""Characters of a task or a title."""


def day_message(today: date, agenda: Agenda, news: Sequence[Document]) -> Message | None:
    """Say what a day brings; None where it brings nothing."""
    parts = [
        _section(phrases.ahead(on=on, days=days), [_occasion(one) for one in some])
        for (days, on), some in groupby(agenda.occasions, _day)
    ]
    week = [phrases.on_day(on=one.on, told=_occasion(one)) for one in agenda.week]
    parts.append(_section(phrases.THIS_WEEK, week))
    parts.append(_section(phrases.DEADLINES, [_deadline(one) for one in agenda.deadlines]))
    titles = [phrases.news(name=one.short, title=short(one.title, LONGEST)) for one in news]
    parts.append(_section(phrases.NEWS, titles))
    said = [part for part in parts if part]
    if not said:
        return None
    return Message("\n".join([phrases.OPENING, *said]), title=phrases.title(today=today))


def _section(heading: str, lines: Sequence[str]) -> str:
    more = len(lines) - SHOWN
    shown = lines[:SHOWN]
    return phrases.section(heading=heading, lines=shown, more=max(more, 0)) if lines else ""


def _day(one: Coming) -> tuple[int, date]:
    return one.days, one.on


def _occasion(one: Coming) -> str:
    happening, told = one.happening, line(one.happening)
    first, last = happening.span
    if one.is_end:
        return phrases.ends(told=told, first=first)
    if happening.occasion.until:
        return phrases.lasts(told=told, first=first, last=last)
    if happening.occasion.calendar == "lunar":
        day, month, _ = lunar_of(happening.date)
        return phrases.lunar(told=told, day=day, month=month)
    return told


def _deadline(one: Deadline) -> str:
    name = one.document.short
    if not one.task:
        return phrases.deadline_end(on=one.on, days=one.days, document=name)
    what = short(f"{one.actor}: {one.task}" if one.actor else one.task, LONGEST)
    return phrases.deadline(on=one.on, days=one.days, what=what, document=name)
