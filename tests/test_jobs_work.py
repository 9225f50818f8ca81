"""The runner: every job ends once, whoever dies meanwhile, and none keeps another waiting."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.work import ATTEMPTS, CRASHED, Hopeless, Kind, Postponed, Result
from store import jobs
from store.database import Conflict, Database
from store.jobs import Job
from store.messages import Message
from tests.conftest import fresh_postgres, open_database
from tests.fakes.zalo_remote import Remote
from tests.fakes.zalo_remote import running as process
from tests.media_stage import MediaStage, open_media_stage, running

KIND = "counting"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with process("tests.fakes.zalo_oa_server") as url:
        yield url


@pytest.fixture
async def stage(database: Database, server: str, tmp_path: Path) -> AsyncIterator[MediaStage]:
    async with open_media_stage(database, server, tmp_path) as made:
        await made.join()
        yield made


class Counting:
    """A kind of job that counts what it does, and does it as it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done: Counter[str] = Counter()
        self.given_up: list[str] = []
        self.error = error
        self.holds: asyncio.Event | None = None
        self.begun = asyncio.Event()
        self.result = Result(message=Message("Xong."))

    async def work(self, job: Job) -> Result:
        self.done[job.key] += 1
        self.begun.set()
        if self.holds is not None:
            await self.holds.wait()
        if self.error is not None:
            raise self.error
        return self.result

    def give_up(self, _: Job, code: str) -> Result:
        self.given_up.append(code)
        return Result(message=Message(f"Không xong: {code}"))

    def kind(self, *, at_once: int = 4, seconds: float = 30) -> Kind:
        return Kind(self.work, self.give_up, at_once, seconds)


async def queue(stage: MediaStage, *keys: str, kind: str = KIND) -> None:
    address_id = 1

    async def work(session: AsyncSession) -> None:
        for key in keys:
            await jobs.enqueue(
                session, kind, key, {}, now=stage.clock(), reply_address_id=address_id
            )

    await stage.database.write(work)


async def states(stage: MediaStage) -> list[tuple[str, int]]:
    return [(row.state, row.attempts) for row in await stage.jobs(KIND)]


async def claim(stage: MediaStage) -> list[Job]:
    now, lease = stage.clock(), timedelta(seconds=1)
    return await stage.database.write(lambda s: jobs.claim(s, KIND, limit=9, now=now, lease=lease))


async def test_a_job_is_done_once_and_its_words_are_said(stage: MediaStage) -> None:
    counting = Counting()
    await queue(stage, "a")
    await queue(stage, "a", "b")
    await stage.work(counting=counting.kind())
    await stage.work(counting=counting.kind())
    assert counting.done == {"a": 1, "b": 1}
    assert await states(stage) == [("done", 1), ("done", 1)]
    assert await stage.told() == ["Xong.", "Xong."]


async def test_words_that_are_the_same_are_said_once(stage: MediaStage) -> None:
    counting = Counting()
    counting.result = Result(message=Message("Xong cả hai."), key="both")
    await queue(stage, "a", "b")
    await stage.work(counting=counting.kind())
    assert await stage.told() == ["Xong cả hai."]


async def test_the_words_and_the_end_are_kept_together_or_not_at_all(stage: MediaStage) -> None:
    async def fail(_: AsyncSession) -> None:
        raise Conflict("its ground has changed")

    counting = Counting()
    counting.result = Result(fail, Message("Xong."))
    await queue(stage, "a")
    await stage.work(counting=counting.kind())
    assert await states(stage) == [("queued", 1)]
    assert await stage.told() == []
    (row,) = await stage.jobs(KIND)
    assert row.error == "conflict: its ground has changed"


@pytest.mark.parametrize(
    ("error", "code"),
    [(Postponed("away", "no line"), "away"), (KeyError("oops"), CRASHED)],
    ids=["postponed", "a mistake of ours"],
)
async def test_what_fails_five_times_has_failed(
    stage: MediaStage, error: Exception, code: str
) -> None:
    counting = Counting(error)
    await queue(stage, "a")
    waits = []
    for _ in range(ATTEMPTS - 1):
        before = stage.clock()
        await stage.work(counting=counting.kind())
        (row,) = await stage.jobs(KIND)
        assert (row.state, row.retry_at is not None) == ("queued", True)
        waits.append((row.retry_at - before).total_seconds() if row.retry_at else 0)
        stage.clock.at = row.retry_at or before
    assert (waits, counting.given_up) == ([10, 60, 360, 2160], [])
    await stage.work(counting=counting.kind())
    assert await states(stage) == [("failed", ATTEMPTS)]
    assert await stage.told() == [f"Không xong: {code}"]


async def test_what_is_hopeless_is_not_tried_again(stage: MediaStage) -> None:
    counting = Counting(Hopeless("too large", "40 MB"))
    await queue(stage, "a")
    await stage.work(counting=counting.kind())
    (row,) = await stage.jobs(KIND)
    assert (row.state, row.error) == ("failed", "too large: 40 MB")
    assert await stage.told() == ["Không xong: too large"]


async def test_what_takes_too_long_is_broken_off(stage: MediaStage) -> None:
    counting = Counting()
    counting.holds = asyncio.Event()
    await queue(stage, "a")
    await stage.work(counting=counting.kind(seconds=0.1))
    (row,) = await stage.jobs(KIND)
    assert (row.state, row.error) == ("queued", "away: took too long")


