"""`occasions`: the calendar of commemorations."""

from datetime import datetime

import click

from bot.commands import DAY, base_or_fail, print_json, settings_or_fail


@click.group()
def occasions() -> None:
    """Look into the calendar of commemorations."""


@occasions.command("list")
@click.option("--from", "first", type=DAY, required=True, help="First day, YYYY-MM-DD.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, YYYY-MM-DD.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_occasions(first: datetime, last: datetime, as_json: bool) -> None:
    """List what falls between two days, both included."""
    if last < first:
        raise click.UsageError("--to is before --from")
    found = base_or_fail(settings_or_fail()).occasions.between(first.date(), last.date())
    rows = [
        {
            "id": one.occasion.id,
            "name": one.occasion.name,
            "date": one.date.isoformat(),
            "calendar": one.occasion.calendar,
            "years": list(one.years),
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        years = (
            "".join(f" ({count} năm)" for count in row["years"])
            if isinstance(row["years"], list)
            else ""
        )
        click.echo(f"{row['date']}  {row['name']}{years}")
