"""Part A's dialogues on every channel, through the platform's own JSON and the running product."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.channel_stage import CHANNELS, ChannelPlayer, open_stage
from tests.dialogues import cases
from tests.fakes import telegram_server, zalo_bot_server, zalo_oa_server

CASES = cases()
SERVERS = {
    "telegram": telegram_server.running_server,
    "zalo-bot": zalo_bot_server.running_server,
    "zalo-oa": zalo_oa_server.running_server,
}
TURNS = sum(len(case["turn"]) for case in CASES.values())
NAMES = ("telegram", "zalo-bot")
"""Where the platform tells who speaks."""
CAN = {"web": 0.6, "telegram": 1.0, "zalo-bot": 0.6, "zalo-oa": 0.7}
"""The share of all turns that a platform must have a word for, or the test shows nothing."""


@pytest.fixture(scope="module")
def urls() -> Iterator[Mapping[str, str]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(run()) for name, run in SERVERS.items()}


def together() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the cases that one product plays, by its folder; those `alone` have their own."""
    for is_open in (True, False):
        some = {
            title: case
            for title, case in CASES.items()
            if case.get("ask_open", True) is is_open and not case.get("alone")
        }
        yield f"open-{is_open}", some
    yield from ((title, {title: case}) for title, case in CASES.items() if case.get("alone"))


@pytest.mark.parametrize("name", CHANNELS)
async def test_every_dialogue_goes_as_written(
    name: str, urls: Mapping[str, str], tmp_path: Path
) -> None:
    failures, cannot = {}, 0
    for folder, some in together():
        is_open = str(next(iter(some.values())).get("ask_open", True))
        async with open_stage(name, tmp_path / folder, urls, ASK_OPEN=is_open) as stage:
            for title, case in some.items():
                player = ChannelPlayer(
                    stage, stage.clock.at, prefix=f"{title}-", names=name in NAMES
                )
                try:
                    await player.play(case)
                except AssertionError as error:
                    failures[title] = str(error)
                cannot += player.cannot
    assert not failures, "\n\n".join(f"{title}: {why}" for title, why in failures.items())
    assert cannot <= TURNS * (1 - CAN[name])
