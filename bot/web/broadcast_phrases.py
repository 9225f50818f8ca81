"""What the admins' page says of broadcasts."""

from collections.abc import Mapping
from typing import Final

TITLE: Final = "Thông báo"
NONE: Final = "Chưa có thông báo nào."
COLUMNS: Final = ("Mã", "Nội dung", "Lúc gửi", "Trạng thái", "Đã gửi", "Đã nhận", "Chưa đến")
STATES: Final[Mapping[str, str]] = {
    "waiting": "chờ đồng ý",
    "scheduled": "chờ đến giờ",
    "running": "đang gửi",
    "paused": "tạm dừng",
    "done": "đã xong",
    "refused": "không được đồng ý",
    "cancelled": "đã hủy",
}


def code(*, number: int) -> str:
    """Name a broadcast."""
    return f"TB{number}"


def more(*, count: str) -> str:
    """Say how many more there are than are named."""
    return f"và {count} người nữa"
