"""`ask`: a question, or a file of them, answered from the knowledge base."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from bot.commands import DAY, base_or_fail, fail, print_json, settings_or_fail, today_of

if TYPE_CHECKING:
    from knowledge.base import Base


@click.command()
@click.argument("text", required=False)
@click.option(
    "--context", multiple=True, help="An earlier question of the talk; repeat it, oldest first."
)
@click.option("--today", type=DAY, help="The day to answer for (default: today).")
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of JSON lines.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ask(
    text: str | None,
    context: tuple[str, ...],
    today: datetime | None,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Answer TEXT, or every line of a --batch file."""
    if (text is None) == (batch is None):
        raise click.UsageError("give either TEXT or --batch FILE")
    settings = settings_or_fail()
    day = today_of(settings, today).date()
    base = base_or_fail(settings)
    if batch is None:
        _print(_reply(base, text or "", list(context), day), as_json=as_json)
        return
    for line in _lines(batch, day):
        reply = _reply(base, line["q"], line["context"], line["today"])
        _print({"id": line["id"], **reply}, as_json=as_json)


def _reply(base: "Base", text: str, context: list[str], today: date) -> dict[str, Any]:
    started = perf_counter()
    answer = base.ask(text, context=context, today=today)
    spent = 1000 * (perf_counter() - started)
    return {
        "kind": answer.kind,
        "text": answer.text,
        "docs": list(answer.docs),
        "citations": [asdict(citation) for citation in answer.citations],
        "confidence": answer.confidence,
        "ms": round(spent, 3),
    }


def _print(reply: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(reply)
    else:
        click.echo(f"{reply['id']}\t{reply['text']}" if "id" in reply else reply["text"])


def _lines(path: Path, today: date) -> Iterator[dict[str, Any]]:
    """Read the batch; a line may carry its own context and day."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: {error}")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            day = date.fromisoformat(one["today"]) if one.get("today") else today
            context = one.get("context") or []
            yield {
                "id": one["id"],
                "q": str(one["q"]),
                "context": [str(text) for text in context],
                "today": day,
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            fail(f"{path}:{number}: not a question line ({error!r})")
