"""`invite`: make a code that gives a role at a unit, and the links to hand out with it."""

from typing import TYPE_CHECKING

import click

from bot.commands import fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, written

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings

ROLES = ("officer", "leader", "curator", "admin")
BOT_NAME = "telegram_name"
"""The office setting in which the Telegram channel keeps its bot's name."""
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound


@click.command()
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the code gives.")
@click.option("--unit", required=True, help="Where; a unit that does not exist yet is made.")
@click.option("--uses", type=click.IntRange(min=1), default=1, help="For how many people.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def invite(role: str, unit: str, uses: int, *, as_json: bool) -> None:
    """Make an invitation code. It is shown this once, only its hash is kept."""
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
    click.echo(f"Mã mời: {code} ({role}, {unit.strip()}, dùng {uses} lần)")
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
        bot = await office.find(session, BOT_NAME) or {}
        return code, links_for(settings, code, str(bot.get("name", "")))

    return await written(settings, work)


def links_for(settings: "Settings", code: str, bot_name: str) -> dict[str, str]:
    """Give the links by which a code is used; Telegram's only where the bot's name is known."""
    host = "127.0.0.1" if settings.web_host in ANYWHERE else settings.web_host
    base = settings.public_url or f"http://{host}:{settings.web_port}"
    telegram = {"telegram": f"https://t.me/{bot_name}?start={code}"} if bot_name else {}
    return {"web": f"{base}/chat", **telegram}
