"""Nothing is lost and nothing that is held is doubled, whatever dies (full size: bench.chaos)."""

import sys
from pathlib import Path

import pytest

from tests.chaos import Harm, Outcome, chaos, own_postgres, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]

DELIVERIES = 900


def judge(harm: Harm, outcome: Outcome) -> None:
    """Hold what became of the deliveries against what is promised."""
    sys.stdout.write(said(harm, outcome) + "\n")
    assert outcome.lost == []
    assert outcome.unsettled == []
    assert outcome.doubled(hold=False) <= harm.may_double
    assert outcome.doubled(hold=True) == 0
    assert outcome.unknown(hold=True) <= harm.may_double
    assert outcome.unknown(hold=False) == 0


async def test_three_processes_two_kills_and_an_outage(tmp_path: Path) -> None:
    with own_postgres() as (postgres, url):
        async with chaos(url, tmp_path, DELIVERIES, processes=3) as play:
            await play.kill(DELIVERIES // 6)
            await play.until(DELIVERIES // 2)
            postgres.stop()
            postgres.ensure_postgres_running()
            play.harm.outages += 1
            await play.kill(DELIVERIES * 2 // 3)
            judge(play.harm, await play.end())
    assert max(play.harm.takeovers) < 10


async def test_one_process_on_sqlite_killed_twice(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/danvan.db"
    async with chaos(url, tmp_path, DELIVERIES // 2, processes=1) as play:
        for kill in (1, 2):
            await play.kill(DELIVERIES // 2 * kill // 4)
        judge(play.harm, await play.end())


async def test_who_is_asked_to_stop_finishes_what_is_under_way(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/danvan.db"
    async with chaos(url, tmp_path, DELIVERIES // 2, processes=1) as play:
        await play.stop(DELIVERIES // 4)
        outcome = await play.end()
        judge(play.harm, outcome)
    assert (
        sum(outcome.doubled(hold=hold) + outcome.unknown(hold=hold) for hold in (False, True)) == 0
    )
    assert max(play.harm.stopped_in) <= 10
