"""Every sentence of making a broadcast in chat: its text, its file, its audience."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.phrases import figure
from knowledge.phrases import long_day
from store.broadcasts import MOST_CHARACTERS
from store.channel_accounts import platform
from store.media import MOST_BYTES

ALL: Final = "👥 Toàn đơn vị"
LEADERS: Final = "👤 Lãnh đạo"
OFFICERS: Final = "👤 Cán bộ"
ORGANISATIONS: Final = "🏷 Theo đoàn thể"
CHANNELS: Final = "📱 Theo kênh"
UNITS: Final = "📍 Theo đơn vị"
GROUPS: Final = "💬 Nhóm chat"
CHOSEN: Final = "✅ Chọn xong"
BACK: Final = "↩️ Quay lại"

NO: Final = "❌ Không gửi"

ROLE: Final[Mapping[str, str]] = {"leader": "lãnh đạo", "officer": "cán bộ"}


def moment(at: datetime) -> str:
    """Write an instant in its own zone: 8h00 thứ Sáu, 27/11/2026."""
    return f"{at.hour}h{at.minute:02} {long_day(at.date())}"


def code(number: int) -> str:
    """Name a broadcast."""
    return f"TB{number}"


# What is said, and with which file


def ask_text() -> str:
    """Ask for the text."""
    return (
        f"Đồng chí gửi nội dung thông báo (chữ, tối đa {figure(MOST_CHARACTERS)} ký tự, có thể "
        "kèm một ảnh hoặc tệp). Muốn thôi, gõ “hủy”."
    )


def ask_text_again(*, text: str) -> str:
    """Ask for the text once more, which follows as it is."""
    return f"Đồng chí gửi lại toàn bộ nội dung. Nội dung hiện tại:\n\n{text}"


def got_photo() -> str:
    """Say that a photo came without words."""
    return "Đã nhận ảnh. Đồng chí gửi tiếp nội dung chữ."


def got_file() -> str:
    """Say that a file came without words."""
    return "Đã nhận tệp. Đồng chí gửi tiếp nội dung chữ."


def first_of_album() -> str:
    """Say that of several photos one is taken."""
    return "Mỗi thông báo kèm một ảnh: trợ lý lấy ảnh đầu tiên."


def nothing_typed() -> str:
    """Say that there was no text."""
    return "Chưa thấy chữ nào. Đồng chí gửi nội dung thông báo."


def too_long(*, length: int) -> str:
    """Say that a text is over the limit."""
    return (
        f"Nội dung dài {figure(length)} ký tự, tối đa là {figure(MOST_CHARACTERS)}. "
        "Đồng chí rút gọn rồi gửi lại."
    )


def too_large(*, size: int) -> str:
    """Say that a file is over the limit."""
    most, megabyte = MOST_BYTES // 2**20, 2**20
    return (
        f"Ảnh hoặc tệp nặng {figure(-(-size // megabyte))} MB, tối đa là {most} MB. "
        "Đồng chí gửi bản nhẹ hơn."
    )


# To whom


def ask_audience() -> str:
    """Ask who is to get it."""
    return "Gửi cho ai?"


def whole_units(*, units: Sequence[str]) -> str:
    """Name everybody of units and below."""
    return f"toàn bộ {'; '.join(units)}"


def role_in(*, role: str, units: Sequence[str]) -> str:
    """Name who holds a role in units and below."""
    return f"{ROLE[role]} của {'; '.join(units)}"


def organisation_in(*, organisation: str, units: Sequence[str]) -> str:
    """Name the members of an organisation."""
    return f"{organisation} trong {'; '.join(units)}"


def channel_in(*, channel: str, units: Sequence[str]) -> str:
    """Name who has an account on a channel."""
    return f"người dùng {platform(channel)} của {'; '.join(units)}"


def some_groups(*, names: Sequence[str]) -> str:
    """Name groups."""
    return f"nhóm {'; '.join(names)}"


def group(*, name: str, channel: str) -> str:
    """Name a group, which may have no name."""
    return f"{name or 'Nhóm chưa rõ tên'} ({platform(channel)})"


def ask_organisation() -> str:
    """Ask for an organisation."""
    return "Gửi cho đoàn thể nào?"


def no_organisation() -> str:
    """Say that no unit's name names an organisation."""
    return "Chưa có đơn vị đoàn thể nào trong phạm vi đồng chí phụ trách. Gửi cho ai?"


def too_many_units() -> str:
    """Say that an audience has too many single units."""
    return "Nhiều đơn vị quá, đồng chí chọn cách khác. Gửi cho ai?"


def ask_channel() -> str:
    """Ask for a channel."""
    return "Gửi cho người dùng kênh nào?"


def ask_units() -> str:
    """Ask for names of units."""
    return (
        "Đồng chí gõ tên đơn vị; nhiều đơn vị thì cách nhau bằng dấu phẩy, "
        "ví dụ: xã Yên Minh, xã Du Già."
    )


def wrong_units(*, unknown: Sequence[str], ambiguous: Sequence[str]) -> str:
    """Say which units were not found, or not just one."""
    lines = []
    if unknown:
        lines.append(
            "Không thấy trong phạm vi đồng chí phụ trách: "
            + ", ".join(f"“{name}”" for name in unknown)
            + "."
        )
    if ambiguous:
        lines.append(
            "Có nhiều đơn vị cùng tên, xin ghi thêm cấp trên (xã A, tỉnh B): "
            + ", ".join(f"“{name}”" for name in ambiguous)
            + "."
        )
    lines.append("Đồng chí gõ lại tên các đơn vị.")
    return "\n".join(lines)


def ask_groups() -> str:
    """Ask for groups."""
    return "Bấm để chọn hoặc bỏ chọn nhóm:"


def no_groups() -> str:
    """Say that there are no groups, and how one comes to be there."""
    return (
        "Chưa có nhóm nào. Đồng chí thêm trợ lý vào nhóm và nhắc tên trợ lý ở đó một lần. "
        "Gửi cho ai?"
    )


def dropped() -> str:
    """Say that nothing is sent."""
    return "Đã bỏ, không gửi thông báo này."


def stale() -> str:
    """Say that a button does nothing any more."""
    return "Bước này đã qua. Xem các thông báo: gõ “thông báo đã gửi”; soạn mới: gõ “thông báo”."
