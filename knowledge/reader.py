"""Reads one Markdown file of the base into a Document; every problem comes with its line."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from knowledge import document as d
from knowledge.kinds import DOC_TYPES
from knowledge.notes_file import read_notes
from knowledge.sections import Page, read_body

LONGEST_SHORT = 45
SOURCE_KINDS = ("toan_van", "ban_tin")
RELATIONS = ("thay thế", "sửa đổi, bổ sung", "gia hạn", "bãi bỏ")
REQUIRED = (
    "id",
    "title",
    "short",
    "doc_type",
    "place",
    "source_kind",
    "source",
    "years",
    "topics",
)
KNOWN = {
    *REQUIRED, "number", "issuer", "issued", "held", "in_force", "posted", "url", "aliases",
    "relations", "facts",
}  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """Parse YAML with the fast safe loader."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are the safe ones


def read_document(path: Path) -> tuple[d.Document | None, list[d.Problem]]:
    """Read one file. Without a document there is at least one problem."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, [d.Problem(path.name, 1, f"không đọc được tệp dạng UTF-8 ({error})")]
    return read_text(path.name, path.stem, text)


def read_text(name: str, stem: str, text: str) -> tuple[d.Document | None, list[d.Problem]]:
    """Read a file's text; `name` stands in the problems, `stem` is the document's id."""
    page = Page(name, text.splitlines())
    for number, line in enumerate(page.lines, 1):
        if unicodedata.normalize("NFC", line) != line:
            page.complain("chữ chưa ở dạng NFC (dấu rời)", number)
    if stem == d.NOTES:
        return read_notes(page)
    if not _read_matter(page):
        return None, page.problems
    passages, questions = read_body(page, stem)
    found = _build(page, stem, passages, questions)
    return (None if page.problems else found), page.problems


def _read_matter(page: Page) -> bool:
    ends = [at for at, line in enumerate(page.lines) if line.strip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        page.complain("thiếu phần đầu tệp giữa hai dòng ---")
        return False
    page.body_at = ends[1] + 1
    try:
        matter = load_yaml("\n".join(page.lines[1 : ends[1]]))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        page.complain(
            f"phần đầu tệp sai YAML: {getattr(error, 'problem', error)}",
            mark.line + 2 if mark else 1,
        )
        return False
    if not isinstance(matter, dict):
        page.complain("phần đầu tệp phải gồm các dòng `tên: giá trị`")
        return False
    page.matter = {str(key): value for key, value in matter.items()}
    return True


def _build(
    page: Page, stem: str, passages: list[d.Passage], questions: list[d.Curated]
) -> d.Document:
    matter = page.matter
    for key in REQUIRED:
        if matter.get(key) in (None, "", []):
            page.complain(f"thiếu trường {key}", page.line_of(key))
    for key in sorted(set(matter) - KNOWN):
        page.wrong(key, "không có trường này")
    if matter.get("id") not in (None, stem):
        page.wrong("id", f"phải trùng tên tệp ({stem})")
    if len(str(matter.get("short", ""))) > LONGEST_SHORT:
        page.wrong("short", f"dài quá {LONGEST_SHORT} ký tự")
    _one_of(page, "doc_type", DOC_TYPES)
    _one_of(page, "source_kind", SOURCE_KINDS)
    found = d.Document(
        id=stem, title=_text(page, "title") or "", short=_text(page, "short") or stem,
        doc_type=_text(page, "doc_type") or DOC_TYPES[0], number=_text(page, "number"),
        issuer=_text(page, "issuer"), issued=_date(page, "issued"), held=_date(page, "held"),
        period=_period(page), place=_text(page, "place") or "",
        source_kind=_text(page, "source_kind") or SOURCE_KINDS[1],
        source=_text(page, "source") or "",
        posted=_date(page, "posted"), url=_text(page, "url"),
        years=_years(page),
        topics=_texts(page, "topics", matter.get("topics")),
        aliases=_texts(page, "aliases", matter.get("aliases")), relations=_relations(page),
        facts=_facts(page),
        passages=tuple(passages), questions=tuple(questions),
    )  # fmt: skip
    _check_order(page, found)
    return found


def _check_order(page: Page, found: d.Document) -> None:
    start, end = found.period.start, found.period.end
    if start is not None and end is not None and _first_day(end) < _first_day(start):
        page.complain("in_force: ngày kết thúc trước ngày bắt đầu", page.line_of("to"))
    if found.issued and found.posted and found.posted < found.issued:
        page.wrong("posted", "ngày đăng trước ngày ban hành")
    if found.issued and isinstance(end, date) and end < found.issued:
        page.complain("in_force: hết hạn trước ngày ban hành", page.line_of("to"))


def _first_day(value: date | int) -> date:
    return value if isinstance(value, date) else date(value, 1, 1)


def _one_of(page: Page, key: str, allowed: tuple[str, ...]) -> None:
    value = page.matter.get(key)
    if value is not None and value not in allowed:
        page.wrong(key, f"phải là một trong: {', '.join(allowed)}")


def _text(page: Page, key: str) -> str | None:
    value = page.matter.get(key)
    if value is not None and not isinstance(value, str):
        page.wrong(key, "phải là chữ (đặt trong dấu nháy nếu là số)")
        return None
    return value


def _date(page: Page, key: str) -> date | None:
    return _as_date(page, key, page.matter.get(key))


def _as_date(page: Page, key: str, value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    page.wrong(key, "phải là ngày dạng 2021-09-27")
    return None


def _period(page: Page) -> d.Period:
    value = page.matter.get("in_force")
    if value is None:
        return d.Period()
    if not isinstance(value, dict):
        page.wrong("in_force", "phải có from, to, note")
        return d.Period()
    ends = [_end(page, key, value.get(key)) for key in ("from", "to")]
    note = value.get("note")
    return d.Period(ends[0], ends[1], None if note is None else str(note))


def _end(page: Page, key: str, value: object) -> date | int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 1900 < value < 2200:
        return value
    return _as_date(page, key, value)


def _list(page: Page, key: str, value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        page.wrong(key, "phải là danh sách")
        return []
    return value


def _texts(page: Page, key: str, value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(page, key, value))


def _relations(page: Page) -> tuple[d.Relation, ...]:
    relations = []
    for one in _dicts(page, "relations", page.matter.get("relations")):
        if one.get("kind") not in RELATIONS or not one.get("document"):
            page.wrong("relations", f"cần document và kind là một trong: {'; '.join(RELATIONS)}")
            continue
        on = _as_date(page, "relations", one.get("date"))
        relations.append(d.Relation(str(one["kind"]), str(one["document"]), on))
    return tuple(relations)


def _years(page: Page) -> tuple[int, ...]:
    years = _list(page, "years", page.matter.get("years"))
    return tuple(year for year in years if isinstance(year, int))


def _dicts(page: Page, key: str, value: object) -> list[dict[str, Any]]:
    found = []
    for one in _list(page, key, value):
        if isinstance(one, dict):
            found.append(one)
        else:
            page.wrong(key, "mỗi mục phải gồm các cặp `tên: giá trị`")
    return found


def _str(value: object) -> str | None:
    return None if value is None else str(value)


def _facts(page: Page) -> d.Facts:
    facts = page.matter.get("facts") or {}
    if not isinstance(facts, dict):
        page.wrong("facts", "phải gồm các cặp `tên: giá trị`")
        return d.Facts()
    for key in sorted(set(facts) - set(d.Facts.__dataclass_fields__)):
        page.wrong(str(key), "không có trường này trong facts")
    made = {
        key: tuple(make(page, one) for one in _dicts(page, key, facts.get(key)))
        for key, make in _MAKERS.items()
    }
    return d.Facts(
        signer=_str(facts.get("signer")),
        mottos=_texts(page, "mottos", facts.get("mottos")),
        discrepancies=_texts(page, "discrepancies", facts.get("discrepancies")),
        **made,
    )


def _person(_: Page, one: dict[str, Any]) -> d.Person:
    return d.Person(str(one.get("name", "")), _str(one.get("office")), _str(one.get("role")))


def _legal_base(page: Page, one: dict[str, Any]) -> d.LegalBase:
    return d.LegalBase(
        number=_str(one.get("number")),
        kind=_str(one.get("kind")),
        on=_as_date(page, "legal_bases", one.get("date")),
        issuer=_str(one.get("issuer")),
        subject=_str(one.get("subject")),
    )


def _quotation(_: Page, one: dict[str, Any]) -> d.Quotation:
    return d.Quotation(str(one.get("text", "")), _str(one.get("author")))


def _listing(page: Page, one: dict[str, Any]) -> d.Listing:
    return d.Listing(str(one.get("name", "")), _texts(page, "lists", one.get("items")))


def _duty(_: Page, one: dict[str, Any]) -> d.Duty:
    return d.Duty(_str(one.get("actor")), str(one.get("task", "")), _str(one.get("deadline")))


def _anniversary(_: Page, one: dict[str, Any]) -> d.Anniversary:
    years, base = (
        value if isinstance(value, int) else None for value in (one.get("years"), one.get("from"))
    )
    return d.Anniversary(str(one.get("name", "")), years, _str(one.get("date")), base)


_MAKERS: dict[str, Callable[[Page, dict[str, Any]], Any]] = {
    "people": _person,
    "legal_bases": _legal_base,
    "quotations": _quotation,
    "lists": _listing,
    "duties": _duty,
    "anniversaries": _anniversary,
}
