"""What comes of reading a file: a draft, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIELDS = (
    "id", "title", "short", "doc_type", "number", "issuer", "issued", "held", "in_force_from",
    "in_force_to", "in_force_note", "place", "source_kind", "source", "posted", "url", "years",
    "topics", "aliases", "signer", "replaces",
)  # fmt: skip
"""The names that a draft's fields can have."""
BETWEEN = "; "
"""What stands between the members of a field that is a list: years, topics, aliases, replaces."""
CODES = (
    "secret", "encrypted", "empty", "too_long", "too_large", "unknown_kind", "damaged", "encoding",
    "scan", "slow",
)  # fmt: skip
"""Why a file can be unreadable; nothing else is a code of NotReadable."""


class NotReadable(Exception):
    """No draft can be made of a file: `code` of CODES, and a Vietnamese sentence that says what
    happened and what to do.
    """

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True)
class Found:
    """A field's text, how sure it is (0 to 1), and the line of the source where it stands."""

    value: str
    confidence: float
    line: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it was recognised.

    `fields` has only what was found, by the names of FIELDS; dates are ISO. `body` is everything
    below the front matter in the format of the base's files, `pages` the text page by page.
    """

    fields: Mapping[str, Found]
    body: str
    pages: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "fields": {name: asdict(found) for name, found in self.fields.items()},
            "body": self.body,
            "pages": list(self.pages),
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Draft":
        """Take what as_json gave. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            fields={
                str(name): Found(str(one["value"]), float(one["confidence"]), str(one["line"]))
                for name, one in value["fields"].items()
            },
            body=str(value["body"]),
            pages=tuple(map(str, value["pages"])),
            warnings=tuple(map(str, value["warnings"])),
        )
