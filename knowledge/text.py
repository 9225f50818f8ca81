"""Vietnamese text as the index sees it: one encoding, one case, one tone placement, whole tokens.

Dates, numbers and document codes are single tokens (`27/9/2021`, `246`, `246/kh-ubnd`), without
leading
zeros, so that `05/KH-UBND` and `5/kh-ubnd` are one thing.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

LONGEST_QUESTION = 2000  # characters of a question that are read; the rest is cut

TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VOWELS = "aăâeêioôơuưy"
MARKED = frozenset("ăâêôơư")

# An accented vowel -> (the vowel without its tone, the tone's Telex key), and back.
TONED = {
    unicodedata.normalize("NFC", vowel + mark): (vowel, key)
    for vowel in VOWELS
    for key, mark in TONES.items()
}
WITH_TONE = {pair: char for char, pair in TONED.items()}

_WORD = r"[^\W\d_][^\W_]*"
_CODED = r"[0-9]{0,4} ?[-/] ?(?:kh|qđ|qd|nq|ct|kl|qc|tb|hd|cv|bc|nđ|ttr)\b"
_TOKEN = re.compile(
    r"(?P<slash>\b[đd]/c\b)"
    r"|(?P<code>(?<![0-9/.-])[0-9]{1,5} ?[-/] ?[a-zđ]+[0-9]*(?:[-/][a-zđ]+[0-9]*)*(?![\w]))"
    r"|(?P<date>(?<![0-9/.-])[0-9]{1,2}[/.-][0-9]{1,2}(?:[/.-][0-9]{4})?(?![0-9/]))"
    r"|(?P<number>[0-9]+(?:[.,][0-9]{3})*)"
    rf"|(?P<word>[^\W\d_](?:[^\W\d_]|[0-9](?!{_CODED}))*)"  # `n03-KL/TU` lost its space
)
_WORDS = re.compile(_WORD)
_VOWELS_RUN = re.compile(f"[{VOWELS}]+")
_ORDINARY = re.compile(r"[\w .,;:!?/()%+\"'“”‘’…–\n-]*")
_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}))?")
_CODE = re.compile(r"0*([0-9]+) ?[-/] ?(.+)")


def clean(text: str) -> str:
    """Give NFC text without control, zero-width and direction marks or loose accents."""
    if _ORDINARY.fullmatch(text) and unicodedata.is_normalized("NFC", text):
        return text
    kept = (
        " " if unicodedata.category(char) in {"Cc", "Zs", "Zl", "Zp"} and char != "\n" else char
        for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) not in {"Cf", "Cs", "Mn", "Me", "Co", "Cn"}
    )
    return unicodedata.normalize("NFC", "".join(kept))


def normal(text: str) -> str:
    """Give clean lower-case text with every tone where the old spelling puts it (hoà -> hòa)."""
    return _WORDS.sub(lambda found: place_tone(found.group()), clean(clean(text).lower()))


def fold(text: str) -> str:
    """Give lower-case text without any diacritics."""
    bare = "".join(
        c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn"
    )
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


@lru_cache(maxsize=4_000)
def fold_token(token: str) -> str:
    """Fold one token; remembered, because a base has few."""
    return fold(token)


def tokens(text: str) -> list[str]:
    """Split text into normal tokens."""
    return [token for found in _TOKEN.finditer(normal(text)) for token in _canonical(found)]


def split_tone(word: str) -> tuple[str, str]:
    """Give a word without its tone, and the tone's Telex key ("" when none or several)."""
    keys = [TONED[char][1] for char in word if char in TONED]
    if len(keys) != 1:
        return word, ""
    return "".join(TONED[char][0] if char in TONED else char for char in word), keys[0]


@lru_cache(maxsize=4_000)
def place_tone(word: str) -> str:
    """Move a word's one tone to its place; where words lost their space there is no one place."""
    letters, key = split_tone(word)
    return with_tone(letters, key) if key and len(_VOWELS_RUN.findall(letters)) == 1 else word


