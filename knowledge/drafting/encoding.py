"""Text out of bytes: UTF-8 and UTF-16 only, and no text that is written for the old fonts."""

import codecs
import re
import unicodedata

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OURS = re.compile("[đĐăĂơƠưƯ\u1ea0-\u1ef9]")
_OLD_FONTS = {
    # Signs that stand for Vietnamese letters there, and that no Vietnamese text uses.
    "TCVN3 (ABC)": re.compile("[·¸µ¶¹¨»¾¼½©®ªÖ×ÜÞß«¬¦§]"),
    "VNI": re.compile("(?<=[aeiouyAEIOUYöôÖÔ])[øäåûïëüØÄÅÛÏËÜ]|ñ(?=[aeiouöô])|ö[ôø]"),
}
_BROKEN = re.compile("\ufffd|áº|á»|Ã[¡-¿]|Æ°")
"""What is seen where UTF-8 was read as something else, and saved so."""
_FEWEST_LETTERS = 20
_SHARE_OURS, _SHARE_OLD, _SHARE_BROKEN = 0.03, 0.03, 0.02


def decoded(raw: bytes) -> str:
    """Give the text of a file, NFC. Raises NotReadable."""
    name = next((name for bom, name in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return unicodedata.normalize("NFC", raw.decode(name))
    except UnicodeDecodeError as error:
        font = old_font(raw.decode("latin-1"))
        said = phrases.old_font(font=font) if font else phrases.SAID["encoding"]
        raise NotReadable("encoding", said) from error


def refuse_old_font(text: str) -> None:
    """Raise NotReadable where a text is written for an old font, or is a wrongly read one."""
    font = old_font(text)
    if font:
        raise NotReadable("encoding", phrases.old_font(font=font))
    if len(_BROKEN.findall(text)) > len(text) * _SHARE_BROKEN:
        raise NotReadable("encoding", phrases.SAID["encoding"])


def old_font(text: str) -> str:
    """Name the old font that a text is written for; "" for Unicode."""
    letters = sum(sign.isalpha() for sign in text)
    if letters < _FEWEST_LETTERS or len(_OURS.findall(text)) > letters * _SHARE_OURS:
        return ""
    counts = {font: len(signs.findall(text)) for font, signs in _OLD_FONTS.items()}
    font = max(counts, key=lambda name: counts[name])
    return font if counts[font] > letters * _SHARE_OLD else ""
