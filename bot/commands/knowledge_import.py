"""`knowledge import`, `drafts`, `approve`: from a file to a document, without a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import clock
from bot.commands import base_or_fail, fail, print_json, settings_or_fail
from bot.commands.db import read, run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings
    from jobs.importing import Recognised
    from knowledge.base import Base
    from knowledge.drafting.draft import Draft
    from store.drafts import DraftLine
    from store.models import Draft as Kept

MOST_DRAFTS = 200


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was recognised.")
def import_file(file: Path, *, as_json: bool) -> None:
    """Make a draft of FILE (.docx, .pdf, .html, .txt); nobody is answered from it before it is
    approved.
    """
    from bot.web.field_phrases import LABELS  # noqa: PLC0415

    settings = settings_or_fail()
    base = base_or_fail(settings)
    draft = _read_or_fail(settings, file)
    number, kept = run_or_fail(_keep(settings, base, file, draft))
    if as_json:
        print_json({"draft": number, "document": kept.fields["id"], **kept.found})
        return
    click.echo(f"Bản nháp {number}: {kept.fields.get('title', file.name)}")
    for name, found in draft.fields.items():
        click.echo(f"  {LABELS[name]} ({found.confidence:.0%}): {kept.fields[name]}")
    for warning in draft.warnings:
        click.echo(f"  ! {warning}")
    click.echo(f"Xem và duyệt: {settings.home}/curate/drafts/{number}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def drafts(*, as_json: bool) -> None:
    """List the drafts that wait."""
    from bot.web.curate_phrases import DRAFT_STATES  # noqa: PLC0415

    lines = run_or_fail(_listed(settings_or_fail()))
    if as_json:
        print_json(
            [{"draft": one.id, "state": one.state, "title": one.title, "file": one.name}
             for one in lines]
        )  # fmt: skip
        return
    for one in lines:
        click.echo(f"{one.id}\t{DRAFT_STATES[one.state]}\t{one.title or one.name}")


@click.command()
@click.argument("number", type=int)
@click.option("--replace", is_flag=True, help="Take the place of the document of the same id.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def approve(number: int, *, replace: bool, as_json: bool) -> None:
    """Put draft NUMBER into service; a running product takes it up within 5 s."""
    from bot.approval import examine  # noqa: PLC0415
    from store.database import Conflict  # noqa: PLC0415

    settings = settings_or_fail()
    base = base_or_fail(settings)
    draft = run_or_fail(read(settings, lambda session: _find(session, number)))
    if draft is None or draft.state != "ready":
        fail(f"There is no draft {number} that waits for approval.")
    examined = examine(draft.fields, draft.body, base, clock.now(settings.zone).date())
    if examined.document is None:
        fail("\n".join(str(problem) for problem in examined.problems))
    if examined.replaces and not replace:
        fail(f"{examined.document.id} is in service; --replace takes its place.")
    try:
        revision = run_or_fail(_approve(settings, draft, examined))
    except Conflict:
        fail(f"Somebody else has just changed draft {number}.")
    if as_json:
        print_json({"document": examined.document.id, "revision": revision})
    else:
        click.echo(f"Đã duyệt: {examined.document.id}")


def _read_or_fail(settings: "Settings", file: Path) -> "Draft":
    """Read a file in a process of its own; of one that cannot be read nothing is kept."""
    from jobs.importing import READ_SECONDS  # noqa: PLC0415
    from knowledge.drafting.bounded import read_bounded  # noqa: PLC0415
    from knowledge.drafting.draft import NotReadable  # noqa: PLC0415

    today = clock.now(settings.zone).date()
    try:
        return read_bounded(file, name=file.name, today=today, seconds=READ_SECONDS)
    except NotReadable as error:
        fail(error.said)


async def _keep(
    settings: "Settings", base: "Base", file: Path, draft: "Draft"
) -> "tuple[int, Recognised]":
    """Keep file and draft in one transaction."""
    from jobs.importing import recognised  # noqa: PLC0415
    from store import drafts as kept_drafts  # noqa: PLC0415
    from store import media  # noqa: PLC0415
    from store.files import Files, take_copy  # noqa: PLC0415

    files = Files(settings.data_dir)
    content = take_copy(files, file)
    held = {one.id for one in base.documents}
    now = clock.now(settings.zone)

    async def work(session: "AsyncSession") -> "tuple[int, Recognised]":
        kept = recognised(draft, held | await kept_drafts.documents(session))
        media_id = await media.add_own(session, files, content, now=now)
        number = await kept_drafts.add(session, file.name, media_id, person_id=None, now=now)
        await kept_drafts.set_read(
            session, number, found=kept.found, fields=kept.fields, body=kept.body, now=now
        )
        return number, kept

    return await written(settings, work)


async def _listed(settings: "Settings") -> "Sequence[DraftLine]":
    from store.drafts import listed  # noqa: PLC0415

    return await read(settings, lambda session: listed(session, limit=MOST_DRAFTS))


async def _find(session: "AsyncSession", number: int) -> "Kept | None":
    from store.drafts import find  # noqa: PLC0415

    return await find(session, number)


async def _approve(settings: "Settings", draft: "Kept", examined: Any) -> int:
    from bot import approval  # noqa: PLC0415

    async def work(session: "AsyncSession") -> int:
        return await approval.approve(
            session,
            draft.id,
            draft.version,
            examined,
            fields=draft.fields,
            body=draft.body,
            person_id=None,
            now=clock.now(settings.zone),
        )

    return await written(settings, work)
