"""What `doctor` looks at and says: what is configured, what is wrong, and what to do about it.

Every look is bounded in time, all are taken side by side, none changes anything that is kept. What
a look itself stumbles over is said as a finding, by the kind of error only: never a secret, never
a stack trace.
"""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Finding, Platform
from bot.settings import Settings
from store import upgrade
from store.database import Database, Unavailable
from store.models import ChannelAccount, InboxRow, OfficeSetting, OutboxRow, Role
from store.office import PAUSED

SECONDS = 5.0
SECONDS_OF_BASE = 60.0
"""Loading the base is our own work: slow is not wrong there."""
LITTLE_ROOM = 1 << 30
NO_ROOM = 100 << 20
CLOCKS_APART = timedelta(seconds=30)
LATE = timedelta(minutes=10)
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound

NOT_CONFIGURED = {
    "telegram": "Telegram: chưa cấu hình (không bắt buộc). Nhắn @BotFather lệnh /newbot để lấy"
    " token, ghi vào DANVAN_TELEGRAM_TOKEN rồi khởi động lại",
    "zalo-bot": "Zalo Bot: chưa cấu hình. Trong Zalo tìm Zalo Bot Manager, tạo bot để lấy token,"
    " ghi vào DANVAN_ZALO_BOT_TOKEN rồi khởi động lại (xem docs/zalo-vi.md)",
    "zalo-oa": "Zalo OA: chưa cấu hình (cho tỉnh, đơn vị đông người). Cần OA đã xác thực và gói có"
    " API; tạo ứng dụng tại developers.zalo.me, ghi mã vào DANVAN_ZALO_OA_APP_ID (xem"
    " docs/zalo-vi.md)",
}
"""What to do to get a channel that the settings do not switch on."""

Look = Callable[[], Awaitable[Sequence[Finding]]]


def ok(what: str) -> Finding:
    """Say that something is as it should be."""
    return Finding("ok", what)


def note(what: str) -> Finding:
    """Say what a person should know."""
    return Finding("warning", what)


def wrong(what: str) -> Finding:
    """Say what keeps the product from doing its work."""
    return Finding("wrong", what)


async def examine(
    settings: Settings, channels: Mapping[str, Platform | None], *, now: datetime
) -> list[Finding]:
    """Take every look side by side and give the findings in their order."""
    looks: dict[str, Look] = {
        "thư mục dữ liệu": _threaded(lambda: data_folder(settings.data_dir)),
        "cơ sở dữ liệu": lambda: database(settings.database, now=now),
        "cơ sở tri thức": _threaded(lambda: base(settings.knowledge_dir)),
        "đồng hồ": _threaded(lambda: [clock(settings, now=now)]),
        "cổng web": _threaded(lambda: port(settings)),
        "địa chỉ công khai": _threaded(lambda: public_url(settings)),
        "tệp .env": _threaded(lambda: env_file(Path(".env"))),
        **{name: _of_channel(name, channel) for name, channel in channels.items()},
    }
    limits = {"cơ sở tri thức": SECONDS_OF_BASE}
    found = await asyncio.gather(
        *(bounded(name, look, limits.get(name, SECONDS)) for name, look in looks.items())
    )
    return [one for findings in found for one in findings]


async def bounded(name: str, look: Look, seconds: float) -> Sequence[Finding]:
    """Take one look, for so long at most; what it stumbles over is a finding as well."""
    try:
        async with asyncio.timeout(seconds):
            return await look()
    except TimeoutError:
        return [wrong(f"Kiểm tra {name}: quá {seconds:g} giây không trả lời")]
    except Exception as error:  # noqa: BLE001 - whatever it is, the other looks go on
        return [wrong(f"Kiểm tra {name}: gặp lỗi {type(error).__name__}")]


def _threaded(look: Callable[[], Sequence[Finding]]) -> Look:
    return lambda: asyncio.to_thread(look)


