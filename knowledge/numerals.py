"""Numbers written as words: tám mươi -> 80."""

from collections.abc import Sequence

DIGITS = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip


def spelled_numbers(words: Sequence[str]) -> list[tuple[int, int, int]]:
    """Give (start, end, value) of the numbers from 10 to 999 written as words."""
    found = []
    at = 0
    while at < len(words):
        end, value = _number(words, at)
        if value >= 10:
            found.append((at, end, value))
        at = max(end, at + 1)
    return found


def _number(words: Sequence[str], at: int) -> tuple[int, int]:
    hundreds = 0
    if DIGITS.get(_word(words, at)) and _word(words, at + 1) == "trăm":
        hundreds, at = 100 * DIGITS[words[at]], at + 2
    end, tens = _tens(words, at)
    return (end, hundreds + tens) if hundreds or tens else (at, 0)


def _tens(words: Sequence[str], at: int) -> tuple[int, int]:
    digit = DIGITS.get(_word(words, at), 0)
    if digit and _word(words, at + 1) in {"mươi", "chục"}:
        value, at = 10 * digit, at + 2
    elif _word(words, at) == "mười":
        value, at = 10, at + 1
    else:
        return at, 0
    unit = DIGITS.get(_word(words, at), 0)
    if unit and (_word(words, at) != "năm"):
        return at + 1, value + unit
    return at, value


def _word(words: Sequence[str], at: int) -> str:
    return words[at] if at < len(words) else ""
