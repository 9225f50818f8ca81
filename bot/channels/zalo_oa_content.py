"""What a person said in an event of the Official Account: words, files, a place.

Attachments stand in the message, in places beside it.
"""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.zalo_values import Json, maybe_object_of, object_of, objects_of, text_of
from store.messages import Media, UpdateKind

_TYPES: Final[Mapping[str, str]] = {
    "image": "image/jpeg",
    "gif": "image/gif",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "sticker": "image/png",
    "file": "application/octet-stream",
}
"""Attachments that are files, and the type of each as far as Zalo tells it."""

_LATITUDES: Final = ("latitude", "lat")
_LONGITUDES: Final = ("longitude", "long", "lng", "lon")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A message, the words and the files in it."""

    message: Json
    text: str
    media: tuple[Media, ...]


def said_in(content: Json, kind: UpdateKind) -> Said:
    """Read the message of an event. Raises Unparsable."""
    message = object_of(content, "message")
    attached = objects_of(message, "attachments") or objects_of(content, "attachments")
    text = text_of(message, "text")
    if kind == "location" and not text:
        text = _coordinates(message, attached)
    if kind == "text":
        links = [text_of(_payload(one), "url") for one in attached if one.get("type") == "link"]
        text = "\n".join(filter(None, (text, *(url for url in links if url not in text))))
    return Said(message, text, tuple(filter(None, (_media(one) for one in attached))))


def _media(attached: Json) -> Media | None:
    """Read an attachment that is a file; without an address there is nothing to fetch."""
    kind, payload = text_of(attached, "type"), _payload(attached)
    reference = text_of(payload, "url").strip()
    if kind not in _TYPES or not reference:
        return None
    name = text_of(payload, "name")[:_LONGEST_NAME]
    guessed = mimetypes.guess_type(name)[0] if kind == "file" else None
    return Media(reference, guessed or _TYPES[kind], _size(payload.get("size")), name)


def _payload(attached: Json) -> Json:
    return maybe_object_of(attached, "payload") or {}


def _size(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 15:
        value = int(value)
    return value if type(value) is int and 0 <= value < 2**50 else None


def _coordinates(message: Json, attached: list[Json]) -> str:
    """Give a place as `latitude, longitude`, in the shapes that have been seen; '' without one."""
    places = [maybe_object_of(_payload(one), "coordinates") for one in attached]
    for place in (*places, maybe_object_of(message, "location")):
        latitude = _degrees(place or {}, _LATITUDES, 90)
        longitude = _degrees(place or {}, _LONGITUDES, 180)
        if latitude and longitude:
            return f"{latitude}, {longitude}"
    return ""


def _degrees(place: Json, names: tuple[str, ...], most: int) -> str:
    for name in names:
        value = place.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        text = str(value).strip()
        if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", text) and abs(float(text)) <= most:
            return text
    return ""
