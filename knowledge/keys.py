"""Vietnamese as it is keyed: Telex and VNI typed raw, and the distance between two words on a
keyboard.
"""

from functools import lru_cache

from knowledge.text import TONED, VOWELS, with_tone

TELEX_TONES = frozenset("sfrxj")
VNI_TONES = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j"}
HAT = {"a": "â", "e": "ê", "o": "ô"}
HORN = {"a": "ă", "o": "ơ", "u": "ư"}
VNI_MARKS = {"6": HAT, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}, "9": {"d": "đ"}}
KEYED = {"â": "aa", "ă": "aw", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}


@lru_cache(maxsize=4_000)
def keystrokes(word: str) -> str:
    """Give the Telex keys of a word, its tone last: `vận` -> `vaanj`."""
    tone = ""
    keys = []
    for char in word:
        vowel, key = TONED.get(char, (char, ""))
        tone = key or tone
        keys.append(KEYED.get(vowel, vowel))
    return "".join(keys) + tone


@lru_cache(maxsize=4_000)
def decode(word: str) -> str:
    """Read raw Telex or VNI keys: `vanaj`, `vaanj`, `va65n` and `va6n5` are all `vận`."""
    letters: list[str] = []
    tone = ""
    for char in word:
        vowel, key = TONED.get(char, (char, ""))
        pressed = key or _tone_key(char, letters)
        tone = pressed or tone
        if not pressed or key:
            _press(vowel, letters)
    return with_tone("".join(letters), tone)


def _tone_key(char: str, letters: list[str]) -> str:
    if not any(letter in VOWELS for letter in letters):
        return ""
    return char if char in TELEX_TONES else VNI_TONES.get(char, "")


def _press(char: str, letters: list[str]) -> None:
    if char in VNI_MARKS and _mark(letters, VNI_MARKS[char]):
        return
    if char == "d" and "d" in letters:
        letters[letters.index("d")] = "đ"
        return
    if char in HAT and char in letters and _mark(letters, {char: HAT[char]}):
        return
    if char == "w":
        _horn(letters)
        return
    letters.append(char)


def _mark(letters: list[str], marks: dict[str, str]) -> bool:
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in marks:
            letters[at] = marks[letters[at]]
            if letters[at] == "ơ" and at and letters[at - 1] == "u":
                letters[at - 1] = "ư"
            return True
    return False


def _horn(letters: list[str]) -> None:
    text = "".join(letters)
    at = text.rfind("uo")
    if at >= 0 and not text.startswith("qu"):
        letters[at : at + 2] = ["ư", "ơ"]
    elif "ươ" in text or _mark(letters, HORN):
        return
    else:
        letters.append("ư")
