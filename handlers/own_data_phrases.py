"""Every sentence about one's own data."""

from collections.abc import Sequence
from datetime import tzinfo

from handlers.arrive_phrases import ROLES
from handlers.phrases import figure, first
from knowledge.phrases import day
from store.own_data import Owned, OwnQuestion

EXPORT = "Xuất dữ liệu"
DELETE = "Xóa dữ liệu"
YES = "✅ Xóa"
NO = "❌ Không xóa"
VERDICTS = {"good": "đúng", "bad": "chưa đúng"}
LONGEST_TEXT = 300
"""Characters of one question or answer in an export."""
LONGEST_PART = 3000
"""Characters of one message of an export."""


def kept(owned: Owned, *, you: str, zone: tzinfo) -> str:
    """Say in words what is kept of somebody."""
    lines = [f"Trợ lý đang lưu các thông tin sau về {you}:", f"• Tên: {owned.name or 'không có'}"]
    lines += [f"• Vai trò: {ROLES[held.role]}, {held.unit}" for held in owned.roles]
    lines.append(f"• Câu hỏi: {figure(owned.questions)}, đánh giá: {figure(owned.verdicts)}")
    if owned.photos:
        lines.append(f"• Ảnh đã gửi: {figure(owned.photos)}")
    if owned.since:
        lines.append(f"• Lưu từ ngày {day(owned.since.astimezone(zone))}")
    lines.append("Câu hỏi và câu trả lời được tự động xóa sau 12 tháng, ảnh sau 30 ngày.")
    return "\n".join(lines)


def confirm(*, you: str, registered: bool) -> str:
    """Ask before everything is erased."""
    roles = (
        f" Vai trò của {you} cũng bị xóa; muốn có lại phải có mã mời mới." if registered else ""
    )
    return (
        f"{first(you)} muốn xóa tên, câu hỏi, đánh giá, ảnh và nội dung trò chuyện với trợ lý?"
        f"{roles} Đã xóa thì không khôi phục được."
    )


def erased(*, you: str) -> str:
    """Say that it is done, and what must stay."""
    return (
        f"Đã xóa dữ liệu của {you}; trợ lý chỉ còn giữ mã tài khoản chat để trả lời được "
        f"khi {you} nhắn lại."
    )


def left_alone(*, you: str) -> str:
    """Say that nothing was erased."""
    return f"Dữ liệu của {you} được giữ nguyên."


def export(
    owned: Owned, questions: Sequence[OwnQuestion], *, you: str, zone: tzinfo
) -> tuple[str, ...]:
    """Write out one's own data, in parts that can be read on a phone."""
    blocks = [kept(owned, you=you, zone=zone)]
    blocks += [f"• Tài khoản: {account}" for account in owned.accounts]
    if owned.questions > len(questions):
        blocks.append(f"{figure(len(questions))} câu hỏi gần nhất:")
    blocks += [_question(number, one, zone=zone) for number, one in enumerate(questions, start=1)]
    return _parts(blocks)


def _question(number: int, one: OwnQuestion, *, zone: tzinfo) -> str:
    at = one.at.astimezone(zone)
    lines = [
        f"{number}. {at:%H:%M} ngày {day(at)}",
        f"Hỏi: {_short(one.text)}",
        f"Đáp: {_short(one.answer)}",
    ]
    if one.verdict:
        lines.append(f"Đánh giá: {VERDICTS[one.verdict]}")
    return "\n".join(lines)


def _parts(blocks: Sequence[str]) -> tuple[str, ...]:
    parts = [blocks[0]]
    for block in blocks[1:]:
        if len(parts[-1]) + len(block) < LONGEST_PART:
            parts[-1] += f"\n{block}"
        else:
            parts.append(block)
    return tuple(parts)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
