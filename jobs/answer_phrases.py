"""What those who asked are told of their questions, and the curators of what waits for them."""

from collections.abc import Sequence
from datetime import date

from knowledge.phrases import day

LONGEST_QUESTION = 200
"""Characters of somebody's own question that are repeated."""
LONGEST_LISTED = 120
"""Characters of a question in a list of several."""


def you(*, registered: bool) -> str:
    """Give the form of address."""
    return "đồng chí" if registered else "anh/chị"


def short(text: str, longest: int = LONGEST_QUESTION) -> str:
    """Write a text on one line, cut to what is shown of it."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def answered(*, you: str, question: str, answer: str) -> str:
    """Tell who asked what the curator answers."""
    return (
        f"Câu hỏi của {you}: “{short(question)}”\n"
        f"Người phụ trách kho tri thức đã trả lời:\n{answer}"
    )


def dismissed(*, you: str, question: str, reply: str) -> str:
    """Tell who asked why there is no answer."""
    return (
        f"Câu hỏi của {you}: “{short(question)}”\n"
        f"Người phụ trách kho tri thức có lời nhắn:\n{reply}"
    )


def digest(*, waiting: int, wanted: int, first: Sequence[str], drafts: int) -> str:
    """Tell a curator in the morning what waits."""
    lines = []
    if waiting:
        lines.append(waiting_line(waiting=waiting, wanted=wanted))
        lines += [f"• {short(text, LONGEST_LISTED)}" for text in first]
        lines += [f"… và {waiting - len(first)} câu nữa."] if waiting > len(first) else []
        lines.append("Đồng chí gõ “câu hỏi” để trả lời.")
    if drafts:
        lines.append(
            f"Có {drafts} bản nháp chờ duyệt. Đồng chí gõ “đăng nhập” để mở trang biên tập."
        )
    return "\n".join(lines)


def waiting_line(*, waiting: int, wanted: int) -> str:
    """Say how many questions wait, and how many of them somebody passed on or disliked."""
    if wanted:
        return (
            f"Có {waiting} câu hỏi chờ trả lời, trong đó {wanted} câu được gửi cho "
            "người phụ trách hoặc bị đánh giá chưa đúng."
        )
    return f"Có {waiting} câu hỏi chờ trả lời."


def period_ends(*, document: str, end: date, days: int) -> str:
    """Tell a curator that a document will soon be out of force."""
    when = f"còn {days} ngày nữa" if days else "hôm nay"
    return (
        f"“{document}” hết thời hạn vào ngày {day(end)} ({when}). Nếu đã có văn bản thay thế hoặc "
        "gia hạn, đồng chí bổ sung vào kho tri thức giúp."
    )
