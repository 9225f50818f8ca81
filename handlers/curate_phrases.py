"""Every sentence about the questions that wait for a curator, and what becomes of them."""

from datetime import date

from handlers.phrases import figure
from knowledge.phrases import day

ANSWER = "Trả lời"
SKIP = "Bỏ qua"
SAME = "Trùng câu khác"
DROP = "Không trả lời"
OTHER_SOURCE = "Văn bản khác"
NOTE = "Ghi chú chung"
MORE = "Xem tiếp"
SAVE = "✅ Lưu và báo người hỏi"
EDIT = "✏️ Sửa"
REPHRASE = "✏️ Sửa câu hỏi"
DISCARD = "❌ Không lưu"
NONE_OF_THEM = "Không câu nào"
NO_WORD = "Không nhắn lại"
WORD = "Gửi lời nhắn"
BACK = "Quay lại"
SEND = "✅ Gửi"
DO_NOT_SEND = "❌ Không gửi"

LONGEST_SHOWN = 600
"""Characters of a question or of its answer that are shown."""
LONGEST_LABEL = 55


def curators_only(*, you: str) -> str:
    """Say that this is not for them."""
    return (
        f"Mục này chỉ dành cho người phụ trách kho tri thức; {you} muốn hỏi thì gõ thẳng câu hỏi."
    )


def waiting(*, waiting: int, wanted: int) -> str:
    """Say how many questions wait, and how many of them somebody passed on or disliked."""
    if wanted:
        return (
            f"Có {figure(waiting)} câu hỏi chờ trả lời, trong đó {figure(wanted)} câu được gửi "
            "cho người phụ trách hoặc bị đánh giá chưa đúng."
        )
    return f"Có {figure(waiting)} câu hỏi chờ trả lời."


def question(
    *, text: str, answer: str, times: int, since: date, passed_on: bool, disliked: bool
) -> str:
    """Show a question, who wants it answered, and what the assistant said then."""
    often = f"Được hỏi {figure(times)} lần, từ ngày" if times > 1 else "Hỏi ngày"
    wish = _DISLIKED if disliked else _PASSED_ON if passed_on else ""
    return (
        f"Câu hỏi: “{short(text)}”\n{often} {day(since)}{wish}.\n"
        f"Trợ lý đã trả lời: “{short(answer)}”"
    )


_PASSED_ON = "; người hỏi đã gửi cho người phụ trách"
_DISLIKED = "; người hỏi đánh giá câu trả lời chưa đúng"


def short(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Cut a text to what is shown of it."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def none_waiting() -> str:
    """Say that no question waits."""
    return "Hiện không có câu hỏi nào chờ trả lời."


def seen_all() -> str:
    """Say that all that wait were shown."""
    return "Đồng chí đã xem hết các câu hỏi chờ trả lời. Gõ “câu hỏi” để xem lại từ đầu."


def still_waits() -> str:
    """Say that nothing was done about a question."""
    return "Câu hỏi vẫn chờ trả lời, chưa lưu gì."


def faster() -> str:
    """Say that another curator was faster."""
    return "Câu hỏi này vừa được người khác xử lý."


def stale() -> str:
    """Say that a button of the waiting questions does nothing any more."""
    return (
        "Lựa chọn này không còn dùng được. Đồng chí gõ “câu hỏi” để xem các câu hỏi chờ trả lời."
    )


# Answering


def which_source() -> str:
    """Ask which document the answer stands in."""
    return (
        "Câu trả lời có trong văn bản nào? Nếu không có trong văn bản nào, đồng chí chọn "
        "“Ghi chú chung”."
    )


def all_sources(*, page: int, pages: int) -> str:
    """Ask again, over all documents."""
    part = f" (trang {page}/{pages})" if pages > 1 else ""
    return f"Các văn bản trong kho{part}. Câu trả lời có trong văn bản nào?"


def source_gone() -> str:
    """Say that the chosen document is not in the base any more."""
    return "Văn bản đã chọn không còn trong kho. Đồng chí chọn lại văn bản."


def type_answer(*, source: str, room: int) -> str:
    """Ask for the words of the answer."""
    return (
        f"{source}\nĐồng chí gõ câu trả lời, nhiều nhất {figure(room)} ký tự. Chữ gõ vào lúc này "
        "được coi là câu trả lời; muốn dừng thì gõ “hủy”."
    )


def too_long(*, length: int, room: int) -> str:
    """Say how long a text may be."""
    return (
        f"Đồng chí gõ {figure(length)} ký tự, nhiều nhất là {figure(room)}. "
        "Đồng chí gõ lại cho ngắn hơn."
    )


def nothing_typed() -> str:
    """Say that there was nothing to take."""
    return "Trợ lý chưa thấy chữ nào. Đồng chí gõ lại, hoặc gõ “hủy” để dừng."


def check(*, question: str, answer: str) -> str:
    """Read back what will be saved."""
    return f"Đồng chí xem lại trước khi lưu.\nCâu hỏi: “{question}”\nTrả lời: {answer}"


def type_question(*, question: str, room: int) -> str:
    """Ask for the question as it should be understood."""
    return (
        f"Câu hỏi đang được hiểu là: “{short(question)}”. Đồng chí gõ lại cho đúng và đủ ý (tỉnh "
        f"nào, năm nào, việc gì), nhiều nhất {figure(room)} ký tự. Chữ gõ vào lúc này được coi là "
        "câu hỏi; muốn dừng thì gõ “hủy”."
    )


def saved() -> str:
    """Say that the base has a new answer."""
    return "Đã lưu. Trợ lý sẽ báo người hỏi, và từ nay trả lời như vậy khi có người hỏi câu này."


# Merging


def which_same() -> str:
    """Ask which question asks the same."""
    return "Câu hỏi này trùng với câu nào dưới đây?"


def nothing_alike() -> str:
    """Say that no other question is alike."""
    return "Trợ lý không thấy câu hỏi nào giống câu này."


def merged(*, answered: bool) -> str:
    """Say that two questions are one now."""
    if answered:
        return "Đã gộp với câu đã có câu trả lời. Trợ lý sẽ báo người hỏi."
    return "Đã gộp hai câu hỏi. Đồng chí trả lời một lần, trợ lý báo cho mọi người đã hỏi."


def not_to_merge() -> str:
    """Say that the other question is not there to merge with."""
    return "Không gộp được, vì câu hỏi kia không còn trong danh sách."


# Putting away


def ask_word() -> str:
    """Ask whether the asker is told something."""
    return "Câu này sẽ được bỏ khỏi danh sách. Đồng chí có gửi lời nhắn cho người hỏi không?"


def type_word(*, room: int) -> str:
    """Ask for what the asker is told."""
    return (
        f"Đồng chí gõ lời nhắn, nhiều nhất {figure(room)} ký tự. Chữ gõ vào lúc này được coi là "
        "lời nhắn; muốn dừng thì gõ “hủy”."
    )


def check_word(*, word: str) -> str:
    """Read back what the asker will be told."""
    return f"Người hỏi sẽ nhận lời nhắn:\n“{word}”"


def dismissed(*, told: bool) -> str:
    """Say that a question was put away."""
    if told:
        return "Đã bỏ câu hỏi khỏi danh sách. Trợ lý sẽ chuyển lời nhắn cho người hỏi."
    return "Đã bỏ câu hỏi khỏi danh sách."
