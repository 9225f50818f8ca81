"""Every sentence that the Official Account channel says itself: to the admins, and in `doctor`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

_CONSOLE: Final = "developers.zalo.me"

STILL_REFUSED: Final = (
    "Zalo không nhận quyền của OA dù vừa gia hạn; hãy cấp quyền lại bằng lệnh danvan zalo-oa login"
    " trên máy chủ"
)
QUOTA_USED_UP: Final = (
    "Zalo báo OA đã hết hạn mức gửi tin; hãy xem và mua thêm trong trang quản lý OA"
)
UNREADABLE: Final = "Zalo trả lời không đọc được"
TRY_AGAIN: Final = "Zalo chưa nhận tin này; trợ lý sẽ tự thử lại"
TOO_FAST: Final = "Zalo báo OA gửi quá nhanh; trợ lý tạm nghỉ rồi gửi tiếp"
NIGHT: Final = "Zalo không nhận tin vào giờ này; trợ lý sẽ gửi vào buổi sáng"
WINDOW: Final = "Zalo chỉ cho gửi tiếp khi người nhận nhắn lại cho OA"
BLOCKED: Final = "Zalo báo người nhận không nhận tin của OA"
GONE: Final = "Zalo báo không có người hoặc nhóm nhận tin này"
REJECTED: Final = "Zalo không nhận nội dung tin này"

NO_PICTURE: Final = "không có ảnh, hoặc ảnh không đọc được nên không gửi"
NO_PICTURE_ID: Final = "Zalo nhận ảnh nhưng không cho biết mã của ảnh nên không gửi được"
UPLOADS_USED_UP: Final = "đã hết số ảnh được tải lên Zalo trong tháng"
STORE_FAILED: Final = "chưa đọc được ảnh từ kho của trợ lý, tin chưa gửi; trợ lý sẽ tự thử lại"
EMPTY: Final = "tin không có chữ cũng không có ảnh nên không gửi"
NO_EDITS: Final = "Zalo OA không cho sửa tin đã gửi"

WRONG_KEY: Final = (
    "Trợ lý đang từ chối mọi tin từ Zalo OA vì chữ ký không khớp; đồng chí (hoặc người cài đặt)"
    " hãy kiểm tra DANVAN_ZALO_OA_SECRET_KEY có đúng là OA Secret Key ở trang Webhook của ứng dụng"
    f" trên {_CONSOLE} (không phải khóa bí mật của ứng dụng), rồi khởi động lại trợ lý."
)
"""What the admins read where nobody's messages come in."""

HUMAN: Final[Mapping[int, str]] = {
    -204: "Zalo báo OA đang bị khóa; người quản trị OA hãy liên hệ bộ phận hỗ trợ của Zalo",
    -205: "Zalo báo không có OA này; hãy kiểm tra OA đã liên kết với ứng dụng chưa",
    -209: f"Ứng dụng Zalo chưa được kích hoạt; hãy kích hoạt tại {_CONSOLE}",
    -212: f"Ứng dụng Zalo chưa đăng ký API này; hãy đăng ký tại {_CONSOLE}",
    -219: "Ứng dụng đã bị gỡ khỏi OA; hãy liên kết lại rồi chạy lệnh danvan zalo-oa login",
    -221: "OA chưa được xác thực; người quản trị OA hãy xác thực trong trang quản lý OA",
    -223: (
        "OA chưa cấp cho ứng dụng quyền dùng API này; hãy cấp đủ quyền rồi chạy lệnh"
        " danvan zalo-oa login"
    ),
    -224: "Gói dịch vụ của OA không đủ để dùng API này; hãy nâng cấp hoặc gia hạn gói",
    -235: "Loại OA này không được dùng API gửi tin; hãy liên hệ bộ phận hỗ trợ của Zalo",
    -240: "Zalo đã ngừng API gửi tin mà phiên bản này dùng; hãy cập nhật chương trình",
    -242: f"Ứng dụng đang bật appsecret_proof; hãy tắt tại {_CONSOLE}",
    -320: "OA chưa liên kết tài khoản ZCA để trả phí; hãy liên kết trong trang quản lý OA",
    -321: "Tài khoản ZCA của OA đã hết tiền; hãy nạp thêm",
    -115: "Tài khoản ZCA của OA đã hết tiền; hãy nạp thêm",
    -137: "Tài khoản ZCA của OA đã hết tiền; hãy nạp thêm",
}
"""What a person must do, by the code that asks for it."""
HUMAN_OTHER: Final = (
    f"Zalo từ chối ứng dụng hoặc OA; hãy kiểm tra ứng dụng tại {_CONSOLE} và trang quản lý OA"
)

