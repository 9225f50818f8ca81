"""Every sentence that the knowledge engine says."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge.document import Document, Duty, LegalBase
from knowledge.force import changes_of, ended_by, last_day, period_of

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
UNCONFIRMED = "(chưa kiểm chứng)"


def day(value: date) -> str:
    """Write a date as officers do: 4/10/2021."""
    return f"{value.day}/{value.month}/{value.year}"


def long_day(value: date) -> str:
    """Write a date with its weekday."""
    return f"{WEEKDAYS[value.weekday()]}, {day(value)}"


def short_issuer(issuer: str) -> str:
    """Shorten the long names of bodies."""
    return issuer.replace("Ủy ban nhân dân", "UBND").replace("Hội đồng nhân dân", "HĐND")


def document_name(document: Document) -> str:
    """Name a document in one breath."""
    kind = document.doc_type[:1].upper() + document.doc_type[1:]
    if document.number:
        issued = f" ngày {day(document.issued)}" if document.issued else ""
        issuer = f" của {short_issuer(document.issuer)}" if document.issuer else ""
        return f"{kind} {document.number}{issued}{issuer}"
    if document.held:
        return f"{kind} ngày {day(document.held)} của tỉnh {document.place}"
    issuer = f" của {short_issuer(document.issuer)}" if document.issuer else ""
    return f"{document.title}{issuer}"


def source_line(*, document: Document, section: str, today: date) -> str:
    """Say where an answer stands and whether its document is still in force."""
    if document.is_note:
        return f"Nguồn: {document.title}, {section}."
    news = ""
    if document.source_kind == "ban_tin":
        news = (
            f" (theo bản tin ngày {day(document.posted)})"
            if document.posted
            else " (theo bản tin)"
        )
    part = f", mục {section}" if section else ""
    return f"Nguồn: {document_name(document)}{part}{news}. {period_state(document, today)}".strip()


def period_state(document: Document, today: date) -> str:
    """Say whether a document's period runs, is over, has not begun, or is not named, and what
    other documents changed about it.
    """
    ended = ended_by(document, today)
    if ended is not None:
        return _CHANGED[ended.kind](ended.name, _since(ended.on))
    changed = [
        _CHANGED[one.kind](one.name, _since(one.on))
        for one in changes_of(document, today)
        if one.kind in _CHANGED
    ]
    return " ".join([_period_state(document, today), *changed])


def _period_state(document: Document, today: date) -> str:
    period = period_of(document, today)
    if period.start is None and period.end is None:
        return (
            "Hội nghị đã diễn ra."
            if document.held and document.held < today
            else "Nguồn không nêu thời hạn."
        )
    if isinstance(period.start, int) and isinstance(period.end, int):
        return _years_state(period.start, period.end, period.note, today)
    if period.end is not None and last_day(period.end) < today:
        return f"Thời hạn đến {_end(period.end)}, đã qua."
    if isinstance(period.start, date) and period.start > today:
        return f"Chưa đến thời hạn, bắt đầu từ {day(period.start)}."
    if period.end is None:
        return f"Thực hiện từ {_end(period.start)}; nguồn không nêu ngày kết thúc."
    return f"Đang trong thời hạn, đến {_end(period.end)}."


def _since(on: date | None) -> str:
    return f" từ ngày {day(on)}" if on else ""


_CHANGED: dict[str, Callable[[str, str], str]] = {
    "thay thế": lambda name, since: f"Đã được thay thế bởi {name}{since}.",
    "bãi bỏ": lambda name, since: f"Đã bị bãi bỏ theo {name}{since}.",
    "sửa đổi, bổ sung": lambda name, since: f"Được sửa đổi, bổ sung bởi {name}{since}.",
    "gia hạn": lambda name, since: f"Được gia hạn theo {name}{since}.",
}


def _years_state(start: int, end: int, note: str | None, today: date) -> str:
    if start == end:
        return f"Nguồn chỉ nêu năm {start}."
    state = (
        "đã qua"
        if end < today.year
        else "chưa bắt đầu"
        if start > today.year
        else "đang thực hiện"
    )
    return f"Giai đoạn {start}-{end} {state}." + (f" {note}" if note else "")


def _end(value: date | int | None) -> str:
    return day(value) if isinstance(value, date) else f"năm {value}"


def listing(names: Sequence[str]) -> str:
    """Join names: a, b và c."""
    return " và ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def other_province(*, body: str) -> str:
    """Mark an answer from a province that is not the asker's."""
    return f"[Tham khảo tỉnh khác] {body}"


