"""Killed between the platform's rotation and our commit, again and again: nothing lost silently.

What is played: tests/rotation.py. 200 runs of it: `./run bench rotation`.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fresh_postgres
from tests.fakes.zalo_oa_server import running_server
from tests.processes import ROOT
from tests.rotation import MOMENTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rotation")]

LEAST = 2 * len(MOMENTS)


def played(url: str, *words: str) -> list[dict[str, Any]]:
    """Play run after run for some seconds, each moment twice at least."""
    with running_server() as fake:
        command = [sys.executable, "-m", "tests.rotation", url, fake, *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge(runs: list[dict[str, Any]]) -> None:
    assert len(runs) >= LEAST
    assert [one for one in runs if one["ended"] == "silent" or one["wrong"]] == []
    ended = {moment: Counter[str]() for moment in MOMENTS}
    for one in runs:
        ended[one["moment"]][one["ended"]] += 1
    sys.stdout.write(f"{len(runs)} runs: {ended}\n")
    assert set(ended["answered"]) == {"told"}, "what nobody kept cannot be there"
    assert set(ended["paused"]) == {"kept"}, "a pair that comes late is the one that lives"
    assert ended["around"], "kills at any moment"
    assert max(one["rotations"] for one in runs) == 1
    assert max(one["spent_uses"] for one in runs) == 1
    assert {one["spent_uses"] for one in runs if one["ended"] == "told"} == {1}


async def test_two_processes_of_which_the_owner_is_killed(postgres_url: str) -> None:
    async with fresh_postgres(postgres_url) as url:
        judge(played(url, "--seconds", "14", "--least", str(LEAST)))


def test_one_process_that_is_killed_and_started_again(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/rotation.db"
    judge(played(url, "--alone", "--seconds", "7", "--least", str(LEAST)))
