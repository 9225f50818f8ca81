"""What every benchmark prints: where it ran, and a table of medians in Markdown."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence


def heading(name: str, runs: int) -> str:
    """Say what ran, how often and on what."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"`./run bench {name}`: medians of {runs} runs, {cores} cores, "
        f"CPython {platform.python_version()}, {platform.system()}"
    )


def median(values: Sequence[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print(f"\n{title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "|".join(" --- " for _ in columns) + "|")
    for row in rows:
        print("| " + " | ".join(_cell(value) for value in row) + " |")
    sys.stdout.flush()


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
