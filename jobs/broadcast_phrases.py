"""What is said of broadcasts: to authors, to second leaders, and to who has not confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

WHYS: Final[Mapping[str, str]] = {
    "blocked": "đã chặn",
    "gone": "tài khoản không còn",
    "window": "hết thời hạn",
    "nowhere": "chưa bắt đầu",
    "stopped": "đã dừng nhận",
    "rejected": "bị từ chối",
    "unknown": "chưa rõ đã đến chưa",
    "stale": "quá giờ, không gửi",
    "cancelled": "đã hủy, không gửi",
    "cleared": "không cần gửi nữa",
}
"""Why somebody was not reached, in the order in which it is told."""
STATES: Final[Mapping[str, str]] = {
    "queued": "đang chờ gửi",
    "sending": "đang gửi",
    "sent": "đã gửi",
    "failed": "không gửi được",
    "missed": "không gửi được",
    "unknown": "chưa rõ đã đến chưa",
    "stale": "quá giờ, không gửi",
    "cancelled": "đã hủy, không gửi",
    "cleared": "không cần gửi nữa",
}
LONGEST_SHOWN: Final = 500
AGREE, REFUSE = "✅ Đồng ý", "❌ Không đồng ý"
COLUMNS: Final = ("STT", "Họ tên", "Đơn vị", "Kênh", "Kết quả", "Lý do", "Đã nhận lúc")
FILE_TEXT: Final = "Danh sách người nhận của thông báo TB{number}."
NO_LIST: Final = "Chưa lập được danh sách người nhận. Đồng chí thử lại sau ít phút."


def figure(number: int) -> str:
    """Write a number as Vietnamese do."""
    return f"{number:,}".replace(",", ".")


def again(*, text: str) -> str:
    """Tell somebody once more what they have not confirmed."""
    return f"Nhắc lại: đồng chí chưa bấm “Đã nhận” với thông báo sau.\n\n{text}"


def going_on(*, number: int, done: int, total: int, sent: int, planned: bool) -> str:
    """Tell the author how far it is."""
    if not planned:
        return f"Thông báo TB{number} đang gửi: đã gửi {figure(sent)} người, đang xếp tiếp."
    return (
        f"Thông báo TB{number} đang gửi: xong {figure(done)} trên {figure(total)} người "
        f"({done * 100 // max(total, 1)}%), đã gửi {figure(sent)}."
    )


def is_over(*, number: int) -> str:
    """Say in place of the progress that it is over."""
    return f"Thông báo TB{number} đã gửi xong. Kết quả ở tin sau."


def report(
    *,
    number: int,
    cancelled: bool,
    total: int,
    sent: int,
    reasons: Mapping[str, int],
    names: Sequence[str],
    confirmed: int | None,
) -> str:
    """Tell the author what became of it. `names` are the first of who was not reached;
    `confirmed` is None where nobody was asked to confirm.
    """
    ended = "đã hủy" if cancelled else "đã gửi xong"
    lines = [f"Thông báo TB{number} {ended}.", f"Đã gửi: {figure(sent)}/{figure(total)} người."]
    if confirmed is not None:
        lines.append(f"Đã bấm “Đã nhận”: {figure(confirmed)}.")
    not_sent = sum(reasons.values())
    if not not_sent:
        return "\n".join(lines)
    lines.append(f"Không gửi được hoặc chưa chắc: {figure(not_sent)}")
    lines += [f"- {WHYS[why]}: {figure(reasons[why])}" for why in WHYS if reasons.get(why)]
    lines += ["", "Cụ thể:", *(f"• {name}" for name in names)]
    if not_sent > len(names):
        lines.append(f"Còn {figure(not_sent - len(names))} người nữa, danh sách ở tin sau.")
    return "\n".join(lines)


def person(*, name: str, unit: str, why: str) -> str:
    """Name somebody who was not reached."""
    where = f" ({unit})" if unit else ""
    return f"{name or 'Nhóm chat'}{where}: {WHYS.get(why, why)}"


def many(*, number: int, names: Sequence[str], is_all: bool) -> str:
    """Name those who were not reached, where no file can be sent; not all where they are many."""
    if not names:
        return f"Thông báo TB{number}: không có ai không nhận được."
    lines = [f"Người chưa nhận được thông báo TB{number}:"]
    lines += [f"• {name}" for name in names]
    if not is_all:
        lines.append("Danh sách còn nữa, đồng chí xem trên trang quản trị.")
    return "\n".join(lines)


def wanted(
    *, number: int, author: str, unit: str, people: int, at: datetime | None, text: str
) -> str:
    """Ask a second leader to agree. `at` is when it is to be sent, None for at once."""
    when = f"lúc {at:%H:%M} ngày {at.day}/{at.month}/{at.year}" if at else "ngay sau khi đồng ý"
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1].rstrip()}…"
    where = f" ({unit})" if unit else ""
    return (
        f"Đồng chí {author}{where} muốn gửi thông báo TB{number} tới {figure(people)} người, "
        f"{when}. Thông báo này cần một lãnh đạo khác đồng ý.\n\n{shown}"
    )


def nobody_to_ask(*, number: int) -> str:
    """Tell the author that nobody else may agree."""
    return (
        f"Thông báo TB{number} cần một lãnh đạo khác đồng ý, nhưng chưa có lãnh đạo nào khác ở "
        "đơn vị của đồng chí hoặc cấp trên. Đồng chí nhờ người quản trị thêm lãnh đạo, hoặc gửi "
        "cho ít người hơn."
    )
