"""Makes a draft out of the lines of a file: which form it has, its fields, its sections."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from knowledge.drafting import phrases
from knowledge.drafting.draft import BETWEEN, Draft, Found
from knowledge.drafting.form import CODE, Form, read_form
from knowledge.drafting.headings import Section, sections_of_form, sections_of_news, unique
from knowledge.drafting.issuer import completed
from knowledge.drafting.naming import naming
from knowledge.drafting.news import News, news_source, read_news
from knowledge.drafting.periods import period_of, years_of
from knowledge.drafting.questions import candidates
from knowledge.drafting.source import Line, Source
from knowledge.drafting.vocabulary import places_in, vocabulary
from knowledge.drafting.write import to_body
from knowledge.kinds import KINDS
from knowledge.text import fold, normal

NOT_ASKED = frozenset({phrases.SECTION_GENERAL, phrases.SECTION_GROUNDS, phrases.SECTION_END})
UNSURE = 0.4
_CHANGES = re.compile(
    r"(?P<kind>thay thế|sửa đổi, bổ sung|sửa đổi|bổ sung|bãi bỏ|gia hạn)[^.;]{0,120}?\bsố\s*:?\s*"
    rf"(?P<code>{CODE})",
    re.IGNORECASE,
)
_RELATIONS = {"sửa đổi": "sửa đổi, bổ sung", "bổ sung": "sửa đổi, bổ sung"}
_SCANNED = 0.8
"""What was read from a picture is believed so much less."""


def recognise(source: Source, *, name: str, today: date) -> Draft:
    """Make the draft of a source; `name` is the file's."""
    form = read_form(source.lines)
    if form is not None:
        fields, sections = _of_form(form, source, name)
    else:
        fields, sections = _of_news(source, name)
    lines = source.lines
    fields |= period_of(fields, lines) | _changes(fields, lines)
    fields |= years_of(fields)
    fields |= _topics(fields, lines)
    fields |= naming(fields)
    fields = {key: _judged(key, one, source, today) for key, one in fields.items() if one.value}
    called = phrases.document_called(
        kind=_value(fields, "doc_type") or "văn bản",
        number=_value(fields, "number"),
        place=_value(fields, "place"),
    )
    asked = candidates(sections, called, without=NOT_ASKED)
    warnings = _warnings(source, form, fields)
    return Draft(fields, to_body(sections, asked), source.pages, tuple(warnings))


def _value(fields: dict[str, Found], name: str) -> str:
    return fields[name].value if name in fields else ""


def _of_form(form: Form, source: Source, name: str) -> tuple[dict[str, Found], list[Section]]:
    fields = dict(form.fields)
    fields |= _place(fields, [line.text for line in form.head], source.lines, name)
    place = _value(fields, "place")
    if "issuer" in fields:
        issuer = fields["issuer"]
        fields["issuer"] = Found(completed(issuer.value, place), issuer.confidence, issuer.line)
    fields["source_kind"] = Found("toan_van", 0.95)
    fields["source"] = Found(phrases.full_source(name=name), 0.9)
    general = Section(phrases.SECTION_GENERAL, "named", [], [line.text for line in form.head])
    body = sections_of_form(
        form.body, opening=phrases.SECTION_OPENING, grounds=phrases.SECTION_GROUNDS
    )
    end = [Section(phrases.SECTION_END, "named", [], [line.text for line in form.end])]
    rest = sections_of_form(form.rest, opening="Phụ lục", grounds="Phụ lục") if form.rest else []
    sections = [general, *body, *(end if form.end else []), *rest]
    return fields, unique([one for one in sections if one.text or one.lead])


def _of_news(source: Source, name: str) -> tuple[dict[str, Found], list[Section]]:
    whole = [line.text for line in source.lines]
    fields = _place({}, whole[:6], source.lines, name)
    news = read_news(source.lines, title=source.title, place=_value(fields, "place"))
    fields = news.fields | fields
    fields["source_kind"] = Found("ban_tin", 0.8)
    if news.headline:
        fields["source"] = news_source(news)
    fields |= _from_page(source, fields)
    return fields, sections_of_news(_body_of(news, source), phrases.SECTION_GENERAL)


def _body_of(news: News, source: Source) -> Sequence[Line]:
    return news.body or source.lines


