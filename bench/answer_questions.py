"""The questions of the benchmarks: the shared development set, else the project's own cases."""

import importlib.util
import json
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.processes import ROOT

SHARED = ROOT.parent / "shared" / "eval"
DEVELOPMENT = SHARED / "questions-dev.jsonl"
SCORER = SHARED / "score_answers.py"
CASES = ROOT / "tests" / "cases" / "questions.toml"
TODAY = date(2026, 11, 22)

Reply = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the talk before it; `line` is what the scorer reads."""

    id: str
    text: str
    context: tuple[str, ...]
    line: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Give the kind of reply that is expected."""
        return str(self.line["expect"]["kind"])


def read_questions() -> tuple[list[Asked], str]:
    """Give the questions, and a sentence saying which they are."""
    if DEVELOPMENT.exists():
        lines = DEVELOPMENT.read_text(encoding="utf-8").splitlines()
        asked = [_asked(json.loads(line)) for line in lines if line.strip()]
        return asked, f"The {len(asked)} questions of {DEVELOPMENT.name}."
    asked = read_cases()
    return asked, (
        f"{DEVELOPMENT} is not there, so its questions are skipped: these are the {len(asked)} of "
        f"{CASES.relative_to(ROOT)}, without accuracy (its scorer is not there either)."
    )


def read_cases() -> list[Asked]:
    """Give the project's own questions."""
    cases = tomllib.loads(CASES.read_text(encoding="utf-8"))["question"]
    keys = ("kind", "doc", "facts")
    return [_asked({**case, "expect": {key: case[key] for key in keys}}) for case in cases]


def _asked(line: Mapping[str, Any]) -> Asked:
    return Asked(line["id"], line["q"], tuple(line.get("context") or ()), line)


def count_right(asked: Sequence[Asked], replies: Sequence[Reply]) -> dict[str, str]:
    """Give right/all by expected kind and for "all", by the shared scorer's own rules."""
    if not SCORER.exists():
        return {}
    table = _scorer()([one.line for one in asked], replies)
    found = {name or group: counts for (group, name), counts in table.items()}
    return {
        name: f"{counts[0]}/{counts[1]}"
        for name, counts in found.items()
        if name in {"all", "answer", "calendar", "clarify", "refuse"}
    }


def _scorer() -> Callable[..., dict[tuple[str, str], list[int]]]:
    spec = importlib.util.spec_from_file_location("score_answers", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # leave no file beside it
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    score: Callable[..., dict[tuple[str, str], list[int]]] = module.score
    return score
