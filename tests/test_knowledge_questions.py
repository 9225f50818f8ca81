"""The questions that somebody who did not write the engine asks: floors by style and kind."""

import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)
OWN = Path(__file__).parent / "cases" / "questions.toml"
SHARED = Path(__file__).parents[2] / "shared" / "eval" / "questions-dev.jsonl"
WHOLE = 0.93
FLOORS = {
    "formal": 0.85,
    "short": 0.85,
    "nodiac": 0.85,
    "telex": 0.85,
    "typo": 0.80,
    "verbose": 0.80,
    "refuse": 0.90,
}


def _norm(text: str) -> str:
    text = unicodedata.normalize("NFC", text).casefold()
    for char, plain in (("–", "-"), ("—", "-"), ("“", ""), ("”", ""), ('"', ""), ("’", "'")):
        text = text.replace(char, plain)
    return re.sub(r"\s+", " ", text).strip()


def _occurs(fact: str, text: str) -> bool:
    return re.search(r"(?<![^\W_])" + re.escape(_norm(fact)) + r"(?![^\W_])", text) is not None


def is_right(question, answer):
    text, docs, wanted = _norm(answer.text), set(answer.docs), set(question["doc"])
    facts = all(any(_occurs(one, text) for one in ways) for ways in question["facts"])
    match question["kind"]:
        case "answer":
            return answer.kind == "answer" and facts and bool(docs & wanted) and len(text) <= 600
        case "calendar":
            return answer.kind == "answer" and facts and (not docs or bool(docs & wanted))
        case "clarify":
            return answer.kind == "clarify" and wanted <= docs and len(docs) <= len(wanted) + 1
        case _:
            return answer.kind == "refuse"


def _run(questions):
    base = Base.load(SHIPPED)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    missed = []
    for question in questions:
        answer = base.ask(question["q"], context=question.get("context", ()), today=TODAY)
        good = is_right(question, answer)
        for key in ("all", question["style"], question["kind"]):
            counts[key][0] += good
            counts[key][1] += 1
        if not good:
            missed.append(f"{question['id']} {question['q']} -> {answer.kind} {answer.docs}")
    return {key: right / asked for key, (right, asked) in counts.items()}, missed


def _check(questions):
    shares, missed = _run(questions)
    report = "\n".join([*(f"{key} {share:.1%}" for key, share in shares.items()), *missed])
    assert shares["all"] >= WHOLE, report
    assert not [key for key, floor in FLOORS.items() if shares.get(key, 1) < floor], report


@pytest.mark.skipif(not OWN.exists(), reason="tests/cases/questions.toml is not written yet")
def test_own_questions():
    _check(
        [
            {"doc": [], "facts": [], **one}
            for one in tomllib.loads(OWN.read_text("utf-8"))["question"]
        ]
    )


@pytest.mark.skipif(
    not SHARED.exists(), reason="../shared/eval is only on the machines of the project"
)
def test_shared_questions():
    lines = [json.loads(line) for line in SHARED.read_text("utf-8").splitlines()]
    _check([{**one, **one["expect"]} for one in lines])
