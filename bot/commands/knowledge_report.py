"""`knowledge report`: what was asked, and how it was answered, by document and by week."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from bot.commands import DAY, print_json, settings_or_fail, today_of
from bot.commands.db import read, run_or_fail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from knowledge.tally import Line, Tally

FOUR_WEEKS = timedelta(days=27)
HEAD = ("hỏi", "trả lời", "hỏi lại", "từ chối", "chưa đúng", "đã bổ sung")


@click.command()
@click.option("--from", "since", type=DAY, help="The first day (default: four weeks up to --to).")
@click.option("--to", "until", type=DAY, help="The last day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def report(since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Count what was asked, answered, refused, disliked; personal numbers are masked."""
    settings = settings_or_fail()
    last = today_of(settings, until).date()
    first = since.date() if since else last - FOUR_WEEKS
    if first > last:
        raise click.UsageError("--from is after --to")
    found = _tally(settings, first, last)
    if as_json:
        print_json(_as_json(found, first, last))
        return
    click.echo(f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}")
    _print("Tất cả", [found.total])
    _print("Theo văn bản", found.documents)
    _print("Theo tuần", found.weeks)
    click.echo("\nCâu bị từ chối nhiều nhất")
    for text, times in found.refused:
        click.echo(f"{times}\t{text}")


def _tally(settings: "Settings", first: date, last: date) -> "Tally":
    from knowledge.tally import Event, tally  # noqa: PLC0415
    from store.asked import asked_between  # noqa: PLC0415

    zone = settings.zone
    since = datetime.combine(first, time.min, zone)
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = run_or_fail(read(settings, lambda session: asked_between(session, since, until)))
    return tally(
        [
            Event(
                on=one.at.astimezone(zone).date(),
                doc=one.doc,
                kind=one.kind,
                disliked=one.disliked,
                curated=one.curated,
                text=one.text,
            )
            for one in rows
        ]
    )


def _as_json(found: "Tally", first: date, last: date) -> dict[str, object]:
    def line(one: "Line", name: str) -> dict[str, object]:
        counts = asdict(one)
        return {name: counts.pop("name"), **counts}

    total = line(found.total, "name")
    del total["name"]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        **total,
        "by_document": [line(one, "doc") for one in found.documents],
        "by_week": [line(one, "week") for one in found.weeks],
        "refused_most": [{"text": text, "times": times} for text, times in found.refused],
    }


def _print(title: str, lines: "Sequence[Line]") -> None:
    click.echo("\n" + "\t".join((title, *HEAD)))
    for one in lines:
        counts = (one.asked, one.answered, one.clarified, one.refused, one.disliked, one.curated)
        click.echo("\t".join((one.name or "-", *map(str, counts))))
