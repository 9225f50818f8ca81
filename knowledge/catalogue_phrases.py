"""What the list of documents says."""

from dataclasses import replace
from datetime import date

from knowledge.document import Document
from knowledge.phrases import period_state, short_issuer


def fitting_documents(*, count: int) -> str:
    """Open the list of documents."""
    return f"Kho tri thức có {count} văn bản phù hợp:" if count > 1 else "Kho tri thức có văn bản:"


def running_documents(*, count: int) -> str:
    """Open the list of documents that still run."""
    if count:
        return f"Có {count} văn bản đang trong thời hạn:"
    return "Không có văn bản nào được xác định là đang trong thời hạn:"


def documents_without_end(*, count: int) -> str:
    """Open the list of documents whose source names no end."""
    if count:
        return f"Có {count} văn bản mà nguồn không nêu ngày kết thúc:"
    return "Không có văn bản nào mà nguồn không nêu ngày kết thúc:"


def ended_documents(*, count: int) -> str:
    """Open the list of documents that are known to be over."""
    if count:
        return f"Có {count} văn bản đã qua thời hạn:"
    return "Không có văn bản nào được xác định là đã qua thời hạn:"


def document_line(*, document: Document, today: date) -> str:
    """Write one document of a list: its name, who issued it, and whether it still runs."""
    bare = replace(document, period=replace(document.period, note=None))
    issuer = short_issuer(document.issuer or "").removesuffix(f" {document.place}")
    by = f" ({issuer})" if issuer else ""
    return f"- {document.short}{by}. {period_state(bare, today)}"
