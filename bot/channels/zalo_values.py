"""Checked reading of the JSON values that both Zalo products send.

Every field that is read is checked, so that nonsense ends as `Unparsable` and nothing else. Zalo
writes ids as text, in places as numbers beyond 2^53, and moments in ms, in places in seconds, as
numbers or as text.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from jobs.channel import Unparsable

Json = dict[str, Any]

LONGEST_ID: Final = 200
"""Ids stand in keys of the database, which have no room for more; Zalo's have 20 or so."""
_MS_FROM: Final = 10**11
"""As seconds it is the year 5138, as ms 1973: no moment of ours is near it either way."""


def load(raw: bytes) -> Json:
    """Read a JSON object. Raises Unparsable."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Unparsable("not a JSON object")
    return content


def text_of(part: Json, key: str) -> str:
    """Read a text, without what no database and no network takes; '' where it is missing or null.

    Raises Unparsable.
    """
    value = part.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unparsable(key)
    return clean(value)


def clean(text: str) -> str:
    """Take NUL characters out of a text, and put a sign in place of half surrogate pairs."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def id_of(part: Json, key: str) -> str:
    """Read an id, a text or a whole number of any size, as text. Raises Unparsable."""
    value = part.get(key)
    if type(value) is int:
        # json reads no number of more than 4,300 digits, so this cannot fail
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
        raise Unparsable(key)
    if clean(value) != value:
        raise Unparsable(key)
    return value


def object_of(part: Json, key: str) -> Json:
    """Read an object. Raises Unparsable."""
    value = part.get(key)
    if not isinstance(value, dict):
        raise Unparsable(key)
    return value


def maybe_object_of(part: Json, key: str) -> Json | None:
    """Read an object that may be missing or null. Raises Unparsable."""
    return None if part.get(key) is None else object_of(part, key)


def objects_of(part: Json, key: str) -> list[Json]:
    """Read a list of objects, empty where it is missing or null. Raises Unparsable."""
    value = part.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unparsable(key)
    return value


def moment_of(part: Json, key: str) -> datetime:
    """Read a moment in ms or s, a number or digits, as an aware one in UTC. Raises Unparsable."""
    value = part.get(key)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20:
        value = int(value)
    if type(value) is not int or value < 0:
        raise Unparsable(key)
    try:
        # whole seconds first: a float has no room for the ms of a far moment
        seconds, rest = divmod(value, 1000) if value >= _MS_FROM else (value, 0)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)
    except (ValueError, OverflowError, OSError):
        raise Unparsable(key) from None