def now_part_of(*, old: str, new: str) -> str:
    """Say that a province is part of a new one."""
    return f"{old} nay thuộc {new}."


def districts_ended() -> str:
    """Say that there are no districts any more."""
    return "Lưu ý: cấp huyện đã kết thúc hoạt động từ ngày 1/7/2025."


def which_document(*, count: int) -> str:
    """Ask which document is meant."""
    return f"Câu hỏi này hợp với {count} văn bản trong kho tri thức. Xin chọn văn bản cần hỏi."


def which_line(*, order: int, label: str) -> str:
    """Offer one document."""
    return f"{order}. {label}"


def empty_question() -> str:
    """Answer a message without words."""
    return (
        "Chưa thấy nội dung câu hỏi. Xin gõ câu hỏi về các kế hoạch dân vận, "
        "ví dụ: Kế hoạch 246 ban hành ngày nào?"
    )


def not_held(*, near: Sequence[str], held: Sequence[str]) -> str:
    """Refuse: the base does not hold it."""
    start = "Kho tri thức chưa có nội dung này nên trợ lý không trả lời để tránh sai."
    if near:
        return f"{start} Gần nhất là: {listing(near)}."
    return f"{start} Hiện có: {'; '.join(held)}."


def not_written() -> str:
    """Refuse: a text is to be written."""
    return (
        "Trợ lý chỉ trả lời theo các văn bản trong kho tri thức, "
        "không soạn thảo hay viết bài thay. "
        "Xin hỏi một nội dung cụ thể, ví dụ: mục đích của Kế hoạch 246 là gì?"
    )


def no_meaning(*, held: Sequence[str]) -> str:
    """Refuse: no document says what the word means."""
    start = (
        "Các văn bản trong kho tri thức không nêu định nghĩa này nên trợ lý không tự giải thích."
    )
    return f"{start} Nội dung liên quan có ở: {'; '.join(held)}."


def nothing_about_place(
    *, place: str, near: Sequence[str], merged: Sequence[str], held: Sequence[str]
) -> str:
    """Refuse: no document of that province."""
    start = f"Kho tri thức chưa có văn bản của {place} cho nội dung này."
    if near:
        joined = f" ({listing(merged)} nay thuộc {place})" if merged else ""
        return f"{start} Gần nhất là: {listing(near)}{joined}."
    return f"{start} Hiện có: {'; '.join(held)}."


def also_asked(*, places: Sequence[str]) -> str:
    """Say which of the provinces asked about have no document."""
    return f"Kho tri thức chưa có văn bản của {listing(places)}."


def no_such_number(*, number: str, near: Sequence[str]) -> str:
    """Refuse: no document with that number."""
    return f"Kho tri thức không có văn bản số {number}. Hiện có: {'; '.join(near)}."


def no_such_year(*, year: int, near: Sequence[str]) -> str:
    """Refuse: nothing for that year."""
    return f"Kho tri thức không có nội dung này cho năm {year}. Gần nhất là: {listing(near)}."


def no_such_day(*, named: str, near: Sequence[str]) -> str:
    """Refuse: nothing with that date."""
    return (
        f"Kho tri thức không có nội dung này gắn với ngày {named}. Gần nhất là: {listing(near)}."
    )


def understood(*, text: str) -> str:
    """Say how a question was read."""
    return f"Trợ lý hiểu là: {text}"


SOME_DETAIL = "chi tiết này"
LACKED = {
    "signer": "người ký",
    "name": "tên người",
    "speaker": "lời của đồng chí giữ chức vụ này",
    "money": "số tiền",
    "contact": "số điện thoại, địa chỉ liên hệ",
    "account": "số tài khoản",
    "times": "số lần",
    "figures": "số liệu này",
    "percent": "tỷ lệ",
    "motto": "phương châm này",
    "when": "ngày tháng",
}
"""What the evidence for an answer can lack -> how it is called."""


def overview(*, document: Document) -> str:
    """Say what a document is, from its typed facts."""
    parts = [f"{document_name(document)}: {document.title}."]
    if document.topics:
        parts.append(f"Chủ đề: {listing(document.topics)}.")
    if document.period.note:
        parts.append(document.period.note)
    return " ".join(parts)


