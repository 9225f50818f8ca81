"""The Zalo Bot Platform: one bot, by polling or by webhook, in the terms of `contract.Platform`.

What comes in is read by `zalo_bot_parse`, what goes out is filled in and judged by
`zalo_bot_send`, `zalo_bot_receive` keeps the updates coming, `zalo_bot_examine` is doctor's.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels import zalo_bot_examine, zalo_bot_parse, zalo_bot_phrases, zalo_bot_send
from bot.channels.contract import Finding, Ground, Take
from bot.channels.download import Downloads
from bot.channels.zalo_bot_call import PROBLEMS, BotApi, Refused, result_of
from bot.channels.zalo_bot_parse import Parser
from bot.channels.zalo_bot_receive import (
    Backoff,
    Pause,
    Poller,
    Webhook,
    keep_registered,
    persist,
)
from bot.channels.zalo_values import load
from bot.pictures import NoPicture
from jobs.channel import Caps, ChatLimit, Reach, SignalKind, Unparsable
from store.database import Unavailable
from store.locks import only_one
from store.messages import Address, Media, Message, Outcome, Receipt, Update

log = structlog.get_logger()

ROUTE: Final = "/webhooks/zalo-bot"
SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
PHOTO_SECONDS: Final = 50.0
"""Zalo fetches the picture before it answers. Shorter than a delivery's lease of a minute."""
TYPING_SECONDS: Final = 5.0
MOST_AT_ONCE: Final = 48
"""More than delivery ever has under way, so that nothing waits for a connection."""
_NAMES: Final = ("display_name", "name", "account_name")
"""Where getMe may tell a name; only the last is documented."""


