"""Questions: answered with their source, narrowed down, or refused honestly and kept."""

from collections.abc import Callable
from dataclasses import replace

from handlers import phrases
from handlers.arrive_phrases import EXAMPLES
from handlers.turn import COMRADE, Turn, say
from knowledge.answer import Answer, Kind
from knowledge.phrases import understood
from knowledge.text import LONGEST_QUESTION, clean
from store import questions
from store.messages import Button, Message
from store.questions import Asked
from store.talks import Decision

TOPICS = 3
"""How many earlier questions a follow-up may inherit from."""

Rows = tuple[tuple[Button, ...], ...]


async def ask(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Answer what was typed."""
    text = clean(said[0]).strip()
    decision = _answer(turn, text[:LONGEST_QUESTION], context=turn.talk.topics)
    return _noting_cut(decision) if len(text) > LONGEST_QUESTION else decision


async def ask_pressed(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Answer the question behind a button, about one document where it names one."""
    question, doc = said
    return _answer(turn, question, doc=doc or None)


async def judge(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Keep a 👍 or 👎."""
    verdict, ref = said
    if verdict == "good":
        return replace(
            say(phrases.judged_good(you=turn.you)), changes=(questions.judge(ref, "good"),)
        )
    return replace(say(phrases.judged_bad(you=turn.you)), changes=(questions.judge(ref, "bad"),))


async def reword(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for the question again, after it was read wrongly."""
    del said
    return say(phrases.ask_again(you=turn.you))


async def forward(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Put a refused question before a curator."""
    del turn
    return replace(say(phrases.forwarded()), changes=(questions.forward(said[0]),))


def example_buttons(turn: Turn) -> Rows:
    """Give the questions that a newcomer may tap: those that the base in service answers."""
    return tuple(
        (Button(label, ("ask", question, "")),)
        for label, question in EXAMPLES
        if turn.library.base.ask(question, today=turn.today).kind == "answer"
    )


def with_notice(turn: Turn, decision: Decision, *, you: str) -> Decision:
    """Add the notice of what is kept, the first time that something is."""
    if turn.talk.noticed:
        return decision
    notice = Message(phrases.notice(you=you, registered=you == COMRADE))
    return replace(decision, messages=(*decision.messages, notice), noticed=True)


def _answer(
    turn: Turn, question: str, *, context: tuple[str, ...] = (), doc: str | None = None
) -> Decision:
    home = (turn.person.province or None) if turn.person else None
    answer = turn.library.base.ask(question, context=context, today=turn.today, doc=doc, home=home)
    message = Message(_body(answer), source=answer.source, buttons=_buttons(answer, turn.ref))
    asked = Asked(turn.ref, question, answer.kind, answer.docs, answer.text, answer.confidence)
    topics = (*turn.talk.topics, answer.topic)[-TOPICS:] if answer.topic else None
    decision = Decision((message,), (questions.record(asked),), topics=topics)
    return with_notice(turn, decision, you=turn.you)


def _body(answer: Answer) -> str:
    """Give the answer without its numbered options: they are buttons here."""
    listed = {f"{number}. {one.label}" for number, one in enumerate(answer.options, start=1)}
    lines = [line for line in answer.body.split("\n") if line not in listed]
    return "\n".join([understood(text=answer.understood), *lines] if answer.understood else lines)


def _buttons(answer: Answer, ref: str) -> Rows:
    options = tuple(
        (Button(one.label, ("ask", one.question, one.doc or "")),) for one in answer.options
    )
    misread = ((Button(phrases.MISREAD, ("reword",)),),) if answer.understood else ()
    return options + misread + _LAST_ROWS[answer.kind](ref)


_LAST_ROWS: dict[Kind, Callable[[str], Rows]] = {
    "answer": lambda ref: (
        (
            Button(phrases.GOOD, ("feedback", "good", ref), spoken=True),
            Button(phrases.BAD, ("feedback", "bad", ref), spoken=True),
        ),
    ),
    "clarify": lambda _ref: (),
    "refuse": lambda ref: ((Button(phrases.FORWARD, ("forward", ref), once=True),),),
}


def _noting_cut(decision: Decision) -> Decision:
    answer, *rest = decision.messages
    note = phrases.read_in_part(characters=LONGEST_QUESTION)
    return replace(decision, messages=(replace(answer, text=f"{note}\n{answer.text}"), *rest))
