"""What is said about the calendar beside its list: the file of it, and confirming a day."""

from collections.abc import Sequence
from datetime import date

from knowledge.phrases import day as written_day

DOWNLOAD = "📅 Tải lịch"
YES = "✅ Xác nhận"
NO = "❌ Chưa"


def confirm_label(*, on: date) -> str:
    """Label the button that confirms the day of a list."""
    return f"✅ Xác nhận {on.day}/{on.month}"


def making_file() -> str:
    """Say that the file comes."""
    return "Trợ lý đang tạo tệp lịch 12 tháng tới, sẽ gửi tại đây."


def ask_confirm(
    *, name: str, on: date, base: int | None, decided_by: str, sources: Sequence[str], note: str
) -> str:
    """Ask whether a day is right, and say where it is from and what is not sure."""
    counted = f", tính từ năm {base}" if base else ""
    by = f"\nQuy định: {decided_by}." if decided_by else ""
    return (
        f"{name}: {written_day(on)}{counted}.{by}"
        f"\nNguồn đã đọc: {'; '.join(sources) or 'chưa có'}."
        f"\nChưa chắc: {note or 'ngày và năm chưa kiểm chứng.'}"
        "\nXác nhận rồi thì trợ lý không ghi “chưa kiểm chứng” nữa và nhắc như các ngày khác."
        " Đồng chí xác nhận ngày này đúng?"
    )


def confirmed(*, name: str) -> str:
    """Say that a day is confirmed."""
    return f"Đã xác nhận: {name}. Trợ lý sẽ nhắc ngày này như các ngày khác."


def confirmed_before(*, name: str) -> str:
    """Say that nothing is to be confirmed."""
    return f"{name} đã được xác nhận."


def not_confirmed() -> str:
    """Say that everything stays as it was."""
    return "Chưa xác nhận; ngày này vẫn ghi “chưa kiểm chứng” và chưa được nhắc."


def no_such_day() -> str:
    """Say that the day is not in the calendar any more."""
    return "Ngày này không còn trong lịch. Gõ /lich để xem lịch hiện nay."


def not_theirs(*, you: str) -> str:
    """Say who confirms days."""
    return (
        "Việc xác nhận ngày kỷ niệm dành cho lãnh đạo đơn vị và người phụ trách kho tri thức; "
        f"{you} xem lịch bằng /lich."
    )


def stale() -> str:
    """Say that a button is over."""
    return "Nút này đã hết hiệu lực. Gõ /lich để xem lịch hiện nay."
