"""Every sentence that a conversation says, but for greetings, invitations and one's own data.

`you` is "đồng chí" for registered people and "anh/chị" for everybody else.
"""

from collections.abc import Sequence
from datetime import date

from knowledge.phrases import long_day

GOOD = "👍"
BAD = "👎 Chưa đúng"
FORWARD = "Gửi câu hỏi cho người phụ trách"
MISREAD = "✏️ Không phải, hỏi lại"

NOT_KEPT = "[không lưu]"
SAID = {
    "photo": "[ảnh]",
    "file": "[tệp]",
    "voice": "[tin nhắn thoại]",
    "sticker": "[nhãn dán]",
    "location": "[vị trí]",
    "other": "[tin nhắn khác]",
}
"""How what is no text stands in a chat's history."""
SAID_CODE = "[mã mời]"
SAID_NOTHING = "[tin nhắn trống]"


def figure(number: int) -> str:
    """Write a whole number as it is written in Vietnamese: 2.000."""
    return f"{number:,}".replace(",", ".")


def first(text: str) -> str:
    """Write the first letter large."""
    return text[:1].upper() + text[1:]


def leaders_only(*, you: str) -> str:
    """Say that this is for leaders."""
    return f"Việc này dành cho lãnh đạo đơn vị; {you} liên hệ quản trị viên nếu cần được giao."


def people_only(*, you: str) -> str:
    """Say that this is for registered people."""
    return f"Việc này dành cho người đã đăng ký; {you} gửi mã mời của đơn vị để tham gia."


def notice(*, you: str, registered: bool) -> str:
    """Say once what is kept, why, how long and who sees it; of strangers no photo is kept."""
    photos = ", ảnh trong 30 ngày" if registered else ""
    return (
        f"Về dữ liệu của {you}: trợ lý lưu tên hiển thị, và giữ câu hỏi, câu trả lời trong "
        f"12 tháng để bổ sung kho tri thức{photos}; chỉ người phụ trách kho tri thức "
        f"và người quản trị được xem. {first(you)} xem hoặc xóa lúc nào cũng được: "
        "gõ “dữ liệu của tôi” (/dulieu)."
    )


def welcome(*, you: str) -> str:
    """Answer thanks."""
    return f"Trợ lý luôn sẵn sàng. {first(you)} cần gì cứ hỏi tiếp."


# Answers and dates


def read_in_part(*, characters: int) -> str:
    """Say that only the beginning of a long text was read."""
    return f"(Tin nhắn dài, trợ lý chỉ đọc {figure(characters)} ký tự đầu.)"


def judged_good(*, you: str) -> str:
    """Thank for a 👍."""
    return f"Cảm ơn {you} đã đánh giá."


def judged_bad(*, you: str) -> str:
    """Thank for a 👎."""
    return (
        f"Cảm ơn {you}. Người phụ trách kho tri thức sẽ xem lại câu trả lời này; "
        "có câu trả lời mới, trợ lý sẽ báo tại đây."
    )


def ask_again(*, you: str) -> str:
    """Ask for a question again that was read wrongly."""
    return f"{first(you)} gõ lại câu hỏi giúp trợ lý, viết rõ tên tỉnh hoặc số văn bản nếu có."


def forwarded() -> str:
    """Say that a curator will answer."""
    return "Đã gửi câu hỏi cho người phụ trách. Khi có câu trả lời, trợ lý sẽ báo tại đây."


def forwarded_before() -> str:
    """Say that pressing again is not needed."""
    return "Câu hỏi này đã được gửi cho người phụ trách."


OCCASIONS = "Ngày kỷ niệm sắp tới"


def occasions(lines: Sequence[str], *, confirmed: bool) -> str:
    """List the next occasions."""
    if not lines:
        return "Lịch chưa có ngày kỷ niệm nào sắp tới."
    warning = "Ngày ghi “chưa kiểm chứng” cần được xác nhận trước khi dùng."
    return "\n".join(lines if confirmed else (*lines, warning))


def occasion(*, when: date, today: date, name: str, years: Sequence[int], confirmed: bool) -> str:
    """Write one line of the calendar."""
    marks = [
        "hôm nay" if when == today else "",
        *(f"{figure(count)} năm" for count in years),
        "" if confirmed else "chưa kiểm chứng",
    ]
    said = ", ".join(mark for mark in marks if mark)
    return f"• {long_day(when)}: {name}" + (f" ({said})" if said else "")


# What cannot be taken


def secret(*, you: str) -> str:
    """Refuse what bears a secrecy stamp."""
    return (
        "Có dấu hiệu bí mật nhà nước, trợ lý không tiếp nhận. Nội dung không được lưu; "
        f"đề nghị {you} xóa tin nhắn vừa gửi khỏi máy."
    )


def not_text(kind: str, *, you: str) -> str:
    """Say that only written questions are understood."""
    return (
        f"{_NOT_TEXT.get(kind, _NOT_TEXT['other'])} {first(you)} gửi câu hỏi bằng chữ giúp trợ lý."
    )


_NOT_TEXT = {
    "photo": "Trợ lý chưa nhận ảnh báo cáo.",
    "file": "Trợ lý chưa nhận tệp.",
    "voice": "Trợ lý chưa nghe được tin nhắn thoại.",
    "sticker": "Trợ lý chưa hiểu nhãn dán.",
    "location": "Trợ lý không dùng vị trí.",
    "other": "Trợ lý chưa đọc được loại tin nhắn này.",
}


def empty(*, you: str) -> str:
    """Say that there was nothing to read."""
    return (
        f"Trợ lý chưa thấy câu hỏi trong tin nhắn. {first(you)} gõ câu hỏi bằng chữ giúp trợ lý."
    )


def unknown_command(*, you: str, command: str) -> str:
    """Say that there is no such command."""
    return (
        f"Trợ lý không có lệnh /{command}. {first(you)} gõ “trợ giúp” để xem các lệnh, "
        "hoặc gõ thẳng câu hỏi."
    )


def stale(*, you: str) -> str:
    """Say that a button does nothing any more."""
    return f"Lựa chọn này không còn dùng được. {first(you)} gõ lại câu hỏi, hoặc gõ “trợ giúp”."


def private_only(*, you: str) -> str:
    """Say that this belongs in a private chat."""
    return f"Việc này chỉ làm trong cuộc trò chuyện riêng. {first(you)} nhắn riêng cho trợ lý."


# Stopping


def stopped() -> str:
    """Say that the open dialogue is closed."""
    return "Đã dừng việc đang làm dở."


def nothing_open() -> str:
    """Say that there is nothing to stop."""
    return "Hiện không có việc nào đang làm dở."


def nothing_sent(*, you: str) -> str:
    """Say that nothing comes unasked."""
    return f"Hiện trợ lý không tự gửi tin nhắc việc, chỉ trả lời khi {you} hỏi."


# Said by the dispatcher, which does not know who is spoken to


def too_many() -> str:
    """Say, once, that somebody writes too fast."""
    return "Tin nhắn đến nhanh quá, trợ lý chưa kịp trả lời. Xin chờ một phút rồi gửi tiếp."


def sorry() -> str:
    """Apologise for an update that could not be worked."""
    return "Xin lỗi, trợ lý gặp lỗi với tin nhắn vừa rồi. Xin gửi lại sau ít phút."


def update_is_dead() -> str:
    """Tell an admin of it."""
    return (
        "Có một tin nhắn không xử lý được sau ba lần thử; người gửi đã được xin lỗi. "
        "Chi tiết có trong nhật ký máy chủ."
    )
