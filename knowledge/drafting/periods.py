"""From when to when a document is in force, and which years it is about."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from knowledge.drafting import phrases
from knowledge.drafting.days import Span, single_years, spans_in, years_in
from knowledge.drafting.draft import BETWEEN, Found
from knowledge.drafting.source import Line
from knowledge.text import sentences

PLANS = frozenset({"kế hoạch", "chương trình", "hướng dẫn", "đề án"})
_ABOUT_TIME = re.compile(
    r"thời gian (?:thực hiện|tổ chức|triển khai)|^[\d.\sIVX-]*thời gian\b"
    r"|kế hoạch (?:được )?(?:thực hiện|triển khai)|thực hiện (?:kế hoạch |trong |từ )"
    r"|có hiệu lực|tháng cao điểm|thời hạn",
    re.IGNORECASE,
)
LONGEST_YEARS = 15
TITLE_LINES = 20


def period_of(fields: dict[str, Found], lines: Sequence[Line]) -> dict[str, Found]:
    """Find the period; what the source does not say is absent, contradictions are a note."""
    if fields.get("doc_type", Found("", 0)).value == "hội nghị":
        return {}
    issued = date.fromisoformat(fields["issued"].value) if "issued" in fields else None
    named = [one for one in _named(lines, issued) if _fits(one[0], issued)]
    if named:
        span, line = named[0]
        others = [one for one, _ in named if (one.start, one.end) != (span.start, span.end)]
        return _written(span, line, 0.6 if others else 0.9, others)
    title = fields.get("title", Found("", 0))
    staged = _staged(title, lines)
    if staged:
        first, *others = staged
        return _written(first, title.line, 0.75 if others else 0.9, others)
    return _by_year(fields, title)


def _named(lines: Sequence[Line], issued: date | None) -> Iterator[tuple[Span, str]]:
    """Give the periods that stand in a sentence, or below a heading, about the time."""
    before = ""
    for line in lines:
        for text in sentences(line.text):
            if _ABOUT_TIME.search(text) or (before and len(before) < 60):
                yield from ((span, text) for span in spans_in(text, issued))
        before = line.text if _ABOUT_TIME.search(line.text) else ""


def _fits(span: Span, issued: date | None) -> bool:
    return not (issued and isinstance(span.end, date) and span.end < issued)


def _staged(title: Found, lines: Sequence[Line]) -> list[Span]:
    """Give the stretches of years of title and headlines, each once, the headline's first."""
    texts = [line.text for line in lines[:TITLE_LINES] if len(line.text) < 250]
    if not years_in(title.value) and not any(map(years_in, texts[:6])):
        return []
    found = [span for text in [*texts, title.value] for span in years_in(text)]
    once = {(span.start, span.end): span for span in reversed(found)}
    return [once[key] for key in dict.fromkeys((span.start, span.end) for span in found)]


def _written(span: Span, line: str, sure: float, others: Sequence[Span]) -> dict[str, Found]:
    fields = {}
    for name, end in (("in_force_from", span.start), ("in_force_to", span.end)):
        if end is not None:
            text = end.isoformat() if isinstance(end, date) else str(end)
            fields[name] = Found(text, sure, line)
    if others:
        note = phrases.two_periods(first=span.words, second=others[0].words)
        fields["in_force_note"] = Found(note, 0.6, line)
    return fields


def _by_year(fields: dict[str, Found], title: Found) -> dict[str, Found]:
    """Take the one year of a plan's title, where no day says more."""
    years = sorted(set(single_years(title.value)))
    kind = fields.get("doc_type", Found("", 0)).value
    if kind not in PLANS or len(years) != 1:
        return {}
    note = phrases.only_year(year=years[0])
    return {
        "in_force_from": Found(str(years[0]), 0.6, title.line),
        "in_force_to": Found(str(years[0]), 0.6, title.line),
        "in_force_note": Found(note, 0.6, title.line),
    }


def years_of(fields: dict[str, Found]) -> dict[str, Found]:
    """Give the years that a document is about: of its title, its period, else its day."""
    title = fields.get("title", Found("", 0)).value
    years = set(single_years(title))
    stretches = [(span.start, span.end) for span in years_in(title)]
    ends = [fields[name].value[:4] for name in ("in_force_from", "in_force_to") if name in fields]
    stretches += [(int(ends[0]), int(ends[-1]))] if ends else []
    for start, end in stretches:
        if isinstance(start, int) and isinstance(end, int) and end - start < LONGEST_YEARS:
            years |= set(range(start, end + 1))
    sure = 0.9
    if not years:
        days = [fields[name].value for name in ("issued", "held", "posted") if name in fields]
        years, sure = {int(day[:4]) for day in days[:1]}, 0.7
    if not years:
        return {}
    return {"years": Found(BETWEEN.join(map(str, sorted(years))), sure)}
