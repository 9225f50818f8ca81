"""The docs say what the code does: commands, tables, files, links and examples are compared."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from bot.channels.telegram import COMMANDS as MENU
from bot.cli import cli
from handlers.routes import COMMANDS
from knowledge.check import check_folder
from store.models import Row

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCS}
DESIGN = TEXTS["docs/design.md"]
INTERFACE = DESIGN.partition("\n## 5. ")[2].partition("\n## 6. ")[0]
"""Stays as it was agreed, with what later parts bring."""
GUIDE = TEXTS["docs/huong-dan.md"]
FOR_READERS = "\n".join(text for name, text in TEXTS.items() if name != "docs/design.md")
"""Without the design, whose interface names commands of later parts."""

PACKAGES = ("bot", "handlers", "jobs", "knowledge", "store")
OF_RUN = {"test", "check", "bench"}
"""Words that the script `run` takes itself."""
LARGEST_PICTURE = 150_000

LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml|yaml|yml))`")
NOT_OURS = re.compile(
    r"(?<![\w.~])/(?:work|root|home|tmp|opt|Users)/|pypi\.org|pythonhosted|npmjs\.(?:org|com)"
)


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield above + name, command


ALL = dict(commands(cli))


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_is_in_a_guide(name: str) -> None:
    said = rf"(?:\./run|danvan|product) {name}\b" if name != "run" else r"\./run\b"
    assert re.search(said, FOR_READERS)
    options = [one for one in ALL[name].params if isinstance(one, click.Option)]
    for option in {flag for one in options for flag in one.opts if flag.startswith("--")}:
        assert re.search(rf"{option}\b", FOR_READERS), option


def test_the_guides_name_no_command_that_is_not_there() -> None:
    known = OF_RUN | {name.partition(" ")[0] for name in ALL}
    assert set(re.findall(r"(?m)\./run ([a-z][a-z-]*)", FOR_READERS)) <= known


def test_every_chat_command_is_in_the_officers_guide_and_in_the_menu() -> None:
    assert set(re.findall(r"`/(\w+)`", GUIDE)) == set(COMMANDS)
    assert {name for name, _ in MENU} == set(COMMANDS)


def test_the_test_command_is_what_ci_runs() -> None:
    assert "./run test" in TEXTS["README.md"]
    assert "./run test" in (ROOT / ".ci" / "run").read_text()


def test_the_map_of_the_design_has_every_table_and_package() -> None:
    tables = DESIGN.partition("\n## 4. ")[2].partition("\n## 5. ")[0]
    named = set(re.findall(r"`(\w+)`", tables))
    assert set(Row.metadata.tables) <= named
    for package in PACKAGES:
        assert f"{package}/" in TEXTS["README.md"]
        assert re.search(rf"\b{package}\b", DESIGN.partition("\n## 3. ")[0])


@pytest.mark.parametrize("name", TEXTS)
def test_links_pictures_and_files_are_there(name: str) -> None:
    text = TEXTS[name].replace(INTERFACE, "")
    missing = [link for pair in LINK.findall(text) if not leads(name, link := "".join(pair))]
    ours = [file for file in FILE.findall(text) if not file.startswith("../")]
    missing += [file for file in ours if not (ROOT / file).is_file()]
    assert missing == []


def leads(name: str, link: str) -> bool:
    """Say whether a link of a page leads to a file (and a heading of it) that is there."""
    if link.startswith("https://"):
        return True
    file, _, heading = link.partition("#")
    target = (ROOT / name).parent / file if file else ROOT / name
    return target.is_file() and (not heading or heading in headings(target))


def headings(path: Path) -> set[str]:
    titles = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_pictures_are_small_and_shown() -> None:
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert f"pictures/{picture.name}" in GUIDE


@pytest.mark.parametrize("name", TEXTS)
def test_no_path_of_one_machine_and_no_package_index(name: str) -> None:
    assert NOT_OURS.findall(TEXTS[name]) == []


def test_the_example_of_the_curators_guide_is_a_sound_document(tmp_path: Path) -> None:
    guide = TEXTS["docs/knowledge.md"]
    example = guide.partition("```markdown\n")[2].partition("```")[0]
    name = re.search(r"(?m)^id: (\S+)$", example)
    assert name is not None
    (tmp_path / f"{name[1]}.md").write_text(example, encoding="utf-8")
    assert check_folder(tmp_path, date(2026, 11, 22)) == []
