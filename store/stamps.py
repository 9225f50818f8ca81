"""State secrets never enter: text with a line stamped MẬT, TỐI MẬT or TUYỆT MẬT is not stored.

The rule stands here because it must hold before the inbox keeps a single byte.
"""

import json
import re
import unicodedata
from typing import Any

STAMP = re.compile(
    r"^[\s\[\](){}<>*_~\"'“”|:.\-–—]*(?:độ\s+mật\s*:?\s*)?(TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)"
    r"[\s\[\](){}<>*_~\"'“”|:.!\-–—]*$",
    re.MULTILINE,
)
VEIL = "MẬT"
"""What stays of a stamped text: enough to answer that it was not taken."""
SIGNS = (b"M\xe1\xba\xac", b"M\xcc", b"MA\xcc", b"M\xc3\x82", b"1eac", b"\\u0302", b"u0323")


def is_stamped(text: str) -> bool:
    """Say whether a line of the text is a secrecy stamp (capitals, alone on its line)."""
    return STAMP.search(unicodedata.normalize("NFC", text)) is not None


def veiled(raw: bytes) -> bytes:
    """Give a raw update in JSON with every stamped text in it replaced by the bare stamp.

    Anything that is not JSON is given back as it is; it will not be understood, nor kept for long.
    """
    lower = raw.lower()
    if not any(sign.lower() in lower for sign in SIGNS):
        return raw
    try:
        content = json.loads(raw)
    except ValueError:
        return raw
    changed = _veil(content)
    return raw if changed == content else json.dumps(changed, ensure_ascii=False).encode()


def _veil(value: Any) -> Any:
    if isinstance(value, str):
        return VEIL if is_stamped(value) else value
    if isinstance(value, list):
        return [_veil(one) for one in value]
    if isinstance(value, dict):
        return {key: _veil(one) for key, one in value.items()}
    return value
