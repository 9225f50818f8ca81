"""What an adapter itself says, where a platform cannot show what a message asks for."""

from collections.abc import Sequence

NO_FILE = "Tệp hoặc ảnh không còn"
CHOOSE = "(Gõ số để chọn)"


def answer_with(labels: Sequence[str]) -> str:
    """Say which words answer a message, where there are no buttons."""
    return f"(Gõ {' hoặc '.join(labels)})"
