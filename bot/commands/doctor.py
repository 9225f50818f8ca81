"""`doctor`: what is configured, what is wrong, one line each."""

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bot.commands import print_json

if TYPE_CHECKING:
    from bot.channels.contract import Finding, Platform
    from bot.settings import Settings

SIGNS = {"ok": "✔", "note": "•", "warning": "!", "wrong": "✘"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Say in Vietnamese what is configured and what is wrong. Exit status 1 where something is."""
    found = [(one.state, one.text) for one in _findings()]
    if as_json:
        print_json([{"state": state, "text": text} for state, text in found])
    else:
        for state, text in found:
            click.echo(f"{SIGNS[state]} {text}")
    sys.exit(any(state == "wrong" for state, _ in found))


def _findings() -> "list[Finding]":
    from bot import doctor as looks  # noqa: PLC0415
    from bot.log import redacted  # noqa: PLC0415
    from bot.settings import WrongSettings, read_settings  # noqa: PLC0415

    try:
        settings = read_settings()
    except WrongSettings as error:
        return [looks.wrong(f"Cài đặt sai: {problem}") for problem in error.problems]
    ready = looks.ok("Cài đặt: đọc được, không có tên lạ")
    told = asyncio.run(_examined(settings))
    return [ready, *(replace(one, text=redacted(one.text)) for one in told)]


async def _examined(settings: "Settings") -> "list[Finding]":
    """Make the channels as the product would, inside the loop that they belong to."""
    from functools import partial  # noqa: PLC0415

    from bot import clock  # noqa: PLC0415
    from bot import doctor as looks  # noqa: PLC0415
    from bot.channels.contract import Ground  # noqa: PLC0415
    from bot.channels.registry import CHANNELS  # noqa: PLC0415
    from bot.pictures import Pictures  # noqa: PLC0415
    from store.database import Database  # noqa: PLC0415

    database = Database(settings.database)
    now = partial(clock.now, settings.zone)
    pictures = Pictures(database, settings.data_dir, settings.public_url, now)
    ground = Ground(settings, database, pictures, now)
    try:
        channels: dict[str, Platform | None] = {n: make(ground) for n, make in CHANNELS.items()}
        return await looks.examine(settings, channels, now=ground.now())
    finally:
        await database.stop()
