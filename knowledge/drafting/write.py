"""Writes a draft as a file of the base, so that `knowledge/reader.py` reads what stands here."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from knowledge.drafting.draft import BETWEEN
from knowledge.drafting.headings import Section
from knowledge.drafting.questions import Candidate

_TEXTS = (
    "id", "title", "short", "doc_type", "number", "issuer", "place", "source_kind", "source",
    "url",
)  # fmt: skip
_DAYS = ("issued", "held", "posted")
_ORDER = (
    "id", "title", "short", "doc_type", "number", "issuer", "issued", "held", "in_force", "place",
    "source_kind", "source", "posted", "url", "years", "topics", "aliases", "relations", "facts",
)  # fmt: skip
_MARKS = re.compile(r"^(?:#{1,6}\s+)+|^(?:>\s?)+(?=\S)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def to_markdown(
    fields: Mapping[str, str], body: str, *, ids: Mapping[str, str] | None = None
) -> str:
    """Give the whole text of a file: front matter out of the fields of a draft, then the body.

    `ids` gives the documents of the base by their numbers: of `replaces` ("thay thế: 12/KH-UBND")
    only what is in it, or names an id itself, becomes a relation. Empty fields are left out; a
    value that is wrong is written as it is, for the reader to complain of.
    """
    clean = {name: _clean(value) for name, value in fields.items() if value.strip()}
    matter: dict[str, Any] = {name: clean[name] for name in _TEXTS if name in clean}
    matter |= {name: _day(clean[name]) for name in _DAYS if name in clean}
    matter["years"] = [int(one) if one.isdecimal() else one for one in _members(clean, "years")]
    matter["topics"] = _members(clean, "topics")
    matter["aliases"] = _members(clean, "aliases")
    matter["in_force"] = _period(clean)
    matter["relations"] = _relations(clean, ids or {})
    matter["facts"] = {"signer": clean["signer"]} if "signer" in clean else {}
    written = yaml.safe_dump(
        {name: matter[name] for name in _ORDER if matter.get(name)},
        allow_unicode=True, sort_keys=False, width=10_000,
    )  # fmt: skip
    return f"---\n{written}---\n\n{unicodedata.normalize('NFC', body).strip()}\n"


def to_body(sections: Sequence[Section], asked: Mapping[str, Sequence[Candidate]]) -> str:
    """Write sections with their candidate questions."""
    return "\n".join(_section(one, asked.get(one.name, ())) for one in sections).strip() + "\n"


def _section(section: Section, asked: Sequence[Candidate]) -> str:
    paragraphs = "\n\n".join(_plain(line) for line in [*section.lead, *section.text])
    return f"## {section.name}\n\n{paragraphs}\n" + "".join(map(_question, asked))


def _question(asked: Candidate) -> str:
    heading, *ways = asked.wordings
    lines = [f"### {heading}", *(f"- {way}" for way in ways), f"> {_clean(asked.answer)}"]
    return "\n" + "\n".join(lines) + "\n"


def _plain(line: str) -> str:
    """Give a paragraph of the source; what would read as a mark of the file is taken off."""
    return _MARKS.sub("", _clean(line)) or "…"


def _clean(text: str) -> str:
    kept = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Co", "Cs"})
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _members(fields: Mapping[str, str], name: str) -> list[str]:
    return [one.strip() for one in fields.get(name, "").split(BETWEEN.strip()) if one.strip()]


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _end(text: str) -> date | int | str:
    return int(text) if text.isdecimal() and len(text) == 4 else _day(text)


def _period(fields: Mapping[str, str]) -> dict[str, Any]:
    ends = {name: fields.get(f"in_force_{name}") for name in ("from", "to")}
    period: dict[str, Any] = {name: _end(text) for name, text in ends.items() if text}
    if "in_force_note" in fields:
        period["note"] = fields["in_force_note"]
    return period


def _relations(fields: Mapping[str, str], ids: Mapping[str, str]) -> list[dict[str, str]]:
    relations = []
    for one in _members(fields, "replaces"):
        kind, _, called = (part.strip() for part in one.partition(":"))
        document = ids.get(called, called)
        if _ID.fullmatch(document):
            relations.append({"kind": kind, "document": document})
    return relations
