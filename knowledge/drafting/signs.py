"""What kind of file it is, by its content; a name may lie."""

import re

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable

KINDS = ("docx", "pdf", "html", "picture", "txt")
_FIRST_BYTES = 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_TAG = re.compile(
    r"<(?:!doctype html|html|head|body|article|main|div|p|h[1-6]|table)\b", re.IGNORECASE
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))


def kind_of(raw: bytes) -> str:
    """Give one of KINDS. Raises NotReadable: unknown_kind, encrypted, empty."""
    start = raw[:_FIRST_BYTES]
    if not raw.strip(b"\x00 \t\r\n"):
        raise NotReadable("empty", phrases.SAID["empty"])
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(_ZIP):
        return "docx"
    if start.startswith(_PICTURES):
        return "picture"
    if start.startswith(_OLE):
        raise _old_office(raw)
    return _kind_of_text(raw)


def _old_office(raw: bytes) -> NotReadable:
    """Word keeps both its old files and its encrypted new ones in the same wrapping."""
    if _ENCRYPTED in raw:
        return NotReadable("encrypted", phrases.SAID["encrypted"])
    said = phrases.OLD_WORD if _WORD in raw else phrases.SAID["unknown_kind"]
    return NotReadable("unknown_kind", said)


def _kind_of_text(raw: bytes) -> str:
    is_wide = raw.startswith(_UTF16)
    start = raw[: 16 * _FIRST_BYTES]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if (controls and not is_wide) or start.startswith(b"{\\rtf"):
        raise NotReadable("unknown_kind", phrases.SAID["unknown_kind"])
    text = start.decode("utf-16" if is_wide else "latin-1", errors="replace")
    return "html" if _TAG.search(text) else "txt"
