"""The peers of `./run bench answer`: what a weekend would give, over the same base.

Each finds the one best entry and says its text, cut at 600 characters, as an answer: a retriever
alone neither asks back nor refuses. A follow-up is searched together with the question before it.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process, utils

from bench.answer_questions import Asked, Reply
from knowledge.base import Base

LONGEST = 600
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched, what is said when it is found, and whose it is."""

    searched: str
    said: str
    doc: str


def passages(base: Base) -> list[Entry]:
    """Give every passage of the base."""
    return [
        Entry(one.text, one.text, document.id)
        for document in base.documents
        for one in document.passages
    ]


def curated(base: Base) -> list[Entry]:
    """Give every wording of every curated question with its answer."""
    return [
        Entry(wording, one.answer, document.id)
        for document in base.documents
        for one in document.questions
        for wording in one.wordings
    ]


class Peer(Protocol):
    """Something that answers."""

    name: str

    def find(self, text: str) -> Entry | None:
        """Give the best entry."""
        ...


class Rapidfuzz:
    """rapidfuzz as the retriever: token_set_ratio against every entry."""

    def __init__(self, entries: Sequence[Entry], over: str) -> None:
        self.name = f"rapidfuzz token_set_ratio, {over}"
        self._entries = entries
        self._texts = [utils.default_process(one.searched) for one in entries]

    def find(self, text: str) -> Entry | None:
        found = process.extractOne(
            utils.default_process(text), self._texts, scorer=fuzz.token_set_ratio
        )
        return self._entries[found[2]]


class Fts5:
    """SQLite FTS5, everything folded (đ by hand, which its tokenizer leaves alone), OR, bm25."""

    def __init__(self, entries: Sequence[Entry], over: str) -> None:
        self.name = f"SQLite FTS5, {over}"
        self._entries = entries
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE entry USING fts5(text)")
        self._database.executemany(
            "INSERT INTO entry (rowid, text) VALUES (?, ?)",
            [(at, folded(one.searched)) for at, one in enumerate(entries)],
        )

    def find(self, text: str) -> Entry | None:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(folded(text)))
        found = self._database.execute(
            "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT 1", (wanted,)
        ).fetchone()
        return self._entries[found[0]] if found else None


def folded(text: str) -> str:
    """Give lower-case text without diacritics."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in parts if not unicodedata.combining(char))


def ask(peer: Peer, asked: Asked) -> Reply:
    """Answer as a peer does."""
    found = peer.find(" ".join((*asked.context[-1:], asked.text)))
    return {
        "id": asked.id,
        "kind": "answer",
        "text": found.said[:LONGEST] if found else "",
        "docs": [found.doc] if found else [],
    }
