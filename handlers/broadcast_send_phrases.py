"""Every sentence of sending a broadcast: the preview, the time, a trial, what was handed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.broadcast_phrases import code, moment
from handlers.phrases import figure
from store.channel_accounts import platform
from store.forecasts import Forecast, Shortage, Unreached
from store.media import KEPT

NOW: Final = "✅ Gửi ngay"
URGENT: Final = "✅ Gửi ngay (khẩn)"
MORNING: Final = "✅ Gửi 6h sáng"
SCHEDULE: Final = "✅ Hẹn gửi"
LATER: Final = "⏰ Hẹn giờ"
TRIAL: Final = "🧪 Gửi thử"
COPY: Final = "📋 Lấy bản chữ"
NAMES: Final = "📄 Xem tên"
EDIT: Final = "✏️ Sửa"
AGAIN: Final = "🔄 Xem lại"
EDIT_TEXT: Final = "✏️ Sửa nội dung"
EDIT_AUDIENCE: Final = "👥 Đổi người nhận"
WITHOUT_FILE: Final = "🗑 Bỏ ảnh, tệp"
WITHOUT_TIME: Final = "🗑 Bỏ hẹn giờ"

WHYS: Final[Mapping[str, str]] = {
    "blocked": "đã chặn",
    "gone": "tài khoản không còn",
    "window": "hết thời hạn",
    "nowhere": "chưa bắt đầu",
    "stopped": "đã dừng nhận",
}
"""Why somebody will not get it."""
FAULTS: Final[Mapping[str, str]] = {
    "no such day": "Không có ngày hoặc giờ này. Đồng chí gõ lại, ví dụ: “8h sáng mai”.",
    "past": "Thời điểm này đã qua. Đồng chí gõ lại, ví dụ: “8h sáng mai”.",
    "too far": "Thời điểm này xa quá. Đồng chí gõ lại thời điểm gần hơn.",
}
NOT_A_TIME: Final = "Chưa đọc được giờ gửi. Đồng chí gõ lại, ví dụ: “8h sáng mai” hoặc “15/10 7h”."


# The preview


def preview(
    *,
    audience: str,
    seen: Forecast,
    named: int,
    receipt: bool,
    at: datetime | None,
    quiet: bool,
) -> str:
    """Say who will get it and who will not; the first `named` of those by name."""
    lines = [f"Người nhận: {audience}.", _counts(seen)]
    lines += [_unreached(one) for one in seen.unreached[:named]]
    if len(seen.unreached) > named:
        left = figure(len(seen.unreached) - named)
        lines.append(f"Còn {left} người nữa: bấm “{NAMES}”.")
    if seen.paid:
        lines.append(f"{figure(seen.paid)} tin phải trả phí.")
    if receipt:
        lines.append("Có nút “✅ Đã nhận”; ai chưa bấm được nhắc lại một lần sau 24 giờ.")
    if at is not None:
        lines.append(f"Giờ gửi: {moment(at)}.")
    elif quiet:
        lines.append("Đang giờ nghỉ (21h00-6h00): nên gửi 6h sáng, trừ việc khẩn.")
    return "\n".join(lines)


def _counts(seen: Forecast) -> str:
    if seen.groups and not seen.reached and not seen.unreached:
        return f"{figure(seen.groups)} nhóm nhận được."
    counted = f"{figure(seen.reached)} người nhận được, {figure(len(seen.unreached))} không"
    return f"{counted}:" if seen.unreached else f"{counted}."


def _unreached(one: Unreached) -> str:
    """Name somebody, not by number: where there are no buttons that stands for a choice."""
    where = f" ({one.unit})" if one.unit else ""
    return f"• {one.name or 'chưa rõ tên'}{where}: {WHYS.get(one.why, one.why)}"


def names(*, unreached: Sequence[Unreached], most: int) -> str:
    """Name everybody who will not get it, but no more than so many."""
    lines = [f"{figure(len(unreached))} người không nhận được:"]
    lines += [_unreached(one) for one in unreached[:most]]
    if len(unreached) > most:
        lines.append(f"và {figure(len(unreached) - most)} người nữa.")
    return "\n".join(lines)


def everybody() -> str:
    """Say that everybody will get it."""
    return "Mọi người đều nhận được."


def short(shortages: Sequence[Shortage]) -> str:
    """Refuse what a month's quota would not do for, with the arithmetic."""
    lines = [
        f"{platform(one.channel)}: cần {figure(one.needed)} tin, tháng này còn {figure(one.left)}."
        for one in shortages
    ]
    return "\n".join(["Chưa gửi được vì hết hạn mức.", *lines, "Đồng chí chọn ít người hơn."])


