"""A small JPEG out of any picture: nothing but its pixels. Pillow is known here alone."""

import io
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

MOST_PIXELS: Final = 50_000_000
SIDES: Final = (1600, 1280, 1024, 800, 640, 480, 320)
"""The longest side of what is made; smaller until it fits."""
QUALITIES: Final = (85, 75, 60)
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")


class Unreadable(Exception):
    """The file is no picture that can be read, or none that can be made small enough."""


Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def encode(path: Path, most_bytes: int) -> bytes:
    """Make a small JPEG of a picture; blocks. Raises Unreadable.

    A file is a stranger's, and a decoder may stumble over it in any way it likes.
    """
    try:
        picture = _read(path)
    except Exception as error:  # noqa: BLE001
        raise Unreadable(f"cannot be read ({type(error).__name__})") from None
    for side in SIDES:
        picture.thumbnail((side, side))
        for quality in QUALITIES:
            content = io.BytesIO()
            picture.save(content, "JPEG", quality=quality, optimize=True)
            if content.tell() <= most_bytes:
                return content.getvalue()
    raise Unreadable(f"cannot be made to fit {most_bytes} bytes")


def _read(path: Path) -> Image.Image:
    """Give the first picture in the file, upright, on white, with nothing but its pixels."""
    with Image.open(path, formats=_FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable("too many pixels")
        picture.draft("RGB", (SIDES[0], SIDES[0]))
        picture.thumbnail((SIDES[0], SIDES[0]))
        upright = ImageOps.exif_transpose(picture)
        coloured = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        bare = Image.new("RGB", coloured.size, "white")
        bare.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
        return bare
