"""Every sentence of logging in to our own pages."""

from store.logins import TOKEN_LASTS

OPEN = "Mở trang biên tập"
MINUTES = int(TOKEN_LASTS.total_seconds() // 60)


def press() -> str:
    """Say what the link below is."""
    return (
        "Đồng chí mở trang biên tập bằng liên kết đăng nhập dưới đây. Liên kết dùng được một lần, "
        f"trong {MINUTES} phút; xin không chuyển cho người khác."
    )


def open_link(*, link: str) -> str:
    """Give the link where it cannot be a button."""
    return (
        "Đồng chí mở trang biên tập bằng liên kết đăng nhập dưới đây. Liên kết dùng được một lần, "
        f"trong {MINUTES} phút; xin không chuyển cho người khác.\n{link}"
    )


def no_pages() -> str:
    """Say that there are no pages to log in to."""
    return "Trang biên tập chưa có địa chỉ để mở. Đồng chí báo người quản trị của cơ quan giúp."
