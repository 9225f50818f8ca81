"""How the code lies: modules say what they are for, files are short, tests use public names."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "jobs", "knowledge", "store")
SOURCES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.parent.name != "versions"
]
BESIDE = [path for name in ("tests", "bench") for path in sorted((ROOT / name).rglob("*.py"))]
AIM = 300
MOST = 400

LONGER = {
    "knowledge/calendar.py": "every way to ask for a day, in the order in which they are tried",
    "knowledge/lattice.py": "every way in which a word may be read, cheapest first",
    "knowledge/phrases.py": "every sentence of the engine, one short function each",
    "knowledge/question.py": "from words to what is asked, each step from the one before",
    "store/outbox.py": "all that may happen to a delivery stands together, statements and laws",
    "store/talks.py": "reading who speaks and keeping what was decided belong together",
    "bench/start.py": "a benchmark is read from top to bottom",
    "tests/fakes/telegram_server.py": "a whole Bot API, run as one process of its own",
    "tests/test_backup.py": "one table of ways in which a backup may be wrong",
    "tests/test_cli_operator.py": "one test for each thing that each command says",
    "tests/test_queue_laws.py": "two state machines that share their model",
    "tests/test_telegram_receive.py": "polling and webhook against the same fake",
}
"""Files of more than 300 lines, and why each is one file all the same."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_files_are_short_or_say_why_not() -> None:
    assert [named(path) for path in SOURCES if lines(path) > MOST] == []
    long = {named(path) for path in [*SOURCES, *BESIDE] if lines(path) > AIM}
    assert long - LONGER.keys() == set()


def test_the_longer_files_are_there() -> None:
    assert [name for name in LONGER if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("path", BESIDE, ids=named)
def test_tests_and_benchmarks_import_public_names(path: Path) -> None:
    imported = [
        f"{node.module}.{one.name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in PACKAGES
        for one in node.names
    ]
    assert [name for name in imported if "._" in name] == []
