"""Every sentence that the Zalo Bot channel says itself: to the admins, and in `doctor`."""

UNPROVED = (
    "Zalo Bot, chưa kiểm chứng trên tài khoản thật: gửi tin chủ động sau nhiều ngày; bot trong"
    " nhóm; thời hạn của địa chỉ ảnh; trả lời 429 khi hết hạn mức; Zalo có gửi lại webhook khi máy"
    " chủ tắt hay không. Các con số về Zalo Bot đo trên máy chủ giả lập"
)
POLLING = "Zalo Bot: nhận tin bằng polling"
NO_PUBLIC_URL = (
    "Zalo Bot: kênh này chưa gửi được ảnh, vì Zalo lấy ảnh qua địa chỉ https công khai; hãy đặt"
    " DANVAN_PUBLIC_URL"
)
NOT_ACCEPTED = (
    "Zalo Bot: Zalo không nhận token (DANVAN_ZALO_BOT_TOKEN); hãy lấy lại trong Zalo Bot Manager"
    " rồi khởi động lại"
)

NO_PICTURE = "không có ảnh để gửi, hoặc chưa đặt DANVAN_PUBLIC_URL"
STORE_FAILED = "chưa đọc được ảnh từ kho của trợ lý, tin chưa gửi; trợ lý sẽ tự thử lại"
NO_EDITS = "Zalo Bot không cho sửa tin đã gửi"


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def token_refused(said: str) -> str:
    """Tell why the bot rests: its token is not accepted."""
    return f"Zalo không nhận token của bot, cần lấy token mới trong Zalo Bot Manager [401: {said}]"


def quota_used_up(said: str) -> str:
    """Tell why the bot rests: it may send no more for now."""
    return (
        "Zalo báo bot đã hết hạn mức gửi tin; trợ lý tự thử lại, trong lúc chờ cán bộ dùng kênh"
        f" khác [429: {said}]"
    )


def token_right(name: str) -> str:
    """Say that the token is accepted, and whose it is."""
    return f"Zalo Bot: token đúng, bot {name or '(chưa rõ tên)'}"


def out_of_reach(why: str) -> str:
    """Say that the platform does not answer."""
    return f"Không kết nối được Zalo Bot Platform; các kênh khác vẫn chạy [{why}]"


def too_slow(seconds: float) -> str:
    """Say that the platform did not answer in time."""
    return out_of_reach(f"quá {seconds:g} giây")


def refused(why: str) -> str:
    """Say that the platform answers, but not what was asked."""
    return f"Zalo Bot: Zalo từ chối cho biết tình trạng bot, hãy thử lại sau ít phút [{why}]"


def webhook_left_over(url: str) -> str:
    """Say that polling will take a webhook off."""
    return f"Zalo Bot: đang đặt webhook {url}; chế độ polling sẽ gỡ khi khởi động"


def webhook_right(url: str) -> str:
    """Say that the record agrees, and what to do where the secret has changed."""
    return (
        f"Zalo Bot: nhận tin bằng webhook {url}. Nếu vừa đổi DANVAN_ZALO_BOT_WEBHOOK_SECRET, hãy"
        " khởi động một lần với DANVAN_ZALO_BOT_MODE=polling rồi đặt lại webhook, vì Zalo không"
        " cho xem mã đang dùng"
    )


def webhook_differs(there: str, ours: str) -> str:
    """Say that the record does not agree, and that starting mends it."""
    return (
        f"Zalo Bot: webhook đang là {there or '(chưa có)'}, khi khởi động sẽ đặt lại thành {ours}"
    )


def messages_used(used: int, most: int) -> str:
    """Say how many of the month's messages are sent."""
    return f"Zalo Bot: tháng này đã gửi {_figure(used)} trên {_figure(most)} tin miễn phí"


def messages_nearly_used(used: int, most: int) -> str:
    """Say that few of the month's messages are left."""
    return (
        f"Zalo Bot: tháng này đã gửi {_figure(used)} trên {_figure(most)} tin miễn phí, sắp hết."
        " Hãy để dành cho việc cần, hoặc chuyển bớt người sang Zalo OA, trình duyệt"
    )


def users_reached(used: int, most: int) -> str:
    """Say how many people use the bot."""
    return f"Zalo Bot: {_figure(used)} trên {_figure(most)} người dùng"


def users_nearly_reached(used: int, most: int) -> str:
    """Say that few more people can use the bot."""
    return (
        f"Zalo Bot: {_figure(used)} trên {_figure(most)} người dùng, sắp hết chỗ. Người mới"
        " hãy dùng Zalo OA, trình duyệt"
    )
