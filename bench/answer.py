"""`./run bench answer`: CPU of one answer through the whole answer path, beside plain retrievers.

Every question is asked 20 times a run, in turn with all others; CPU is the process's own time. The
base keeps no answers, only what single words look like (folded, in keys, their neighbours): the
first row has that memory as the service has it, another empties it before each question. A talk
gives every question the three before it in the file as its context, as a chat does.
"""

import argparse
import functools
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import answer_peers
from bench.answer_questions import TODAY, Asked, Reply, count_right, read_questions
from bench.table import heading, median, percentile, show
from knowledge.base import SHIPPED, Base
from knowledge.library import Library
from tests.processes import ROOT

TIMES = 20
FEWER = 4
TALK = 3
P50_MS, P99_MS = 2.0, 8.0
KEPT = {"knowledge.language.language"}
"""Loads the language files once; the only memory that is part of the base and stays."""

LOADS = """
import json, sys, time
from pathlib import Path
from knowledge.library import Library
imported = time.process_time()
base = Library(Path(sys.argv[1])).base
print(json.dumps([imported * 1000, (time.process_time() - imported) * 1000]))
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to answer; `prepare` runs before each question, off the clock."""

    name: str
    reply: Callable[[Asked], Reply]
    prepare: Callable[[], None] | None = None
    times: int = TIMES


@dataclass(frozen=True, slots=True)
class Round:
    """The figures of one run, in ms."""

    p50: float
    p99: float
    most: float
    mean: float


def reply(base: Base, asked: Asked) -> Reply:
    """Answer as `ask --batch` does."""
    answer = base.ask(asked.text, context=asked.context, today=TODAY)
    return {
        "id": asked.id,
        "kind": answer.kind,
        "text": answer.text,
        "docs": list(answer.docs),
    }


def memories() -> Iterator[Any]:
    """Give every memory of a function of the knowledge package."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "knowledge":
            for one in vars(module).values():
                if isinstance(one, functools._lru_cache_wrapper) and one.__module__ == name:
                    yield one


def forget(base: Base) -> None:
    """Empty every memory of single words."""
    for one in memories():
        if f"{one.__module__}.{one.__qualname__}" not in KEPT:
            one.cache_clear()
    base.corpus.model._near.clear()


def assert_no_answer_is_kept(base: Base, asked: Sequence[Asked]) -> None:
    """Fail where a memory holds anything longer than a word once everything was asked."""
    for one in asked:
        reply(base, one)
    kept: list[Any] = list(base.corpus.model._near)
    for one in memories():
        kept += [key for found in gc.get_referents(one) if type(found) is dict for key in found]
    for key in kept:
        for part in key if isinstance(key, list | tuple) else [key]:
            assert " " not in str(part).strip(), f"more than a word is kept: {part!r}"


def measure(contender: Contender, asked: Sequence[Asked]) -> Round:
    """Ask everything, in turn, and take the CPU of each."""
    took = []
    clock = time.process_time_ns
    for _ in range(contender.times):
        for one in asked:
            if contender.prepare:
                contender.prepare()
            started = clock()
            contender.reply(one)
            took.append((clock() - started) / 1e6)
    return Round(median(took), percentile(took, 0.99), max(took), sum(took) / len(took))


def contenders(base: Base, asked: Sequence[Asked]) -> list[Contender]:
    """Give ourselves and the peers."""
    ours = functools.partial(reply, base)
    talks = {one.id: within_a_talk(asked, at) for at, one in enumerate(asked)}
    found = [
        Contender("this product", ours),
        Contender("this product, every word new", ours, lambda: forget(base), FEWER),
        Contender("this product, in a talk", lambda one: ours(talks[one.id]), times=FEWER),
    ]
    for entries, over in (
        (answer_peers.passages(base), "the same passages"),
        (answer_peers.curated(base), "the curated wordings"),
    ):
        for make in (answer_peers.Rapidfuzz, answer_peers.Fts5):
            ask = functools.partial(answer_peers.ask, make(entries, over))
            found.append(Contender(ask.args[0].name, ask))
    return found


def within_a_talk(asked: Sequence[Asked], at: int) -> Asked:
    """Give a question that has no context the questions before it as its context."""
    earlier = tuple(one.text for one in asked[max(0, at - TALK) : at])
    return replace(asked[at], context=asked[at].context or earlier)


def load_ms(folder: Path) -> tuple[float, float]:
    """Give the CPU of importing the engine and of loading the base, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-c", LOADS, str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    imports, load = json.loads(told.stdout)
    return imports, load


def row(contender: Contender, rounds: Sequence[Round], asked: Sequence[Asked]) -> list[object]:
    right = count_right(asked, [contender.reply(one) for one in asked])
    return [
        contender.name,
        median([one.p50 for one in rounds]),
        median([one.p99 for one in rounds]),
        median([one.most for one in rounds]),
        median([one.mean for one in rounds]),
        *(right.get(kind, "-") for kind in ("all", "answer", "calendar", "clarify", "refuse")),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--knowledge", type=Path, default=SHIPPED)
    given = parser.parse_args()
    asked, which = read_questions()
    loads = [load_ms(given.knowledge) for _ in range(given.runs)]
    base = Library(given.knowledge).base
    assert_no_answer_is_kept(base, asked)
    all_of_them = contenders(base, asked)
    rounds: dict[str, list[Round]] = {one.name: [] for one in all_of_them}
    for _ in range(given.runs):
        for one in all_of_them:
            rounds[one.name].append(measure(one, asked))
    print(heading("answer", given.runs))
    print(
        f"{which} Each {TIMES} times a run ({FEWER} where words are new, and in a talk);"
        f" today is {TODAY}; no answer is kept."
    )
    columns = ["CPU of one answer", "p50 ms", "p99 ms", "max ms", "mean ms"]
    columns += ["right", "answer", "calendar", "clarify", "refuse"]
    table = [row(one, rounds[one.name], asked) for one in all_of_them]
    show("One answer through the whole path", columns, table)
    tell_base(base, loads)
    tell_targets(rounds[all_of_them[0].name])


def tell_base(base: Base, loads: Sequence[tuple[float, float]]) -> None:
    """Print what the base is and what it costs to load."""
    passages, wordings = len(answer_peers.passages(base)), len(answer_peers.curated(base))
    print(
        f"\nThe base: {len(base.documents)} documents, {passages} passages, {wordings} curated"
        f" wordings; loaded in {median([load for _, load in loads]):,.0f} ms of CPU"
        f" (after {median([imports for imports, _ in loads]):,.0f} ms of imports)."
    )


def tell_targets(rounds: Sequence[Round]) -> None:
    """Print whether the targets are kept."""
    p50, p99 = median([one.p50 for one in rounds]), median([one.p99 for one in rounds])
    for name, value, most in (("p50", p50, P50_MS), ("p99", p99, P99_MS)):
        verdict = "kept" if value <= most else "MISSED"
        print(f"{name}: {value:.2f} ms, target {most:.0f} ms: {verdict}.")


if __name__ == "__main__":
    main()
