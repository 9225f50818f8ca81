"""Every sentence that the clock makes us say."""

LAPSED = "hết thời hạn: người nhận im lặng quá lâu, nền tảng chưa cho nhắn"
"""Why a delivery was not even tried, as the admins' page shows it."""
LATE = "nền tảng trả lời quá chậm, không rõ tin đã đến chưa"
_NEARLY_USED = {
    "messages": (
        "Kênh {channel} tháng này đã gửi {used} trên {limit} tin ({percent}%). Hết số này, có thể "
        "không gửi thêm được đến hết tháng. Đồng chí để dành tin cho việc cần, hoặc chuyển bớt "
        "người sang kênh khác."
    ),
    "users": (
        "Kênh {channel} đã có {used} trên {limit} người dùng ({percent}%). Đủ số này, người mới "
        "có thể không dùng được kênh này. Đồng chí hướng dẫn người mới dùng kênh khác."
    ),
}


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def channel_stopped(*, channel: str, reason: str) -> str:
    """Tell an admin that a platform refuses our account."""
    return (
        f"Kênh {channel} đang dừng, tin chưa gửi được: {reason}\n"
        "Đồng chí (hoặc người cài đặt) chạy lệnh danvan doctor trên máy chủ để biết cách xử lý."
    )


def nearly_used(*, channel: str, kind: str, used: int, limit: int) -> str:
    """Tell an admin that most of what a platform allows is used."""
    return _NEARLY_USED[kind].format(
        channel=channel,
        used=_figure(used),
        limit=_figure(limit),
        percent=used * 100 // limit,
    )


def run_out(*, channel: str) -> str:
    """Tell an admin that a paid quota is at its end."""
    return (
        f"Kênh {channel} đã hết số tin có phí của gói dịch vụ. Câu trả lời trong 48 giờ vẫn gửi "
        "được; người im lặng lâu hơn chỉ nhận được tin khi nhắn lại, hoặc khi cơ quan mua thêm."
    )
