"""Every sentence of the web pages."""

from collections.abc import Mapping

from handlers.arrive_phrases import EXAMPLES as QUESTIONS
from handlers.phrases import first
from store import channel_accounts

EXAMPLES = tuple(question for _, question in QUESTIONS)

PRODUCT = "Trợ lý dân vận"
TAGLINE = "Hỏi đáp công tác dân vận"

# The chat
CHAT = "Cuộc trò chuyện"
CHAT_SHORT = "Trò chuyện"
EARLIER = "Tin cũ hơn"
SHOW_EARLIER = "Xem tin cũ hơn"
TO_THE_INPUT = "Đến ô nhập câu hỏi"
YOU = "Anh/chị:"
ASSISTANT = "Trợ lý:"
INPUT = "Câu hỏi của anh/chị"
INPUT_HINT = "Nhập câu hỏi…"
SEND = "Gửi"
SENDING = "Đang gửi…"
WAITING = "Đã nhận, đang trả lời…"
NOT_SENT = "Chưa gửi được."
SEND_AGAIN = "Gửi lại"
CHANGE = "Sửa lại"
TYPING = "Trợ lý đang tìm câu trả lời…"
NEWS_BELOW = "Tin mới"
OFFLINE = "Mất kết nối. Tin chưa gửi sẽ tự gửi lại khi có mạng."
CHOICES = "Lựa chọn"
MENU = "Mục khác"
NO_SECRETS = "Không gửi nội dung thuộc bí mật nhà nước."
WELCOME = "Xin chào anh/chị!"
WELCOME_TEXT = (
    "Trợ lý trả lời câu hỏi về các kế hoạch công tác dân vận và ngày kỷ niệm, kèm nguồn. "
    "Điều nguồn không nêu, trợ lý nói rõ là không có. Gõ có dấu hay không dấu đều được."
)
TRY_ONE = "Có thể hỏi, chẳng hạn:"
COMMANDS = ("Trợ giúp", "Lịch", "Dữ liệu của tôi")

# Strangers where only registered people may ask
INVITED_ONLY = "Dành cho người được mời"
INVITED_ONLY_TEXT = (
    "Cơ quan chỉ mở trợ lý cho cán bộ đã đăng ký. "
    "Anh/chị nhập mã mời do cơ quan cấp; nếu chưa có, xin liên hệ người quản trị của cơ quan."
)
CODE = "Mã mời"
JOIN = "Vào trò chuyện"
NOT_A_CODE = "Mã mời chỉ gồm chữ không dấu, số và dấu gạch nối. Anh/chị xem lại giúp."
ASK_AFTER_JOINING = "Cần nhập mã mời trước khi hỏi; tin vừa rồi không được lưu."

# Refusals
TOO_MANY = "Anh/chị gửi hơi nhanh. Xin đợi một phút rồi gửi tiếp."
TOO_MANY_PEOPLE = "Mạng này có nhiều người mới cùng lúc. Xin thử lại sau ít phút."
EMPTY = "Tin trống nên không được gửi."
BUSY = "Hệ thống đang bận, tin chưa được nhận. Xin gửi lại sau ít giây."
MALFORMED = "Máy chủ không đọc được yêu cầu này."
FOREIGN = "Yêu cầu đến từ một trang khác nên không được nhận. Xin mở lại trang này và làm lại."
BROKEN = "Có lỗi ở máy chủ. Lỗi đã được ghi lại; xin thử lại sau ít phút."
PHOTO = "Ảnh kèm tin nhắn"
FILE = "📎 Tải tệp về máy"
NO_COOKIES = (
    "Trình duyệt đang chặn cookie nên không giữ được cuộc trò chuyện. Xin cho phép rồi thử lại."
)
NOT_FOUND = "Không có trang này"
NOT_FOUND_TEXT = "Địa chỉ có thể đã đổi hoặc gõ nhầm."
CANNOT = "Không thực hiện được"
TO_THE_CHAT = "Mở trang trò chuyện"

# Logging in
LOGIN = "Đăng nhập"
LOGIN_READY = "Bấm nút dưới đây để đăng nhập. Liên kết dùng được một lần, trong 5 phút."
LOGIN_HOW = (
    "Trang này dành cho người phụ trách kho tri thức và người quản trị, "
    "cần liên kết đăng nhập dùng một lần."
)
LOGIN_HOW_STEPS = (
    "Người phụ trách, người quản trị nhắn “đăng nhập” cho trợ lý để nhận liên kết.",
    "Liên kết của người quản trị cũng được in ra khi khởi động chương trình (./run) trên máy chủ.",
    "Liên kết dùng được một lần, trong 5 phút. Hết hạn thì tạo liên kết mới.",
)
LOGIN_OVER = "Liên kết đã dùng hoặc quá 5 phút. Đồng chí tạo liên kết mới."
LOGIN_NOT_ADMITTED = "Trang này chỉ dành cho người phụ trách kho tri thức và người quản trị."
LOGOUT = "Đăng xuất"
ASKING_NEEDS_NO_LOGIN = "Để hỏi đáp, không cần đăng nhập."

