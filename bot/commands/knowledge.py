"""`knowledge`: check the base, measure the search."""

from pathlib import Path

import click

from bot import clock
from bot.commands import fail, print_json, settings_or_fail


@click.group()
def knowledge() -> None:
    """Look after the knowledge base."""


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of the problems.")
def check(as_json: bool) -> None:
    """List every problem of the base with its file and line."""
    from knowledge.check import check_folder  # noqa: PLC0415

    settings = settings_or_fail()
    problems = check_folder(settings.knowledge_dir, clock.now(settings.zone).date())
    if as_json:
        print_json([str(problem) for problem in problems])
    if problems:
        fail("\n".join(str(problem) for problem in problems))


@knowledge.command("eval")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run",
    "run_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the ranking here.",
)
@click.option("--json", "_as_json", is_flag=True, help="JSON is printed in any case.")
def evaluate_folder(folder: Path, run_file: Path | None, _as_json: bool) -> None:
    """Measure the search on FOLDER: corpus.jsonl, queries.jsonl, qrels.tsv."""
    from knowledge.evaluate import WrongSet, evaluate  # noqa: PLC0415

    try:
        run = evaluate(folder)
        if run_file:
            rows = [
                f"{query}\t{passage}\t{rank}\t{score:.6f}\n"
                for query, found in run.ranked
                for rank, (passage, score) in enumerate(found, 1)
            ]
            run_file.write_text("".join(rows), encoding="utf-8")
    except (WrongSet, OSError) as error:
        fail(str(error))
    print_json(run.figures.as_json())
