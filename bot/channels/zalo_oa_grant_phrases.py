"""What the keeper of the Official Account's tokens says: to admins, in doctor and on the terminal.

Each says what is wrong and what to do, in less than 200 characters, and never holds a token.
"""

LOGIN = "danvan zalo-oa login"

NEVER = f"Zalo OA chưa cấp quyền cho máy này. Chạy lệnh {LOGIN} trên máy chủ."
RESTORED = (
    "Quyền Zalo OA không có trong bản sao lưu, mã ban đầu đã dùng rồi: dữ liệu khôi phục từ bản"
    f" sao lưu thì hãy chạy {LOGIN} trên máy chủ."
)
LOST_ON_THE_WAY = (
    "Mất quyền Zalo OA: kết nối đứt đúng lúc gia hạn, mã cũ không dùng được nữa."
    f" Chạy lệnh {LOGIN} trên máy chủ."
)
AWAY = "Chưa gia hạn được quyền Zalo OA: không kết nối được máy chủ của Zalo. Sẽ tự thử lại."
NO_ANSWER = "Chưa gia hạn được quyền Zalo OA: máy chủ của Zalo không trả lời. Sẽ tự thử lại."
ANOTHER = "Quyền Zalo OA đang được một tiến trình khác gia hạn. Sẽ tự thử lại."
NO_DATABASE = "Không đọc được quyền Zalo OA: cơ sở dữ liệu không trả lời. Sẽ tự thử lại."
PLANTED = "Mã trong DANVAN_ZALO_OA_REFRESH_TOKEN sẽ được đổi khi chương trình chạy."
LOGIN_NO_ANSWER = (
    "Zalo không trả lời nên không rõ mã đã dùng hay chưa. Mở lại liên kết để lấy mã mới."
)
LOGIN_AWAY = "Không kết nối được máy chủ của Zalo. Kiểm tra mạng rồi chạy lại lệnh này."


def refused(*, code: str) -> str:
    """Say that the refresh token is worth nothing."""
    return (
        f"Mất quyền Zalo OA: Zalo không nhận mã gia hạn (lỗi {code})."
        f" Chạy lệnh {LOGIN} trên máy chủ."
    )


def seed_refused(*, code: str) -> str:
    """Say that the refresh token of the settings is worth nothing."""
    return (
        f"Zalo không nhận DANVAN_ZALO_OA_REFRESH_TOKEN (lỗi {code}), mã này chỉ dùng được một lần."
        f" Lấy mã mới, hoặc chạy {LOGIN}."
    )


def wrong_settings(*, code: str) -> str:
    """Say that the host refuses our app, not the token."""
    return (
        f"Chưa gia hạn được quyền Zalo OA: Zalo báo lỗi {code}. Kiểm tra ứng dụng còn hoạt động,"
        " DANVAN_ZALO_OA_APP_ID và DANVAN_ZALO_OA_APP_SECRET còn đúng."
    )


def code_refused(*, code: str) -> str:
    """Say that the code of a login is worth nothing."""
    return (
        f"Zalo không nhận mã này (lỗi {code}). Mã chỉ dùng một lần, trong 10 phút: mở lại liên kết"
        " rồi làm lại ngay."
    )
