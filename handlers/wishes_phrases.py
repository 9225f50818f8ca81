"""Every sentence about what one receives unasked, and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Final

from store.subscriptions import Topic

HOUR: Final = "🕖 Đổi giờ"
TOPICS: Final = "📌 Nội dung"
LEADS: Final = "📅 Báo trước"
PAUSE: Final = "⏸ Tạm nghỉ"
STOP: Final = "⛔ Dừng tất cả"
RESUME: Final = "✅ Nhận lại"
DONE: Final = "✅ Xong"
WEEK: Final = "Nghỉ 1 tuần"
MONTH: Final = "Nghỉ đến hết tháng"

TOPIC: Final[Mapping[Topic, str]] = {
    "core": "Ngày dân vận, Mặt trận, vì người nghèo",
    "national": "Ngày lễ lớn của đất nước",
    "organisation": "Ngày truyền thống của đoàn thể mình",
    "other": "Các ngày kỷ niệm khác",
    "deadlines": "Hạn việc trong kế hoạch",
    "news": "Tài liệu mới trong kho",
}


def clock(at: time) -> str:
    """Write a time of day: 7h00."""
    return f"{at.hour}h{at.minute:02}"


def day(on: date) -> str:
    """Write a date: 5/10/2026."""
    return f"{on.day}/{on.month}/{on.year}"


def lead(days: int) -> str:
    """Write how long before: 7 ngày, trong ngày."""
    return f"{days} ngày" if days else "trong ngày"


def receives(
    *, you: str, at: time, topics: Iterable[Topic], leads: Sequence[int], reminders: int
) -> str:
    """Say what somebody receives and when."""
    lines = [
        f"{you.capitalize()} nhận tin nhắc lúc {clock(at)} vào ngày có việc.",
        "Nội dung: " + ("; ".join(TOPIC[one] for one in topics) or "chưa chọn mục nào") + ".",
        "Báo trước: " + (", ".join(map(lead, leads)) or "chưa chọn") + ".",
    ]
    if reminders:
        lines.append(f"Việc tự hẹn: {reminders}.")
    return "\n".join(lines)


def is_stopped(*, you: str) -> str:
    """Say that nothing is sent unasked."""
    return f"{you.capitalize()} đang dừng nhận mọi tin nhắc và thông báo."


def is_paused(*, until: date) -> str:
    """Say until when nothing is sent unasked."""
    return f"Đang tạm nghỉ, nhận lại từ ngày {day(until)}."


def ask_hour(*, at: time) -> str:
    """Ask for the time of day."""
    return f"Hiện gửi lúc {clock(at)}. Xin nhắn giờ mới, từ 6h00 đến 21h00, ví dụ: 6h30."


def wrong_hour() -> str:
    """Say which times can be chosen."""
    return "Chỉ gửi từ 6h00 đến 21h00. Xin nhắn lại giờ, ví dụ: 6h30."


def hour_is(*, at: time) -> str:
    """Say that the time was changed."""
    return f"Đã đổi: gửi lúc {clock(at)} vào ngày có việc."


def choose_topics() -> str:
    """Ask what to be told of."""
    return "Bấm để chọn hoặc bỏ chọn nội dung muốn nhận:"


def choose_leads() -> str:
    """Ask how long before to be told."""
    return "Bấm để chọn hoặc bỏ chọn, báo trước ngày kỷ niệm bao lâu:"


def mark(label: str, *, chosen: bool) -> str:
    """Write a choice with whether it is chosen."""
    return f"{'☑️' if chosen else '⬜'} {label}"


def ask_pause() -> str:
    """Ask how long to send nothing."""
    return "Tạm nghỉ nhận tin trong bao lâu?"


def paused(*, until: date) -> str:
    """Say that nothing comes until a day."""
    return (
        f"Đã tạm nghỉ. Trợ lý nhắn lại từ ngày {day(until)}. Muốn nhận sớm hơn, nhắn “nhận lại”."
    )


def stopped(*, you: str) -> str:
    """Say that nothing comes unasked any more, and how it begins again."""
    return (
        "Đã dừng mọi tin nhắc và thông báo. "
        f"{you.capitalize()} vẫn hỏi được như thường; muốn nhận lại, nhắn “nhận lại”."
    )


def resumed(*, at: time) -> str:
    """Say that it begins again."""
    return f"Đã bật lại: tin nhắc gửi lúc {clock(at)} vào ngày có việc."