class ZaloBot:
    """One bot of the Zalo Bot Platform."""

    stored_is_sent: Final = False
    rate: Final = 5.0
    reply_rate: Final = 20.0
    """Zalo publishes no limit but the month's. Bulk goes slowly, since at most 50 people use a bot
    and 10 seconds for all of them hurt nobody; replies are bounded by the 50 who may ask."""
    caps: Final = Caps(messages=3000, users=50)
    complaint: Final = None

    def __init__(
        self,
        ground: Ground,
        token: str,
        *,
        webhook: Webhook | None = None,
        poll_seconds: int = 5,
        seconds: float = 20.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Take a webhook for webhook mode, none for polling. `pause` is how waiting is done.

        A stop waits for the poll that is under way, so `poll_seconds` are few.
        """
        self.account = f"zalo-bot:{token.partition(':')[0]}"
        self.name = ""
        self._ground = ground
        self._webhook = webhook
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._parser = Parser(self.account)
        self._parser.learn(ground.settings.zalo_bot_name)
        api_url = ground.settings.zalo_bot_api_url
        self._sending = BotApi(token, api_url=api_url, seconds=seconds, most=MOST_AT_ONCE)
        self._polling = BotApi(token, api_url=api_url, seconds=seconds, most=2)
        self._downloads = Downloads(ground.settings.media_hosts)

    @classmethod
    def on(cls, ground: Ground) -> Self | None:
        """Build the channel, None where no token is set."""
        settings = ground.settings
        if settings.zalo_bot_token is None:
            return None
        webhook = None
        if settings.zalo_bot_mode == "webhook" and settings.zalo_bot_webhook_secret is not None:
            secret = settings.zalo_bot_webhook_secret.get_secret_value()
            webhook = Webhook(settings.public_url + ROUTE, secret)
        return cls(ground, settings.zalo_bot_token.get_secret_value(), webhook=webhook)

    @property
    def webhook(self) -> str:
        """Give the route of the webhook, '' when polling."""
        return ROUTE if self._webhook else ""

    async def open(self) -> None:
        """Open the sessions."""
        await self._sending.open()
        await self._polling.open()
        await self._downloads.open()

    async def close(self) -> None:
        """Close the sessions."""
        await self._downloads.close()
        await self._polling.close()
        await self._sending.close()

    async def receive(self, take: Take) -> None:
        """Bring updates in until cancelled; waits for a platform that cannot be reached.

        When cancelled, a poll under way is let end, which takes `poll_seconds` at most, and what
        it brings is stored: the platform forgets an update as it gives it.
        """
        await persist(self._introduce, self._pause)
        if self._webhook is not None:
            await keep_registered(self._polling.call, self._webhook, pause=self._pause)
        else:
            await self._poll(take)

    async def _poll(self, take: Take) -> None:
        """Poll while nobody else does for this bot, on any machine that shares the database."""
        poller = Poller(self._polling.call, take, seconds=self._poll_seconds, pause=self._pause)
        backoff = Backoff(self._pause)
        while True:
            try:
                # Two who poll take updates from each other, and store them in any order.
                async with only_one(self._ground.database, f"poller:{self.account}") as lock:
                    backoff.reset()
                    await poller.run(lock.is_held)
            except (Unavailable, DBAPIError, OSError) as error:
                log.warning("store unavailable", where="poller", reason=type(error).__name__)
                await backoff.wait()

    async def _introduce(self) -> None:
        """Learn the bot's name, by which groups speak to it. Raises where the token is refused."""
        try:
            me = result_of(await self._polling.call("getMe", {}))
        except Refused as error:
            if error.code == 401:
                raise
            # no reason to hear nobody: only mentions are read less well without a name
            log.warning("zalo_bot_name_unknown", why=str(error))
            return
        names = [name for key in _NAMES if isinstance(name := me.get(key), str)]
        self._parser.learn(*names, self._ground.settings.zalo_bot_name)
        self.name = names[-1] if names else ""

    def admit(self, headers: Mapping[str, str], body: bytes) -> int:
        """Compare the secret, in constant time and before anything is read; then see the form."""
        given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        wanted = (self._webhook.secret if self._webhook else "").encode()
        if not wanted or not hmac.compare_digest(given, wanted):
            return 401
        try:
            return 200 if zalo_bot_parse.says_something(load(body)) else 204
        except Unparsable:
            return 400

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:  # noqa: ARG002
        """Say that the bot may write whenever it likes.

        No window is documented, and nobody has shown on a real account that there is none.
        """
        return "open"

    def chat_limit(self, chat: str) -> ChatLimit | None:  # noqa: ARG002
        """Say that no limit of a single chat is known."""
        return None

    def update_id(self, raw: bytes) -> str:
        """Give the message's id, or a fingerprint; never raises."""
        return zalo_bot_parse.update_id(raw)

    def conversation(self, raw: bytes) -> str:
        """Give the update's chat; never raises."""
        return zalo_bot_parse.conversation(raw)

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw update; None when it says nothing to us. Raises Unparsable."""
        return self._parser.parse(raw)

    def split(self, message: Message) -> tuple[Message, ...]:
        """Cut a message into parts that the platform takes, choices as numbered lines."""
        return zalo_bot_send.parts_of(message)

    async def send(self, address: Address, message: Message) -> Receipt:
        """Send one part."""
        try:
            if not message.photo:
                request = zalo_bot_send.text_request(address.chat, message)
                return zalo_bot_send.receipt_of_yes(await self._sending.call(*request))
            url = await self._ground.pictures.url(message.photo)
            request = zalo_bot_send.photo_request(address.chat, message, url)
            return zalo_bot_send.receipt_of_yes(
                await self._sending.call(*request, seconds=PHOTO_SECONDS)
            )
        except PROBLEMS as error:
            return zalo_bot_send.receipt_of(error)
        except NoPicture:
            reason = zalo_bot_phrases.NO_PICTURE
            return Receipt(Outcome.REJECTED, code="picture", reason=reason)
        except (Unavailable, DBAPIError, OSError):
            return Receipt(Outcome.RETRY, code="store", reason=zalo_bot_phrases.STORE_FAILED)

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:  # noqa: ARG002
        """Refuse: on this platform what is said stays."""
        return Receipt(Outcome.REJECTED, code="edit", reason=zalo_bot_phrases.NO_EDITS)

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        """Write a file that came in to a new file of ours. Raises NotFetched, OSError."""
        await self._downloads.fetch(media.reference, into, most_bytes=most_bytes)

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Show typing; there are no buttons to acknowledge."""
        if kind != "typing":
            return
        request = zalo_bot_send.typing_request(update.address.chat)
        try:
            await self._sending.call(*request, seconds=TYPING_SECONDS)
        except PROBLEMS as error:
            log.debug("zalo_bot_signal_lost", why=str(error))

    async def examine(self) -> Sequence[Finding]:
        """Say whether the token is accepted, updates arrive and quotas last, within 5 seconds."""
        was_open = self._sending.is_open
        await self.open()
        try:
            platform, used = await asyncio.gather(
                zalo_bot_examine.of_platform(self._sending.call, self._webhook),
                zalo_bot_examine.of_usage(
                    self._ground.database, self.account, self.caps, now=self._ground.now()
                ),
            )
        finally:
            if not was_open:
                await self.close()
        public = zalo_bot_examine.of_public_url(self._ground.settings.public_url)
        return [*platform, *used, *public, Finding("note", zalo_bot_phrases.UNPROVED)]
