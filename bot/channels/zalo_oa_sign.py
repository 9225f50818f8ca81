"""Whether a webhook call comes from Zalo: SHA-256 over the very bytes that came, and a secret.

It is a plain hash of four things written one after the other, no HMAC: app id, body, timestamp,
and the OA Secret Key of the console's webhook page (which is not the app's secret). The body
counts as it came: escaped slashes, spaces, the order of keys and the form of accents are part of
it, so it is neither read and written again nor normalised before it is hashed.

Sources disagree about the first term and about where the timestamp stands. All that has been
reported is tried until one fits; from then on nothing else is accepted.

The age of a call is not judged. What Zalo could not deliver comes again for an hour and longer
(`num_retry`), with its old timestamp, and the message in it must not be lost. A call that somebody
plays back does no harm: its update has an id that is known for 30 days.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog

log = structlog.get_logger()

HEADER: Final = "X-ZEvent-Signature"
TIME_HEADER: Final = "X-ZEvent-Timestamp"

_PREFIX: Final = re.compile(r"^mac\s*=\s*", re.IGNORECASE)
_LONGEST_TIME: Final = 20

First = Literal["app", "oa"]
Where = Literal["body", "header"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of hashing: whose id stands first, and where the timestamp is taken from."""

    first: First
    timestamp: Where


VARIANTS: Final = (
    Variant("app", "body"),
    Variant("app", "header"),
    Variant("oa", "body"),
    Variant("oa", "header"),
)
"""In the order in which they are tried: the documented one first."""


class Seal:
    """Knows Zalo's signature by our secret, and by the variant that has matched once."""

    def __init__(self, app_id: str, secret: str) -> None:
        self._firsts: dict[First, str] = {"app": app_id}
        self._secret = secret
        self._matched: Variant | None = None

    @property
    def has_matched(self) -> bool:
        """Tell whether any signature belonged to its bytes: then the secret is the right one."""
        return self._matched is not None

    def learn(self, oa_id: str) -> None:
        """Take note of the OA's id, which some say is the first term."""
        self._firsts["oa"] = oa_id

    def vouches(self, raw: bytes, given: str, times: Mapping[Where, str | None]) -> bool:
        """Tell whether a signature belongs to these bytes; `times` by where they stand."""
        mac = _PREFIX.sub("", given.strip()).strip().lower()
        for variant in (self._matched,) if self._matched else VARIANTS:
            first, timestamp = self._firsts.get(variant.first), times.get(variant.timestamp)
            if first is None or timestamp is None:
                continue
            if hmac.compare_digest(_bytes(mac), _bytes(self._mac(first, raw, timestamp))):
                self._note(variant)
                return True
        return False

    def _mac(self, first: str, raw: bytes, timestamp: str) -> str:
        whole = first.encode() + raw + timestamp.encode() + self._secret.encode()
        return hashlib.sha256(whole).hexdigest()

    def _note(self, variant: Variant) -> None:
        if self._matched is None:
            self._matched = variant
            log.info("zalo_oa_signature", first_term=variant.first, time_in=variant.timestamp)


def times_of(content: Any, header: str | None) -> dict[Where, str | None]:
    """Give the timestamps of a call as text, None where there is none that could be hashed.

    Only digits are taken. Otherwise a piece of the body could be passed off as a header, since
    nothing but their order parts the terms of the hash.
    """
    told = content.get("timestamp", "") if isinstance(content, dict) else None
    return {"body": _digits(told), "header": _digits(header) or None}


def _digits(value: Any) -> str | None:
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or len(text) > _LONGEST_TIME:
        return None
    return text if not text or (text.isascii() and text.isdecimal()) else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
