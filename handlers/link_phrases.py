"""Every sentence of using the assistant on more than one channel."""

from handlers.phrases import first
from store.channel_accounts import platform
from store.links import LASTS, Linked, LinkedAccount

GET_CODE = "Lấy mã liên kết"
YES = "✅ Đồng ý"
NO = "❌ Không liên kết"
LONGEST_NAME = 30
MINUTES = int(LASTS.total_seconds() // 60)


def account(channel: str, name: str) -> str:
    """Name an account by its platform and the name shown there, which is never trusted."""
    short = " ".join(name.split())[:LONGEST_NAME].rstrip()
    return f"{platform(channel)} “{short}”" if short else platform(channel)


def linked(linked: Linked, *, here: int | None) -> str:
    """Say on which channels a person uses the assistant. `here` is the account that asks."""
    lines = ["Đồng chí đang dùng trợ lý trên:"]
    for one in linked.accounts:
        mark = " (ở đây)" if one.id == here else ""
        lines.append(f"• {first(account(one.channel, one.name))}{mark}")
    if len(linked.channels) > 1:
        lines.append(_PREFERRED.format(platform(linked.preferred)) if linked.preferred else _ANY)
    lines.append(f"Muốn dùng thêm kênh khác, chọn “{GET_CODE}”.")
    if len(linked.accounts) > 1:
        lines.append("Muốn bớt, gõ “bỏ liên kết”.")
    return "\n".join(lines)


_PREFERRED = "Kênh ưu tiên: {}."
_ANY = "Kênh ưu tiên: chưa chọn, trợ lý nhắn vào kênh dùng gần nhất."


def prefer(channel: str) -> str:
    """Label the button that makes a channel the preferred one."""
    return f"Ưu tiên {platform(channel)}"


def preferred(channel: str) -> str:
    """Say where messages go from now on."""
    return (
        f"Khi chủ động nhắn, trợ lý nhắn đồng chí qua {platform(channel)}; không gửi được thì "
        "nhắn qua kênh khác. Đồng chí hỏi ở kênh nào, trợ lý trả lời ở kênh đó."
    )


def not_linked() -> str:
    """Say that an account is none of the person's (any more)."""
    return "Tài khoản này không còn liên kết với đồng chí."


def code_follows() -> str:
    """Say what the code is for that the next message is."""
    return (
        "Mã liên kết ở tin nhắn dưới đây. Đồng chí sao chép mã, mở trợ lý trên kênh muốn dùng "
        "thêm, dán mã và gửi. "
        f"Mã dùng một lần, trong {MINUTES} phút; không đưa mã cho người khác."
    )


def needs_invitation(*, you: str) -> str:
    """Say that only registered people have something to link."""
    return (
        f"{first(you)} cần tham gia bằng mã mời trước, rồi mới liên kết được. Đã tham gia ở kênh "
        "khác thì gõ “liên kết” ở kênh đó để lấy mã, rồi gửi mã vào đây."
    )


def ask(*, person: str) -> str:
    """Ask somebody who is registered already whether to become one with the code's person."""
    return (
        f"Tài khoản này đã tham gia bằng mã mời. Liên kết thì tài khoản thuộc về {_whom(person)}, "
        "vai trò cũng theo sang nếu đây là tài khoản duy nhất. "
        f"Không phải chính đồng chí lấy mã này thì chọn “{NO}”."
    )


def done(*, person: str) -> str:
    """Say that the account belongs to the code's person."""
    return (
        f"Đã liên kết tài khoản này với {_whom(person)}. Gõ “liên kết” để xem và chọn kênh "
        "ưu tiên."
    )


def _whom(person: str) -> str:
    return f"đồng chí {person}" if person else "người đã lấy mã"


def left_alone() -> str:
    """Say that nothing was linked."""
    return "Tài khoản được giữ nguyên, không liên kết."


def linked_before() -> str:
    """Say that the account is the person's already; the code was not used."""
    return "Tài khoản này đã là của đồng chí. Đồng chí gửi mã trên kênh cần liên kết."


def code_used_up() -> str:
    """Say that a code was used."""
    return "Mã liên kết này đã dùng rồi. Gõ “liên kết” trên kênh kia để lấy mã mới."


def code_expired() -> str:
    """Say that a code is too old."""
    return f"Mã liên kết này đã quá {MINUTES} phút. Gõ “liên kết” trên kênh kia để lấy mã mới."


def told(channel: str, name: str) -> str:
    """Tell a person, where the code was asked for, that it was used."""
    return (
        f"{first(account(channel, name))} vừa được liên kết với đồng chí. "
        "Nếu không phải đồng chí làm, gõ “bỏ liên kết” tại đây."
    )


def unlink_which() -> str:
    """Ask which account goes."""
    return "Đồng chí muốn bỏ liên kết tài khoản nào?"


def unlink(one: LinkedAccount) -> str:
    """Label the button that takes an account away."""
    return f"Bỏ {account(one.channel, one.name)}"


def nothing_to_unlink() -> str:
    """Say that there is no other account."""
    return "Đồng chí chưa liên kết tài khoản nào khác."


def unlinked(one: LinkedAccount) -> str:
    """Say that an account was taken away."""
    return (
        f"Đã bỏ liên kết {account(one.channel, one.name)}. Tài khoản đó không còn vai trò "
        "của đồng chí."
    )
