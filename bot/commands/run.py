"""`run`: start the whole product in one process."""

import asyncio
import sys
from collections.abc import Callable

import click

from bot.settings import Settings, WrongSettings, read_settings


@click.command()
def run() -> None:
    """Start everything: the web, the channels whose token is set, the clock and the sender."""
    from bot.log import start_logging  # noqa: PLC0415 - other commands need none of this

    try:
        settings = read_settings()
    except WrongSettings as wrong:
        sys.exit("\n".join(wrong.problems))
    start_logging()
    _start(settings)


def _start(settings: Settings) -> None:
    from bot.app import serve  # noqa: PLC0415
    from bot.greeting import greet  # noqa: PLC0415

    reasons = _reasons(settings)
    try:
        asyncio.run(serve(settings, greet))
    except Exception as error:
        cause = _first(error)
        kind = next((kind for kind in reasons if isinstance(cause, kind)), None)
        if kind is None:
            raise
        sys.exit(reasons[kind](cause))


def _first(error: Exception) -> Exception:
    """Give what went wrong first where several things did at once."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _reasons(settings: Settings) -> dict[type[Exception], Callable[[Exception], str]]:
    """Give what is said for each thing that can be wrong at the start."""
    from knowledge.document import BrokenBase  # noqa: PLC0415
    from store.database import Unavailable  # noqa: PLC0415
    from store.identity import WrongFolder  # noqa: PLC0415
    from store.locks import Taken  # noqa: PLC0415
    from store.upgrade import CannotUpgrade  # noqa: PLC0415

    place = f"{settings.web_host}:{settings.web_port}"
    return {
        Taken: lambda _: (
            f"Another process already works on {settings.data_dir.resolve()}; stop it"
            " first, or use PostgreSQL to share the work."
        ),
        BrokenBase: lambda error: f"The knowledge base cannot be used:\n{error}",
        CannotUpgrade: str,
        WrongFolder: str,
        Unavailable: lambda error: f"The database cannot be used: {error}",
        OSError: lambda error: f"Cannot start at {place}: {error}",
    }
