"""`occasions confirm`, `off`, `put`, `withdraw`: what the office lays over the calendar."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.commands import base_or_fail, fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from knowledge.document import Problem
    from knowledge.occasion_overlay import Mark

KIND: Final = "occasion"
KEY = click.argument("key", metavar="ID")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@KEY
@JSON
def confirm(key: str, *, as_json: bool) -> None:
    """Confirm an occasion of confidence C: from now on it is told to people."""
    _mark(key, "confirmed", as_json=as_json)


@click.command()
@KEY
@JSON
def off(key: str, *, as_json: bool) -> None:
    """Take an occasion out of the office's calendar; `withdraw` brings it back."""
    _mark(key, "off", as_json=as_json)


@click.command()
@KEY
@JSON
def withdraw(key: str, *, as_json: bool) -> None:
    """Take back what the office laid over an occasion; its history stays."""
    from store import edits  # noqa: PLC0415

    settings = settings_or_fail()

    async def work(session: "AsyncSession") -> int | None:
        if await edits.find(session, KIND, key) is None:
            return None
        return await _lay(session, settings, key, None)

    revision = run_or_fail(written(settings, work))
    if revision is None:
        fail(f"The office has laid nothing over {key!r}.")
    _say({"id": key, "revision": revision}, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON
def put(file: Path, *, as_json: bool) -> None:
    """Lay the entries of a YAML FILE over the calendar: own days, or in a shipped one's place.

    Nothing is kept where one of them has a fault.
    """
    settings = settings_or_fail()
    entries, problems = _read(file, settings)
    if problems:
        fail("\n".join(str(one) for one in problems))

    async def work(session: "AsyncSession") -> int:
        revision = 0
        for key, entry in entries.items():
            revision = await _lay(session, settings, key, entry)
        return revision

    revision = run_or_fail(written(settings, work))
    _say({"ids": list(entries), "revision": revision}, as_json=as_json)


def _read(file: Path, settings: "Settings") -> "tuple[dict[str, dict[str, Any]], list[Problem]]":
    """Give the entries of a file by id, and all that is wrong with any of them."""
    from knowledge.check_occasions import check_occasions  # noqa: PLC0415
    from knowledge.occasions import occasions_in  # noqa: PLC0415

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        fail(f"{file} cannot be read: {error}")
    read, problems = occasions_in(file.name, text)
    if not problems:
        base = base_or_fail(settings)
        problems = check_occasions(
            [one for one, _ in read],
            base.organisations,
            {one.id for one in base.documents},
            file=file.name,
            text=text,
        )
    return {one.id: dict(entry) for one, entry in read}, problems


def _mark(key: str, mark: "Mark", *, as_json: bool) -> None:
    """Lay a mark over an occasion of the calendar in service."""
    from knowledge.occasion_overlay import CONFIRMED, with_mark  # noqa: PLC0415
    from store import edits  # noqa: PLC0415

    settings = settings_or_fail()
    one = base_or_fail(settings).occasions.by_id(key)
    if one is None:
        fail(f"There is no occasion {key!r} in the calendar.")
    if mark == CONFIRMED and one.is_confirmed:
        fail(f"The occasion {key!r} needs no confirmation.")

    async def work(session: "AsyncSession") -> int:
        content = with_mark(await edits.find(session, KIND, key), mark)
        return await _lay(session, settings, key, content)

    revision = run_or_fail(written(settings, work))
    _say({"id": key, mark: True, "revision": revision}, as_json=as_json)


async def _lay(
    session: "AsyncSession", settings: "Settings", key: str, content: "Mapping[str, Any] | None"
) -> int:
    from bot import clock  # noqa: PLC0415
    from store import edits  # noqa: PLC0415

    now = clock.now(settings.zone)
    laid = None if content is None else dict(content)
    return await edits.put(session, KIND, key, laid, person_id=None, now=now)


def _say(what: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(what)
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in what.items()))
