"""`db`: bring the database to this code's revision; and what other commands need of a database."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.commands import fail, print_json, settings_or_fail

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from store.upgrade import Upgraded

T = TypeVar("T")


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def upgrade(*, as_json: bool) -> None:
    """Bring the database to this code's revision; of a SQLite file a copy is kept first."""
    done = run_or_fail(upgraded(settings_or_fail()))
    if as_json:
        print_json({**asdict(done), "copy": str(done.copy) if done.copy else None})
    elif done.before == done.after:
        click.echo(f"The database stands at revision {done.after} already.")
    else:
        click.echo(f"The database went from {done.before or 'nothing'} to revision {done.after}.")
        if done.copy:
            click.echo(f"A copy of before is {done.copy}")


async def upgraded(settings: "Settings") -> "Upgraded":
    """Bring the database to this code's revision, as the start of the product does."""
    from bot import clock  # noqa: PLC0415
    from store.upgrade import upgrade as bring_up  # noqa: PLC0415

    return await bring_up(
        settings.database,
        keep_copy_in=settings.data_dir / "copies",
        now=clock.now(settings.zone),
    )


async def written(settings: "Settings", work: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    """Run work in one write transaction on the database, made or upgraded where it must be."""
    from store.database import Database  # noqa: PLC0415

    await upgraded(settings)
    database = Database(settings.database)
    await database.start()
    try:
        return await database.write(work)
    finally:
        await database.stop()


async def read(settings: "Settings", work: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    """Run work that only reads, on the database, made or upgraded where it must be."""
    from store.database import Database  # noqa: PLC0415

    await upgraded(settings)
    database = Database(settings.database)
    try:
        async with database.read() as session:
            return await work(session)
    finally:
        await database.stop()


def run_or_fail(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; what can be wrong with a database is said in one line."""
    from store.database import Unavailable  # noqa: PLC0415
    from store.upgrade import CannotUpgrade  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except CannotUpgrade as error:
        fail(str(error))
    except (Unavailable, OSError) as error:
        fail(f"The database cannot be used: {error}")
