"""What comes of thinking about one update, between reading and writing it down."""

import asyncio
from dataclasses import dataclass

from store.messages import Update
from store.talks import Decision, Talk

NOTHING = Decision()


@dataclass(slots=True)
class Thought:
    """What came of thinking about one update: a decision and its ground, or an error.

    `slow` shows the person that work is under way unless it is cancelled in time.
    """

    incoming: Update | None = None
    talk: Talk | None = None
    decision: Decision = NOTHING
    verdict: str = "pass"
    error: Exception | None = None
    slow: asyncio.TimerHandle | None = None
