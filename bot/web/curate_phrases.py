"""Every sentence of the curators' pages."""

from collections.abc import Mapping

MOST_MEGABYTES = 20

CURATE = "Biên tập kho tri thức"
CURATE_SHORT = "Biên tập"
DASHBOARD_SHORT = "Tổng quan"
NOT_A_CURATOR = "Trang này chỉ dành cho người phụ trách kho tri thức. Đồng chí đăng nhập lại giúp."
PAGES = "Các trang biên tập"

# Handing a file in
UPLOAD = "Nhập văn bản"
UPLOAD_HINT = (
    "Word (.docx), PDF, trang web (.html) hoặc văn bản thường (.txt), "
    f"tối đa {MOST_MEGABYTES} MB. Văn bản có dấu mật không được nhận."
)
FILE = "Tệp văn bản"
UPLOAD_NOW = "Tải lên và đọc"
NO_FILE = "Chưa chọn tệp. Đồng chí chọn tệp rồi bấm tải lên."
TOO_LARGE = (
    f"Tệp lớn hơn {MOST_MEGABYTES} MB nên không được nhận. Đồng chí tách tệp, hoặc bỏ bớt ảnh."
)
NAMELESS = "văn bản"

# Drafts
DRAFTS = "Bản nháp"
NO_DRAFTS = "Không có bản nháp nào."
DRAFT_STATES: Mapping[str, str] = {
    "reading": "đang đọc",
    "ready": "chờ duyệt",
    "unreadable": "không đọc được",
    "approved": "đã duyệt",
    "discarded": "đã bỏ",
}
READING = "Đang đọc văn bản…"
READING_TEXT = "Thường mất vài giây, văn bản dài thì lâu hơn. Trang này tự mở lại khi đọc xong."
LOOK_AGAIN = "Xem đã xong chưa"
UNREADABLE = "Không đọc được tệp"
DISCARDED = "Bản nháp đã bỏ"
DISCARDED_TEXT = "Bản nháp này đã được bỏ; tệp không còn được giữ."
APPROVED = "Đang sử dụng"
APPROVED_SOON = "Đã duyệt"
APPROVED_TEXT = "Trợ lý đã trả lời theo văn bản này."
APPROVED_SOON_TEXT = "Trợ lý dùng văn bản này sau vài giây."
TRY_IN_CHAT = "Hỏi trong trang trò chuyện"
SEE_HISTORY = "Xem văn bản và lịch sử"
BACK = "Về trang biên tập"
DISCARD = "Bỏ bản nháp"
DISCARD_SURE = "Bỏ hẳn bản nháp và tệp đã tải lên"
SOURCE_TEXT = "Bản gốc"
SOURCE_HINT = "Đối chiếu số, ngày, tên riêng trong các ô với bản này."
FIELDS = "Thông tin văn bản"
BODY = "Nội dung"
BODY_HINT = (
    "Mỗi mục một khung. Dòng bắt đầu bằng ### là câu hỏi, dòng - là cách hỏi khác, "
    "dòng > là câu trả lời. Xóa trống cả tên lẫn nội dung thì mục được bỏ."
)
SECTION_NAME = "Tên mục"
SECTION_TEXT = "Nội dung mục"
NEW_SECTION = "Thêm mục mới"
SAVE = "Lưu"
SAVED = "Đã lưu."
TRY = "Hỏi thử"
TRY_HINT = "Câu hỏi chỉ được trả lời theo bản nháp này; không ai khác thấy."
TRY_QUESTION = "Câu hỏi thử"
TRY_NOW = "Lưu và hỏi thử"
TRY_FIRST = "Bản nháp còn lỗi nên chưa hỏi thử được. Đồng chí sửa các chỗ báo lỗi rồi hỏi thử lại."
APPROVE = "Duyệt"
APPROVE_NOW = "Duyệt và đưa vào sử dụng"
APPROVE_HINT = "Duyệt xong, trợ lý trả lời theo văn bản này sau vài giây. Có thể thu hồi sau."
NOT_YET = "Chưa duyệt được: còn chỗ phải sửa, nêu ở từng ô."
PROBLEMS = "Phải sửa trước khi duyệt"
DOUBTS = "Nên xem lại"
WARNINGS = "Khi đọc tệp, trợ lý thấy"
REPLACE = "Thay văn bản đang sử dụng bằng bản này"
REPLACE_FIRST = "Đồng chí đánh dấu vào ô đồng ý thay văn bản đang sử dụng, rồi bấm duyệt lại."
CONFLICT = (
    "Trong lúc đồng chí sửa, người khác vừa lưu bản nháp này. Những gì đồng chí viết vẫn còn "
    "nguyên ở dưới, chưa được lưu. Bấm Lưu nữa thì bản của đồng chí sẽ thay bản vừa lưu."
)
SEE_OTHER = "Xem bản người khác vừa lưu"
TOO_LONG = "Nội dung quá dài nên không lưu được. Đồng chí tách văn bản thành các phần."

