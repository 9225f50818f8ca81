"""Every sentence that the reading of documents says or writes into a draft."""

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "secret": (
        "Tệp có dấu mật nên không được nhận và không được lưu; "
        "xin xử lý văn bản này theo quy định về bảo vệ bí mật nhà nước."
    ),
    "encrypted": "Tệp đặt mật khẩu nên không đọc được; xin bỏ mật khẩu, lưu lại rồi gửi lại.",
    "empty": "Tệp không có chữ nào; xin kiểm tra lại tệp rồi gửi lại.",
    "unknown_kind": (
        "Tệp không phải văn bản Word (.docx), PDF, trang web (.html) hay văn bản thường (.txt); "
        "xin lưu lại ở một trong các dạng đó."
    ),
    "damaged": "Tệp bị hỏng nên không mở được; xin mở tệp trên máy, lưu lại rồi gửi lại.",
    "encoding": (
        "Chữ trong tệp không ở dạng Unicode (UTF-8) nên không đọc được; "
        "xin lưu lại tệp với mã UTF-8."
    ),
    "scan": (
        "Tệp là bản chụp, trợ lý chưa đọc được chữ từ ảnh; xin gửi bản Word hoặc PDF có chữ."
    ),
    "slow": "Đọc tệp quá lâu nên đã dừng lại; xin tách tệp thành các phần ngắn hơn rồi gửi lại.",
    "too_large": "Tệp lớn quá 20 MB nên không đọc được; xin bỏ bớt ảnh hoặc tách tệp rồi gửi lại.",
    "too_long": "Văn bản quá dài, không đọc được; xin tách thành các phần ngắn hơn rồi gửi lại.",
}
"""What is said of an unreadable file, by its code, where nothing more exact is known."""

OLD_WORD = "Tệp là văn bản Word đời cũ (.doc); xin mở bằng Word, lưu lại ở dạng .docx rồi gửi lại."
SECTION_GENERAL = "Thông tin chung"
SECTION_GROUNDS = "Căn cứ"
SECTION_OPENING = "Mở đầu"
SECTION_END = "Nơi nhận và người ký"


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def too_many_pages(*, pages: int, most: int) -> str:
    """Say that a file has too many pages."""
    return (
        f"Tệp có {_figure(pages)} trang, trợ lý chỉ đọc tệp nhiều nhất {_figure(most)} trang; "
        "xin tách thành các phần ngắn hơn rồi gửi lại."
    )


def too_many_scans(*, pages: int, most: int) -> str:
    """Say that too many pages are pictures."""
    return (
        f"Tệp có {_figure(pages)} trang là ảnh chụp, trợ lý chỉ đọc được {_figure(most)} trang; "
        "xin gửi bản có chữ hoặc tách thành các phần ngắn hơn."
    )


def too_many_letters(*, letters: int, most: int) -> str:
    """Say that a file has too much text."""
    return (
        f"Văn bản dài {_figure(letters)} ký tự, trợ lý chỉ đọc nhiều nhất {_figure(most)} ký tự; "
        "xin tách thành các phần ngắn hơn rồi gửi lại."
    )


def old_font(*, font: str) -> str:
    """Say that the text is written for an old font."""
    return (
        f"Chữ trong tệp dùng bảng mã cũ {font}; "
        "xin chuyển sang Unicode (dựng sẵn), lưu lại rồi gửi lại."
    )


def scanned_pages(*, pages: str) -> str:
    """Warn that pages were read from pictures."""
    return f"Trang {pages} được đọc từ ảnh; xin đối chiếu từng chữ với bản gốc."


def skipped_pages(*, pages: str) -> str:
    """Warn that pages are pictures and were not read."""
    return f"Trang {pages} là ảnh và chưa đọc được chữ; xin bổ sung nội dung bằng tay."


def unlike_kinds(*, title: str, number: str) -> str:
    """Warn that title and number name different kinds of document."""
    return f"Tên loại ghi “{title}” nhưng số ký hiệu ghi {number}; xin xem lại."


