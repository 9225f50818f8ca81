"""`login`: a one-time link for somebody who keeps the base or the product."""

from typing import TYPE_CHECKING

import click

from bot import clock
from bot.commands import fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings


@click.command()
@click.option("--person", required=True, help="The name of a curator or admin, or their number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def login(person: str, *, as_json: bool) -> None:
    """Make a login link; it works once, within 5 minutes."""
    found, link = run_or_fail(_login(settings_or_fail(), person.strip()))
    if not found:
        fail(f"No active curator or admin is called {person!r}.")
    if not link:
        names = ", ".join(f"{name} ({number})" for number, name in found)
        fail(f"Several are called so, say the number: {names}.")
    [(number, name)] = found
    if as_json:
        print_json({"person": number, "name": name, "link": link})
    else:
        click.echo(link)


async def _login(settings: "Settings", person: str) -> "tuple[Sequence[tuple[int, str]], str]":
    """Give who may be meant, and the link where it is one."""
    from bot.web.login import ADMITTED, login_link  # noqa: PLC0415
    from store import logins  # noqa: PLC0415

    async def work(session: "AsyncSession") -> "tuple[Sequence[tuple[int, str]], str]":
        found = await logins.who_may(session, ADMITTED, person)
        if len(found) != 1:
            return found, ""
        token = await logins.make_token(session, found[0][0], now=clock.now(settings.zone))
        return found, login_link(settings.home, token)

    return await written(settings, work)