def _from_page(source: Source, fields: dict[str, Found]) -> dict[str, Found]:
    """Take what a web page says of itself where the words say nothing."""
    found = {}
    if source.url.startswith(("http://", "https://")):
        found["url"] = Found(source.url, 0.9, source.url)
    if "posted" not in fields and re.match(r"\d{4}-\d{2}-\d{2}", source.posted):
        found["posted"] = Found(source.posted[:10], 0.9, source.posted)
    return found


def _place(
    fields: dict[str, Found], head: Sequence[str], lines: Sequence[Line], name: str
) -> dict[str, Found]:
    """Find the province: of the issuer, of the head, of the text, of the file's name."""
    issuer = _value(fields, "issuer")
    sources = [([issuer], 0.95), (head, 0.9)]
    for texts, sure in sources:
        for text in texts:
            places = places_in(text)
            if places:
                return {"place": Found(places[0], sure, text)}
    if "trung ương" in normal(issuer):
        return {"place": Found("Trung ương", 0.6, issuer)}
    counts: dict[str, int] = {}
    where: dict[str, str] = {}
    for line in lines:
        for place in places_in(line.text):
            counts[place] = counts.get(place, 0) + 1
            where.setdefault(place, line.text)
    if counts:
        best = max(counts, key=lambda place: counts[place])
        return {"place": Found(best, 0.7 if len(counts) == 1 else 0.5, where[best])}
    return _place_of_name(name)


def _place_of_name(name: str) -> dict[str, Found]:
    called = f" {re.sub(r'[^a-z0-9]+', ' ', fold(Path(name).stem))} "
    fitting = [one for one in vocabulary().provinces.names() if f" {fold(one)} " in called]
    return {"place": Found(max(fitting, key=len), 0.6, name)} if fitting else {}


def _changes(fields: dict[str, Found], lines: Sequence[Line]) -> dict[str, Found]:
    """Find which documents this one replaces, changes or repeals, by their numbers."""
    found: dict[str, str] = {}
    for line in lines:
        for one in _CHANGES.finditer(line.text):
            kind = normal(one["kind"])
            code = re.sub(r"\s+", "", one["code"]).replace("–", "-")
            if code != _value(fields, "number"):
                found.setdefault(f"{_RELATIONS.get(kind, kind)}: {code}", line.text)
    if not found:
        return {}
    return {"replaces": Found(BETWEEN.join(found), 0.7, next(iter(found.values())))}


def _topics(fields: dict[str, Found], lines: Sequence[Line]) -> dict[str, Found]:
    """Find the topics of the title; else those that the text names again and again."""
    known = vocabulary()
    title = _value(fields, "title")
    named = list(dict.fromkeys(name for _, _, name in known.topics.find(_words(title))))
    if named:
        return {"topics": Found(BETWEEN.join(named), 0.9, title)}
    counts: dict[str, int] = {}
    for line in lines:
        for _, _, name in known.topics.find(_words(line.text)):
            counts[name] = counts.get(name, 0) + 1
    often = [name for name, times in counts.items() if times > 1]
    if often:
        return {"topics": Found(BETWEEN.join(often), 0.6)}
    if any(known.last_topic.find(_words(line.text)) for line in lines):
        return {"topics": Found("Công tác dân vận", 0.5)}
    return {}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", normal(text))


def _judged(key: str, found: Found, source: Source, today: date) -> Found:
    """Believe less what was read from pictures, and days that lie too far ahead."""
    sure = found.confidence * (_SCANNED if source.scanned and found.line else 1.0)
    if key in {"issued", "posted", "held"} and date.fromisoformat(found.value) > today + timedelta(
        days=31
    ):
        sure = min(sure, UNSURE)
    return Found(found.value, round(sure, 2), found.line)


def _warnings(source: Source, form: Form | None, fields: dict[str, Found]) -> list[str]:
    warnings = []
    if source.scanned:
        warnings.append(phrases.scanned_pages(pages=", ".join(map(str, source.scanned))))
    if source.skipped:
        warnings.append(phrases.skipped_pages(pages=", ".join(map(str, source.skipped))))
    if form is not None and form.has_blank_number and "number" not in fields:
        warnings.append(phrases.no_number())
    kind, number = _value(fields, "doc_type"), _value(fields, "number")
    letters = KINDS.get(kind, "")
    if (
        form
        and number
        and letters
        and kind != "công văn"
        and letters.upper() not in number.upper()
    ):
        warnings.append(phrases.unlike_kinds(title=kind, number=number))
    lacking = [said for name, said in phrases.MISSING_NAMES.items() if name not in fields]
    if lacking:
        warnings.append(phrases.missing(names=", ".join(lacking)))
    return warnings