def with_tone(letters: str, key: str) -> str:
    """Put a tone on toneless letters; they stay as they are when no vowel can carry it."""
    at = _tone_position(letters)
    if at is None or not key:
        return letters
    return letters[:at] + WITH_TONE[letters[at], key] + letters[at + 1 :]


def _tone_position(letters: str) -> int | None:
    start = 2 if letters[:2] in {"qu", "gi"} and letters[2:3] in VOWELS and letters[2:3] else 0
    spots = [at for at in range(start, len(letters)) if letters[at] in VOWELS]
    if not spots:
        return None
    cluster = [spots[0]]
    for before, at in pairwise(spots):
        if at != before + 1:
            break
        cluster.append(at)
    marked = [at for at in cluster if letters[at] in MARKED]
    if marked:
        return marked[-1]
    closed = cluster[-1] + 1 < len(letters)
    if len(cluster) == 1:
        return cluster[0]
    return cluster[1] if closed or len(cluster) > 2 else cluster[0]


def _canonical(found: re.Match[str]) -> list[str]:
    match found.lastgroup:
        case "slash":
            return ["đ/c"]
        case "code":
            code = _CODE.fullmatch(found.group())
            return [f"{code[1]}/{code[2].replace('-', '/')}"] if code else []
        case "date":
            return _date_tokens(found.group())
        case "number":
            return [_number(found.group())]
        case _:
            return [found.group()]


def _number(text: str) -> str:
    return re.sub(r"[.,]", "", text).lstrip("0") or "0"


def _date_tokens(text: str) -> list[str]:
    date = _DATE.fullmatch(text)
    if date is None or not (1 <= int(date[1]) <= 31 and 1 <= int(date[2]) <= 12):
        return [_number(part) for part in re.split(r"[/.-]", text)]
    parts = [str(int(date[1])), str(int(date[2])), *([date[3]] if date[3] else [])]
    return ["/".join(parts)]


def join_dates(words: list[str]) -> list[str]:
    """Write `27 tháng 9 (năm 2021)` as the one token `27/9/2021`."""
    joined: list[str] = []
    at = 0
    while at < len(words):
        size = _spelled_date(words, at)
        joined.append(
            "/".join([words[at], words[at + 2], *words[at + 4 : at + size]]) if size else words[at]
        )
        at += size or 1
    return joined


def _spelled_date(words: list[str], at: int) -> int:
    day, month = words[at : at + 1], words[at + 2 : at + 3]
    if words[at + 1 : at + 2] != ["tháng"] or not (_within(day, 31) and _within(month, 12)):
        return 0
    year = words[at + 4 : at + 5]
    return 5 if words[at + 3 : at + 4] == ["năm"] and year and is_year(year[0]) else 3


def _within(number: list[str], most: int) -> bool:
    return (
        bool(number)
        and number[0].isdecimal()
        and len(number[0]) <= 2
        and 1 <= int(number[0]) <= most
    )


def is_year(token: str) -> bool:
    """Say whether a token can be a year of our time."""
    return len(token) == 4 and token.isdecimal() and token[:2] in {"18", "19", "20"}


def is_word(token: str) -> bool:
    """Say whether a token is made of letters only."""
    return token.isalpha()


def number_of(code: str) -> str:
    """Give the number of a code token: `246/kh/ubnd` -> `246`."""
    return code.split("/", 1)[0]


def is_code(token: str) -> bool:
    """Say whether a token is a document code."""
    head, slash, rest = token.partition("/")
    return bool(slash) and head.isdecimal() and rest[:1].isalpha()


def is_date(token: str) -> bool:
    """Say whether a token is a date, with or without a year."""
    return "/" in token and token.replace("/", "").isdecimal()


def sentences(text: str) -> list[str]:
    """Cut text at sentence ends and lines."""
    return [part.strip() for part in re.split(r"(?<=[.!?…;])\s+|\n+", text) if part.strip()]
