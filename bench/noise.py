"""What noise costs an answer: the formal questions as written, and with every noise of
`knowledge eval`, several seeds each, through the whole answer path.

./run bench noise [--seeds N] [--all]     --all: every question that is typed with accents
"""

import argparse
import time
from collections.abc import Sequence
from random import Random

from bench.answer_questions import TODAY, Asked, count_right, read_questions
from bench.table import percentile, show
from knowledge.base import SHIPPED, Base
from knowledge.noise import NOISES, noisy

MOST_LOST = 3.0  # points
ACCENTED = frozenset({"formal", "short", "verbose", "paraphrase", "followup"})


def right(base: Base, asked: Sequence[Asked]) -> tuple[float, list[float]]:
    """Give the share that is right in percent, and the CPU of each answer in ms."""
    replies, spent = [], []
    for one in asked:
        started = time.process_time()
        answer = base.ask(one.text, context=one.context, today=TODAY)
        spent.append(1000 * (time.process_time() - started))
        text, docs = answer.text, list(answer.docs)
        replies.append({"id": one.id, "kind": answer.kind, "text": text, "docs": docs})
    good, _, every = count_right(asked, replies)["all"].partition("/")
    return 100 * int(good) / int(every), spent


def with_noise(asked: Sequence[Asked], kind: str, seed: int) -> list[Asked]:
    """Type every question anew, its context as well."""
    rng = Random(f"{kind}:{seed}")
    return [
        Asked(
            one.id,
            noisy(one.text, kind, rng),
            tuple(noisy(text, kind, rng) for text in one.context),
            one.line,
        )
        for one in asked
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    asked, which = read_questions()
    styles = ACCENTED if given.all else {"formal"}
    asked = [one for one in asked if one.line.get("style") in styles]
    if not count_right(asked[:1], []):
        raise SystemExit("The scorer of ../shared/eval is not there: nothing to measure with.")
    base = Base.load(SHIPPED)
    clean, spent = right(base, asked)
    rows: list[list[object]] = [["as written", clean, clean, 0.0, percentile(spent, 0.99)]]
    for kind in NOISES:
        runs = [right(base, with_noise(asked, kind, seed)) for seed in range(given.seeds)]
        shares = [share for share, _ in runs]
        mean = sum(shares) / len(shares)
        times = [one for _, some in runs for one in some]
        rows.append([kind, mean, min(shares), clean - mean, percentile(times, 0.99)])
    print(f"{which} Of these {len(asked)} ({', '.join(sorted(styles))}); {given.seeds} seeds.")
    columns = ["noise", "right %", "worst seed %", "lost points", "CPU p99 ms"]
    show("Answers with noise", columns, rows)
    worst = max(float(str(row[3])) for row in rows)
    print(f"\nMost lost: {worst:.1f} points, target {MOST_LOST:.0f}.")


if __name__ == "__main__":
    main()
