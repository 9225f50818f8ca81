"""What the keeper of the Official Account's tokens says: to admins, in doctor and on the terminal.

Each says what is wrong and what to do, in less than 200 characters, and never holds a token.
"""

LOGIN = "danvan zalo-oa login"

NEVER = f"Zalo OA chưa cấp quyền cho máy này. Hãy chạy lệnh {LOGIN} trên máy chủ."
RESTORED = (
    "Máy này không còn quyền Zalo OA, mã ban đầu đã dùng rồi. Thường là do vừa khôi phục: bản sao"
    f" lưu không chứa quyền này. Hãy chạy lệnh {LOGIN} trên máy chủ."
)
LOST_ON_THE_WAY = (
    "Mất quyền Zalo OA: kết nối đứt đúng lúc gia hạn, mã cũ không dùng được nữa."
    f" Hãy chạy lệnh {LOGIN} trên máy chủ."
)
AWAY = (
    "Chưa gia hạn được quyền Zalo OA: không kết nối được máy chủ của Zalo. Trợ lý sẽ tự thử lại."
)
NO_ANSWER = (
    "Chưa gia hạn được quyền Zalo OA: máy chủ của Zalo không trả lời. Trợ lý sẽ tự thử lại."
)
ANOTHER = "Quyền Zalo OA đang được một tiến trình khác gia hạn. Trợ lý sẽ tự thử lại."
NO_DATABASE = "Không đọc được quyền Zalo OA: cơ sở dữ liệu không trả lời. Trợ lý sẽ tự thử lại."
PLANTED = "Mã trong DANVAN_ZALO_OA_REFRESH_TOKEN sẽ được đổi khi chương trình chạy."
LOGIN_NO_ANSWER = (
    "Zalo không trả lời nên không rõ mã đã dùng hay chưa. Hãy mở lại đường dẫn để lấy mã mới."
)
LOGIN_AWAY = "Không kết nối được máy chủ của Zalo. Hãy kiểm tra mạng rồi chạy lại lệnh này."


def refused(*, code: str) -> str:
    """Say that the refresh token is worth nothing."""
    return (
        f"Mất quyền Zalo OA: Zalo không nhận mã gia hạn (lỗi {code})."
        f" Hãy chạy lệnh {LOGIN} trên máy chủ."
    )


def seed_refused(*, code: str) -> str:
    """Say that the refresh token of the settings is worth nothing."""
    return (
        f"Zalo không nhận DANVAN_ZALO_OA_REFRESH_TOKEN (lỗi {code}), mã này chỉ dùng được một lần."
        f" Hãy lấy mã mới, hoặc chạy lệnh {LOGIN}."
    )


def wrong_settings(*, code: str) -> str:
    """Say that the host refuses our app, not the token."""
    return (
        f"Chưa gia hạn được quyền Zalo OA: Zalo báo lỗi {code}. Hãy kiểm tra ứng dụng còn"
        " hoạt động, DANVAN_ZALO_OA_APP_ID và DANVAN_ZALO_OA_APP_SECRET còn đúng."
    )


def code_refused(*, code: str) -> str:
    """Say that the code of a login is worth nothing."""
    return (
        f"Zalo không nhận mã này (lỗi {code}). Mã chỉ dùng một lần, trong 10 phút: hãy mở lại"
        " đường dẫn rồi làm lại ngay."
    )
