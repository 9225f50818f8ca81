"""`knowledge export`, `history`, `withdraw`: what the office laid over the files of the base."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bot.commands import base_or_fail, fail, laid_or_fail, print_json, settings_or_fail
from bot.commands.db import read, run_or_fail, written

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings

KINDS = click.Choice(("document", "question", "occasion"))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

Kind = Literal["document", "question", "occasion"]


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@JSON
def export(folder: Path, *, as_json: bool) -> None:
    """Write the base in service, edits included, as files into a new or empty FOLDER."""
    settings = settings_or_fail()
    left_out = base_or_fail(settings).left_out
    try:
        if folder.exists() and any(folder.iterdir()):
            fail(f"{folder} is not empty; the base is written to a new or empty folder only.")
        names = _write(settings, folder)
    except OSError as error:
        fail(f"{folder} cannot be written: {error}")
    for problem in left_out:
        click.echo(f"Left out: {problem}", err=True)
    if as_json:
        print_json({"folder": str(folder), "files": names})
    else:
        click.echo(f"{len(names)} files in {folder}")


def _write(settings: "Settings", folder: Path) -> list[str]:
    """Write every file and give their names."""
    from knowledge.base import own_file  # noqa: PLC0415
    from knowledge.exporting import exported  # noqa: PLC0415
    from knowledge.occasion_entry import rewritten  # noqa: PLC0415

    own = settings.knowledge_dir
    laid = laid_or_fail(settings)
    files = {path.stem: path.read_text(encoding="utf-8") for path in own.glob("*.md")}
    texts = {f"{doc}.md": text for doc, text in exported(files, laid).items()}
    texts |= {path.name: path.read_text(encoding="utf-8") for path in own.glob("*.yaml")}
    if any(one.kind == "occasion" for one in laid):
        text = own_file(own, "occasions.yaml").read_text(encoding="utf-8")
        texts["occasions.yaml"] = rewritten(text, base_or_fail(settings).occasions)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(texts.items()):
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(texts)


@click.command()
@click.argument("kind", type=KINDS)
@click.argument("key")
@JSON
def history(kind: Kind, key: str, *, as_json: bool) -> None:
    """Show every version of the office's document, question or occasion KEY, newest first."""
    from store import edits  # noqa: PLC0415

    settings = settings_or_fail()
    versions = run_or_fail(read(settings, lambda session: edits.history(session, kind, key)))
    if not versions:
        fail(f"The office has no {kind} {key!r}.")
    zone = settings.zone
    if as_json:
        print_json(
            [{**asdict(one), "at": one.at.astimezone(zone).isoformat()} for one in versions]
        )
        return
    for one in versions:
        at = f"{one.at.astimezone(zone):%d/%m/%Y %H:%M}"
        click.echo(f"{one.revision}\t{at}\t{one.by or '-'}\t{_gist(one.content)}")


def _gist(content: dict[str, Any] | None) -> str:
    """Say on one line what a version holds."""
    if content is None:
        return "(đã thu hồi)"
    text = content.get("answer") or content.get("text") or ""
    return " ".join(str(text).split())[:200]


@click.command()
@click.argument("key")
@click.option("--kind", type=KINDS, default="question", help="Which kind (default: question).")
@JSON
def withdraw(key: str, kind: Kind, *, as_json: bool) -> None:
    """Take back the office's answer, document or occasion KEY; its history stays."""
    from bot import clock  # noqa: PLC0415
    from store import edits  # noqa: PLC0415

    settings = settings_or_fail()

    async def work(session: "AsyncSession") -> int | None:
        if await edits.find(session, kind, key) is None:
            return None
        now = clock.now(settings.zone)
        return await edits.put(session, kind, key, None, person_id=None, now=now)

    revision = run_or_fail(written(settings, work))
    if revision is None:
        fail(f"The office has no {kind} {key!r} to take back.")
    if as_json:
        print_json({"kind": kind, "key": key, "revision": revision})
    else:
        click.echo(f"{kind} {key} is taken back (revision {revision}).")
