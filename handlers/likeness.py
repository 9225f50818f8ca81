"""How much two questions look alike, for what a person then decides."""

from knowledge.language import language
from knowledge.text import fold, tokens


def likeness(one: str, other: str) -> float:
    """Give the part of their telling words that two questions share, from 0 to 1.

    Accents do not count: many type without.
    """
    first, second = _telling(one), _telling(other)
    return len(first & second) / max(1, len(first | second))


def _telling(text: str) -> frozenset[str]:
    return frozenset(tokens(fold(text))) - _SAYING_NOTHING


_SAYING_NOTHING = frozenset(map(fold, language().light | language().polite | language().empty))
