"""Who is measured by `./run bench retrieval`: this product, bm25s, tantivy and SQLite FTS5.

Each builds into a folder once, and a process of its own then opens the folder and answers. Each
gets what is usual for it: bm25s lower-case syllables, tantivy its own tokenizer and parser, FTS5
folded text and an OR query.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from bench.answer_peers import folded
from knowledge.evaluate import Searcher

_WORD = re.compile(r"\w+")


class Contender(Protocol):
    """Something that finds passages."""

    @classmethod
    def build(cls, folder: Path, documents: Mapping[str, Sequence[str]]) -> None:
        """Index the documents' passages into a folder."""
        ...

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what was built."""
        ...

    def find(self, text: str, most: int) -> list[int]:
        """Give the places of the best passages."""
        ...


class Ours:
    """This product's index, model and lattice."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    @classmethod
    def build(cls, folder: Path, documents: Mapping[str, Sequence[str]]) -> None:
        Searcher.of(documents).save(folder / "index")

    @classmethod
    def open(cls, folder: Path) -> Self:
        return cls(Searcher.load(folder / "index"))

    def find(self, text: str, most: int) -> list[int]:
        return [at for at, _ in self.searcher.search(text, most)]


class Bm25s:
    """bm25s over lower-case syllables, its arrays mapped."""

    def __init__(self, retriever) -> None:
        self._retriever = retriever

    @classmethod
    def build(cls, folder: Path, documents: Mapping[str, Sequence[str]]) -> None:
        import bm25s

        retriever = bm25s.BM25()
        texts = [syllables(text) for some in documents.values() for text in some]
        retriever.index(texts, show_progress=False)
        retriever.save(folder / "bm25s")

    @classmethod
    def open(cls, folder: Path) -> Self:
        import bm25s

        return cls(bm25s.BM25.load(folder / "bm25s", mmap=True))

    def find(self, text: str, most: int) -> list[int]:
        found, _ = self._retriever.retrieve(
            [syllables(text)], k=most, show_progress=False, n_threads=0
        )
        return [int(at) for at in found[0]]


class Tantivy:
    """tantivy with its default tokenizer; any of the words may match."""

    def __init__(self, index) -> None:
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, documents: Mapping[str, Sequence[str]]) -> None:
        import tantivy

        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("body")
            .add_integer_field("place", stored=True)
            .build()
        )
        (folder / "tantivy").mkdir()
        index = tantivy.Index(schema, path=str(folder / "tantivy"))
        writer = index.writer(heap_size=128_000_000, num_threads=1)
        texts = (text for some in documents.values() for text in some)
        for at, text in enumerate(texts):
            writer.add_document(tantivy.Document(body=_nfc(text), place=at))
        writer.commit()
        writer.wait_merging_threads()

    @classmethod
    def open(cls, folder: Path) -> Self:
        import tantivy

        return cls(tantivy.Index.open(str(folder / "tantivy")))

    def find(self, text: str, most: int) -> list[int]:
        query = self._index.parse_query(" ".join(syllables(text)), ["body"])
        hits = self._searcher.search(query, most).hits
        return [self._searcher.doc(address)["place"][0] for _, address in hits]


class Fts5:
    """SQLite FTS5, everything folded (đ by hand, which its tokenizer leaves alone), OR, bm25."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def build(cls, folder: Path, documents: Mapping[str, Sequence[str]]) -> None:
        with sqlite3.connect(folder / "fts5.db") as database:
            database.execute("CREATE VIRTUAL TABLE entry USING fts5(text)")
            texts = (text for some in documents.values() for text in some)
            database.executemany(
                "INSERT INTO entry (rowid, text) VALUES (?, ?)",
                ((at, folded(text)) for at, text in enumerate(texts)),
            )
            database.commit()
            database.execute("INSERT INTO entry (entry) VALUES ('optimize')")

    @classmethod
    def open(cls, folder: Path) -> Self:
        return cls(sqlite3.connect(folder / "fts5.db"))

    def find(self, text: str, most: int) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(folded(text)))
        return [
            place
            for (place,) in self._database.execute(
                "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT ?",
                (wanted, most),
            )
        ]


def syllables(text: str) -> list[str]:
    """Give lower-case words."""
    return _WORD.findall(_nfc(text).lower())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


CONTENDERS: dict[str, type[Contender]] = {
    "this product": Ours,
    "bm25s": Bm25s,
    "tantivy": Tantivy,
    "SQLite FTS5, OR": Fts5,
}
