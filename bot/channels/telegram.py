"""The Telegram channel: one bot, by polling or by webhook, in the terms of `contract.Platform`.

PTB's `Bot` and types make the requests, over our own transport; its Application is not used. What
comes in is read by `telegram_parse`, what goes out is dressed and judged by `telegram_send`,
`telegram_receive` keeps the updates coming.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, TelegramError
from typing_extensions import override

from bot.channels import phrases, telegram_parse, telegram_send
from bot.channels.contract import Finding, Ground, Take
from bot.channels.telegram_examine import findings
from bot.channels.telegram_fetch import fetch_file
from bot.channels.telegram_media import UNKNOWN_ID, NotThere, Shelf
from bot.channels.telegram_parse import Parser
from bot.channels.telegram_receive import Pause, Webhook, keep_registered, persist, poll
from bot.channels.telegram_request import AiohttpRequest
from bot.pictures import NoPicture
from jobs.channel import Caps, ChatLimit, Reach, SignalKind
from store.database import Unavailable
from store.messages import Address, Media, Message, Outcome, Receipt, Update

log = structlog.get_logger()

ROUTE: Final = "/webhooks/telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
COMMANDS: Final = (
    ("start", "Bắt đầu, hoặc vào bằng mã mời"),
    ("trogiup", "Tôi giúp được gì"),
    ("lich", "Các ngày kỷ niệm sắp tới"),
    ("dulieu", "Dữ liệu của tôi: xem, tải về, xóa"),
    ("lienket", "Dùng trợ lý trên nhiều kênh"),
    ("nhacviec", "Xem, đổi, dừng các tin nhắc"),
    ("thongbao", "Gửi thông báo cho đơn vị (lãnh đạo)"),
    ("cauhoi", "Câu hỏi đang chờ (người phụ trách)"),
    ("dangnhap", "Mở trang biên tập (người phụ trách)"),
    ("huy", "Dừng việc đang làm dở"),
)
"""The bot's menu: command without the slash, and what it does."""


