"""Every sentence about reminders that people ask for in words."""

from datetime import datetime
from typing import Final

from handlers.phrases import figure
from knowledge.reminding.phrases import moment

YES: Final = "✅ Đồng ý"
EDIT: Final = "✏️ Sửa"
NO: Final = "❌ Thôi"
LIST: Final = "📝 Việc đã hẹn"
PAUSE: Final = "⏸ Tạm dừng"
RESUME: Final = "▶️ Nhắc tiếp"
CANCEL: Final = "❌ Hủy nhắc"
BACK: Final = "↩️ Danh sách"

FAULTS: Final = {
    "no such day": "Không có ngày hoặc giờ này trong lịch. Xin nhắn lại, ví dụ: “nhắc tôi họp chi "
    "bộ 8h sáng mai”.",
    "past": "Thời điểm này đã qua. Xin nhắn lại giờ còn ở phía trước.",
    "no time": "Xin nhắn thêm ngày giờ, ví dụ: “nhắc tôi nộp báo cáo 8h sáng thứ sáu”.",
    "no words": "Xin nhắn thêm nội dung cần nhắc, ví dụ: “nhắc tôi nộp báo cáo 8h sáng thứ sáu”.",
    "too far": "Chỉ hẹn được trong vòng vài năm tới. Xin nhắn lại thời điểm gần hơn.",
}
"""What is said of a fault, by its kind."""
NOT_READ: Final = "Chưa đọc được thời điểm. Xin nhắn lại, ví dụ: “8h sáng thứ sáu”."


def read_back(*, you: str, what: str, when: str, first: datetime | None) -> str:
    """Read back what somebody wants to be reminded of; `first` where it falls again and again."""
    return f"Nhắc {you}: {what}\n{_times(when, first)}"


def read_back_unit(*, unit: str, people: int, what: str, when: str, first: datetime | None) -> str:
    """Read back what a unit is to be reminded of; `first` where it falls again and again."""
    return f"Nhắc {figure(people)} người của {unit}: {what}\n{_times(when, first)}"


def _times(when: str, first: datetime | None) -> str:
    again = f"\nLần tới: {moment(first)}" if first else ""
    return f"Thời gian: {when}{again}. Đúng chưa ạ?"


def kept(*, first: datetime) -> str:
    """Say that a reminder is kept, and when it comes."""
    return f"Đã ghi. Trợ lý nhắc lúc {moment(first)}. Xem hoặc sửa: nhắn “nhắc việc”."


def dropped() -> str:
    """Say that nothing was kept."""
    return "Đã bỏ, không hẹn nhắc."


def ask_again(*, what: str) -> str:
    """Ask for another time or other words."""
    return f"Đang hẹn: {what}. Xin nhắn thời điểm mới (ví dụ: “đổi sang 9h”) hoặc cả lời nhắc mới."


def quiet() -> str:
    """Say that a unit is not reminded in the quiet hours."""
    return "Lời nhắc cho cả đơn vị chỉ gửi từ 6h00 đến 21h00. Xin nhắn lại giờ khác."


def nobody(*, unit: str) -> str:
    """Say that there is nobody to remind."""
    return f"{unit} chưa có ai đăng ký nhận tin, nên không hẹn được."


def unknown_unit(*, name: str) -> str:
    """Say that the speaker has no such unit."""
    return f"Không thấy đơn vị “{name}” trong phạm vi đồng chí phụ trách. Xin nhắn lại tên đơn vị."


def ambiguous_unit(*, name: str) -> str:
    """Say that several units have a name."""
    return f"Có nhiều đơn vị tên “{name}”. Xin ghi thêm đơn vị cấp trên, ví dụ: “xã A, tỉnh B”."


def too_many(*, most: int) -> str:
    """Say that no more fit."""
    return f"Đồng chí đã có {most} việc hẹn nhắc; xin hủy bớt rồi hẹn tiếp."


def none_yet() -> str:
    """Say that there are no reminders, and how to make one."""
    return "Chưa có việc nào được hẹn. Nhắn ví dụ: “nhắc tôi nộp báo cáo 8h sáng thứ sáu”."


def listed(*, count: int) -> str:
    """Introduce the list of reminders."""
    return f"{count} việc đã hẹn; bấm một việc để sửa hoặc hủy:"


def line(*, what: str, when: str, unit: str, paused: bool) -> str:
    """Write one reminder of the list."""
    whose = f" (cả {unit})" if unit else ""
    return f"{what}{whose}: {when}{', đang tạm dừng' if paused else ''}"


def gone() -> str:
    """Say that a reminder is over or no longer there."""
    return "Việc này đã xong hoặc đã hủy."


def paused() -> str:
    """Say that a reminder rests."""
    return "Đã tạm dừng việc này."


def resumed(*, first: datetime) -> str:
    """Say that a reminder goes on."""
    return f"Sẽ nhắc tiếp, lần tới: {moment(first)}."


def cancelled() -> str:
    """Say that a reminder was cancelled."""
    return "Đã hủy việc hẹn nhắc này."
