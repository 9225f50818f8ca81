"""`knowledge`: check the base, measure the search."""

from pathlib import Path

import click

from bot import clock
from bot.commands import base_or_fail, fail, print_json, settings_or_fail
from bot.commands.knowledge_import import approve, drafts, import_file
from bot.commands.knowledge_office import export, history, withdraw
from bot.commands.knowledge_report import report

NOISY = ("nodiac", "telex", "vni", "typo", "abbr")


@click.group()
def knowledge() -> None:
    """Look after the knowledge base."""


knowledge.add_command(import_file)
knowledge.add_command(drafts)
knowledge.add_command(approve)


for _command in (export, history, report, withdraw):
    knowledge.add_command(_command)


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of the problems.")
def check(as_json: bool) -> None:
    """List every problem of the base, the office's answers included; warnings are no problems."""
    from knowledge.check import check_folder, warn_folder  # noqa: PLC0415
    from knowledge.regression import worse_answers  # noqa: PLC0415

    settings = settings_or_fail()
    today = clock.now(settings.zone).date()
    problems = check_folder(settings.knowledge_dir, today)
    if not problems:
        problems = worse_answers(base_or_fail(settings), today)
    if as_json:
        print_json([str(problem) for problem in problems])
    else:
        for warning in warn_folder(settings.knowledge_dir):
            click.echo(f"cảnh báo: {warning}")
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
@click.option("--noise", type=click.Choice(NOISY), help="Make the queries noisy like this.")
@click.option("--seed", type=int, default=0, help="Another number makes other noise.")
@click.option("--json", "_as_json", is_flag=True, help="JSON is printed in any case.")
def evaluate_folder(
    folder: Path, run_file: Path | None, noise: str | None, seed: int, _as_json: bool
) -> None:
    """Measure the search on FOLDER: corpus.jsonl, queries.jsonl, qrels.tsv."""
    from knowledge.evaluate import WrongSet, evaluate  # noqa: PLC0415

    try:
        run = evaluate(folder, noise, seed)
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
