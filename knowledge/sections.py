"""Reads the sections of a document's file: passages and curated questions."""

import re
from dataclasses import dataclass, field
from typing import Any

from knowledge import document as d

NOT_GIVEN = "Bản tin không nêu"
ADDED = "Giải đáp của người phụ trách"
"""What curators answered of the whole document; the section has no text and is not cited."""
LONGEST_SECTION = 40


@dataclass(slots=True)
class Page:
    """A file being read: its lines, its front matter, and the problems found so far."""

    name: str
    lines: list[str]
    matter: dict[str, Any] = field(default_factory=dict)
    body_at: int = 0
    problems: list[d.Problem] = field(default_factory=list)
    is_notes: bool = False

    def complain(self, what: str, line: int = 1) -> None:
        """Note a problem."""
        self.problems.append(d.Problem(self.name, line, what))

    def line_of(self, key: str) -> int:
        """Give the line of a field of the front matter."""
        name = re.compile(rf"\s*-?\s*{re.escape(key)}\s*:")
        return next(
            (at for at, text in enumerate(self.lines[: self.body_at], 1) if name.match(text)), 1
        )

    def wrong(self, key: str, what: str) -> None:
        """Note a problem of a field."""
        self.complain(f"{key}: {what}", self.line_of(key))


@dataclass(slots=True)
class _Draft:
    """A section or question while its lines are read."""

    name: str
    line: int
    wordings: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def read_body(page: Page, stem: str) -> tuple[list[d.Passage], list[d.Curated]]:
    """Read everything below the front matter."""
    passages: list[d.Passage] = []
    questions: list[d.Curated] = []
    section = _Draft("", 0)
    question: _Draft | None = None
    for number, line in enumerate([*page.lines[page.body_at :], "## "], page.body_at + 1):
        if line.startswith(("## ", "### ")):
            if question is not None:
                questions += _finish_question(page, stem, section, question)
            question = None
            if line.startswith("### "):
                question = _Draft(line[4:].strip(), number, wordings=[line[4:].strip()])
                continue
            passages += _finish_section(page, stem, section)
            section = _Draft(line[3:].strip(), number)
        elif question is not None:
            _question_line(page, question, line, number)
        else:
            section.text.append(line)
    return passages, questions


def _question_line(page: Page, question: _Draft, line: str, number: int) -> None:
    if line.startswith(">"):
        question.text.append(line[1:].removeprefix(" ").rstrip())
    elif line.startswith("- "):
        question.wordings.append(line[2:].strip())
    elif line.strip():
        page.complain("dòng này phải bắt đầu bằng `- ` (cách hỏi) hoặc `> ` (câu trả lời)", number)


def _finish_question(page: Page, stem: str, section: _Draft, draft: _Draft) -> list[d.Curated]:
    answer = "\n".join(draft.text).strip()
    if not section.name:
        page.complain("câu hỏi phải nằm trong một mục `## ...`", draft.line)
    if not answer:
        page.complain(f"câu hỏi chưa có câu trả lời (> ...): {draft.name}", draft.line)
        return []
    given = not section.name.startswith(NOT_GIVEN)
    wordings = tuple(wording for wording in draft.wordings if wording)
    name = "" if section.name == ADDED else section.name
    return [d.Curated(stem, name, wordings, answer, draft.line, given)]


def _finish_section(page: Page, stem: str, draft: _Draft) -> list[d.Passage]:
    text = re.sub(r"\n{2,}", "\n", "\n".join(line.strip() for line in draft.text)).strip()
    if not draft.name:
        if text:
            page.complain("chữ nằm ngoài các mục `## ...`", page.body_at + 1)
        return []
    if len(draft.name) > LONGEST_SECTION:
        page.complain(f"tên mục dài quá {LONGEST_SECTION} ký tự", draft.line)
    if page.is_notes and text:
        page.complain("ghi chú chỉ gồm câu hỏi và câu trả lời", draft.line)
    if page.is_notes or draft.name.startswith(NOT_GIVEN) or draft.name == ADDED:
        return []
    if not text:
        page.complain(f"mục không có nội dung: {draft.name}", draft.line)
        return []
    return [d.Passage(stem, draft.name, text, draft.line)]
