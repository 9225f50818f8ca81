"""The words that every broadcast carries."""

RECEIVED = "✅ Đã nhận"
