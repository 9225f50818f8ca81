"""`./run bench retrieval`: search in 100,000 passages, beside bm25s, tantivy and SQLite FTS5.

Everybody builds once into a folder. Then, in turn and as often as there are runs, a process of its
own opens what was built and answers 15-syllable questions, clean and noisy; the CPU of a question
is that of the whole process, reading the question included. Whether the best ten are those of
exhaustive scoring, and what changing a document costs, is measured at the end.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import retrieval_texts
from bench.retrieval_peers import CONTENDERS
from bench.table import heading, median, percentile, show
from knowledge.evaluate import Searcher, read_words
from knowledge.index import top
from knowledge.noise import NOISES, noisy
from tests.processes import ROOT

PASSAGES, QUESTIONS, CHECKED, CHANGES = 100_000, 1_000, 1_000, 200
CLEAN_MS, NOISY_MS, LOAD_MS, CHANGE_MS = 5.0, 10.0, 1_000.0, 50.0
EVERY = {"SQLite FTS5, OR": 5}
"""Who is slow is asked every so manyth question only."""
SAME, MOST_MB, TEN = 0.999, 400.0, 10

ASKS = """
import json, sys, time
from pathlib import Path
import psutil
from bench.retrieval_peers import CONTENDERS
folder, name, every = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
asked = json.loads((folder / "questions.json").read_text())
clock = time.process_time
started = clock()
contender = CONTENDERS[name].open(folder)
loaded = 1000 * (clock() - started)
took = {kind: [] for kind in asked}
for kind, texts in asked.items():
    for text in texts[:20]:
        contender.find(text, 10)
    for text in texts[::every]:
        started = clock()
        contender.find(text, 10)
        took[kind].append(1000 * (clock() - started))
memory = psutil.Process().memory_info().rss / 1e6
print(json.dumps({"load": loaded, "memory": memory, "took": took}))
"""


def ask(folder: Path, name: str) -> dict[str, object]:
    """Open and ask in a process of its own; give CPU in ms and memory in MB."""
    told = subprocess.run(
        [sys.executable, "-c", ASKS, str(folder), name, str(EVERY.get(name, 1))],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def build(folder: Path, documents: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Let everybody build; give the CPU in s."""
    took = {}
    for name, contender in CONTENDERS.items():
        started = time.process_time()
        contender.build(folder, documents)
        took[name] = time.process_time() - started
    return took


def quality(folder: Path) -> list[list[object]]:
    """Give how often each finds the passage of the public set's questions, first and in ten."""
    given = retrieval_texts.read_set(retrieval_texts.QUALITY)
    if given is None:
        return []
    folder.mkdir()
    build(folder, {key: [text] for key, text in given.texts.items()})
    ids = list(given.texts)
    rows = []
    for name, contender in CONTENDERS.items():
        opened = contender.open(folder)
        row: list[object] = [name]
        for kind in ("", *NOISES):
            rng = Random(retrieval_texts.SEED)
            ranks = [0, 0]
            for key, text in given.questions.items():
                found = opened.find(noisy(text, kind, rng) if kind else text, TEN)
                hits = [ids[at] in given.wanted[key] for at in found]
                ranks = [ranks[0] + any(hits[:1]), ranks[1] + any(hits)]
            row.append(" / ".join(f"{100 * one / len(given.questions):.1f}" for one in ranks))
        rows.append(row)
    return rows


def share_alike(searcher: Searcher, texts: Sequence[str]) -> float:
    """Give the share of questions whose best ten are those of exhaustive scoring."""
    alike = 0
    for text in texts:
        asked = searcher.ask(text)
        alike += [at for at, _ in searcher.index.best(*asked, TEN)] == top(
            searcher.index.score(*asked), TEN
        )
    return alike / len(texts)


def changes(searcher: Searcher, passages: Sequence[str]) -> list[float]:
    """Remove, replace and add documents in turn, one after another; give the CPU of each in ms."""
    index, took = searcher.index, []
    texts = [read_words(text) for text in passages]
    names = list(dict.fromkeys(index.owners))
    for number in range(CHANGES):
        name = names[(number * 7919) % len(names)]
        started = time.process_time()
        match number % 3:
            case 0:
                index = index.changed(remove=[name])
            case 1:
                index = index.changed(add={name: texts})
            case _:
                index = index.changed(add={f"new-{number}": texts})
        took.append(1000 * (time.process_time() - started))
        names = [one for one in names if one != name] if number % 3 == 0 else names
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--checked", type=int, default=CHECKED)
    given = parser.parse_args()
    rng = Random(retrieval_texts.SEED)
    texts, asked, which = retrieval_texts.sources()
    documents = dict(retrieval_texts.documents(texts, given.passages, rng))
    clean, noise = retrieval_texts.questions(asked, given.questions, rng)
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "questions.json").write_text(json.dumps({"clean": clean, "noisy": noise}))
        built = build(folder, documents)
        answers: dict[str, list[dict]] = {name: [] for name in CONTENDERS}
        for _ in range(given.runs):
            for name, found in answers.items():
                found.append(ask(folder, name))
        print(heading("retrieval", given.runs))
        syllables = sum(len(one.split()) for some in documents.values() for one in some)
        print(
            f"{given.passages:,} passages of {syllables / given.passages:.0f} syllables in"
            f" {len(documents):,} documents: {which}. {len(clean):,} questions"
            f" of {retrieval_texts.SYLLABLES} syllables, then the same with each noise in turn."
        )
        columns = ["CPU of one question", "clean p50 ms", "clean p99 ms", "noisy p50 ms"]
        columns += ["noisy p99 ms", "opened in ms", "RSS MB", "built in s"]
        rows = [row(name, answers[name], built[name]) for name in CONTENDERS]
        show(f"One question to {given.passages:,} passages", columns, rows)
        columns = ["the right passage first / in ten, %", "as written", *NOISES]
        show(f"Found in {retrieval_texts.QUALITY}", columns, quality(folder / "quality"))
        searcher = Searcher.load(folder / "index")
        alike = share_alike(searcher, [*clean, *noise][:: max(1, 2 * len(clean) // given.checked)])
        tell_targets(rows[0], alike, changes(searcher, next(iter(documents.values()))))


def row(name: str, answers: Sequence[dict], built: float) -> list[object]:
    figures: list[object] = [name]
    for kind in ("clean", "noisy"):
        figures.append(median([percentile(one["took"][kind], 0.5) for one in answers]))
        figures.append(median([percentile(one["took"][kind], 0.99) for one in answers]))
    figures += [median([one[what] for one in answers]) for what in ("load", "memory")]
    return [*figures, built]


def tell_targets(ours: Sequence, alike: float, changed: Sequence[float]) -> None:
    """Print whether the targets are kept."""
    print()
    for name, value, most in (
        ("clean p99, ms", ours[2], CLEAN_MS),
        ("noisy p99, ms", ours[4], NOISY_MS),
        ("loading, ms", ours[5], LOAD_MS),
        ("RSS, MB", ours[6], MOST_MB),
        ("one document changed, p50 ms", median(changed), CHANGE_MS),
        ("one document changed, p99 ms", percentile(changed, 0.99), CHANGE_MS),
        ("one document changed, longest ms", max(changed), CHANGE_MS),
    ):
        print(
            f"{name}: {value:,.2f}, target {most:,.0f}: {'kept' if value <= most else 'MISSED'}."
        )
    verdict = "kept" if alike >= SAME else "MISSED"
    print(f"the same ten as exhaustive scoring: {alike:.2%}, target {SAME:.1%}: {verdict}.")


if __name__ == "__main__":
    main()
