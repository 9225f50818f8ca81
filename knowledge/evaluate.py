"""Measures the production index and reading of questions on a retrieval set (`knowledge eval`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from knowledge.index import OTHER_WEIGHT, Index, Weighted
from knowledge.language import language
from knowledge.lattice import Lattice, Word
from knowledge.model import Model
from knowledge.noise import noisy
from knowledge.respell import Respeller
from knowledge.saved import load, save
from knowledge.text import join_dates, tokens

DEPTH = 100


class WrongSet(Exception):
    """The folder is not a retrieval set."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    queries: int
    recall_1: float
    recall_5: float
    mrr_10: float
    p50_ms: float
    p99_ms: float
    build_s: float

    def as_json(self) -> dict[str, float]:
        """Give the figures under the names of the interface."""
        named = {"recall_1": "recall@1", "recall_5": "recall@5", "mrr_10": "mrr@10"}
        return {named.get(key, key): value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Run:
    """The figures and, for each query in the file's order, its ranked passages with scores."""

    figures: Figures
    ranked: list[tuple[str, list[tuple[str, float]]]]


def evaluate(folder: Path, noise: str | None = None, seed: int = 0) -> Run:
    """Build the index over the corpus and ask it every query, with noise where one is named.
    Raises WrongSet.
    """
    corpus, queries = dict(_texts(folder / "corpus.jsonl")), _texts(folder / "queries.jsonl")
    wanted = _judgements(folder / "qrels.tsv")
    started = perf_counter()
    searcher = Searcher.of({key: [text] for key, text in corpus.items()})
    build = perf_counter() - started
    ids = list(corpus)
    ranked, times = [], []
    rng = Random(seed)  # noqa: S311 - noise, not secrets
    if noise:
        queries = [(key, noisy(text, noise, rng)) for key, text in queries]
    for key, text in queries:
        started = perf_counter()
        found = searcher.search(text, DEPTH)
        times.append(1000 * (perf_counter() - started))
        ranked.append((key, [(ids[at], score) for at, score in found]))
    return Run(_figures(ranked, wanted, times, build), ranked)


class Searcher:
    """Ranks texts for a question, as the base does for its passages."""

    def __init__(self, index: Index, model: Model) -> None:
        self.index = index
        self.lattice = Lattice(model, respeller=Respeller(model))
        self._model = model

    @classmethod
    def of(cls, documents: Mapping[str, Sequence[str]]) -> "Searcher":
        """Build from documents' texts, by the documents' names."""
        texts = [read_words(text) for some in documents.values() for text in some]
        model = Model(language())
        model.learn(texts)
        model.learn(language().phrases, 3)
        model.learn(language().ways())
        model.learn(
            reading for readings in language().abbreviations.values() for reading in readings
        )
        model.close()
        owners = [name for name, some in documents.items() for _ in some]
        return cls(Index(texts, owners), model)

    @classmethod
    def load(cls, path: Path) -> "Searcher":
        """Load what `save` wrote. Raises BrokenFile, OSError."""
        return cls(*load(path, language()))

    def save(self, path: Path) -> None:
        """Write index and model to one file. Raises OSError."""
        save(path, self.index, self._model)

    def search(self, text: str, most: int) -> list[tuple[int, float]]:
        """Give the places of the best texts and their scores."""
        return self.index.best(*self.ask(text), most)

    def ask(self, text: str) -> tuple[Weighted, Weighted]:
        """Give the words of a question with their weights, and second readings."""
        read = self.lattice.read(tokens(text))
        return weighted(read), second_readings(read)


def read_words(text: str) -> list[str]:
    """Give the tokens of a text of the base."""
    return language().expand(join_dates(tokens(text)))


def weighted(read: list[Word]) -> Weighted:
    """Give a reading's words with their weights, spelled dates joined."""
    sure = [(word.text, word.weight) for word in read]
    words = join_dates([text for text, _ in sure])
    if len(words) == len(sure):
        return sure
    known = dict(sure)
    return [(word, known.get(word, 1.0)) for word in words]


def second_readings(read: list[Word]) -> Weighted:
    """Give the other readings of unsure words."""
    return [(other, OTHER_WEIGHT) for word in read for other in word.others]


def _figures(
    ranked: list[tuple[str, list[tuple[str, float]]]],
    wanted: dict[str, set[str]],
    times: list[float],
    build: float,
) -> Figures:
    ranks = []
    for key, found in ranked:
        hits = [
            at for at, (passage, _) in enumerate(found, 1) if passage in wanted.get(key, set())
        ]
        ranks.append(hits[0] if hits else 0)
    count = len(ranks) or 1
    times.sort()
    return Figures(
        queries=len(ranks),
        recall_1=round(sum(rank == 1 for rank in ranks) / count, 4),
        recall_5=round(sum(1 <= rank <= 5 for rank in ranks) / count, 4),
        mrr_10=round(sum(1 / rank for rank in ranks if 1 <= rank <= 10) / count, 4),
        p50_ms=round(median(times), 3) if times else 0.0,
        p99_ms=round(times[min(len(times) - 1, int(0.99 * len(times)))], 3) if times else 0.0,
        build_s=round(build, 3),
    )


def _texts(path: Path) -> list[tuple[str, str]]:
    try:
        lines = [
            json.loads(line)
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        return [(str(one["id"]), str(one["text"])) for one in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongSet(f"{path}: {error}") from error


def _judgements(path: Path) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WrongSet(f"{path}: {error}") from error
    for line in lines:
        parts = line.split("\t")
        if len(parts) > 1 and parts[2:3] != ["0"]:
            wanted.setdefault(parts[0], set()).add(parts[1])
    return wanted