async def test_a_kind_that_is_stuck_holds_up_itself_alone(stage: MediaStage, server: str) -> None:
    stuck, other = Counting(), Counting()
    stuck.holds = asyncio.Event()
    await queue(stage, "a", "b", "c", kind="stuck")
    await queue(stage, "d")
    async with Remote.steer(server, "stuck-kind") as cdn:
        await stage.photo(await cdn.cdn("a.jpg"))
    runner = stage.runner(stuck=stuck.kind(at_once=2), counting=other.kind())
    async with asyncio.timeout(20), running(runner):
        await stuck.begun.wait()
        with stage.database.signals.listen(jobs.TOPIC) as listener:
            while [row.state for row in await stage.media()] != ["stored"] or not other.done:
                await listener.wait(0.05)
        assert stuck.done == {"a": 1, "b": 1}
    kept = await stage.jobs("stuck")
    assert [(row.state, row.attempts) for row in kept] == [("queued", 0)] * 3


async def test_a_stuck_download_holds_up_no_other(stage: MediaStage, server: str) -> None:
    async with Remote.steer(server, "stuck-download") as cdn:
        for n in range(7):
            await stage.photo(await cdn.cdn(f"slow{n}.jpg", delay=600))
        await stage.photo(await cdn.cdn("a.jpg"), await cdn.cdn("b.jpg"))
        async with asyncio.timeout(20), running(stage.runner()):
            with stage.database.signals.listen(jobs.TOPIC) as listener:
                while [row.state for row in await stage.media()].count("stored") < 2:
                    await listener.wait(0.05)
            assert len(await stage.say("Tháng Dân vận ở Hà Giang thực hiện khi nào?")) == 1
    assert {path for path in stage.on_disk() if path.endswith(".part")} == set()


async def test_what_a_dead_process_had_is_taken_up_when_its_lease_is_over(
    stage: MediaStage,
) -> None:
    counting = Counting()
    await queue(stage, "a")
    (lost,) = await claim(stage)
    await stage.database.write(lambda s: jobs.release(s, now=stage.clock()))
    assert await states(stage) == [("working", 1)]
    stage.clock.forward(seconds=59)
    await stage.database.write(lambda s: jobs.release(s, now=stage.clock()))
    assert await states(stage) == [("working", 1)]
    stage.clock.forward(seconds=2)
    assert await stage.database.write(lambda s: jobs.release(s, now=stage.clock())) == 1
    await stage.work(counting=counting.kind())
    assert await states(stage) == [("done", 2)]
    late = await stage.database.write(
        lambda s: jobs.settle(s, lost, state="failed", now=stage.clock(), error="late")
    )
    assert (late, await states(stage)) == (False, [("done", 2)])


async def test_who_comes_late_changes_nothing_and_says_nothing(stage: MediaStage) -> None:
    slow, fast = Counting(), Counting()
    slow.holds = asyncio.Event()
    slow.result = Result(message=Message("Muộn rồi."))
    await queue(stage, "a")
    async with asyncio.timeout(20), running(stage.runner(counting=slow.kind())):
        await slow.begun.wait()
        stage.clock.forward(minutes=2)
        await stage.database.write(lambda s: jobs.release(s, now=stage.clock()))
        (_,) = await claim(stage)
        stage.clock.forward(minutes=2)
        slow.holds.set()
        with stage.database.signals.listen(jobs.TOPIC) as listener:
            await listener.wait(5)
        assert await states(stage) == [("working", 2)]
    await stage.database.write(lambda s: jobs.release(s, now=stage.clock()))
    await stage.work(counting=fast.kind())
    assert await stage.told() == ["Xong."]


async def test_a_job_that_kills_its_process_is_given_up(stage: MediaStage) -> None:
    counting = Counting()
    await queue(stage, "a")
    for _ in range(ATTEMPTS):
        assert len(await claim(stage)) == 1
        await stage.database.write(lambda s: jobs.release(s, now=stage.clock(), all_of_them=True))
    await stage.work(counting=counting.kind())
    assert (counting.done, counting.given_up) == ({}, [CRASHED])
    assert await states(stage) == [("failed", ATTEMPTS + 1)]


async def test_stopping_gives_back_what_is_in_work_at_once(stage: MediaStage) -> None:
    counting = Counting()
    counting.holds = asyncio.Event()
    await queue(stage, "a")
    async with asyncio.timeout(5), running(stage.runner(counting=counting.kind())):
        await counting.begun.wait()
    assert await states(stage) == [("queued", 0)]


async def test_two_processes_share_the_table_and_do_each_job_once(
    postgres_url: str, server: str, tmp_path: Path
) -> None:
    counting = Counting()
    keys = [str(n) for n in range(200)]
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(fresh_postgres(postgres_url))
        database = await stack.enter_async_context(open_database(url))
        other = Database(url)
        await other.start()
        stack.push_async_callback(other.stop)
        opened = open_media_stage(database, server, tmp_path)
        stage = await stack.enter_async_context(opened)
        await stage.join()
        first = stage.runner(counting=counting.kind())
        stage.database = other
        second = stage.runner(counting=counting.kind())
        stage.database = database
        async with asyncio.timeout(60), running(first, second):
            for start in range(0, len(keys), 20):
                await queue(stage, *keys[start : start + 20])
            await stage.rest()
        assert counting.done == dict.fromkeys(keys, 1)
        assert await states(stage) == [("done", 1)] * len(keys)
