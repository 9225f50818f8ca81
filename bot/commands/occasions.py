"""`occasions`: the calendar of commemorations."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands import DAY, base_or_fail, fail, print_json, settings_or_fail
from bot.commands.occasions_office import confirm, off, put, withdraw

if TYPE_CHECKING:
    from datetime import date

    from bot.settings import Settings
    from knowledge.occasions import Happening, Occasion

FIRST = click.option("--from", "first", type=DAY, required=True, help="First day, YYYY-MM-DD.")
LAST = click.option("--to", "last", type=DAY, required=True, help="Last day, YYYY-MM-DD.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def occasions() -> None:
    """Look into the calendar of commemorations, and lay the office's own days over it."""


for _command in (confirm, off, put, withdraw):
    occasions.add_command(_command)


@occasions.command("list")
@FIRST
@LAST
@JSON
def list_occasions(first: datetime, last: datetime, *, as_json: bool) -> None:
    """List what falls between two days, both included; what lasts, by its first day."""
    rows = [_row(one) for one in _between(settings_or_fail(), first, last)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        years = "".join(f" ({count} năm)" for count in row["years"])
        click.echo(f"{row['date']}  {row['name']}{years}")


@occasions.command()
@FIRST
@LAST
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write, FILE.ics.",
)
@JSON
def export(first: datetime, last: datetime, out: Path, *, as_json: bool) -> None:
    """Write what falls between two days as an iCalendar file."""
    from bot import clock  # noqa: PLC0415
    from knowledge.icalendar_file import to_icalendar  # noqa: PLC0415
    from store.files import write_whole  # noqa: PLC0415

    settings = settings_or_fail()
    found = _between(settings, first, last)
    try:
        write_whole(out, to_icalendar(found, stamp=clock.now(settings.zone)))
    except OSError as error:
        fail(f"{out} cannot be written: {error}")
    if as_json:
        print_json({"file": str(out), "events": len(found)})
    else:
        click.echo(f"{len(found)} events in {out}")


@occasions.command()
@click.argument("key", metavar="ID")
@JSON
def show(key: str, *, as_json: bool) -> None:
    """Show one occasion as an entry that `put` takes, and when it is next."""
    from bot import clock  # noqa: PLC0415
    from knowledge.occasion_entry import as_entry, to_yaml  # noqa: PLC0415
    from knowledge.occasions import Occasions  # noqa: PLC0415

    settings = settings_or_fail()
    one = base_or_fail(settings).occasions.by_id(key)
    if one is None:
        fail(f"There is no occasion {key!r} in the calendar.")
    coming = Occasions([one]).upcoming(clock.now(settings.zone).date(), 1)
    following = coming[0].date if coming else None
    if as_json:
        print_json(_shown(one, as_entry(one), following))
        return
    click.echo(f"# {one.topic}, {following or '-'}{'' if one.is_confirmed else ', unconfirmed'}")
    click.echo(to_yaml([one]), nl=False)


def _shown(one: "Occasion", entry: dict[str, Any], following: "date | None") -> dict[str, Any]:
    return {
        "entry": entry,
        "topic": one.topic,
        "is_confirmed": one.is_confirmed,
        "next": following.isoformat() if following else None,
    }


def _row(one: "Happening") -> dict[str, Any]:
    return {
        "id": one.occasion.id,
        "name": one.occasion.name,
        "date": one.date.isoformat(),
        "calendar": one.occasion.calendar,
        "years": list(one.years),
    }


def _between(settings: "Settings", first: datetime, last: datetime) -> "list[Happening]":
    """Give what falls between two days. Raises UsageError where they are the wrong way round."""
    if last < first:
        raise click.UsageError("--to is before --from")
    return base_or_fail(settings).occasions.between(first.date(), last.date())
