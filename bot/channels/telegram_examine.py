"""What `doctor` says about Telegram, in Vietnamese words."""

import asyncio
from typing import Any, Final

from telegram.error import InvalidToken, TelegramError

from bot.channels.contract import Finding
from bot.channels.telegram_receive import Call, Webhook

SECONDS: Final = 5.0
UNREACHABLE: Final = (
    "Không kết nối được Telegram (có thể do nhà mạng chặn); các kênh khác vẫn chạy"
)


async def findings(call: Call, webhook: Webhook | None) -> list[Finding]:
    """Ask Telegram who we are and how updates leave it; what no answer means is said, too."""
    try:
        async with asyncio.timeout(SECONDS):
            me = await call("getMe", {})
            record = await call("getWebhookInfo", {})
    except InvalidToken:
        text = "Telegram không nhận token (DANVAN_TELEGRAM_TOKEN); hãy lấy lại từ @BotFather"
        return [Finding("wrong", text)]
    except TelegramError as error:
        return [Finding("warning", f"{UNREACHABLE} [{error}]")]
    except TimeoutError:
        return [Finding("warning", f"{UNREACHABLE} [quá {SECONDS:g} giây]")]
    name = me.get("username") if isinstance(me, dict) else None
    known = Finding("ok", f"Telegram: token đúng, bot @{name}")
    return [known, *_arrivals(record if isinstance(record, dict) else {}, webhook)]


def _arrivals(record: dict[str, Any], webhook: Webhook | None) -> list[Finding]:
    found = [_route(record, webhook)]
    pending = record.get("pending_update_count")
    if isinstance(pending, int) and pending > 0:
        found.append(Finding("warning", f"Telegram: {pending} tin còn chờ ở Telegram"))
    if webhook is not None and (error := record.get("last_error_message")):
        found.append(Finding("warning", f"Telegram: lần giao tin lỗi gần nhất: {error}"))
    return found


def _route(record: dict[str, Any], webhook: Webhook | None) -> Finding:
    url = record.get("url") or ""
    if webhook is None:
        if url:
            text = f"Telegram: đang đặt webhook {url}; chế độ polling sẽ gỡ khi khởi động"
            return Finding("warning", text)
        return Finding("ok", "Telegram: nhận tin bằng polling")
    if webhook.is_registered(record):
        return Finding("ok", f"Telegram: nhận tin bằng webhook {webhook.url}")
    text = (
        f"Telegram: webhook đang là {url or '(chưa có)'}, khi khởi động sẽ đặt lại {webhook.url}"
    )
    return Finding("warning", text)
