"""State secrets never enter: text that is stamped MẬT, TỐI MẬT or TUYỆT MẬT is not stored.

The rule stands here because it must hold before the inbox keeps a single byte. It rather refuses a
harmless text than keep a stamped one: the two higher stamps count wherever they stand in capitals,
MẬT where it is alone on its line but for signs, numbers and words that go with a stamp.
"""

import json
import re
import unicodedata
from typing import Any

VEIL = "MẬT"
"""What stays of a stamped text: enough to answer that it was not taken."""
LONGEST_KEPT = 64
_TALK = re.compile(r"(?:^|(?<=\s))[@/]\w+|<[^>]*>")
"""How a bot is spoken to, and tags: no part of what was written."""
_HIGHER = re.compile(r"\b(?:TUYỆT|TỐI)\s+MẬT\b")
_LINE = re.compile(r"^(?:ĐỘ )?MẬT(?: MẬT)?(?: HỎA TỐC| THƯỢNG KHẨN| KHẨN)?(?: SỐ\b.*)?$")
_LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def is_stamped(text: str) -> bool:
    """Say whether the text bears a secrecy stamp (in capitals)."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    seen = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return any(_is_stamp(line) for line in _LINES.split(seen))


def _is_stamp(line: str) -> bool:
    spoken = _TALK.sub(" ", line)
    words = " ".join(re.findall(r"[^\W\d_]+", spoken))
    if _HIGHER.search(words):
        return True
    if "MẬT" not in words.split():
        return False
    return (
        _LINE.match(re.sub(r"^độ mật\b", "ĐỘ MẬT", words, flags=re.IGNORECASE).upper()) is not None
    )


def veiled(raw: bytes) -> bytes:
    """Give a raw update in JSON, without its words where any of them are stamped.

    What is no JSON is given back as it is: it will not be understood, nor kept for long.
    """
    try:
        content = json.loads(raw)
        if not _bears_stamp(content):
            return raw
        return json.dumps(_veil(content), ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return raw


def _bears_stamp(value: Any) -> bool:
    if isinstance(value, str):
        return is_stamped(value) if "M" in value or not value.isascii() else False
    if isinstance(value, list):
        return any(map(_bears_stamp, value))
    return isinstance(value, dict) and any(map(_bears_stamp, value.values()))


def _veil(value: Any, name: str = "") -> Any:
    """Keep ids, dates and single names; every text beside a stamp goes with it."""
    if isinstance(value, str):
        is_word = len(value) <= LONGEST_KEPT and not re.search(r"\s", value)
        return value if is_word and name != "file_name" and not is_stamped(value) else VEIL
    if isinstance(value, list):
        return [_veil(one, name) for one in value]
    if isinstance(value, dict):
        return {key: _veil(one, key) for key, one in value.items()}
    return value
