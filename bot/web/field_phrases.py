"""What the fields of a draft are called, how they are filled in, and what can be wrong."""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "document": "Văn bản",
    "validity": "Nơi và thời hạn",
    "source": "Nguồn",
    "search": "Để tìm ra văn bản",
}
LABELS: Mapping[str, str] = {
    "doc_type": "Loại văn bản",
    "number": "Số ký hiệu",
    "issuer": "Cơ quan ban hành",
    "issued": "Ngày ban hành",
    "held": "Ngày tổ chức (hội nghị)",
    "signer": "Người ký",
    "title": "Tên đầy đủ",
    "short": "Tên gọn trên nút bấm",
    "place": "Tỉnh, thành phố",
    "in_force_from": "Thực hiện từ",
    "in_force_to": "Thực hiện đến",
    "in_force_note": "Ghi chú thời hạn",
    "source_kind": "Dạng nguồn",
    "source": "Nguồn",
    "posted": "Ngày đăng",
    "url": "Địa chỉ trang",
    "years": "Nói về năm",
    "topics": "Chủ đề",
    "aliases": "Tên gọi khác",
    "replaces": "Thay thế, sửa đổi văn bản",
    "id": "Mã văn bản",
}
HINTS: Mapping[str, str] = {
    "number": "đúng từng chữ; nguồn không nêu thì để trống",
    "issued": "như 27/9/2021",
    "held": "như 27/9/2021",
    "posted": "như 27/9/2021",
    "in_force_from": "ngày như 1/10/2021, hoặc chỉ năm; không nêu thì để trống",
    "in_force_to": "ngày như 31/10/2021, hoặc chỉ năm; không nêu thì để trống",
    "short": "nhiều nhất 45 ký tự",
    "years": "nhiều năm thì cách nhau bằng dấu chấm phẩy",
    "topics": "cách nhau bằng dấu chấm phẩy",
    "aliases": "cách nhau bằng dấu chấm phẩy",
    "replaces": "như thay thế: 12/KH-UBND; chỉ ghi được khi văn bản kia có trong kho",
    "id": "chữ thường không dấu, số, gạch nối; trùng mã văn bản đang có là thay văn bản đó",
}
CHOICES: Mapping[str, str] = {"toan_van": "toàn văn", "ban_tin": "bản tin"}
SURE: Mapping[str, str] = {
    "sure": "chắc chắn",
    "unsure": "nên xem lại",
    "missing": "không thấy",
    "changed": "đã sửa",
}
_PROBLEMS: Mapping[str, str] = {
    "phải là ngày dạng 2021-09-27": "Ghi ngày dạng 27/9/2021.",
    "ngày kết thúc trước ngày bắt đầu": "Ngày kết thúc đứng trước ngày bắt đầu.",
    "hết hạn trước ngày ban hành": "Hết hạn trước cả ngày ban hành.",
    "ngày đăng trước ngày ban hành": "Ngày đăng đứng trước ngày ban hành.",
}
_MISSING = "thiếu trường "
_NAMED = frozenset(LABELS) | {"in_force", "relations"}
"""What a problem of a file begins with where it is about one field."""


def found_in(line: str) -> str:
    """Show the line of the source in which a field was found."""
    return f"Thấy ở: “{line}”"


def problem(what: str) -> str:
    """Say a problem of a file to who sees a form."""
    if what.startswith(_MISSING):
        return "Chưa điền."
    name, colon, rest = what.partition(": ")
    said = rest if colon and name in _NAMED else what
    return _PROBLEMS.get(said, f"{said[:1].upper()}{said[1:].rstrip('.')}.")


def at_line(*, what: str, line: str) -> str:
    """Say a problem of a section, with the line that it is about."""
    said = problem(what)
    return f"{said} Dòng: “{line}”" if line else said