def nobody() -> str:
    """Refuse to send to nobody."""
    return "Không có ai nhận được nên không gửi. Đồng chí đổi người nhận."


def file_comes() -> str:
    """Say that the file is still being fetched."""
    return f"Ảnh hoặc tệp đang tải về, chưa gửi được. Vài giây nữa bấm “{AGAIN}”."


def file_lost() -> str:
    """Say that the file could not be had."""
    return "Không tải được ảnh hoặc tệp nên đã bỏ ra. Đồng chí gửi lại ảnh, tệp nếu cần."


def receipt_label(*, chosen: bool) -> str:
    """Label the button that asks everybody to confirm, with how it stands."""
    return f"{'☑️' if chosen else '⬜'} Cần xác nhận đã nhận"


def ask_edit() -> str:
    """Ask what is to be changed."""
    return "Đồng chí muốn sửa gì?"


def no_right() -> str:
    """Say that the audience is no longer the speaker's."""
    return "Người nhận không còn thuộc phạm vi đồng chí phụ trách. Đồng chí chọn lại."


# When


def ask_when() -> str:
    """Ask for the time."""
    return "Đồng chí gõ giờ gửi, ví dụ: “8h sáng mai” hoặc “15/10 7h”."


def once_only() -> str:
    """Say that a broadcast goes out once."""
    return "Thông báo chỉ gửi một lần. Đồng chí gõ một ngày giờ, ví dụ: “8h sáng mai”."


def quiet_hours() -> str:
    """Refuse a time in the quiet hours."""
    return "Giờ nghỉ (21h00-6h00) không gửi thông báo hẹn trước. Đồng chí chọn giờ khác."


def file_too_late(*, days: int) -> str:
    """Say that files are not kept for so long."""
    return (
        f"Ảnh và tệp chỉ giữ {KEPT.days} ngày, nên chỉ hẹn được trong {days} ngày tới. "
        "Đồng chí chọn giờ gần hơn."
    )


# A trial


def ask_trial() -> str:
    """Ask who gets a trial."""
    return "Gửi thử cho ai? Gõ “tôi”, hoặc họ tên người nhận, cách nhau bằng dấu phẩy."


TRIAL_TITLE: Final = "[Gửi thử]"


def wrong_people(*, unknown: Sequence[str], ambiguous: Sequence[str]) -> str:
    """Say which people were not found, or not just one."""
    lines = []
    if unknown:
        lines.append(
            "Không thấy trong phạm vi đồng chí phụ trách: "
            + ", ".join(f"“{name}”" for name in unknown)
            + "."
        )
    if ambiguous:
        lines.append(
            "Có nhiều người cùng tên: " + ", ".join(f"“{name}”" for name in ambiguous) + "."
        )
    lines.append("Đồng chí gõ lại.")
    return "\n".join(lines)


def trial_unreached() -> str:
    """Say that nobody of those who were named can be reached."""
    return "Không nhắn được cho người này. Đồng chí gõ tên khác."


def trial_sent(*, number: int, people: int) -> str:
    """Say that a trial is on its way."""
    return f"Đang gửi thử ({code(number)}) cho {figure(people)} người."


# Sent


def queued(*, number: int, people: int, groups: int, at: datetime | None) -> str:
    """Say that it will be sent."""
    whom = f"{figure(groups)} nhóm" if groups and not people else f"{figure(people)} người"
    when = f", gửi lúc {moment(at)}" if at else ""
    return f"Đã xếp gửi, mã {code(number)}: {whom}{when}. Xem, dừng: gõ “thông báo đã gửi”."


def waits(*, number: int, people: int, limit: int) -> str:
    """Say that somebody else has to agree."""
    return (
        f"Đã ghi, mã {code(number)}: {figure(people)} người, trên {figure(limit)} nên cần một "
        "lãnh đạo khác đồng ý. Trợ lý đang hỏi và sẽ báo lại."
    )
