"""Plain words and codes as they are typed: any case, with or without accents, any punctuation."""

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import TypeVar

from knowledge.text import clean, fold, normal

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+")
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_DRESS = "\ufe0e\ufe0f\u200d"
_NUMBER = re.compile(r"([0-9]{1,2})\s*[.)]?")


def spelled(words: Mapping[str, T]) -> dict[str, T]:
    """Give a table under every spelling of its words: each may lack its accents.

    A word with other accents is another word: `đúng` is not `dừng`, though both fold to `dung`.
    """
    return {spelling: value for phrase, value in words.items() for spelling in _spellings(phrase)}


def whole(text: str) -> str:
    """Give a whole message as `spelled` has it."""
    return " ".join(_WORD.findall(normal(text)))


def command(text: str) -> tuple[str, str] | None:
    """Split `/start CODE` (or `/start@bot CODE`) into the command and what follows."""
    found = _COMMAND.fullmatch(clean(text).strip())
    return (found[1].lower(), found[2] or "") if found else None


def number(text: str) -> int | None:
    """Give the number that is the whole message."""
    found = _NUMBER.fullmatch(clean(text).strip())
    return int(found[1]) if found else None


def names(text: str, label: str) -> bool:
    """Say whether a whole message is a button's label: its words, or only the sign before them.

    Each word may lack its accents. Word by word, because a label has more spellings than fit.
    """
    said, meant = whole(text).split(), whole(label).split()
    if not said:
        return bool(_sign(text)) and _sign(text) == _sign(label)
    return len(said) == len(meant) and all(
        word in {whole_word, fold(whole_word)}
        for word, whole_word in zip(said, meant, strict=True)
    )


def _sign(text: str) -> str:
    """Give the sign that a text begins with (👍, ✅), without its dress and colour of skin."""
    first = text.strip().split(" ", 1)[0]
    bare = "".join(c for c in first if c not in _DRESS and not "\U0001f3fb" <= c <= "\U0001f3ff")
    return "" if _WORD.search(bare) else bare


def is_blank(text: str) -> bool:
    """Say whether a text has neither a letter nor a figure."""
    return not _WORD.search(text)


def _spellings(phrase: str) -> Iterable[str]:
    each = [dict.fromkeys((normal(word), fold(word))) for word in phrase.split()]
    return (" ".join(words) for words in product(*each))
