"""Every sentence about a file that could not become a draft."""

BROKEN = (
    "Trợ lý đã thử nhiều lần mà chưa đọc được tệp này. Đồng chí lưu văn bản ở dạng khác (Word "
    "hoặc PDF có chữ) rồi tải lên lại."
)
"""When it was tried often enough."""
NOT_KEPT = "(tệp không được giữ)"
"""Stands where the name of a refused file would."""