# The dashboard
DASHBOARD = "Tổng quan"
TODAY = "Câu hỏi hôm nay"
OPEN_QUESTIONS = "Câu hỏi chờ trả lời"
NO_OPEN_QUESTIONS = "Không có câu hỏi nào đang chờ."
ASKED_AT = "Hỏi lúc"
QUESTION = "Câu hỏi"
PEOPLE = "Người đã đăng ký"
NOBODY = "Chưa có ai đăng ký."
CHANNELS = "Kênh"
DELIVERIES = "Tin gửi đi"
NO_DELIVERIES = "Chưa có tin nào."
STATE = "Trạng thái"
REASON = "Lý do"
COUNT = "Số lượng"
DEAD_UPDATES = "Tin đến không xử lý được"
BASE = "Kho tri thức"
DOCUMENTS = "Văn bản"
BASE_REFUSED = "Thay đổi mới trong kho có lỗi nên chưa được dùng:"
WORKS = "đang bật"
NOT_RUNNING = "không bật ở tiến trình này"
KINDS: Mapping[str, str] = {
    "answer": "Đã trả lời",
    "clarify": "Hỏi lại cho rõ",
    "refuse": "Kho chưa có",
}
ROLES: Mapping[str, str] = {
    "officer": "Cán bộ",
    "leader": "Lãnh đạo",
    "curator": "Biên tập kho tri thức",
    "admin": "Người quản trị",
}
STATES: Mapping[str, str] = {
    "queued": "chờ gửi",
    "sending": "đang gửi",
    "sent": "đã gửi",
    "failed": "không gửi được",
    "unknown": "không rõ đã đến chưa",
    "stale": "quá hạn nên không gửi",
    "cleared": "không còn cần",
    "cancelled": "đã hủy",
}
_WHY: Mapping[str, str] = {
    "moved": "đã chuyển sang kênh khác của người nhận",
    "dropped": "người quản trị đã bỏ, sau khi khôi phục từ bản sao lưu",
    "lost": "chương trình dừng giữa lúc gửi, không rõ tin đã đến chưa",
    "late": "nền tảng trả lời quá chậm, không rõ tin đã đến chưa",
    "window": "người nhận im lặng quá lâu, nền tảng chưa cho nhắn",
    "connect": "không kết nối được nền tảng",
    "pool": "quá nhiều tin gửi cùng lúc, chưa gửi",
    "no-answer": "nền tảng không trả lời, không rõ tin đã đến chưa",
    "refused": "nền tảng từ chối",
    "error": "nền tảng báo lỗi",
}
"""What our own codes mean; a platform's codes are numbers."""
_TECHNICAL = frozenset({"connect", "pool", "no-answer", "refused", "error"})
"""Codes whose reason is in a programmer's words, or the platform's."""


def too_long(length: int, most: int) -> str:
    """Refuse words that are longer than a question may be."""
    return (
        f"Tin dài {_number(length)} ký tự, tối đa {_number(most)}. "
        "Anh/chị rút gọn rồi gửi lại giúp."
    )


def far_too_long(most: int) -> str:
    """Refuse words so long that they were not even counted."""
    return f"Tin quá dài, tối đa {_number(most)} ký tự. Anh/chị rút gọn rồi gửi lại giúp."


def more(count: int) -> str:
    """Say how many stand below those shown."""
    return f"và {_number(count)} câu hỏi khác"


def why(code: str, reason: str) -> str:
    """Say why a delivery stands as it does; '' where there is nothing to say."""
    if reason and code not in _TECHNICAL:
        return reason
    said = _WHY.get(code, code)
    return f"{said} [{reason}]" if reason else said


def stopped(reason: str) -> str:
    """Say that a channel was stopped."""
    return f"đã dừng: {reason}"


def held(until: str) -> str:
    """Say that a platform asked for a pause."""
    return f"tạm nghỉ đến {until} theo yêu cầu của nền tảng"


def greeting(name: str) -> str:
    """Greet who is logged in."""
    return f"Đồng chí {name}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def platform(channel: str) -> str:
    """Name the platform of a channel account as people know it."""
    return first(channel_accounts.platform(channel))
