"""Every sentence of coming in: greetings, the help, invitations."""

from handlers.phrases import first

ROLES = {
    "officer": "cán bộ dân vận",
    "leader": "lãnh đạo",
    "curator": "người phụ trách kho tri thức",
    "admin": "người quản trị",
}
EXAMPLES = (
    ("Ngày 15/10 là ngày gì?", "Ngày 15/10 là ngày gì?"),
    ("Kế hoạch 246 Hà Giang thực hiện khi nào?", "Kế hoạch 246 Hà Giang thực hiện khi nào?"),
    ("An Giang vận động hiến đất để làm gì?", "An Giang vận động hiến đất để làm gì?"),
)
"""What a newcomer may tap, as far as the base answers it: label, and the question it asks."""


def _named(you: str, name: str) -> str:
    return f"{you} {name}" if name else you


def start(*, you: str, name: str, examples: bool) -> str:
    """Say who speaks, to somebody who may ask."""
    tap = ", hoặc chọn thử một câu dưới đây" if examples else ""
    return (
        f"Chào {_named(you, name)}. Đây là trợ lý dân vận: {you} hỏi về các kế hoạch dân vận và "
        "ngày kỷ niệm, trợ lý trả lời ngắn gọn, có nêu nguồn. Điều gì chưa có trong kho tri thức, "
        "trợ lý sẽ nói rõ.\n"
        f"{first(you)} gõ câu hỏi{tap}. Cần hướng dẫn thì gõ “trợ giúp”."
    )


def start_closed(*, you: str) -> str:
    """Say who speaks, to somebody who needs an invitation first."""
    return (
        f"Chào {you}. Đây là trợ lý dân vận, dành cho người được mời. "
        f"{first(you)} gửi mã mời (10 ký tự) vào đây để bắt đầu."
    )


def closed(*, you: str) -> str:
    """Say that an invitation is needed."""
    return (
        f"Trợ lý chỉ phục vụ người được mời. {first(you)} gửi mã mời (10 ký tự) vào đây, "
        "hoặc liên hệ người quản trị của cơ quan để được mời."
    )


def suspended(*, you: str) -> str:
    """Say that the person's roles rest."""
    return (
        f"Quyền sử dụng của {you} đang tạm dừng. "
        f"Muốn mở lại, {you} liên hệ người quản trị của cơ quan."
    )


def help_text(*, you: str, may_ask: bool, registered: bool, curates: bool, leads: bool) -> str:
    """List what may be said, and only that."""
    lines = []
    if may_ask:
        lines += [
            f"{first(you)} gõ câu hỏi bằng chữ, có dấu hay không dấu đều được.",
            "• lịch (/lich): các ngày kỷ niệm sắp tới",
        ]
    lines.append("• dữ liệu của tôi (/dulieu): xem, xuất, xóa dữ liệu của mình")
    if registered:
        lines += [
            "• nhắc việc (/nhacviec): xem, đổi, dừng các tin nhắc nhận được",
            "• nhắc tôi họp 8h sáng mai: hẹn trợ lý nhắc một việc",
            "• liên kết (/lienket): dùng trợ lý trên nhiều kênh",
        ]
    if leads:
        lines.append("• thông báo (/thongbao): gửi thông báo cho đơn vị")
    if curates:
        lines.append("• câu hỏi (/cauhoi): trả lời các câu hỏi đang chờ")
        lines.append("• đăng nhập (/dangnhap): mở trang biên tập kho tri thức")
    lines += [
        "• hủy (/huy): dừng việc đang làm dở",
        "• trợ giúp (/trogiup): xem lại hướng dẫn này",
    ]
    if not registered:
        lines.append(f"Có mã mời thì {you} gửi thẳng mã vào đây.")
    return "\n".join(lines)


def joined(*, name: str, role: str, unit: str) -> str:
    """Greet a person who has just joined."""
    return (
        f"Chào {_named('đồng chí', name)}. Đồng chí tham gia với vai trò {ROLES[role]}, "
        f"đơn vị: {unit}.\nĐồng chí gõ câu hỏi về các kế hoạch dân vận, hoặc gõ “trợ giúp”."
    )


def role_added(*, role: str, unit: str) -> str:
    """Tell a registered person of one more role."""
    return f"Đồng chí có thêm vai trò {ROLES[role]}, đơn vị: {unit}."


def role_held(*, you: str, role: str, unit: str) -> str:
    """Tell a person that the code gives nothing new; it was not used."""
    return f"{first(you)} đã có vai trò {ROLES[role]}, đơn vị: {unit}. Mã mời không bị trừ lượt."


def code_unknown(*, you: str) -> str:
    """Say that there is no such code."""
    return (
        f"Mã không đúng. {first(you)} kiểm tra lại từng ký tự, hoặc xin người mời cấp mã mới; "
        "mỗi mã chỉ dùng được một số lần."
    )


def code_used_up(*, you: str) -> str:
    """Say that all uses of a code are gone."""
    return f"Mã mời này đã hết lượt dùng. {first(you)} xin người mời cấp mã mới."


def code_expired(*, you: str) -> str:
    """Say that a code is too old."""
    return f"Mã mời này đã hết hạn. {first(you)} xin người mời cấp mã mới."
