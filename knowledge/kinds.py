"""Kinds of documents and the letters that stand for them in a number (language/kinds.yaml)."""

from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "language" / "kinds.yaml"
_READ: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))

DOC_TYPES = tuple(_READ["held"])  # what a document of the base can be
KINDS = {
    kind: letters
    for kinds in _READ.values()
    for kind, letters in kinds.items()
    if kind != "hội nghị"  # no kind of paper; found apart from the others
}
