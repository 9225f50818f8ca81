"""The base in service: the files of a folder with the office's edits laid over them.

Reloads what has changed, and keeps the last good base when a change is broken.
"""

from collections.abc import Hashable, Iterable
from pathlib import Path
from threading import Lock

from knowledge.base import Base
from knowledge.document import BrokenBase, Problem
from knowledge.overlay import Laid, read_overlay

WATCHED = ("*.md", "*.yaml")


class Library:
    """Holds the current good base of a folder; its methods may be called from any thread."""

    def __init__(self, folder: Path, laid: Iterable[Laid] = (), revision: Hashable = None) -> None:
        """Load the folder. Raises BrokenBase when even the first load fails."""
        self._folder = folder
        self._lock = Lock()
        self._seen = self._look()
        self.revision = revision
        """The office's edits that the base has, as the store names it."""
        self._overlay = read_overlay(laid)
        self.base = Base.load(folder, self._overlay)
        self.problems: list[Problem] = list(self.base.left_out)

    def refresh(self, laid: Iterable[Laid] | None = None, revision: Hashable = None) -> bool:
        """Load again if a file has changed or other edits are given; say whether the base is new.

        `laid` are all edits of the office as they are at `revision`.
        """
        with self._lock:
            seen = self._look()
            if seen == self._seen and laid is None:
                return False
            self._seen = seen
            if laid is not None:
                self._overlay, self.revision = read_overlay(laid), revision
            try:
                self.base = Base.load(self._folder, self._overlay, self.base)
            except BrokenBase as error:
                self.problems = error.problems
                return False
            self.problems = list(self.base.left_out)
            return True

    def _look(self) -> dict[str, tuple[int, int]]:
        looks = {}
        for pattern in WATCHED:
            for path in self._folder.glob(pattern):
                try:
                    stat = path.stat()
                except OSError:
                    continue
                looks[path.name] = (stat.st_mtime_ns, stat.st_size)
        return looks
