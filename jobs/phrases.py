"""Every sentence that the clock makes us say."""

LAPSED = "người nhận im lặng quá lâu, nền tảng chưa cho nhắn"
"""Why a delivery was not even tried, as the admins' page shows it."""
_COUNTED = {"messages": "tin gửi trong tháng", "users": "người dùng"}


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def channel_stopped(*, channel: str, reason: str) -> str:
    """Tell an admin that a platform refuses our account."""
    return (
        f"Kênh {channel} đang dừng, tin chưa gửi được: {reason}\n"
        "Đồng chí chạy lệnh `danvan doctor` trên máy chủ để biết cách xử lý."
    )


def nearly_used(*, channel: str, kind: str, used: int, limit: int) -> str:
    """Tell an admin that most of what a platform allows is used."""
    percent = used * 100 // limit
    return (
        f"Kênh {channel} đã dùng {_figure(used)} trên {_figure(limit)} {_COUNTED[kind]} "
        f"({percent}%). Hết mức này, nền tảng sẽ không nhận thêm."
    )


def run_out(*, channel: str) -> str:
    """Tell an admin that a paid quota is at its end."""
    return (
        f"{channel} đã hết số tin có phí của gói dịch vụ. Câu trả lời trong 48 giờ vẫn gửi được; "
        "người im lặng lâu hơn chỉ nhận được tin khi nhắn lại, hoặc khi cơ quan mua thêm."
    )
