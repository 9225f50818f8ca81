"""Processes that renew one grant and are killed at the worst moments: what became of the grant?

`python -m tests.rotation DATABASE_URL FAKE_URL --runs 200 [--alone]` prints a JSON line for each
run. Two processes want a token of the same grant; alone, one that is started again after its
death. They are forked from here, where everything is imported already. Whoever shows the refresh
token first is struck at one of these moments, the clock then goes on past its lease:

- answered: kill -9 of itself when the answer has come, before anything is committed
- around:   kill -9 by us, some ms after the platform has rotated: before the answer, after it,
            within the commit, after the commit
- rotated:  kill -9 by us as soon as the platform has rotated, well before its answer
- asked:    kill -9 by us as the request goes out
- paused:   stopped when the answer has come, and let go on when its lease has long ended

How it ended: `kept`, the row holds the pair that lives; `told`, the grant is lost, the channel
account stopped, and a look of the watch has queued a message to an admin; `silent`, anything else.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import random
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
from typing_extensions import override

from bot import clock
from bot.channels.zalo_http import Http, Reply
from bot.channels.zalo_oa_grant import Keeper, NoGrant, account_of
from bot.settings import Settings
from store.database import Database
from tests.grounds import ground
from tests.rotation_ends import begin, digest, examine, with_admin

MOMENTS = (
    *("answered", "around", "answered", "rotated", "around"),
    *("answered", "asked", "around", "answered", "paused"),
)
"""In turn: most of them between the answer and the commit."""
LATENCY = {"rotated": 0.5, "around": 0.02}
AROUND_SECONDS = 0.05
PAST_THE_LEASE = 61.0
FORK = multiprocessing.get_context("fork")


# A process that wants a token -----------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What the processes of one run share. No locks: whoever holds one may be killed."""

    url: str
    fake: str
    app_id: str
    moment: str
    later: Any
    """How far the clock has gone on, in seconds."""
    blow: int
    """A pipe with one byte: who reads it is the first whose answer has come."""

    @property
    def settings(self) -> Settings:
        """Give the settings of a product with this app."""
        return Settings.model_validate(
            {
                "zalo_oa_app_id": self.app_id,
                "zalo_oa_app_secret": "app-secret",
                "zalo_oa_secret_key": "oa-secret-key",
                "zalo_oa_oauth_url": self.fake,
            }
        )

    def now(self) -> datetime:
        """Give the time of the processes."""
        return clock.now(Settings().zone) + timedelta(seconds=self.later.value)

    def is_first(self) -> bool:
        """Say it once."""
        try:
            return bool(os.read(self.blow, 1))
        except BlockingIOError:
            return False


class Struck(Http):
    """The client of the OAuth host, in a process that may be struck when its answer has come."""

    def __init__(self, case: Case, say: Any) -> None:
        super().__init__(case.fake)
        self._case, self._say = case, say

    @override
    async def ask(self, *where: Any, **how: Any) -> Reply:
        self._say.send({"is": "asking"})
        reply = await super().ask(*where, **how)
        first = self._case.is_first()
        if first and self._case.moment == "answered":
            os.kill(os.getpid(), signal.SIGKILL)
        if first and self._case.moment == "paused":
            self._say.send({"is": "pausing"})
            os.kill(os.getpid(), signal.SIGSTOP)
        return reply


def want_token(case: Case, say: Any) -> None:
    """Be a process of the product as far as its grant goes."""
    say.send({"is": "done", **asyncio.run(_want(case, say))})


async def _want(case: Case, say: Any) -> dict[str, Any]:
    database, http = Database(case.url), Struck(case, say)
    await database.start()
    await http.open()
    try:
        base = ground(case.settings, database, case.now)
        return {"token": digest(await Keeper(base, account_of(case.settings), http).token())}
    except NoGrant as error:
        return {"lost": error.lost, "reason": error.reason}
    finally:
        await http.close()
        await database.stop()


# One run --------------------------------------------------------------------------------------