def _of_channel(name: str, channel: Platform | None) -> Look:
    async def look() -> Sequence[Finding]:
        if channel is None:
            return [note(NOT_CONFIGURED.get(name, f"{name}: chưa cấu hình"))]
        await channel.open()
        try:
            return await channel.examine()
        finally:
            await channel.close()

    return look


def data_folder(folder: Path) -> list[Finding]:
    """See whether the data folder can be written to and has room."""
    place = folder.resolve()
    there = next(one for one in (place, *place.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return [wrong(f"Thư mục dữ liệu {place}: không ghi được ({error.strerror})")]
    room = f"còn trống {free / (1 << 30):.1f} GB".replace(".", ",")
    if free < LITTLE_ROOM:
        judge = wrong if free < NO_ROOM else note
        return [judge(f"Thư mục dữ liệu {place}: sắp hết chỗ, {room}")]
    new = "" if there == place else " (chưa có, sẽ tạo khi khởi động)"
    return [ok(f"Thư mục dữ liệu {place}: ghi được, {room}{new}")]


async def database(url: str, *, now: datetime) -> list[Finding]:
    """See whether the database answers and stands where this code does, then what it tells."""
    stands = await _standing(url)
    if stands.state != "ok":
        return [stands]
    opened = Database(url)
    try:
        async with opened.read() as session:
            return [stands, *await _told(session, now=now)]
    finally:
        await opened.stop()


async def _standing(url: str) -> Finding:
    place = make_url(url)
    name = "Cơ sở dữ liệu " + ("SQLite" if place.get_backend_name() == "sqlite" else "PostgreSQL")
    if name.endswith("SQLite") and not await asyncio.to_thread(Path(place.database or "").exists):
        return note(f"{name}: chưa có, sẽ tạo khi khởi động")
    try:
        revision = await upgrade.stands_at(url)
    except upgrade.CannotUpgrade as error:
        newer = isinstance(error, upgrade.NewerDatabase)
        why = "mới hơn chương trình, hãy dùng bản chương trình mới" if newer else str(error)
        return wrong(f"{name}: {why}")
    except Unavailable as error:
        return wrong(f"{name}: không truy cập được ({error})")
    if revision == upgrade.head():
        return ok(f"{name}: truy cập được, bản {revision}")
    if revision is None:
        return note(f"{name}: còn trống, bảng sẽ được tạo khi khởi động")
    what = f"{name}: ở bản {revision}, chương trình ở bản {upgrade.head()}"
    return note(f"{what}; sẽ nâng cấp khi khởi động, hoặc chạy danvan db upgrade")


async def _told(session: AsyncSession, *, now: datetime) -> list[Finding]:
    """Read what the tables say about the work."""
    found = []
    paused = await session.get(OfficeSetting, PAUSED)
    if paused is not None:
        what = "Việc gửi tin đang tạm dừng sau khi khôi phục"
        found.append(note(f"{what}: xem danvan sending status, rồi sending release hoặc drop"))
    dead = await _count(session, InboxRow, "dead")
    if dead:
        found.append(note(f"{dead} tin đến không xử lý được sau ba lần thử"))
    unknown = await _count(session, OutboxRow, "unknown")
    if unknown:
        found.append(note(f"{unknown} tin gửi không rõ đã đến hay chưa, cần người xem lại"))
    oldest = await session.scalar(
        select(func.min(OutboxRow.due_at)).where(OutboxRow.state == "queued")
    )
    if oldest is not None and now - oldest > LATE and paused is None:
        minutes = int((now - oldest).total_seconds() // 60)
        found.append(note(f"Có tin chờ gửi đã quá hạn {minutes} phút"))
    for channel, why in await session.execute(
        select(ChannelAccount.id, ChannelAccount.stopped_reason).where(
            ChannelAccount.stopped_reason != ""
        )
    ):
        found.append(wrong(f"Kênh {channel} đang dừng: {why}"))
    if not await session.scalar(select(func.count()).where(Role.role == "admin")):
        how = "danvan invite --role admin --unit TÊN-ĐƠN-VỊ"
        found.append(note(f"Chưa có người quản trị: tạo mã mời bằng {how}"))
    return [*found, *await _clocks(session, now=now)]


async def _count(session: AsyncSession, table: Any, state: str) -> int:
    return int(await session.scalar(select(func.count()).where(table.state == state)) or 0)


async def _clocks(session: AsyncSession, *, now: datetime) -> list[Finding]:
    """Hold this machine's clock against the database server's, and against what came in last."""
    last = await session.scalar(select(func.max(InboxRow.received_at)))
    if last is not None and last - now > CLOCKS_APART:
        return [wrong("Đồng hồ máy chạy lùi: có tin đã nhận ở thời điểm sau bây giờ")]
    if session.get_bind().dialect.name == "postgresql":
        there: datetime = (await session.execute(text("SELECT now()"))).scalar_one()
        if abs(there - now) > CLOCKS_APART:
            apart = int(abs(there - now).total_seconds())
            return [wrong(f"Đồng hồ máy này và máy PostgreSQL lệch nhau {apart} giây")]
    return []


def base(folder: Path) -> list[Finding]:
    """See whether the knowledge base loads."""
    from knowledge.base import Base  # noqa: PLC0415 - loads much that only this look needs
    from knowledge.document import BrokenBase  # noqa: PLC0415

    try:
        loaded = Base.load(folder)
    except BrokenBase as broken:
        first = "; ".join(str(broken).splitlines()[:3])
        return [wrong(f"Cơ sở tri thức {folder}: không dùng được. {first}")]
    return [ok(f"Cơ sở tri thức: {len(loaded.documents)} văn bản")]


def clock(settings: Settings, *, now: datetime) -> Finding:
    """Say what time it is here, for a person to compare."""
    at = now.astimezone(settings.zone)
    return ok(f"Giờ của hệ thống: {at:%H:%M ngày %d/%m/%Y}, múi giờ {settings.timezone}")


def port(settings: Settings) -> list[Finding]:
    """See whether the web's port is ours, free, or somebody else's."""
    host = "127.0.0.1" if settings.web_host in ANYWHERE else settings.web_host
    place = f"{settings.web_host}:{settings.web_port}"
    try:
        with socket.create_connection((host, settings.web_port), timeout=2) as peer:
            peer.sendall(f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            reply = b"".join(iter(lambda: peer.recv(4096), b""))
        if b" 200 " in reply[:20] and b'"status": "ok"' in reply:
            return [ok(f"Cổng web {place}: chương trình đang chạy")]
        return [wrong(f"Cổng web {place}: chương trình khác đang dùng, hãy đổi DANVAN_WEB_PORT")]
    except TimeoutError:
        return [wrong(f"Cổng web {place}: có chương trình nhưng không trả lời")]
    except OSError:
        return _free(settings, place)


def _free(settings: Settings, place: str) -> list[Finding]:
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as mine:
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            mine.bind((settings.web_host, settings.web_port))
    except OSError as error:
        return [wrong(f"Cổng web {place}: không mở được ({error.strerror})")]
    return [ok(f"Cổng web {place}: còn trống, chương trình chưa chạy")]


def public_url(settings: Settings) -> list[Finding]:
    """See whether people and platforms can reach us."""
    if not settings.public_url:
        return [note("Chưa đặt DANVAN_PUBLIC_URL: trang web chỉ mở được trên máy này")]
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        return [
            note(f"Địa chỉ {settings.public_url} không có https: các kênh chat không gọi được")
        ]
    return [ok(f"Địa chỉ công khai: {settings.public_url}")]


def env_file(path: Path) -> list[Finding]:
    """See whether the file with the secrets is for its owner's eyes only."""
    if path.is_file() and path.stat().st_mode & 0o077:
        return [note(f"Tệp {path} người khác trên máy đọc được: chạy chmod 600 {path}")]
    return []