class RawBot(Bot):
    """PTB's Bot, asked for JSON values: objects for answers are a third of the cost of a send."""

    async def call(
        self, method: str, parameters: dict[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """Call a method of the Bot API. Raises TelegramError."""
        if read_timeout is None:
            return await self._post(method, parameters)
        return await self._post(method, parameters, read_timeout=read_timeout)

    @override
    def __repr__(self) -> str:
        return "RawBot()"  # PTB's own holds the token


class Telegram:
    """One bot of Telegram."""

    stored_is_sent: Final = False
    rate: Final = 30.0
    reply_rate: Final = 1000.0
    """Telegram counts bulk; for answers there is no figure but its own `retry_after`."""
    chat_limits: Final = {"private": ChatLimit(5, 5.5), "group": ChatLimit(20, 62.0)}
    """One a second in a chat after a small burst and 20 a minute in a group, with some air: what
    counts is when they arrive."""
    caps: Final = Caps(edits=True, files=True)
    complaint: Final = None

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "https://api.telegram.org",
        webhook: Webhook | None = None,
        commands: Sequence[tuple[str, str]] = COMMANDS,
        poll_seconds: int = 25,
        read_timeout: float = 20.0,
        pause: Pause = asyncio.sleep,
        ground: Ground | None = None,
    ) -> None:
        """Take a webhook for webhook mode, none for polling. `pause` is how waiting is done; no
        photos and files without `ground`.
        """
        bot_id = token.partition(":")[0]
        self.account = f"telegram:{bot_id}"
        self._shelf = Shelf(ground, self.account) if ground else None
        self._webhook = webhook
        self._commands = commands
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._parser = Parser(self.account, int(bot_id))
        proxied = _has_proxy(api_url)
        self._sending = AiohttpRequest(read_timeout=read_timeout, hide=token, trust_env=proxied)
        self._polling = AiohttpRequest(1, hide=token, trust_env=proxied)
        self._bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._sending,
            get_updates_request=self._polling,
        )

    @classmethod
    def on(cls, ground: Ground) -> Self | None:
        """Build the channel, None where no token is set."""
        settings = ground.settings
        if settings.telegram_token is None:
            return None
        webhook = None
        if settings.telegram_mode == "webhook" and settings.telegram_webhook_secret is not None:
            secret = settings.telegram_webhook_secret.get_secret_value()
            webhook = Webhook(settings.public_url + ROUTE, secret)
        token = settings.telegram_token.get_secret_value()
        return cls(token, api_url=settings.telegram_api_url, webhook=webhook, ground=ground)

    @property
    def webhook(self) -> str:
        """Give the route of the webhook, '' when polling."""
        return ROUTE if self._webhook else ""

    @property
    def name(self) -> str:
        """The bot's user name without @, '' until Telegram has told it."""
        return self._parser.name

    async def open(self) -> None:
        """Open the sessions."""
        await self._sending.initialize()
        await self._polling.initialize()

    async def close(self) -> None:
        """Close the sessions."""
        await self._polling.shutdown()
        await self._sending.shutdown()

    async def receive(self, take: Take) -> None:
        """Bring updates in until cancelled; waits for a platform that cannot be reached."""
        await persist(self._introduce, self._pause)
        if self._webhook is not None:
            await keep_registered(self._bot.call, self._webhook, pause=self._pause)
        else:
            await poll(self._bot.call, take, seconds=self._poll_seconds, pause=self._pause)

    async def _introduce(self) -> None:
        """Learn the bot's name, by which groups speak to it, and set its menu."""
        me = await self._bot.call("getMe", {})
        if isinstance(me, dict) and isinstance(name := me.get("username"), str) and name:
            self._parser.learn(name)
        commands = [BotCommand(command, description) for command, description in self._commands]
        try:
            await self._bot.call("setMyCommands", {"commands": commands})
        except BadRequest as error:
            # no reason to stop: the commands work without their menu
            log.warning("telegram_commands_refused", why=str(error))

    def admit(self, headers: Mapping[str, str], body: bytes) -> int:
        """Compare the secret, in constant time and before anything is read; then see the form."""
        given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        wanted = (self._webhook.secret if self._webhook else "").encode()
        if not wanted or not hmac.compare_digest(given, wanted):
            return 401
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        return 200 if isinstance(content, dict) else 400

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:  # noqa: ARG002
        """Say that Telegram lets us speak whenever we like."""
        return "open"

    def chat_limit(self, chat: str) -> ChatLimit | None:
        """Say how many messages this chat may get in a time; groups have negative numbers."""
        return self.chat_limits["group" if chat.startswith("-") else "private"]

    def update_id(self, raw: bytes) -> str:
        """Give the update's number; never raises."""
        return telegram_parse.update_id(raw)

    def conversation(self, raw: bytes) -> str:
        """Give the update's chat; never raises."""
        return telegram_parse.conversation(raw)

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw update; None when it says nothing to us. Raises Unparsable."""
        return self._parser.parse(raw)

    def split(self, message: Message) -> tuple[Message, ...]:
        """Cut a message into parts that Telegram takes."""
        return telegram_send.parts_of(message)

    async def send(self, address: Address, message: Message) -> Receipt:
        """Send one part."""
        if message.photo or message.file:
            return await self._send_media(address, message)
        return await self._attempt(telegram_send.send_request(address.chat, message))

    async def _send_media(self, address: Address, message: Message) -> Receipt:
        """Send a photo or a file; what cannot be had here is refused, and nothing was sent."""
        media_id = message.photo or message.file
        if self._shelf is None:
            return Receipt(Outcome.REJECTED, code="media", reason=phrases.NO_FILE)
        try:
            async with self._shelf.file(message) as held:
                request = telegram_send.media_request(address.chat, message, held)
                try:
                    result = await self._bot.call(*request)
                except TelegramError as error:
                    if isinstance(held, str) and UNKNOWN_ID in str(error).lower():
                        await self._shelf.forget(media_id, held)
                        return Receipt(Outcome.RETRY, code="media", reason=str(error))
                    return telegram_send.receipt_of(error)
                if not isinstance(held, str):
                    with suppress(Unavailable):  # then the next one brings its bytes again
                        await self._shelf.keep(media_id, result)
                return telegram_send.receipt_of_result(result)
        except (NotThere, NoPicture, FileNotFoundError):
            return Receipt(Outcome.REJECTED, code="media", reason=phrases.NO_FILE)
        except (OSError, Unavailable) as error:
            return Receipt(Outcome.RETRY, code="media", reason=type(error).__name__)

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:
        """Replace an earlier message; one that is the same already counts as sent."""
        if not (external_id.isascii() and external_id.isdecimal()):
            return Receipt(Outcome.REJECTED, code="edit", reason="no message id")
        receipt = await self._attempt(
            telegram_send.edit_request(address.chat, external_id, message)
        )
        if receipt.outcome is Outcome.SENT:
            return Receipt(Outcome.SENT, external_id=external_id)
        return receipt

    async def _attempt(self, request: telegram_send.Request) -> Receipt:
        try:
            return telegram_send.receipt_of_result(await self._bot.call(*request))
        except TelegramError as error:
            return telegram_send.receipt_of(error)

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        """Write a file that came in to a new file of ours. Raises NotFetched and OSError."""
        bot, transport = self._bot, self._sending
        base_url = bot.base_file_url
        await fetch_file(bot.call, transport, base_url, media, into, most_bytes=most_bytes)

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Show typing, or take the hourglass off a pressed button."""
        if kind == "pressed" and not update.press_id:
            return
        request = (
            telegram_send.pressed_request(update.press_id)
            if kind == "pressed"
            else telegram_send.typing_request(update.address.chat)
        )
        try:
            await self._bot.call(*request)
        except TelegramError as error:
            log.debug("telegram_signal_lost", kind=kind, why=str(error))

    async def examine(self) -> Sequence[Finding]:
        """Say whether the token is accepted and updates arrive, within 5 seconds."""
        was_open = self._sending.is_open
        await self.open()
        try:
            return await findings(self._bot.call, self._webhook)
        finally:
            if not was_open:
                await self.close()


def _has_proxy(api_url: str) -> bool:
    """Look whether the machine's proxy settings hold for the API: offices get round blocks so."""
    return bool(getproxies()) and not proxy_bypass(urlsplit(api_url).hostname or "")
