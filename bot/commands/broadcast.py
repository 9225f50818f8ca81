"""`broadcast`: one text to an audience, now or later; see how it goes, stop it, let it go on."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands import fail, print_json, settings_or_fail
from bot.commands.broadcast_input import chosen, moment, require_text, taken
from bot.commands.db import read, run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from store.broadcast_outcomes import Outcome
    from store.broadcasts import Broadcast

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
NUMBER = click.argument("number", type=int, metavar="ID")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NONE = "There is no broadcast {number}."
BATCH = 1000


@click.group()
def broadcast() -> None:
    """Tell one thing to many people; the operator needs nobody's consent."""


@broadcast.command()
@click.option("--text", required=True, help="What is said, at most 4,000 characters.")
@click.option("--audience", required=True, help="all | role:ROLE | unit:NAME (and all below it)")
@click.option("--at", default="", help="When, as ISO 8601; without a zone local time (now).")
@click.option("--photo", type=FILE, help="A photo that goes with it.")
@click.option("--file", type=FILE, help="A file that goes with it: PDF or Office.")
@click.option("--receipt", is_flag=True, help='Give it the button "Đã nhận".')
@click.option("--resend", is_flag=True, help="Send again what may not have arrived.")
@JSON
def send(
    text: str,
    audience: str,
    at: str,
    photo: Path | None,
    file: Path | None,
    *,
    receipt: bool,
    resend: bool,
    as_json: bool,
) -> None:
    """Hand in a broadcast. A running product sends it, in quiet hours too."""
    from store import broadcasts  # noqa: PLC0415
    from store.broadcasts import NewBroadcast  # noqa: PLC0415
    from store.messages import Message  # noqa: PLC0415

    settings = settings_or_fail()
    require_text(text)
    now = _now(settings)
    send_at = moment(at, settings, now) if at else now
    if photo and file:
        raise click.UsageError("Give --photo or --file, not both.")
    people = run_or_fail(chosen(settings, audience))
    new = NewBroadcast(
        message=Message(
            text.strip(),
            photo=taken(settings, photo, "photo", now) if photo else "",
            file=taken(settings, file, "file", now) if file else "",
        ),
        audience=people,
        send_at=send_at,
        urgent=True,
        wants_receipt=receipt,
        policy="resend" if resend else "hold",
    )
    number = run_or_fail(
        written(settings, lambda session: broadcasts.create(session, new, now=now))
    )
    _say({"id": number}, as_json=as_json)


@broadcast.command()
@NUMBER
@click.option("--names", is_flag=True, help="Name everybody, and what became of it for them.")
@JSON
def status(number: int, *, names: bool, as_json: bool) -> None:
    """Say how far a broadcast is: deliveries by state, and why some could not be made."""
    settings = settings_or_fail()
    found = run_or_fail(read(settings, lambda session: _status(session, number, names=names)))
    if found is None:
        fail(NONE.format(number=number))
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['state']}, confirmed: {found['confirmed']}, missed: {found['missed']}")
    for state, count in found["counts"].items():
        click.echo(f"{state}: {count}")
    for why, count in found["reasons"].items():
        click.echo(f"  {why}: {count}")
    for one in found.get("names", ()):
        click.echo("\t".join(str(one[name] or "") for name in NAMED))


NAMED = ("name", "unit", "channel", "state", "why", "confirmed_at")


@broadcast.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=50, help="How many (default: 50).")
@JSON
def list_newest(limit: int, *, as_json: bool) -> None:
    """List broadcasts, the newest first."""
    from store import broadcasts  # noqa: PLC0415

    settings = settings_or_fail()
    found = run_or_fail(read(settings, lambda session: broadcasts.listed(session, limit=limit)))
    if as_json:
        print_json([_as_json(one, settings) for one in found])
        return
    for one in found:
        line = " ".join(one.message.text.split())
        at = one.send_at.astimezone(settings.zone)
        click.echo(f"{one.id}\t{one.state}\t{at:%d/%m/%Y %H:%M}\t{line[:80]}")


@broadcast.command()
@NUMBER
@JSON
def pause(number: int, *, as_json: bool) -> None:
    """Hold what is not sent yet."""
    from store import broadcasts  # noqa: PLC0415

    _turn(number, broadcasts.pause, "paused", as_json=as_json)


@broadcast.command()
@NUMBER
@JSON
def resume(number: int, *, as_json: bool) -> None:
    """Let a paused broadcast go on."""
    from store import broadcasts  # noqa: PLC0415

    _turn(number, broadcasts.resume, "resumed", as_json=as_json)


@broadcast.command()
@NUMBER
@JSON
def cancel(number: int, *, as_json: bool) -> None:
    """Send nothing more of a broadcast."""
    from store import broadcasts  # noqa: PLC0415

    _turn(number, broadcasts.cancel, "cancelled", as_json=as_json)


@broadcast.command()
@click.argument("people", type=click.IntRange(min=1), required=False)
@JSON
def limit(people: int | None, *, as_json: bool) -> None:
    """Above so many PEOPLE a leader's broadcast needs a second leader; without it say how many."""
    from store import broadcasts  # noqa: PLC0415

    settings = settings_or_fail()
    if people is None:
        people = run_or_fail(read(settings, broadcasts.second_limit))
    else:
        most, now = people, _now(settings)

        async def work(session: "AsyncSession") -> None:
            await broadcasts.set_second_limit(session, most, now=now)

        run_or_fail(written(settings, work))
    _say({"people": people}, as_json=as_json)


def _turn(
    number: int, change: "Callable[..., Awaitable[None]]", done: str, *, as_json: bool
) -> None:
    from store.broadcasts import WrongState  # noqa: PLC0415

    settings = settings_or_fail()
    now = _now(settings)

    async def work(session: "AsyncSession") -> None:
        await change(session, number, now=now)

    try:
        run_or_fail(written(settings, work))
    except WrongState as wrong:
        if not wrong.state:
            fail(NONE.format(number=number))
        fail(f"Broadcast {number} is {wrong.state}; it cannot be {done}.")
    _say({"id": number, "state": done}, as_json=as_json)


async def _status(session: "AsyncSession", number: int, *, names: bool) -> dict[str, Any] | None:
    from store import broadcasts  # noqa: PLC0415
    from store.broadcast_outcomes import MISSED, outcomes, progress  # noqa: PLC0415

    one = await broadcasts.find(session, number)
    if one is None:
        return None
    found = await progress(session, number)
    said: dict[str, Any] = {
        "id": number,
        "state": one.state,
        "counts": {name: n for name, n in found.by_state.items() if name != MISSED},
        "missed": found.count(MISSED),
        "reasons": dict(found.reasons),
        "confirmed": found.confirmed,
    }
    if names:
        said["names"] = people = []
        after = 0
        while some := await outcomes(session, number, after=after, limit=BATCH):
            people += [_outcome(person) for person in some]
            after = some[-1].number
    return said


def _outcome(one: "Outcome") -> dict[str, Any]:
    at = one.confirmed_at
    return {
        "person_id": one.person_id,
        "name": one.name,
        "unit": one.unit,
        "channel": one.channel,
        "state": one.state,
        "why": one.why,
        "confirmed_at": at.isoformat() if at else None,
    }


def _as_json(one: "Broadcast", settings: "Settings") -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "text": one.message.text,
        "send_at": one.send_at.astimezone(settings.zone).isoformat(),
        "author": one.author_name,
    }


def _now(settings: "Settings") -> datetime:
    from bot import clock  # noqa: PLC0415

    return clock.now(settings.zone)


def _say(what: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(what)
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in what.items()))
