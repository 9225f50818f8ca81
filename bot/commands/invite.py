"""`invite`: make a code that gives a role at a unit, and the links to hand out with it."""

from typing import TYPE_CHECKING

import click

from bot.commands import fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings

ROLES = ("officer", "leader", "curator", "admin")
LINKS = {
    "telegram": "https://t.me/{name}?start={code}",
    "zalo-oa": "https://zalo.me/{name}",
}
"""Where a code leads on each channel, by its route name; the name is what the platform told.

Only Telegram takes the code along: in Zalo it is typed. A Zalo Bot's own link is shown by Zalo Bot
Manager to its maker alone.
"""


@click.command()
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the code gives.")
@click.option("--unit", required=True, help="Where; a unit that does not exist yet is made.")
@click.option("--uses", type=click.IntRange(min=1), default=1, help="For how many people.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def invite(role: str, unit: str, uses: int, *, as_json: bool) -> None:
    """Make an invitation code. It is shown this once, only its hash is kept."""
    from handlers.arrive_phrases import ROLES as NAMES  # noqa: PLC0415
    from store.units import AmbiguousUnit  # noqa: PLC0415

    if not unit.strip():
        raise click.UsageError("--unit is empty")
    settings = settings_or_fail()
    try:
        code, links = run_or_fail(_invite(settings, role, unit.strip(), uses))
    except AmbiguousUnit:
        fail(f"Several units are called {unit!r}: say the one above as well, after a comma.")
    if as_json:
        print_json({"code": code, "links": links})
        return
    click.echo(f"Mã mời: {code} ({NAMES[role]}, {unit.strip()}, dùng {uses} lần)")
    click.echo(f"Trên mọi kênh, nhắn: /start {code}")
    for name, link in links.items():
        click.echo(f"{name}: {link}")


async def _invite(
    settings: "Settings", role: str, unit: str, uses: int
) -> tuple[str, dict[str, str]]:
    from bot import clock  # noqa: PLC0415
    from store import invitations, office  # noqa: PLC0415

    async def work(session: "AsyncSession") -> tuple[str, dict[str, str]]:
        now = clock.now(settings.zone)
        code = await invitations.create(session, role=role, unit=unit, uses=uses, now=now)
        kept = {route: await office.find(session, f"{route}_name") for route in LINKS}
        names = {route: str(one["name"]) for route, one in kept.items() if one}
        return code, links_for(settings, code, names)

    return await written(settings, work)


def links_for(settings: "Settings", code: str, names: "Mapping[str, str]") -> dict[str, str]:
    """Give the links by which a code is used; a platform's only where our name there is known."""
    there = {route: LINKS[route].format(name=name, code=code) for route, name in names.items()}
    return {"web": f"{settings.home}/chat", **there}
