"""Every sentence about broadcasts that are under way or over, and of those who get them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.broadcast_phrases import code, moment
from handlers.phrases import figure
from store.broadcast_outcomes import Outcome, Progress, Which
from store.broadcasts import Broadcast, State

NEW: Final = "➕ Thông báo mới"
PAUSE: Final = "⏸ Tạm dừng"
RESUME: Final = "▶️ Gửi tiếp"
CANCEL: Final = "❌ Hủy gửi"
UNREACHED: Final = "📄 Ai chưa nhận được"
UNCONFIRMED: Final = "📄 Ai chưa xác nhận"
FILE: Final = "📎 Gửi file danh sách"
LIST: Final = "📋 Danh sách thông báo"
KEEP: Final = "↩️ Không hủy"
REFUSE: Final = "❌ Không đồng ý"
SHORT: Final = 40
"""Characters of a text by which its broadcast is known again."""

STATES: Final[Mapping[State, str]] = {
    "waiting": "chờ lãnh đạo khác đồng ý",
    "scheduled": "chờ đến giờ",
    "running": "đang gửi",
    "paused": "đang tạm dừng",
    "done": "đã gửi xong",
    "refused": "không được đồng ý",
    "cancelled": "đã hủy",
}
WHYS: Final[Mapping[str, str]] = {
    "blocked": "đã chặn",
    "gone": "tài khoản không còn",
    "window": "hết thời hạn",
    "nowhere": "chưa bắt đầu",
    "stopped": "đã dừng nhận",
    "rejected": "bị từ chối",
    "failed": "không gửi được",
    "missed": "không gửi được",
    "unknown": "chưa rõ đã đến chưa",
    "stale": "quá giờ, không gửi",
    "cancelled": "đã hủy, không gửi",
    "cleared": "không cần gửi nữa",
}
"""Why it did not come, or the state where no reason is known."""
HEADS: Final[Mapping[Which, str]] = {
    "unreached": "chưa nhận được",
    "unconfirmed": "chưa xác nhận",
}


def listed() -> str:
    """Introduce the list."""
    return "Bấm một thông báo để xem, tạm dừng hoặc hủy:"


def none_yet() -> str:
    """Say that there are none, and how to make one."""
    return "Chưa có thông báo nào. Soạn thông báo: gõ “thông báo”."


def line(*, one: Broadcast, seen: Progress, at: datetime | None) -> str:
    """Write one broadcast of the list. `at` is when it is to be sent, None where it has begun."""
    text = " ".join(one.message.text.split())
    if len(text) > SHORT:
        text = f"{text[: SHORT - 1].rstrip()}…"
    parts = [STATES[one.state]]
    if at is not None:
        parts = [f"{STATES[one.state]} {moment(at)}"]
    elif seen.total:
        ended = seen.total - seen.count("queued", "sending")
        parts.append(
            f"xong {figure(ended)}/{figure(seen.total)}, đã gửi {figure(seen.count('sent'))}"
        )
    if one.wants_receipt and seen.total:
        parts.append(f"đã xác nhận {figure(seen.confirmed)}")
    return f"{code(one.id)} “{text}”: {', '.join(parts)}."


def gone() -> str:
    """Say that there is no such broadcast for the speaker."""
    return "Không thấy thông báo này trong phạm vi đồng chí phụ trách."


def paused(*, number: int) -> str:
    """Say that nothing more is sent for now."""
    return f"Đã tạm dừng {code(number)}. Tin đang gửi dở vài giây nữa mới dừng hẳn."


def resumed(*, number: int) -> str:
    """Say that it goes on."""
    return f"{code(number)} gửi tiếp."


def ask_cancel(*, number: int) -> str:
    """Ask before cancelling."""
    return (
        f"Hủy {code(number)}? Ai chưa được gửi sẽ không nhận nữa; tin đã gửi không thu lại được."
    )


def cancel_label(*, number: int) -> str:
    """Label the button that cancels."""
    return f"✅ Hủy {code(number)}"


def cancelled(*, number: int) -> str:
    """Say that it is cancelled."""
    return f"Đã hủy {code(number)}."


def kept() -> str:
    """Say that it was not cancelled."""
    return "Giữ nguyên, không hủy."


def wrong_state(*, number: int, state: State) -> str:
    """Say that this cannot be done any more."""
    return f"{code(number)} {STATES[state]}, không làm được việc này."


def names(*, number: int, which: Which, some: Sequence[Outcome], is_all: bool) -> str:
    """Name people of a broadcast, each with unit and, where it did not come, the reason."""
    if not some:
        return f"{code(number)}: không có ai {HEADS[which]}."
    lines = [f"{code(number)}, {HEADS[which]}:"]
    lines += [_person(one, which) for one in some]
    if not is_all:
        lines.append(f"Còn nữa: bấm “{FILE}” để lấy đủ.")
    return "\n".join(lines)


def _person(one: Outcome, which: Which) -> str:
    """Name somebody, not by number: where there are no buttons that stands for a choice."""
    where = f" ({one.unit})" if one.unit else ""
    why = f": {WHYS.get(one.why or one.state, one.state)}" if which == "unreached" else ""
    return f"• {one.name or 'chưa rõ tên'}{where}{why}"


def file_comes(*, number: int) -> str:
    """Say that the list is being made."""
    return f"Đang lập danh sách của {code(number)}, xong sẽ gửi tại đây."


# A second leader


def judge(*, number: int, author: str, people: int) -> str:
    """Ask a second leader once more, under the message itself."""
    return (
        f"Trên đây là toàn bộ {code(number)} của đồng chí {author}, gửi {figure(people)} người. "
        "Đồng chí có đồng ý gửi không?"
    )


def agree_label(*, number: int) -> str:
    """Label the button that lets it be sent."""
    return f"✅ Đồng ý gửi {code(number)}"


def not_yours() -> str:
    """Say that somebody else has to judge it."""
    return "Thông báo này do lãnh đạo khác cùng đơn vị với người soạn hoặc cấp trên quyết định."


def judged(*, number: int, state: State) -> str:
    """Say that somebody was faster."""
    return f"{code(number)} đã được quyết định rồi: {STATES[state]}."


def agreed(*, number: int, at: datetime | None) -> str:
    """Say that it will be sent."""
    return f"Đã đồng ý. {code(number)} gửi {'lúc ' + moment(at) if at else 'ngay'}."


def refused(*, number: int) -> str:
    """Say that it will not be sent."""
    return f"Đã ghi: không gửi {code(number)}. Trợ lý sẽ báo người soạn."


def was_agreed(*, number: int, name: str, at: datetime | None) -> str:
    """Tell the author."""
    when = f"lúc {moment(at)}" if at else "ngay"
    return f"Đồng chí {name} đã đồng ý, {code(number)} được gửi {when}."


def was_refused(*, number: int, name: str) -> str:
    """Tell the author."""
    return f"Đồng chí {name} không đồng ý, {code(number)} không gửi."


# Who gets one


def thanks() -> str:
    """Thank who confirmed."""
    return "Đã ghi nhận, cảm ơn đồng chí."


def not_for_you() -> str:
    """Say that it was for others."""
    return "Thông báo này không gửi cho đồng chí nên không cần xác nhận."


def nothing_to_confirm() -> str:
    """Say that nothing waits to be confirmed."""
    return "Đồng chí không còn thông báo nào cần xác nhận."