# Questions
QUESTIONS = "Câu hỏi chờ trả lời"
NO_QUESTIONS = "Hiện không có câu hỏi nào chờ trả lời."
MORE = "Xem tiếp"
QUESTION = "Câu hỏi"
ASKED_AS = "Người hỏi viết"
SAID_TO_IT = "Trợ lý đã trả lời"
KINDS: Mapping[str, str] = {
    "answer": "đã trả lời, đã trả lời, bị đánh giá chưa đúng",
    "clarify": "đã hỏi lại",
    "refuse": "kho chưa có",
}
PASSED_ON = "được gửi cho người phụ trách"
DISLIKED = "bị đánh giá chưa đúng"
ANSWER = "Trả lời"
ANSWER_HINT = "Người hỏi được báo, và từ nay ai hỏi cũng được trả lời như vậy."
WHERE = "Câu trả lời thuộc về"
NOTES = "Ghi chú chung của cơ quan"
WHOLE = "(cả văn bản)"
WORDINGS = "Các cách hỏi"
WORDINGS_HINT = "mỗi dòng một cách"
ANSWER_TEXT = "Câu trả lời"
ANSWER_NOW = "Trả lời và báo người hỏi"
MERGE = "Gộp vào câu khác"
MERGE_HINT = "Hai câu cùng một ý: đồng chí trả lời một lần, trợ lý báo cho mọi người đã hỏi."
MERGE_WHICH = "Câu hỏi cùng ý"
MERGE_NOW = "Gộp"
DISMISS = "Không trả lời"
DISMISS_HINT = "Để trống thì trợ lý không nhắn người hỏi."
DISMISS_WORDS = "Lời nhắn cho người hỏi"
DISMISS_NOW = "Bỏ câu hỏi"
NEEDS_ANSWER = "Cần ít nhất một cách hỏi và một câu trả lời."
NO_SUCH_PLACE = "Mục này không còn trong kho. Đồng chí chọn lại nơi đặt câu trả lời."
FAULTS: Mapping[str, str] = {
    "": "",
    "empty": NEEDS_ANSWER,
    "no document": NO_SUCH_PLACE,
    "no section": NO_SUCH_PLACE,
}
"""What is said of an answer that cannot be laid over the base, by what is wrong with it."""
NO_SUCH_QUESTION = "Câu hỏi kia không còn chờ. Đồng chí chọn câu khác."
CLOSED = "Câu hỏi này đã được người khác xử lý."
CLOSED_STATES: Mapping[str, str] = {
    "answered": "Câu hỏi này đã được trả lời.",
    "merged": "Câu hỏi này đã được gộp vào câu khác.",
    "dismissed": "Câu hỏi này đã được bỏ.",
}
DONE: Mapping[str, str] = {
    "answered": "Đã trả lời. Người hỏi được báo trong ít giây.",
    "merged": "Đã gộp hai câu hỏi.",
    "dismissed": "Đã bỏ câu hỏi.",
    "discarded": "Đã bỏ bản nháp.",
    "back": "Đã thu hồi.",
    "again": "Đã dùng lại bản cũ.",
}
"""What is said after something was done, by the word in the page's address."""

# What is in service
DOCUMENTS = "Văn bản trong kho"
DOCUMENTS_SHORT = "Văn bản"
ANSWERS = "Câu trả lời của cơ quan"
NO_ANSWERS = "Chưa có câu trả lời nào của cơ quan."
NUMBER = "Số ký hiệu"
PERIOD = "Hiệu lực"
FROM_WHERE = "Từ đâu"
SHIPPED = "Từ tệp của kho."
LEFT_OUT = "Chưa dùng được, vì:"
HISTORY = "Lịch sử"
NO_HISTORY = "Chưa ai sửa; đang dùng tệp của kho."
NO_NAME = "không ghi tên"
"""Who made a version on the server, or has erased their own data since."""
TAKEN_BACK = "đã thu hồi"
IN_SERVICE = "đang dùng"
SEE_TEXT = "Xem nội dung"
TAKE_BACK = "Thu hồi"
TAKE_BACK_DOCUMENT = (
    "Thu hồi thì trợ lý thôi trả lời theo bản này, và dùng lại tệp của kho nếu có."
)
TAKE_BACK_ANSWER = "Thu hồi thì trợ lý thôi dùng câu trả lời này."
TAKE_BACK_SURE = "Đồng ý thu hồi"
SURE_FIRST = "Đồng chí đánh dấu vào ô đồng ý rồi bấm lại."
USE_AGAIN = "Dùng lại bản này"


def page_number(number: int) -> str:
    """Name a page of the source."""
    return f"Trang {number}"


def page_picture(number: int) -> str:
    """Describe the picture of a page to who cannot see it."""
    return f"Ảnh trang {number} của văn bản; chữ đọc được ở ngay dưới ảnh."


def page_words(number: int) -> str:
    """Head the recognised text of a page."""
    return f"Chữ đọc được ở trang {number}"


def will_replace(*, short: str) -> str:
    """Say that a draft has the id of a document in service."""
    return (
        f"Kho đang có “{short}” cùng mã văn bản. Duyệt bản nháp này là thay văn bản đó; "
        "bản cũ còn trong lịch sử."
    )


def is_alike(*, short: str, doc: str) -> str:
    """Say that another document in service has the same number."""
    return (
        f"Kho đang có “{short}” cùng số ký hiệu. Nếu bản nháp này thay văn bản đó, "
        f"đồng chí ghi mã văn bản là {doc}."
    )


def too_long(*, length: int, most: int) -> str:
    """Say that an answer does not fit a phone's screen."""
    return (
        f"Câu trả lời kèm dòng nguồn dài {length} ký tự, quá {most}. "
        f"Đồng chí rút gọn bớt {length - most} ký tự."
    )


def times(count: int) -> str:
    """Say how many asked the same."""
    return f"{count} người hỏi"


def signed(*, by: str, on: str, at: str) -> str:
    """Say who made a version, and when."""
    return f"{by}, {on} lúc {at}"


def since(day: str) -> str:
    """Say that the office handed a document in."""
    return f"Cơ quan nhập ngày {day}."


def uploaded(*, name: str, on: str, at: str) -> str:
    """Say of which file a draft is made."""
    return f"Tệp “{name}”, tải lên ngày {on} lúc {at}"
