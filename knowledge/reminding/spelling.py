"""Patterns of Vietnamese words as they are typed: each word with its accents or without any."""

import re
from functools import lru_cache

from knowledge.text import clean, fold, normal


@lru_cache(maxsize=1_000)
def words(phrase: str) -> str:
    """Give the pattern of a phrase: every word as it is written or without accents.

    A word with other accents is another word: `tôi` is not `tối`, though both are typed `toi`.
    """
    each = (f"(?:{re.escape(one)}|{re.escape(fold(one))})" for one in phrase.split())
    return r"\s+".join(each)


def any_of(*phrases: str) -> str:
    """Give the pattern of one of some phrases, the longest first."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(words(one) for one in longest_first) + ")"


def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern that begins and ends where words do."""
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)")


def read_as(text: str) -> tuple[str, str]:
    """Give a text as it was typed and as patterns read it, sign by sign the same length."""
    typed = " ".join(clean(text).split())
    read = normal(typed)
    return (typed, read) if len(typed) == len(read) else (read, read)
