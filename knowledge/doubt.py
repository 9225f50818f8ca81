"""How certain the reading of a message is.

Accents put back and Telex taken apart are certain by themselves; a mistyped word that was put
right and an abbreviation with several meanings are not.
"""

from collections.abc import Sequence
from enum import IntEnum

from knowledge.keys import decode
from knowledge.language import Language
from knowledge.lattice import Word
from knowledge.text import fold_token

WRITTEN_OUT = 0.95  # weight that the lattice gives to what an abbreviation stands for


class Doubt(IntEnum):
    """Whether nothing was changed, only how it is written, or a word may be another one."""

    NONE = 0
    SPELLING = 1
    WORDS = 2


def doubt_of(read: Sequence[Word], tokens: Sequence[str], language: Language) -> Doubt:
    """Give the doubt about a reading; words of courtesy and grammar do not count."""
    by_token: dict[int, list[Word]] = {}
    for word in read:
        by_token.setdefault(word.raw, []).append(word)
    empty = language.light | language.polite
    return max(
        (
            _doubt(words, tokens[at], language)
            for at, words in by_token.items()
            if not empty.issuperset(word.text for word in words)
        ),
        default=Doubt.NONE,
    )


def _doubt(words: Sequence[Word], token: str, language: Language) -> Doubt:
    text = "".join(word.text for word in words)
    if text == token:
        return Doubt.NONE
    if words[0].weight == WRITTEN_OUT:
        readings = language.abbreviations.get((token,), ())
        return Doubt.WORDS if len(readings) > 1 else Doubt.SPELLING
    is_spelling = decode(token) == text or (token.isascii() and fold_token(text) == token)
    return Doubt.SPELLING if is_spelling else Doubt.WORDS
