"""What `broadcast send` is given: read, and refused in one line before anything is stored."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import fail
from bot.commands.db import read, run_or_fail, written

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from store.audiences import Audience


def require_text(text: str) -> None:
    """Leave where there is nothing to say, or too much."""
    from store.broadcasts import MOST_CHARACTERS  # noqa: PLC0415

    if not text.strip():
        fail("There is nothing in --text.")
    if len(text.strip()) > MOST_CHARACTERS:
        fail(
            f"The text has {len(text.strip()):,} characters, at most {MOST_CHARACTERS:,} are sent."
        )


def moment(given: str, settings: "Settings", now: datetime) -> datetime:
    """Read when it is to be sent; without a zone it is local time."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f"{given!r} is no ISO 8601 time.", param_hint="--at") from None
    at = at if at.tzinfo else at.replace(tzinfo=settings.zone)
    if at < now:
        raise click.BadParameter(
            f"{at:%Y-%m-%d %H:%M} is in the past; it is {now:%Y-%m-%d %H:%M} now.",
            param_hint="--at",
        )
    return at


async def chosen(settings: "Settings", audience: str) -> "Audience":
    """Give the audience that is meant, which is not nobody."""
    from store import units  # noqa: PLC0415
    from store.audiences import Audience, count  # noqa: PLC0415
    from store.people import ROLES  # noqa: PLC0415

    kind, _, name = audience.partition(":")
    if (kind == "all") != (not name) or kind not in {"all", "role", "unit"}:
        raise click.BadParameter(
            f"{audience!r} is not all, role:ROLE or unit:NAME.", param_hint="--audience"
        )
    if kind == "role" and name not in ROLES:
        raise click.BadParameter(
            f"There is no role {name!r}: {', '.join(ROLES)}.", param_hint="--audience"
        )

    async def find(session: "AsyncSession") -> tuple[Audience, int]:
        found = Audience(roles=(name,) if kind == "role" else ())
        if kind == "unit":
            found = Audience(units=((await units.one(session, name)).id,))
        return found, await count(session, found)

    try:
        found, people = await read(settings, find)
    except units.UnknownUnit:
        fail(f"There is no unit {name!r}.")
    except units.AmbiguousUnit:
        fail(f"There are several units {name!r}: say the one above as well, after a comma.")
    if not people:
        fail(f"The audience {audience!r} is nobody.")
    return found


def taken(settings: "Settings", path: Path, kind: str, now: datetime) -> str:
    """Take a photo or file into the store. Give its id."""
    from store import kinds, media  # noqa: PLC0415
    from store.files import Files, measure, take_copy  # noqa: PLC0415

    wanted = kinds.PICTURES if kind == "photo" else kinds.PICTURES | kinds.DOCUMENTS
    size = path.stat().st_size
    if size > media.MOST_BYTES:
        fail(
            f"{path} has {size / 2**20:.1f} MB; a {kind} may have {media.MOST_BYTES / 2**20:.0f}."
        )
    if measure(path).type not in wanted:
        fail(f"{path} is no {kind} that can be sent: {', '.join(sorted(wanted))}.")
    files = Files(settings.data_dir)

    async def work(session: "AsyncSession") -> str:
        return await media.add_own(session, files, take_copy(files, path), now=now)

    return run_or_fail(written(settings, work))
