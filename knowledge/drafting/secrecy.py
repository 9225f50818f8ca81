"""Says whether a document bears a secrecy stamp: MẬT, TỐI MẬT or TUYỆT MẬT.

The rule of `store/stamps.py`, which this package cannot import, and what documents add to it: the
stamp stands in a head of two columns, in letters set apart, or on two lines. It rather refuses a
harmless document than take a stamped one.
"""

import re
import unicodedata
from collections.abc import Iterable

HEAD_LINES = 30
_HIGHER = re.compile(r"\b(?:TUYỆT|TỐI)\s+MẬT\b")
_LINE = re.compile(r"^(?:ĐỘ )?(?:DẤU )?MẬT(?: MẬT)?(?: HỎA TỐC| THƯỢNG KHẨN| KHẨN)?(?: SỐ\b.*)?$")
_BESIDE = re.compile(
    r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN VIỆT NAM"
    r"|ĐỘC LẬP TỰ DO HẠNH PHÚC|\bSỐ\b.*"
)
"""What may share the stamp's line where two columns of a head were read as one."""
_OTHER_WORDS = re.compile(r"\b(?:BÍ|CƠ|BẢO|TRÙ|THÂN) MẬT\b|\bMẬT (?:ĐỘ|ONG|MÃ|THIẾT|VỤ|PHỤC)\b")
_NAME = re.compile(r"(?:tuyệt|tối)?mật")
_BARE_NAME = re.compile(r"\b(?:tuyet|toi) ?mat\b")
_APART = re.compile(r"\b(?:[^\W\d_] ){2,}[^\W\d_]\b")
_GAP = re.compile(r"\s{2,}|\t|\|")


def is_secret(lines: Iterable[str]) -> bool:
    """Say whether any of a document's lines, in its order, bears a stamp."""
    seen = [_plain(line) for line in lines]
    if _HIGHER.search(" ".join(_words(line) for line in seen)):
        return True
    if any(_is_stamp(_words(line)) for line in seen):
        return True
    return any(_is_in_head(line) for line in [one for one in seen if one.strip()][:HEAD_LINES])


def is_secret_name(name: str) -> bool:
    """Say whether a file is called after a stamp; there words stand in any case and order."""
    words = re.findall(r"[^\W\d_]+", _plain(name).lower())
    left = _OTHER_WORDS.sub(" ", " ".join(words).upper()).lower()
    return any(map(_NAME.fullmatch, left.split())) or _BARE_NAME.search(left) is not None


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    return "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")


def _words(line: str) -> str:
    words = " ".join(re.findall(r"[^\W\d_]+", line))
    return _APART.sub(lambda found: found.group().replace(" ", ""), words)


def _is_stamp(words: str) -> bool:
    if "MẬT" not in words.split():
        return False
    return (
        _LINE.match(re.sub(r"^(?:độ|dấu) mật\b", "ĐỘ MẬT", words, flags=re.IGNORECASE).upper())
        is not None
    )


def _is_in_head(line: str) -> bool:
    """Say whether a stamp shares its line with the other column of the head."""
    pieces = [_words(piece) for piece in _GAP.split(line)]
    if any(_is_stamp(piece) for piece in pieces):
        return True
    words = _OTHER_WORDS.sub(" ", _words(line))
    if "MẬT" not in words.split():
        return False
    upper = " ".join(word.upper() for word in words.split())
    return _is_stamp(" ".join(_BESIDE.sub(" ", upper).split()))