def of_each(*, name: str, said: str) -> str:
    """Say something of one of several documents."""
    return f"- {name}: {said}"


def compared_source(*, documents: Sequence[Document]) -> str:
    """Say where an answer about several documents stands."""
    return f"Nguồn: {'; '.join(document_name(document) for document in documents)}."


def nothing_to_answer() -> str:
    """Refuse a follow-up of a talk that left our field."""
    return "Kho tri thức chưa có nội dung này nên trợ lý không trả lời để tránh sai."


FIELD_NAMES = {
    "number": "số ký hiệu",
    "issuer": "cơ quan ban hành",
    "issued": "ngày ban hành",
    "signer": "người ký",
    "posted": "ngày đăng",
    "period": "thời hạn",
    "year": "năm",
}


def fact_number(*, document: Document) -> str:
    """Say a document's number."""
    return f"Số {document.number}."


def fact_issuer(*, document: Document) -> str:
    """Say who issued it."""
    return f"{document.issuer} ban hành."


def fact_issued(*, day_issued: date) -> str:
    """Say when it was issued."""
    return f"Ban hành ngày {day(day_issued)}."


def fact_held(*, day_held: date) -> str:
    """Say when it was held."""
    return f"Tổ chức ngày {day(day_held)}."


def fact_period(*, document: Document) -> str:
    """Say from when to when it is in force."""
    period = document.period
    if period.start is None and period.end is None:
        return "Nguồn không nêu thời hạn."
    start = f" từ {_end(period.start)}" if period.start else ""
    end = f" đến {_end(period.end)}" if period.end else "; nguồn không nêu ngày kết thúc"
    return f"Thực hiện{start}{end}." + (f" {period.note}" if period.note else "")


def fact_years(*, years: Sequence[int]) -> str:
    """Say which years a document is about."""
    if len(years) == 1:
        return f"Năm {years[0]}."
    return f"Các năm {min(years)}-{max(years)}."


def field_value(*, value: object) -> str:
    """Write a value of a field as a text shows it."""
    return day(value) if isinstance(value, date) else str(value)


def cited_document(*, base: LegalBase) -> str:
    """Say what a document cites: kind, number, day, issuer and subject, what is known of them."""
    parts = [
        base.kind or "Văn bản",
        f"số {base.number}" if base.number else "",
        f"ngày {day(base.on)}" if base.on else "",
        f"của {base.issuer}" if base.issuer else "",
        f"về {base.subject}" if base.subject else "",
    ]
    return " ".join(part for part in parts if part) + "."


def fact_signer(*, signer: str) -> str:
    """Say who signed."""
    return f"Người ký: {signer}."


def fact_posted(*, day_posted: date) -> str:
    """Say when the news was posted."""
    return f"Bản tin đăng ngày {day(day_posted)}."


def fact_source(*, source: str) -> str:
    """Say where it comes from."""
    return f"{source}."


def fact_duties(*, actor: str, tasks: Sequence[tuple[str, str | None]]) -> str:
    """List what somebody must do."""
    lines = [f"- {task}" + (f" (hạn: {deadline})" if deadline else "") for task, deadline in tasks]
    return "\n".join([f"{actor}:", *lines])


def duties(*, duties: Sequence[Duty], more: int) -> str:
    """List duties under those who have them, and say how many are left out."""
    by_actor: dict[str, list[tuple[str, str | None]]] = {}
    for one in duties:
        by_actor.setdefault(one.actor or "", []).append((one.task, one.deadline))
    lines = [fact_duties(actor=actor, tasks=tasks) for actor, tasks in by_actor.items()]
    return "\n".join([*lines, *([f"và {more} việc khác."] if more else [])])


def shared_actor(*, actor: str) -> str:
    """Name one of many who have a duty together."""
    return f"{actor[:1].upper()}{actor[1:]} (cùng các cơ quan, đơn vị khác)"


def duties_of(*, actor: str) -> str:
    """Name what a document says nothing about: what somebody has to do."""
    return f"nhiệm vụ riêng của {actor}"


def fact_silent(*, thing: str, is_full: bool) -> str:
    """Say that the source does not give something."""
    if is_full:
        return f"Văn bản không nêu {thing}."
    return f"Bản tin không nêu {thing}; cần xem toàn văn."


NOTES_TITLE = "Giải đáp của người phụ trách"


def note_section(*, on: date) -> str:
    """Say when a note was written."""
    return f"ngày {day(on)}"
