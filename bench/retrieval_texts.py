"""The texts and questions of `./run bench retrieval`: recombined from public sets or our own base.

A passage is put together from clauses of the public sets, in their own order and from two sources,
with a name, a date and a document code that only its document has: so the common words stay as
common as they are, pairs are new, and the rare end of the vocabulary grows with the texts.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from knowledge.base import SHIPPED, Base
from knowledge.noise import NOISES, noisy
from knowledge.syllable import ONSETS, RHYMES, is_syllable
from knowledge.text import TONES, with_tone
from tests.processes import ROOT

SETS = ROOT.parent / "shared/eval/retrieval"
NAMES = ("xquad_vi", "alqac23_syn", "dvc_faq_kw")
QUALITY = "xquad_vi"
PASSAGES_EACH = 20
LENGTHS = (50, 150)  # syllables of a passage
SYLLABLES = 15
SEED = 20261125
_CLAUSE = re.compile(r"[^,;.:!?\n]+[,;.:!?\n]*")


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Passages and questions by their ids, and which passages answer which question."""

    texts: dict[str, str]
    questions: dict[str, str]
    wanted: dict[str, set[str]]


def read_set(name: str) -> RetrievalSet | None:
    """Read one public set; None where it is not there."""
    folder = SETS / name
    if not folder.is_dir():
        return None
    wanted: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        question, passage, *_ = line.split("\t")
        wanted.setdefault(question, set()).add(passage)
    return RetrievalSet(_texts(folder / "corpus.jsonl"), _texts(folder / "queries.jsonl"), wanted)


def _texts(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {one["id"]: one["text"] for one in map(json.loads, lines)}


def sources() -> tuple[list[str], list[str], str]:
    """Give texts, questions, and where they come from."""
    sets = [one for one in map(read_set, NAMES) if one]
    if sets:
        texts = [text for one in sets for text in one.texts.values()]
        questions = [text for one in sets for text in one.questions.values()]
        return texts, questions, f"clauses of {', '.join(NAMES)}"
    base = Base.load(SHIPPED)
    texts = [one.text for document in base.documents for one in document.passages]
    wordings = [
        wording
        for document in base.documents
        for one in document.questions
        for wording in one.wordings
    ]
    return texts, wordings, "clauses of our own base (../shared is not there)"


def documents(texts: Sequence[str], passages: int, rng: Random) -> Iterator[tuple[str, list[str]]]:
    """Give names of documents with their passages."""
    clauses = [found for text in texts if (found := _CLAUSE.findall(text))]
    for number in range(-(-passages // PASSAGES_EACH)):
        own = _own_words(number, rng)
        count = min(PASSAGES_EACH, passages - number * PASSAGES_EACH)
        yield f"vb-{number}", [_passage(clauses, own, rng) for _ in range(count)]


def _passage(clauses: Sequence[Sequence[str]], own: Sequence[str], rng: Random) -> str:
    wanted = rng.randint(*LENGTHS)
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < wanted:
        some = rng.choice(clauses)
        start = rng.randrange(len(some))
        parts += some[start : start + rng.randint(1, 3)]
    parts.insert(rng.randrange(len(parts)), f" {rng.choice(own)} ")
    return "".join(parts)


def _own_words(number: int, rng: Random) -> list[str]:
    """Give what only one document names."""
    names = [
        " ".join(_syllable(rng).capitalize() for _ in range(rng.randint(2, 3))) for _ in "123"
    ]
    day = f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{rng.randint(2005, 2026)}"
    return [*names, f"ngày {day}", f"số {number + 1}/KH-UBND"]


def _syllable(rng: Random) -> str:
    onsets, rhymes = sorted(ONSETS), sorted(RHYMES)
    while True:
        word = with_tone(rng.choice(onsets) + rng.choice(rhymes), rng.choice(["", *TONES]))
        if is_syllable(word):
            return word


def questions(texts: Sequence[str], count: int, rng: Random) -> tuple[list[str], list[str]]:
    """Give questions of at most 15 syllables, and the same with each kind of noise in turn."""
    clean = [" ".join(text.split()[:SYLLABLES]) for text in texts]
    enough = [text for text in clean if len(text.split()) == SYLLABLES] or clean
    chosen = [rng.choice(enough) for _ in range(count)]
    kinds = list(NOISES)
    return chosen, [noisy(text, kinds[at % len(kinds)], rng) for at, text in enumerate(chosen)]