UNPROVED: Final = (
    "Zalo OA, chưa kiểm chứng trên tài khoản thật: chữ ký webhook tính bằng khóa nào; nhiều ảnh"
    " gửi một lần đến thành mấy tin; địa chỉ ảnh dùng được bao lâu; token hết hạn báo -216 hay"
    " -220; tin trong nhóm GMF. Các con số về Zalo OA đo trên máy chủ giả lập"
)
CONFIRMED: Final = "Zalo OA: OA đã được Zalo xác thực"
NOT_CONFIRMED: Final = (
    "Zalo OA: OA chưa được Zalo xác thực; một số API có thể bị từ chối. Hãy xác thực trong trang"
    " quản lý OA"
)
NO_PUBLIC_URL: Final = (
    "Zalo OA: chưa có địa chỉ https công khai (DANVAN_PUBLIC_URL), nên Zalo không giao tin đến"
    " được"
)
SITE_PROVED: Final = "Zalo OA: mã xác thực tên miền đã đặt (DANVAN_ZALO_SITE_VERIFICATION)"
SITE_NOT_PROVED: Final = (
    "Zalo OA: chưa đặt mã xác thực tên miền (DANVAN_ZALO_SITE_VERIFICATION); trang quản lý ứng"
    " dụng cho mã này ở mục Xác thực domain"
)
STORE_EMPTY: Final = "Zalo OA: chưa có cơ sở dữ liệu; hãy chạy trợ lý một lần rồi kiểm tra lại"
STORE_AWAY: Final = "Zalo OA: chưa đọc được cơ sở dữ liệu nên không rõ quyền và hạn mức của OA"

_LEFT: Final[Mapping[str, str]] = {
    "reply": "trả lời miễn phí cho người vừa được nhắn",
    "purchase_quota": "tin có phí đã mua",
}


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def with_code(what: str, *, code: str, words: str) -> str:
    """Join what to do with what Zalo said."""
    return f"{what} [{code}: {words}]"


def configured(app_id: str) -> str:
    """Say which app is set up."""
    return f"Zalo OA: đã cấu hình ứng dụng {app_id}"


def oa_known(name: str, oa_id: str) -> str:
    """Say which OA it is."""
    link = f", https://zalo.me/{oa_id}" if oa_id else ""
    return f"Zalo OA: {name or '(chưa rõ tên)'}{link}"


def granted(until: datetime) -> str:
    """Say until when the access token serves; it renews itself before."""
    return (
        f"Zalo OA: quyền của OA còn dùng được đến {until:%H:%M} ngày {_day(until)}, tự gia hạn"
        " trước đó"
    )


def grant_waits(until: datetime) -> str:
    """Say that the access token is over, and that the running product renews it."""
    return (
        f"Zalo OA: quyền của OA đã hết hạn từ {until:%H:%M} ngày {_day(until)}; khi chạy, trợ lý"
        " sẽ tự gia hạn"
    )


def grant_missing(reason: str) -> str:
    """Say that nothing can be sent, why, and what to do."""
    return f"Zalo OA: chưa gửi được tin. {reason}"


def out_of_reach(why: str) -> str:
    """Say that Zalo does not answer."""
    return f"Zalo OA: không kết nối được Zalo; các kênh khác vẫn chạy [{why}]"


def refused(code: str, words: str) -> str:
    """Say that Zalo answers, but does not tell about the OA."""
    return (
        f"Zalo OA: Zalo từ chối cho biết tình trạng OA, hãy thử lại sau ít phút [{code}: {words}]"
    )


def package(name: str, last_day: date | None) -> str:
    """Say which package the OA has, and until when."""
    until = f", dùng đến hết ngày {_day(last_day)}" if last_day else ""
    return f"Zalo OA: gói dịch vụ {name or '(không rõ)'}{until}"


def package_ends(name: str, last_day: date, days: int) -> str:
    """Say that the package ends soon; without one nothing is sent."""
    left = f"còn {days} ngày" if days else "hôm nay là ngày cuối"
    return (
        f"Zalo OA: gói dịch vụ {name or '(không rõ)'} hết hạn ngày {_day(last_day)}, {left};"
        " hãy gia hạn gói, nếu không trợ lý sẽ không gửi được tin"
    )


def package_over(name: str, last_day: date) -> str:
    """Say that the package has ended."""
    return (
        f"Zalo OA: gói dịch vụ {name or '(không rõ)'} đã hết hạn ngày {_day(last_day)}; hãy gia"
        " hạn gói để trợ lý gửi được tin"
    )


def complained(what: str) -> str:
    """Say what the running product has to complain of, and how to see that it is mended."""
    return f"Zalo OA: {what} Nếu vừa sửa, hãy nhắn thử một tin cho OA rồi kiểm tra lại"


def webhook(url: str) -> str:
    """Say which address to enter in the console."""
    return f"Zalo OA: địa chỉ webhook cần điền tại {_CONSOLE}: {url}"


def left(name: str, count: int) -> str:
    """Say what Zalo last told of a quota."""
    return (
        f"Zalo OA: hạn mức {_LEFT.get(name, name)}: còn {_figure(count)} (lần cuối Zalo cho biết)"
    )


def uploads(used: int, most: int) -> str:
    """Say how many pictures were uploaded this month."""
    return f"Zalo OA: tháng này đã tải lên {_figure(used)} trên {_figure(most)} ảnh"
