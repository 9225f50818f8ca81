"""Commands of the command line, one file each, and what they share."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.base import Base
    from knowledge.overlay import Laid

DAY = click.DateTime(formats=["%Y-%m-%d"])


def fail(what: str) -> NoReturn:
    """Say in one line what failed and leave with status 1."""
    click.echo(what, err=True)
    sys.exit(1)


def settings_or_fail() -> "Settings":
    """Read the settings; all problems go to stderr."""
    from bot.settings import WrongSettings, read_settings  # noqa: PLC0415

    try:
        return read_settings()
    except WrongSettings as wrong:
        fail("\n".join(wrong.problems))


def base_or_fail(settings: "Settings") -> "Base":
    """Load the knowledge base with the office's edits; all problems go to stderr."""
    from knowledge.base import Base  # noqa: PLC0415
    from knowledge.document import BrokenBase  # noqa: PLC0415
    from knowledge.overlay import read_overlay  # noqa: PLC0415

    try:
        return Base.load(settings.knowledge_dir, read_overlay(laid_or_fail(settings)))
    except BrokenBase as broken:
        fail(str(broken))


def laid_or_fail(settings: "Settings") -> "list[Laid]":
    """Give the office's edits; none where there is no database yet to have any."""
    if not settings.database_url.get_secret_value() and not settings.database_file.exists():
        return []
    from bot.commands.db import read, run_or_fail  # noqa: PLC0415
    from bot.current import read_edits  # noqa: PLC0415

    laid, _ = run_or_fail(read(settings, lambda session: read_edits(session, settings.zone)))
    return laid


def today_of(settings: "Settings", given: datetime | None) -> "datetime":
    """Give the day asked for, else the office's today."""
    from bot import clock  # noqa: PLC0415

    return given or clock.now(settings.zone)


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))
