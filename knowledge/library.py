"""The base in service: reloads changed files, keeps the last good base when a change is broken."""

from pathlib import Path

from knowledge.base import Base
from knowledge.document import BrokenBase, Problem

WATCHED = ("*.md", "*.yaml")


class Library:
    """Holds the current good base of a folder."""

    def __init__(self, folder: Path) -> None:
        """Load the folder. Raises BrokenBase when even the first load fails."""
        self._folder = folder
        self._seen = self._look()
        self.base = Base.load(folder)
        self.problems: list[Problem] = []

    def refresh(self) -> bool:
        """Load the folder again if a file has changed; say whether the base is a new one."""
        seen = self._look()
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self.base = Base.load(self._folder)
        except BrokenBase as error:
            self.problems = error.problems
            return False
        self.problems = []
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
