"""Dialogues written as data, and the player that holds them against whatever can be talked to.

A case is a TOML file: `[[invitation]]` tables name codes, `[[turn]]` tables are played in order.

    who = "Lan"              who speaks; the one before, where it is left out
    said = "..."             words; `{NAME}` is the code of an invitation, `repeat` says them again
    kind = "sticker"         any other kind of update, with `said` as its text
    code = "NAME"            keeps the code that is heard now, a message of its own, for `{NAME}`
    on = "zalo-oa:1"         speaks on this channel account instead of the stage's own
    press = "label"          the newest button of that label that `whose` (or the speaker) saw
    token = "..."            a press of a button that was never issued
    group = "...", addressed = false, album = "..."
    wait_minutes = 31        the clock goes on before the turn
    heard = "..." | [...]    one entry for each message, each a part of its text
    buttons = [...]          exactly the buttons of the last message that has any
    never = [...]            what no message says
    quiet = true             nothing is said

`alone = true` keeps a case that changes the base, or looks at all questions, from all others.
Silence fails a turn unless it is `quiet`; so does talking more often than `heard` has entries.
What was said to somebody meanwhile is heard first.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.conversation import Conversation
from store import choices, invitations, models, talks
from store.database import Conflict, Database
from store.messages import Address, Button, Media, Message, Sender, Update

CASES = Path(__file__).parent / "cases" / "dialogues"
BASE = CASES / "base"
TURN_WORDS = {
    *("who", "said", "kind", "press", "token", "whose", "group", "addressed", "album"),
    *("wait_minutes", "repeat", "heard", "buttons", "never", "quiet"),
    *("code", "on"),
}
PHOTO = (Media("a-photo", "image/jpeg"),)
CODE = re.compile(rf"[{invitations.ALPHABET}]{{{invitations.LENGTH}}}")


class Stage(Protocol):
    """Something that can be talked to: the bare store, or later a channel with its platform."""

    channel: str

    async def invite(self, *, role: str, unit: str, uses: int, now: datetime) -> str:
        """Make an invitation code."""

    async def hear(self, update: Update, *, now: datetime) -> Sequence[Message]:
        """Take one update through and give what was said to it, buttons with their tokens."""


@dataclass(slots=True)
class StoreStage:
    """The real store and the conversation, with nothing of a platform around."""

    database: Database
    conversation: Conversation
    channel: str = "telegram:1"
    decisions: list[talks.Decision] = field(default_factory=list)
    told: dict[Address, list[Message]] = field(default_factory=lambda: defaultdict(list))

    async def invite(self, *, role: str, unit: str, uses: int, now: datetime) -> str:
        async def work(session: AsyncSession) -> str:
            return await invitations.create(session, role=role, unit=unit, uses=uses, now=now)

        return await self.database.write(work)

    async def load(self, update: Update, *, now: datetime) -> tuple[talks.Talk, talks.Decision]:
        async with self.database.read() as session:
            talk = await talks.load(session, update, now=now)
            return talk, await self.conversation.reply(session, talk, now=now)

    async def keep(
        self, talk: talks.Talk, decision: talks.Decision, *, now: datetime
    ) -> Sequence[Message]:
        async def work(session: AsyncSession) -> list[Message]:
            kept = await talks.keep(session, talk, decision, now=now)
            return [
                await choices.offer(session, kept, message, key=f"{talk.update.id}:{place}")
                for place, message in enumerate((*decision.messages, *kept.said))
            ]

        said = await self.database.write(work)
        self.decisions.append(decision)
        async with self.database.read() as session:
            for notice in decision.notices:
                row = await session.get_one(models.Address, notice.address_id)
                self.told[Address(row.channel, row.chat)].append(notice.message)
        return [*self.told.pop(talk.update.address, ()), *said]

    async def hear(self, update: Update, *, now: datetime) -> Sequence[Message]:
        for _ in range(3):
            talk, decision = await self.load(update, now=now)
            try:
                return await self.keep(talk, decision, now=now)
            except Conflict:
                continue
        raise Conflict


@dataclass(slots=True)
class Player:
    """Plays turns on a stage, and remembers what everybody saw."""

    stage: Stage
    now: datetime
    codes: dict[str, str] = field(default_factory=dict)
    who: str = "Lan"
    number: int = 0
    seen: dict[str, list[Button]] = field(default_factory=lambda: defaultdict(list))
    transcript: list[str] = field(default_factory=list)

    async def play(self, case: Mapping[str, Any]) -> None:
        for one in case.get("invitation", ()):
            self.codes[one["name"]] = await self.stage.invite(
                role=one["role"], unit=one["unit"], uses=one.get("uses", 1), now=self.now
            )
        for turn in case["turn"]:
            assert set(turn) <= TURN_WORDS, f"unknown words in {turn}"
            await self.take(turn)

    async def take(self, turn: Mapping[str, Any]) -> Sequence[Message]:
        self.who = turn.get("who", self.who)
        self.now += timedelta(minutes=turn.get("wait_minutes", 0), seconds=1)
        update = self.update(turn)
        self.transcript.append(f"{self.who} > [{update.kind}] {update.text[:200]}{update.press}")
        said = await self.stage.hear(update, now=self.now)
        for message in said:
            buttons = [button for row in message.buttons for button in row]
            self.seen[self.who] += buttons
            labels = " ".join(f"[{button.label}]" for button in buttons)
            words = "\n".join(filter(None, (message.title, message.text, message.source, labels)))
            self.transcript.append(f"  < {words}")
        if "code" in turn:
            found = [one.text for one in said if CODE.fullmatch(one.text)]
            assert found, self.failed("no code was heard as a message of its own")
            self.codes[turn["code"]] = found[0]
        self.judge(turn, said)
        return said

    def update(self, turn: Mapping[str, Any]) -> Update:
        self.number += 1
        press = turn.get("token", "")
        if "press" in turn:
            press = self.button(turn["press"], turn.get("whose", self.who)).token
        text = (turn.get("said", "") * turn.get("repeat", 1)).format_map(_Codes(self.codes))
        group = turn.get("group", "")
        channel = turn.get("on", self.stage.channel)
        return Update(
            id=str(self.number),
            address=Address(channel, group or self.who),
            sender=Sender(channel, self.who, self.who),
            kind="press" if press else turn.get("kind", "text"),
            at=self.now,
            text=text,
            press=press,
            media=PHOTO if turn.get("kind") == "photo" else (),
            album=turn.get("album", ""),
            private=not group,
            addressed=turn.get("addressed", True),
        )

    def button(self, label: str, whose: str) -> Button:
        found = [button for button in self.seen[whose] if button.label == label]
        assert found, self.failed(f"{whose} never saw the button {label!r}")
        return found[-1]

    def judge(self, turn: Mapping[str, Any], said: Sequence[Message]) -> None:
        wanted = [turn["heard"]] if isinstance(turn.get("heard"), str) else turn.get("heard", [""])
        wanted = [] if turn.get("quiet") else wanted
        assert len(said) == len(wanted), self.failed(f"{len(wanted)} messages were due")
        for message, part in zip(said, wanted, strict=True):
            whole = "\n".join((message.title, message.text, message.source))
            assert part in whole, self.failed(f"not heard: {part!r}")
            for wrong in turn.get("never", ()):
                assert wrong not in whole, self.failed(f"heard: {wrong!r}")
        if "buttons" in turn:
            rows = next((one.buttons for one in reversed(said) if one.buttons), ())
            labels = [button.label for row in rows for button in row]
            assert labels == turn["buttons"], self.failed(f"buttons are {labels}")

    def failed(self, what: str) -> str:
        return f"{what}\n" + "\n".join(self.transcript)


class _Codes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def cases() -> dict[str, dict[str, Any]]:
    """Give every case by its name."""
    return {path.stem: tomllib.loads(path.read_text()) for path in sorted(CASES.glob("*.toml"))}