def no_number() -> str:
    """Warn that the number is left blank."""
    return "Số ký hiệu để trống trong nguồn; xin điền khi có bản chính thức."


def two_periods(*, first: str, second: str) -> str:
    """Note that a source names two periods."""
    return f"Nguồn ghi cả {first} và {second}."


def only_year(*, year: int) -> str:
    """Note that a source names no more than a year."""
    return f"Nguồn chỉ ghi năm {year}, không ghi ngày bắt đầu và ngày kết thúc."


def missing(*, names: str) -> str:
    """Warn that needed fields were not found."""
    return f"Chưa tìm thấy trong nguồn: {names}; xin điền trước khi duyệt."


MISSING_NAMES: Mapping[str, str] = {
    "title": "tên văn bản",
    "doc_type": "loại văn bản",
    "place": "tỉnh",
    "years": "năm",
    "topics": "chủ đề",
}


def full_source(*, name: str) -> str:
    """Name the source of a full text."""
    return f"Toàn văn, tệp {name}"


def news_source(*, title: str, author: str) -> str:
    """Name a news item as the source."""
    return f"Bản tin “{title}”" + (f", tác giả {author}" if author else "")


def document_called(*, kind: str, number: str, place: str) -> str:
    """Name a document inside a question: Kế hoạch 12/KH-UBND; Kế hoạch của Hà Giang."""
    written = kind[:1].upper() + kind[1:]
    if number:
        return f"{written} {number}"
    return f"{written} của {place}" if place else f"{written} này"


def short_name(*, kind: str, called: str, place: str, year: str) -> str:
    """Name a document on a button."""
    written = kind[:1].upper() + kind[1:]
    head = f"{written} {called}".strip()
    tail = f"{place} {year}".strip()
    return f"{head}, {tail}" if tail else head


def aliases(*, kind: str, number: str, place: str, topic: str, year: str) -> list[str]:
    """Give the ways in which officers call a document."""
    short = number.split("/", maxsplit=1)[0].split("-", maxsplit=1)[0].strip()
    named = [f"{kind} {short}", f"{kind} {short} {place}", number] if number else []
    about = [f"{topic} {place}", f"{topic} {place} {year}"] if topic and place else []
    return list(dict.fromkeys(" ".join(one.split()) for one in [*named, *about]))


_ENDS: Mapping[str, str] = {
    "thời gian": "là khi nào",
    "kinh phí": "lấy từ đâu",
    "mục đích": "là gì",
    "yêu cầu": "là gì",
    "căn cứ": "là những văn bản nào",
}


def section_question(*, section: str, document: str) -> list[str]:
    """Ask for a section by its name, in several wordings."""
    low = lowered(section)
    end = next((end for start, end in _ENDS.items() if low.startswith(start)), "gồm những gì")
    return [
        f"{section} của {document} {end}?",
        f"{document} nêu {low} thế nào",
        f"cho biết {low} theo {document}",
        f"nội dung {low}",
    ]


def theme_question(*, section: str, document: str) -> list[str]:
    """Ask for a section that is called by its first words."""
    low = lowered(section)
    return [
        f"{document} nêu gì về nội dung: {section}?",
        f"{low}: {document} viết thế nào",
        f"cho xem đoạn {low}",
        f"nội dung {low}",
    ]


def actor_question(*, actor: str, document: str) -> list[str]:
    """Ask for somebody's duties, in several wordings."""
    low = lowered(actor)
    return [
        f"{actor} có trách nhiệm gì theo {document}?",
        f"nhiệm vụ của {low}",
        f"{low} phải làm gì",
    ]


def lowered(name: str) -> str:
    """Begin with a small letter, but leave abbreviations and names of bodies alone."""
    first, _, rest = name.partition(" ")
    return name if first.isupper() and len(first) > 1 else f"{first[:1].lower()}{first[1:]} {rest}"
