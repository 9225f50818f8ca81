"""Writes the base in service, with all that the office laid over it, as files of the base.

The files' own words are left as they are; only what an edit changes is written anew.
"""

from collections.abc import Iterable, Mapping, Sequence

from knowledge.document import NOTES, Curated, Document
from knowledge.overlay import Laid, lay_over, read_overlay
from knowledge.reader import read_text
from knowledge.sections import ADDED, NOT_GIVEN


def exported(files: Mapping[str, str], laid: Iterable[Laid]) -> dict[str, str]:
    """Give every file by its document's id; edits that the base leaves out stay out."""
    laid = list(laid)
    overlay = read_overlay(laid)
    own = {one.id for one in overlay.documents}
    texts = dict(files)
    for one in laid:
        if one.kind == "document" and one.key in own:
            texts[one.key] = str(one.content["text"])
    before = {doc: found for doc in texts if (found := _read(doc, texts[doc])) is not None}
    documents, _ = lay_over(list(before.values()), overlay)
    for after in documents:
        if after.is_note:
            texts[NOTES] = _notes(after.questions)
        elif after.questions != before[after.id].questions:
            texts[after.id] = _changed(texts[after.id], before[after.id], after)
    return texts


def _read(doc: str, text: str) -> Document | None:
    return read_text(f"{doc}.md", doc, text)[0]


def _changed(text: str, before: Document, after: Document) -> str:
    """Write a document's questions as they are now: changed, taken over by others, or added."""
    was = {one.line: one for one in before.questions}
    now = {one.line: one for one in after.questions if not one.key}
    lines: list[str] = []
    is_left = True
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("## ", "### ")):
            is_left = was.get(number) == now.get(number)
            if not is_left and number in now:
                lines += [*_block(now[number]), ""]
        if is_left:
            lines.append(line)
    for one in after.questions:
        if one.key:
            _add(lines, one)
    return "\n".join(lines).rstrip() + "\n"


def _add(lines: list[str], one: Curated) -> None:
    """Add a question at the end of its section; where there is none, to what curators added."""
    missing = ADDED if one.given else NOT_GIVEN
    place = f"## {one.section}" if f"## {one.section}" in lines else f"## {missing}"
    if place not in lines:
        lines += ["", place]
    start = lines.index(place) + 1
    after = (at for at in range(start, len(lines)) if lines[at].startswith("## "))
    end = next(after, len(lines))
    while not lines[end - 1].strip():
        end -= 1
    lines[end:end] = ["", *_block(one)]


def _notes(questions: Sequence[Curated]) -> str:
    lines: list[str] = []
    for section in dict.fromkeys(one.section for one in questions):
        lines += [f"## {section}", ""]
        for one in questions:
            if one.section == section:
                lines += [*_block(one), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(one: Curated) -> list[str]:
    heading, *others = (" ".join(wording.split()) for wording in one.wordings)
    answer = (f"> {line}".rstrip() for line in one.answer.splitlines())
    return [f"### {heading}", *(f"- {other}" for other in others), *answer]