class Run:
    """One grant of its own, its processes, and the blow."""

    def __init__(self, url: str, fake: str, moment: str) -> None:
        app_id = str(random.randrange(10**17, 10**18))
        self.blow, first = os.pipe()
        os.set_blocking(self.blow, False)
        os.write(first, b"!")
        os.close(first)
        self.case = Case(url, fake, app_id, moment, FORK.RawValue("d", 0.0), self.blow)
        self.moment = moment
        self.control_url = f"{fake}/control/{app_id}"
        self.heard: dict[Any, BaseProcess] = {}
        self.said: list[dict[str, Any]] = []

    def control(self, what: str, content: Any = None) -> Any:
        """Ask the fake, or tell it something."""
        given = None if content is None else json.dumps(content).encode()
        with urllib.request.urlopen(f"{self.control_url}/{what}", given) as answer:  # noqa: S310
            return json.loads(answer.read())

    def spawn(self) -> None:
        hear, say = FORK.Pipe(duplex=False)
        process = FORK.Process(target=want_token, args=(self.case, say))
        process.start()
        say.close()
        self.heard[hear] = process

    def next(self) -> tuple[BaseProcess, dict[str, Any]]:
        """Hear what a process says next; one that has died is let go."""
        while True:
            ready = connection.wait(list(self.heard), timeout=60)
            assert ready, "nobody says anything any more"
            hear: Any = ready[0]
            try:
                return self.heard[hear], hear.recv()
            except EOFError:
                self.heard.pop(hear).join()

    def strike(self, owner: BaseProcess) -> None:
        """Do to the owner what the moment asks for, and see it done."""
        assert owner.pid is not None
        if self.moment == "paused":
            assert self.next()[1]["is"] == "pausing"
            return
        if self.moment in {"rotated", "around"}:
            self.control("state?refreshes=1")
        if self.moment == "around":
            time.sleep(random.uniform(0, AROUND_SECONDS))
        if self.moment != "answered":
            os.kill(owner.pid, signal.SIGKILL)
        owner.join()

    def play(self, *, alone: bool) -> None:
        """Let the processes want a token, strike, let the others come to an end."""
        for _ in range(1 if alone else 2):
            self.spawn()
        owner, said = self.next()
        assert said["is"] == "asking", said
        self.strike(owner)
        self.case.later.value = PAST_THE_LEASE
        if alone:
            self.spawn()
        while self.heard and (self.moment != "paused" or not self.said):
            self.hear_one()
        if self.moment == "paused":
            assert owner.pid is not None
            os.kill(owner.pid, signal.SIGCONT)
            while len(self.said) < 2:
                self.hear_one()
        for process in self.heard.values():
            process.join()

    def hear_one(self) -> None:
        for hear in connection.wait(list(self.heard), timeout=60):
            assert isinstance(hear, connection.Connection)
            try:
                said = hear.recv()
            except EOFError:
                self.heard.pop(hear).join()
            else:
                self.said += [said] if said["is"] == "done" else []


def runs(url: str, fake: str, *, alone: bool = False) -> Iterator[dict[str, Any]]:
    """Play run after run, the moments in turn."""
    asyncio.run(with_admin(url))
    for moment in itertools.cycle(MOMENTS):
        began, run = time.monotonic(), Run(url, fake, moment)
        account = account_of(run.case.settings)
        run.control("settings", {"latency_after": LATENCY.get(moment, 0.0)})
        asyncio.run(begin(url, account, run.control("tokens", {"do": "issue"})))
        run.play(alone=alone)
        os.close(run.blow)
        found = asyncio.run(examine(url, account, run.control("state"), run.said))
        yield {"moment": moment, **found, "seconds": round(time.monotonic() - began, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("fake")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3600.0, help="then no more are begun")
    parser.add_argument("--least", type=int, default=0, help="runs, however long they take")
    parser.add_argument("--alone", action="store_true", help="one process, started again")
    asked = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    ends = time.monotonic() + asked.seconds
    played = runs(asked.database, asked.fake, alone=asked.alone)
    for number, told in enumerate(itertools.islice(played, asked.runs), 1):
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        if time.monotonic() > ends and number >= asked.least:
            return


if __name__ == "__main__":
    main()
