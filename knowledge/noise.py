"""Makes a clean question the way people type it: accents left out, raw Telex or VNI keys, slips,
abbreviations. For measuring; pure, and the same for the same `rng`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

from knowledge.keys import KEYED
from knowledge.language import language
from knowledge.text import TONED, normal

EVERY = 8  # characters for one slip
VNI_KEYED = {"â": "a6", "ă": "a8", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
VNI_TONES = {"s": "1", "f": "2", "r": "3", "x": "4", "j": "5"}
TELEX_TONES = {key: key for key in VNI_TONES}
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"\s?\S*[0-9]\S*\s?")
_TYPED = re.compile(r"[\w ]")


class UnknownNoise(ValueError):
    """There is no noise of that name."""


def noisy(text: str, kind: str, rng: Random) -> str:
    """Give the text with one kind of noise (see NOISES). Raises UnknownNoise."""
    if kind not in NOISES:
        raise UnknownNoise(kind)
    return NOISES[kind](unicodedata.normalize("NFC", text), rng)


def _without_accents(text: str, _rng: Random) -> str:
    return "".join(_bare(char) for char in text)


def _bare(char: str) -> str:
    letter = unicodedata.normalize("NFD", char)[0]
    return {"đ": "d", "Đ": "D"}.get(letter, letter)


def _telex(text: str, rng: Random) -> str:
    return _WORD.sub(lambda found: _keys(found.group(), KEYED, TELEX_TONES, rng), text)


def _vni(text: str, rng: Random) -> str:
    return _WORD.sub(lambda found: _keys(found.group(), VNI_KEYED, VNI_TONES, rng), text)


def _keys(word: str, marks: Mapping[str, str], tones: Mapping[str, str], rng: Random) -> str:
    """Write one word in raw keys, its tone key after the vowel or at the end."""
    at_end = rng.random() < 0.5
    typed, last = "", ""
    for char in word:
        letter, tone = TONED.get(char.lower(), (char.lower(), ""))
        keys = marks.get(letter, letter)
        typed += keys.capitalize() if char.isupper() else keys
        if tone and at_end:
            last = tones[tone]
        elif tone:
            typed += tones[tone]
    return typed + last


def _slips(text: str, rng: Random) -> str:
    """Make one edit at a random place of every eight characters.

    Numbers and codes are left alone: with another digit it is another question.
    """
    chars = list(text)
    numbered = {at for one in _NUMBERED.finditer(text) for at in range(one.start(), one.end())}
    for start in range(0, max(1, len(chars) - EVERY + 1), EVERY):
        places = [
            at
            for at in range(start, min(start + EVERY, len(chars)))
            if _TYPED.match(text[at]) and at not in numbered
        ]
        if places:
            at = rng.choice(places)
            chars[at] = _slip(chars, at, rng)
    return "".join(chars)


def _slip(chars: list[str], at: int, rng: Random) -> str:
    """Give what stands at a place after one edit there; a swap changes the next place, too."""
    char = chars[at]
    match rng.choice(("insert", "delete", "substitute", "transpose")):
        case "insert":
            return char + rng.choice(LETTERS)
        case "delete":
            return ""
        case "transpose" if at + 1 < len(chars) and len(chars[at + 1]) == 1:
            chars[at + 1], char = char, chars[at + 1]
            return char
        case _:
            return _neighbour(char, rng)


def _neighbour(char: str, rng: Random) -> str:
    """Give a key beside the one that was meant."""
    near = _beside().get(_bare(char).lower(), LETTERS)
    return rng.choice(near)


@cache
def _beside() -> dict[str, str]:
    places = {key: (row, at) for row, keys in enumerate(ROWS) for at, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (beside, where) in places.items()
            if other != key and abs(beside - row) <= 1 and where - at in _reach(beside - row)
        )
        for key, (row, at) in places.items()
    }


def _reach(rows: int) -> tuple[int, ...]:
    """Keys of the row below lie half a key to the right, those of the row above to the left."""
    return {0: (-1, 1), 1: (-1, 0), -1: (0, 1)}[rows]


def _abbreviated(text: str, rng: Random) -> str:
    """Write phrases as their abbreviations, the longest phrase that fits first."""
    found = list(_WORD.finditer(text))
    words = [normal(one.group()) for one in found]
    written, done, at = "", 0, 0
    while at < len(words):
        size = next(
            (
                size
                for size in range(_longest(), 0, -1)
                if _fits(text, found, at, size) and tuple(words[at : at + size]) in _short_forms()
            ),
            0,
        )
        if size:
            short = rng.choice(_short_forms()[tuple(words[at : at + size])])
            written += text[done : found[at].start()] + short
            done = found[at + size - 1].end()
        at += size or 1
    return written + text[done:]


def _fits(text: str, found: list[re.Match[str]], at: int, size: int) -> bool:
    """Say whether so many words stand side by side, with nothing but a blank between them."""
    if at + size > len(found):
        return False
    return all(
        text[found[one].end() : found[one + 1].start()] == " " for one in range(at, at + size - 1)
    )


@cache
def _short_forms() -> dict[tuple[str, ...], list[str]]:
    forms: dict[tuple[str, ...], list[str]] = {}
    for short, readings in language().abbreviations.items():
        for words in readings:
            if len(" ".join(short)) < len(" ".join(words)):
                forms.setdefault(words, []).append(" ".join(short))
    return forms


@cache
def _longest() -> int:
    return max(map(len, _short_forms()))


NOISES: dict[str, Callable[[str, Random], str]] = {
    "nodiac": _without_accents,
    "telex": _telex,
    "vni": _vni,
    "typo": _slips,
    "abbr": _abbreviated,
}
