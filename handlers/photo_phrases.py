"""Every sentence about a photo that somebody sends."""

from handlers.phrases import figure
from store.media import KEPT


def kept() -> str:
    """Say what becomes of a photo today, and what does not yet; only registered people hear it."""
    return (
        f"Trợ lý nhận ảnh của đồng chí và giữ trong {figure(KEPT.days)} ngày, sau đó tự xóa. "
        "Báo cáo bằng ảnh sẽ có sau; hiện đồng chí cứ gửi câu hỏi bằng chữ."
    )
