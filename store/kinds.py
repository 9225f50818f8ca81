"""What a file is, told from its first bytes: names and headers that came with it prove nothing."""

from collections.abc import Callable, Mapping

HEAD_BYTES = 64
"""So many bytes from the beginning are enough."""

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"})
VOICES = frozenset({"audio/aac", "audio/ogg", "audio/mp4"})
DOCUMENTS = frozenset({"application/pdf", "application/zip"})
"""Office documents are archives: which one of them, their name says."""
ALL = PICTURES | VOICES | DOCUMENTS

_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MP4 = frozenset({b"M4A ", b"isom", b"iso2", b"iso5", b"mp41", b"mp42", b"3gp4", b"3gp5", b"3gp6"})
_ADTS = (b"\xff\xf0", b"\xff\xf1", b"\xff\xf8", b"\xff\xf9")
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")
"""With which entry an office document begins, where any other archive may begin with anything."""


def kind_of(head: bytes) -> str:
    """Give the type of what begins so, '' for what we do not take."""
    return next((kind for kind, is_it in _KINDS.items() if is_it(head)), "")


_KINDS: Mapping[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/gif": lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    "image/webp": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    "image/heic": lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEIF,
    "audio/aac": lambda head: (
        head[:1] == b"\xff" and head[1:2] in {b"\xf0", b"\xf1", b"\xf8", b"\xf9"}
    ),
    "audio/ogg": lambda head: head.startswith(b"OggS"),
    "audio/mp4": lambda head: head[4:8] == b"ftyp" and head[8:12] in _MP4,
    "application/pdf": lambda head: head.startswith(b"%PDF-"),
    "application/zip": lambda head: head.startswith(b"PK\3\4") and head[30:].startswith(_OFFICE),
}
