"""Every sentence about a photo that could not be brought in."""

from collections.abc import Mapping

MOST_MEGABYTES = 20

NOT_FETCHED: Mapping[str, str] = {
    "too large": (
        f"Trợ lý chưa lấy được ảnh đồng chí gửi vì ảnh quá lớn (tối đa {MOST_MEGABYTES} MB). "
        "Đồng chí giảm cỡ ảnh rồi gửi lại giúp trợ lý."
    ),
    "wrong kind": (
        "Trợ lý chưa lấy được ảnh đồng chí gửi vì tệp nhận về không phải là ảnh. "
        "Đồng chí chọn ảnh khác rồi gửi lại giúp trợ lý."
    ),
    "gone": (
        "Trợ lý chưa lấy được ảnh đồng chí gửi vì ứng dụng chat không còn giữ ảnh đó. "
        "Đồng chí gửi lại ảnh giúp trợ lý."
    ),
    "forbidden": (
        "Trợ lý chưa lấy được ảnh đồng chí gửi vì cơ quan chưa cho phép lấy ảnh từ nơi đó. "
        "Đồng chí báo người quản trị, rồi gửi lại ảnh sau."
    ),
}
"""By the fault that was final."""

AWAY = (
    "Trợ lý chưa lấy được ảnh đồng chí gửi vì đường truyền đang trục trặc. "
    "Đồng chí gửi lại ảnh sau ít phút giúp trợ lý."
)
"""When it was tried often enough."""


def not_fetched(fault: str) -> str:
    """Say why a photo is not here, and what to do."""
    return NOT_FETCHED.get(fault, AWAY)
