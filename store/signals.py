"""Wake whoever waits for a topic: in this process at once, in others through PostgreSQL's NOTIFY.

A signal is a hint, never the truth: who waits also looks at the tables from time to time.
"""

import asyncio
from collections import defaultdict
from typing import Self


class Signals:
    """Topics that can be waited for: `inbox`, `outbox:<channel>`, `chat:<address id>`."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, topic: str) -> None:
        """Wake everybody who waits for the topic."""
        for event in self._waiting.get(topic, ()):
            event.set()

    def listen(self, topic: str) -> "Listener":
        """Give a listener whose signals count from now on."""
        return Listener(self._waiting, topic)


class Listener:
    """One who waits for a topic; a signal that came before the wait is not missed."""

    def __init__(self, waiting: dict[str, set[asyncio.Event]], topic: str) -> None:
        self._waiting = waiting
        self._topic = topic
        self._event = asyncio.Event()

    def __enter__(self) -> Self:
        self._waiting[self._topic].add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting[self._topic].discard(self._event)
        if not self._waiting[self._topic]:
            del self._waiting[self._topic]

    async def wait(self, seconds: float) -> bool:
        """Wait for a signal, at most so long. Say whether one came."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        finally:
            self._event.clear()
        return True
