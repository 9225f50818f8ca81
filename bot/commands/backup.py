"""`backup`, `restore`, and `sending`: what an admin decides about a backlog after a restore."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands import fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, written

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from store.backup import Manifest

FILE = click.Path(path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
PRIORITIES = ("reply", "reminder", "broadcast")


@click.command()
@click.argument("path", type=FILE)
@AS_JSON
def backup(path: Path, *, as_json: bool) -> None:
    """Write everything into one new file PATH (or into the folder PATH, named by the time).

    The product may go on running. The settings (.env) are not in it: keep them elsewhere.
    """
    from bot import clock  # noqa: PLC0415
    from store.backup import NotUpgraded, back_up  # noqa: PLC0415

    settings = settings_or_fail()
    now = clock.now(settings.zone)
    target = path / f"danvan-{now:%Y%m%d-%H%M%S}.tar.gz" if path.is_dir() else path
    if target.exists():
        fail(f"{target} exists already")
    if not target.parent.is_dir():
        fail(f"{target.parent} is no folder")
    folders = {"media": settings.data_dir / "media", "content": settings.knowledge_dir}
    try:
        made = run_or_fail(back_up(settings.database, target, folders=folders, now=now))
    except NotUpgraded as error:
        fail(f"{error} Bring it up with `db upgrade` first.")
    size = target.stat().st_size
    if as_json:
        print_json({"path": str(target), "bytes": size, **_counted(made)})
    else:
        click.echo(f"{target}: {made.rows} rows, {len(made.files)} files, {size} bytes")


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AS_JSON
def restore(path: Path, *, as_json: bool) -> None:
    """Bring a backup into an EMPTY place: a new database and a new data folder.

    Sending stays paused until `sending release` or `sending drop`.
    """
    from bot import clock  # noqa: PLC0415
    from store.backup import BrokenBackup, NewerBackup, check  # noqa: PLC0415
    from store.restore import NotEmpty  # noqa: PLC0415
    from store.restore import restore as bring_back  # noqa: PLC0415

    settings = settings_or_fail()
    now = clock.now(settings.zone)
    try:
        folders = _places(settings, check(path))
        done = run_or_fail(bring_back(settings.database, path, folders=folders, now=now))
    except BrokenBackup as error:
        fail(f"{path} cannot be used, nothing was changed: {error}")
    except NewerBackup as error:
        fail(f"{path} was made by newer code. {error}")
    except NotEmpty as error:
        fail(
            f"There is something already in {error}. A backup goes into an empty place only: set"
            " DANVAN_DATABASE_URL and DANVAN_DATA_DIR to a new one, before the first start."
        )
    content = folders.get("content", settings.knowledge_dir)
    if as_json:
        print_json({"sending": "paused", "content": str(content), **_counted(done)})
        return
    click.echo(f"Restored {done.rows} rows and {len(done.files)} files of {done.made_at}.")
    if content != settings.knowledge_dir:
        click.echo(f"The base differs from yours and is in {content}: set DANVAN_KNOWLEDGE_DIR.")
    click.echo(
        "Sending is paused: see `sending status`, then `sending release` or `sending drop`."
    )


def _counted(manifest: "Manifest") -> dict[str, Any]:
    tables = {one.name: one.rows for one in manifest.tables}
    return {
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "rows": tables,
        "files": len(manifest.files),
    }


def _places(settings: "Settings", manifest: "Manifest") -> dict[str, Path]:
    """Say where the folders of a backup go: the base beside a base that is there and differs."""
    from hashlib import sha256  # noqa: PLC0415

    media, base = settings.data_dir / "media", settings.knowledge_dir
    files = {
        name.removeprefix("content/"): digest
        for name, digest in manifest.files.items()
        if name.startswith("content/")
    }
    if not files or all(
        (base / name).is_file() and sha256((base / name).read_bytes()).hexdigest() == digest
        for name, digest in files.items()
    ):
        return {"media": media}
    is_free = not base.exists() or not any(base.iterdir())
    return {"media": media, "content": base if is_free else settings.data_dir / "content"}


@click.group()
def sending() -> None:
    """See and end the pause of all sending after a restore."""


@sending.command()
@AS_JSON
def status(*, as_json: bool) -> None:
    """Say whether sending is paused and what waits."""
    settings = settings_or_fail()
    found = run_or_fail(_told(settings))
    if as_json:
        print_json(found)
        return
    paused, due = found["paused"], found["due"]
    click.echo(f"Paused since {paused['since']} ({paused['reason']})" if paused else "Not paused")
    click.echo("Due: " + ", ".join(f"{count} {name}" for name, count in due.items()))
    click.echo(f"Later: {found['later']}")


async def _told(settings: "Settings") -> dict[str, Any]:
    from sqlalchemy import case, func, select  # noqa: PLC0415

    from bot import clock  # noqa: PLC0415
    from store import office  # noqa: PLC0415
    from store.messages import Priority  # noqa: PLC0415
    from store.models import OutboxRow  # noqa: PLC0415
    from store.office import PAUSED  # noqa: PLC0415

    now = clock.now(settings.zone)
    is_due = case((OutboxRow.due_at <= now, 1), else_=0)
    counted = (
        select(OutboxRow.priority, is_due, func.count())
        .where(OutboxRow.state == "queued")
        .group_by(OutboxRow.priority, is_due)
    )

    async def work(session: "AsyncSession") -> dict[str, Any]:
        due, later = dict.fromkeys(PRIORITIES, 0), 0
        for priority, now_due, count in await session.execute(counted):
            if now_due:
                due[PRIORITIES[min(priority, Priority.BROADCAST)]] += count
            else:
                later += count
        return {"paused": await office.find(session, PAUSED), "due": due, "later": later}

    return await written(settings, work)


@sending.command()
@AS_JSON
def release(*, as_json: bool) -> None:
    """Send what became due, and go on."""
    _end(drop_due=False, as_json=as_json)


@sending.command()
@AS_JSON
def drop(*, as_json: bool) -> None:
    """Cancel what became due up to now, and go on with what comes."""
    _end(drop_due=True, as_json=as_json)


def _end(*, drop_due: bool, as_json: bool) -> None:
    from bot import clock  # noqa: PLC0415

    settings = settings_or_fail()
    now = clock.now(settings.zone)
    ended = run_or_fail(
        written(
            settings,
            lambda session: end_pause(session, drop_due=drop_due, now=now, zone=settings.zone),
        )
    )
    if ended is None:
        fail("Sending is not paused.")
    if as_json:
        print_json({"cancelled": ended})
    else:
        click.echo(f"Sending goes on; {ended} deliveries were cancelled.")


async def end_pause(
    session: "AsyncSession", *, drop_due: bool, now: "datetime", zone: "ZoneInfo"
) -> int | None:
    """End the pause, dropping what is due if asked. Give how many; None without a pause."""
    from sqlalchemy import delete, select  # noqa: PLC0415

    from jobs import dropping  # noqa: PLC0415
    from store import outbox  # noqa: PLC0415
    from store.database import wake_after  # noqa: PLC0415
    from store.models import OfficeSetting, OutboxRow  # noqa: PLC0415
    from store.office import PAUSED  # noqa: PLC0415

    ended = await session.execute(
        delete(OfficeSetting).where(OfficeSetting.name == PAUSED).returning(OfficeSetting.name)
    )
    if ended.first() is None:
        return None
    await outbox.recover(session, now=now)
    waiting = (OutboxRow.state == "queued", OutboxRow.due_at <= now)
    for channel in await session.scalars(select(OutboxRow.channel).where(*waiting).distinct()):
        wake_after(session, outbox.topic(channel))
    if not drop_due:
        return 0
    return await dropping.drop_due(session, now=now, zone=zone)
