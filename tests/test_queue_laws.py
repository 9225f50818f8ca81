"""Laws of inbox and outbox: in whatever order things happen, nothing is lost, nothing doubled.

Hypothesis plays any interleaving of store, claim, crash and settle on a database of each kind.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from typing_extensions import override

from store import inbox, outbox
from store.database import Database
from store.messages import Message
from store.models import Address, InboxRow, OutboxRow, Row
from tests.conftest import NOW, fresh_postgres, open_database

CHANNEL = "telegram:1"
MACHINE = settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


class Machine(RuleBasedStateMachine):
    """What both machines share: a database, a loop to use it from, a clock."""

    database: Database
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.crashes = 0
        self.do(self._empty)

    def do(self, work: Callable[..., Any]) -> Any:
        return self.runner.run(self.database.write(work))

    async def _empty(self, session: Any) -> None:
        for table in reversed(Row.metadata.sorted_tables):
            await session.execute(table.delete())

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


class InboxMachine(Machine):
    """The inbox against a model of what was given and what was finished."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, str] = {}
        self.ended: dict[str, str] = {}
        self.held: list[inbox.Claimed] = []
        self.lost: list[inbox.Claimed] = []

    @rule(
        updates=st.lists(
            st.tuples(st.integers(1, 12), st.sampled_from(["", "a", "b"])), min_size=1, max_size=4
        )
    )
    def store(self, updates: list[tuple[int, str]]) -> None:
        rows = []
        for number, chat in updates:
            known = self.given.setdefault(str(number), chat)
            rows.append(inbox.Received(CHANNEL, str(number), known, b"{}"))
        self.do(partial(inbox.store, updates=rows, now=self.now))

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        claimed = self.do(partial(inbox.claim, limit=limit, now=self.now))
        assert len(claimed) <= limit
        assert not {one.update_id for one in claimed} & set(self.ended)
        assert not {one.id for one in claimed} & {one.id for one in self.held}
        self.held += claimed
        busy = Counter(chat for one in self.held if (chat := self.given[one.update_id]))
        assert all(count == 1 for count in busy.values()), "one update in work per conversation"

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 9))
    def finish(self, place: int) -> None:
        one = self.held.pop(place % len(self.held))
        assert self.do(partial(inbox.finish, one=one, now=self.now))
        self.ended[one.update_id] = "done"

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 9))
    def fail(self, place: int) -> None:
        one = self.held.pop(place % len(self.held))
        dead = self.do(partial(inbox.fail, one=one, error="E", now=self.now))
        assert dead == (one.failures + 1 >= inbox.FAILURES)
        if dead:
            self.ended[one.update_id] = "dead"

    @precondition(lambda self: self.held)
    @rule()
    def crash(self) -> None:
        """The process dies; the next one knows that it is alone."""
        self.lost += self.held
        self.held = []
        self.do(partial(inbox.release, now=self.now, all_of_them=True))

    @precondition(lambda self: self.lost)
    @rule(place=st.integers(0, 9))
    def a_dead_process_has_no_say(self, place: int) -> None:
        one = self.lost[place % len(self.lost)]
        if not any(one.id == held.id and one.claim == held.claim for held in self.held):
            assert not self.do(partial(inbox.finish, one=one, now=self.now))

    @invariant()
    def every_update_is_there_once(self) -> None:
        async def look() -> dict[str, str]:
            async with self.database.read() as session:
                rows = await session.execute(select(InboxRow.update_id, InboxRow.state))
                return {row.update_id: row.state for row in rows}

        states = self.runner.run(look())
        assert set(states) == set(self.given)
        assert {u: s for u, s in states.items() if s in ("done", "dead")} == self.ended
        working = {u for u, s in states.items() if s == "working"}
        assert working == {one.update_id for one in self.held}

    @override
    def teardown(self) -> None:
        self.crash()
        for _ in range(3 * len(self.given) + 3):
            self.time_passes(30)
            for one in self.do(partial(inbox.claim, limit=50, now=self.now)):
                assert self.do(partial(inbox.finish, one=one, now=self.now))
                self.ended[one.update_id] = "done"
        assert set(self.ended) == set(self.given), "nothing is lost"


