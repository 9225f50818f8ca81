"""What is said with the file of the calendar."""

from datetime import date

from knowledge.phrases import day

NO_FILES = (
    "Kênh này chưa gửi được tệp. Người quản trị xuất được tệp lịch để chuyển cho mọi người; "
    "xem danh sách bằng /lich."
)
FAILED = "Chưa tạo được tệp lịch. Gõ /lich rồi bấm “📅 Tải lịch” lần nữa sau ít phút."


def file_text(*, first: date, last: date, count: int) -> str:
    """Say what the file holds and what to do with it."""
    return (
        f"Lịch kỷ niệm từ {day(first)} đến {day(last)}, {count} mục. "
        "Mở tệp trên điện thoại hoặc máy tính để thêm vào lịch của mình."
    )