class OutboxMachine(Machine):
    """The outbox against a model of what reached the network."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, int] = {}
        self.policy: dict[str, str] = {}
        self.held: list[outbox.Delivery] = []
        self.sent: Counter[str] = Counter()
        self.in_flight_at_crash: Counter[str] = Counter()
        self.addresses = self.do(self._add_addresses)

    async def _add_addresses(self, session: Any) -> list[Address]:
        rows = [Address(channel=CHANNEL, chat=str(n), created_at=self.now) for n in range(3)]
        session.add_all(rows)
        await session.flush()
        return [Address(id=row.id, channel=row.channel, chat=row.chat) for row in rows]

    @rule(
        key=st.integers(1, 10),
        where=st.integers(0, 2),
        parts=st.integers(1, 3),
        hold=st.booleans(),
        priority=st.integers(0, 2),
    )
    def enqueue(self, key: int, where: int, parts: int, hold: bool, priority: int) -> None:
        name = f"k{key}"
        policy: outbox.Policy = "hold" if hold else "resend"
        messages = [Message(f"{name}#{n}") for n in range(parts)]
        self.do(
            partial(
                outbox.enqueue,
                address=self.addresses[where],
                parts=messages if name not in self.parts else messages[:1],
                key=name,
                now=self.now,
                priority=priority,
                policy=policy,
            )
        )
        if name not in self.parts:
            self.parts[name] = parts
            self.policy[name] = policy

    @rule(limit=st.integers(1, 4), lowest=st.sampled_from([None, 0]))
    def claim(self, limit: int, lowest: int | None) -> None:
        busy = {one.address_id for one in self.held}
        claimed = self.do(
            partial(
                outbox.claim, channel=CHANNEL, limit=limit, now=self.now, lowest=lowest, busy=busy
            )
        )
        assert len(claimed) <= limit
        if lowest is not None:
            assert all(one.priority <= lowest for one in claimed)
        self.held += claimed
        in_flight = Counter(one.address_id for one in self.held)
        assert all(count == 1 for count in in_flight.values()), "one in flight per address"
        for one in claimed:
            self._reaches_network(one)

    def _reaches_network(self, one: outbox.Delivery) -> None:
        name, part = one.message.text.split("#")
        before = [f"{name}#{n}" for n in range(int(part))]
        assert all(self.sent[earlier] for earlier in before), "parts go in their order"

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 9))
    def settle_sent(self, place: int) -> None:
        one = self.held.pop(place % len(self.held))
        self.sent[one.message.text] += 1
        assert self.do(partial(outbox.settle, one=one, state="sent", now=self.now))

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 9), seconds=st.integers(0, 20), counts=st.booleans())
    def settle_not_sent(self, place: int, seconds: int, counts: bool) -> None:
        one = self.held.pop(place % len(self.held))
        later = self.now + timedelta(seconds=seconds)
        assert self.do(
            partial(
                outbox.settle,
                one=one,
                state="queued",
                now=self.now,
                retry_at=later,
                counts=counts,
            )
        )

    @precondition(lambda self: self.held)
    @rule(arrived=st.booleans())
    def crash(self, arrived: bool) -> None:
        """The sender dies with deliveries in flight, which may have arrived."""
        for one in self.held:
            self.in_flight_at_crash[one.message.text] += 1
            self.sent[one.message.text] += arrived
        lost, self.held = self.held, []
        self.do(partial(outbox.recover, now=self.now, channel=CHANNEL))
        for one in lost:
            assert not self.do(partial(outbox.settle, one=one, state="sent", now=self.now))

    @override
    def teardown(self) -> None:
        for one in list(self.held):
            self.sent[one.message.text] += 1
            self.do(partial(outbox.settle, one=one, state="sent", now=self.now))
        self.held = []
        for _ in range(4 * sum(self.parts.values()) + 4):
            self.time_passes(30)
            for one in self.do(partial(outbox.claim, channel=CHANNEL, limit=50, now=self.now)):
                self.sent[one.message.text] += 1
                self.do(partial(outbox.settle, one=one, state="sent", now=self.now))
        self._nothing_lost_nothing_doubled(self.do(self._states))

    async def _states(self, session: Any) -> dict[str, str]:
        rows = await session.execute(select(OutboxRow.content, OutboxRow.state))
        return {content["text"]: state for content, state in rows}

    def _nothing_lost_nothing_doubled(self, states: dict[str, str]) -> None:
        stuck = {name for name, state in states.items() if state == "unknown"}
        for name, parts in self.parts.items():
            waits = False
            for part in (f"{name}#{n}" for n in range(parts)):
                if waits:
                    assert states[part] == "queued", "what follows an unknown part waits"
                    continue
                assert states[part] == "sent" or part in stuck
                crashes = self.in_flight_at_crash[part]
                allowed = 1 + crashes if self.policy[name] == "resend" else 1
                assert self.sent[part] <= allowed, "doubled"
                waits = part in stuck


@pytest.fixture
def database_for_machine(request: pytest.FixtureRequest) -> Iterator[tuple[Database, Any]]:
    with asyncio.Runner() as runner:
        if request.param == "sqlite":
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite+aiosqlite:///{Path(folder)}/laws.db"
                opened = open_database(url)
                database = runner.run(opened.__aenter__())
                yield database, runner
                runner.run(opened.__aexit__(None, None, None))
            return
        made = fresh_postgres(request.getfixturevalue("postgres_url"))
        opened = open_database(runner.run(made.__aenter__()))
        database = runner.run(opened.__aenter__())
        yield database, runner
        runner.run(opened.__aexit__(None, None, None))
        runner.run(made.__aexit__(None, None, None))


@pytest.mark.parametrize("database_for_machine", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("machine", [InboxMachine, OutboxMachine])
def test_nothing_is_lost_and_nothing_doubled(
    machine: type[Machine], database_for_machine: tuple[Database, asyncio.Runner]
) -> None:
    database, runner = database_for_machine
    bound = type("Bound", (machine,), {"database": database, "runner": runner})
    case = bound.TestCase()  # type: ignore[attr-defined]
    case.settings = MACHINE
    case.runTest()
