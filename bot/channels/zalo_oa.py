"""The Zalo Official Account: by webhook, in the terms of `contract.Platform`.

Whether a call is Zalo's is judged by `zalo_oa_sign`, what comes in is read by `zalo_oa_parse`.
What goes out is filled in and judged by `zalo_oa_send` and sent by `zalo_oa_speak`, with pictures
from `zalo_oa_pictures`. `zalo_oa_grant` keeps the tokens, `zalo_oa_examine` is doctor's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels import zalo_oa_parse, zalo_oa_send, zalo_oa_sign
from bot.channels import zalo_oa_phrases as phrases
from bot.channels.contract import Finding, Ground, Take
from bot.channels.download import Downloads
from bot.channels.zalo_http import Http, NoAnswer, NotSent
from bot.channels.zalo_oa_api import Api
from bot.channels.zalo_oa_examine import GET_OA, findings, identity_in
from bot.channels.zalo_oa_grant import Keeper, NoGrant, account_of
from bot.channels.zalo_oa_parse import GROUP_PREFIX, Parser
from bot.channels.zalo_oa_pictures import Album
from bot.channels.zalo_oa_sign import Seal
from bot.channels.zalo_oa_speak import Speaker
from bot.settings import Settings
from jobs.channel import NO_CAPS, ChatLimit, Reach, SignalKind
from store import office
from store.database import Unavailable
from store.messages import Address, Media, Message, Outcome, Receipt, Update

log = structlog.get_logger()

ROUTE: Final = "/webhooks/zalo-oa"
PROBE: Final = b"{}"
"""What the console posts, unsigned, when the webhook's address is saved."""
FREE: Final = timedelta(hours=48)
PAID: Final = timedelta(days=7)
MOST_AT_ONCE: Final = 48
"""More than delivery ever has under way, so that nothing waits for a connection."""
WAITS: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before the OA is asked for again who it is, after so many failures in a row."""

DOUBTS: Final = 5
"""Refused calls that name our app, from which on it is rather our key that is wrong."""

Pause = Callable[[float], Awaitable[None]]


class ZaloOa:
    """One Official Account, known by the app that acts for it."""

    stored_is_sent: Final = False
    rate: Final = 100 / 60
    """Resellers name 100 requests a minute as the cap of an OA in the Growth package."""
    reply_rate: Final = 60.0
    """The documentation's cap of an app is 4,000 a minute. What the OA's own package takes of it
    is told by X-RateLimit-Remain, and at 0 the OA rests."""
    caps: Final = NO_CAPS
    webhook: Final = ROUTE

    def __init__(
        self, ground: Ground, *, seconds: float = 20.0, pause: Pause = asyncio.sleep
    ) -> None:
        """Take the seconds for a whole request; `pause` is how waiting is done."""
        settings = ground.settings
        self.account = account_of(settings)
        self._ground = ground
        self._pause = pause
        self._parser = Parser(self.account, ground.now)
        self._seal = Seal(settings.zalo_oa_app_id, _secret_key(settings))
        self._refused: set[str] = set()
        self._doubts = 0
        self._http = Http(
            settings.zalo_oa_api_url, hide=_secrets(settings), seconds=seconds, most=MOST_AT_ONCE
        )
        self._oauth = Http(settings.zalo_oa_oauth_url, seconds=seconds)
        self._keeper = Keeper(ground, self.account, self._oauth)
        self._api = Api(self._http, self._keeper, settings.zalo_oa_api_url)
        album = Album(ground, self.account, self._api)
        self._speaker = Speaker(self._api, album, ground.now)
        self._downloads = Downloads(settings.media_hosts)

    @classmethod
    def on(cls, ground: Ground) -> Self | None:
        """Build the channel, None where no app is set."""
        return cls(ground) if ground.settings.zalo_oa_app_id else None

    @property
    def name(self) -> str:
        """The OA's id, which links lead to; '' until Zalo has told it."""
        return self._parser.oa_id

    @property
    def complaint(self) -> str | None:
        """Say that the key must be wrong, where calls came that look like Zalo's and none was."""
        if self._seal.has_matched:
            return ""
        return phrases.WRONG_KEY if self._doubts >= DOUBTS else None

    async def open(self) -> None:
        """Open the sessions."""
        await self._http.open()
        await self._oauth.open()
        await self._downloads.open()

    async def close(self) -> None:
        """Close the sessions, once a renewal that is under way has kept its pair."""
        await self._downloads.close()
        await self._keeper.close()
        await self._oauth.close()
        await self._http.close()

    async def receive(self, take: Take) -> None:
        """Learn who we are and keep the grant fresh until cancelled; Zalo brings the updates."""
        del take
        await self._recall()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._introduce(), name="introduction")
            await self._keeper.keep_fresh()

    async def _recall(self) -> None:
        """Take up what Zalo told before we were started."""
        try:
            async with self._ground.database.read() as session:
                known = await office.find(session, _setting(self.account))
        except (Unavailable, DBAPIError, OSError):
            return
        if known:
            self._learn(*identity_in(known))

    async def _introduce(self) -> None:
        """Ask Zalo for the OA's id and name until it tells them."""
        failures = 0
        while why := await self._asked_who():
            wait = WAITS[min(failures, len(WAITS) - 1)]
            failures += 1
            log.warning("zalo_oa_unknown", why=why, s=wait)
            await self._pause(wait)

    async def _asked_who(self) -> str:
        """Learn who the OA is and keep it. Give why that failed, '' when it did not."""
        try:
            answer = await self._api.ask("GET", GET_OA)
            oa_id, name = identity_in(answer.result)
            if not oa_id:
                return f"{answer.code}: {answer.words}"
            self._learn(oa_id, name)
            now, told = self._ground.now(), {"oa_id": oa_id, "name": name}
            await self._ground.database.write(
                lambda s: office.put(s, name=_setting(self.account), value=told, now=now)
            )
        except (NoGrant, NotSent, NoAnswer, Unavailable, DBAPIError) as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _learn(self, oa_id: str, name: str) -> None:
        if oa_id:
            self._parser.learn(oa_id, name)
            self._seal.learn(oa_id)

    def admit(self, headers: Mapping[str, str], body: bytes) -> int:
        """Judge the signature over the bytes as they came, then whom and what they are about."""
        given = headers.get(zalo_oa_sign.HEADER, "")
        if not given:
            return 204 if body.strip() == PROBE else self._refuse("unsigned")
        try:
            content: Any = json.loads(body)
        except (ValueError, RecursionError):
            return self._refuse("unreadable")
        times = zalo_oa_sign.times_of(content, headers.get(zalo_oa_sign.TIME_HEADER))
        app_id = self._ground.settings.zalo_oa_app_id
        if not self._seal.vouches(body, given, times):
            named = content.get("app_id") if isinstance(content, dict) else None
            self._doubts += str(named) == app_id
            return self._refuse("signature")
        if not isinstance(content, dict):
            return 400
        if zalo_oa_parse.is_foreign(content, app_id=app_id, oa_id=self._parser.oa_id):
            return self._refuse("another's")
        self._refused.clear()
        return 200 if zalo_oa_parse.event_of(content) else 204

    def _refuse(self, why: str) -> int:
        """Refuse a call, and say so once: a wrong key in the settings looks like a forger."""
        if why not in self._refused:
            self._refused.add(why)
            log.warning("zalo_oa_webhook_refused", why=why)
        return 401

    def reach(self, address: Address, last_in_at: datetime | None, *, now: datetime) -> Reach:
        """Say what Zalo's windows allow: free for 48 hours, at a price to 7 days; groups always.

        Where it is not known when somebody was last heard of, Zalo knows.
        """
        if address.chat.startswith(GROUP_PREFIX) or last_in_at is None:
            return "open"
        silent = now - last_in_at
        if silent <= FREE:
            return "open"
        return "paid" if silent <= PAID and self._ground.settings.zalo_oa_paid else "closed"

    def chat_limit(self, chat: str) -> ChatLimit | None:  # noqa: ARG002
        """Say that no limit of a single chat is known."""
        return None

    def update_id(self, raw: bytes) -> str:
        """Give the event with its message's id, or a fingerprint; never raises."""
        return zalo_oa_parse.update_id(raw)

    def conversation(self, raw: bytes) -> str:
        """Give the person or the group; never raises."""
        return zalo_oa_parse.conversation(raw)

    def parse(self, raw: bytes) -> Update | None:
        """Read one raw event; None when it says nothing to us. Raises Unparsable."""
        return self._parser.parse(raw)

    def split(self, message: Message) -> tuple[Message, ...]:
        """Cut a message into parts that Zalo takes."""
        return zalo_oa_send.split(message)

    async def send(self, address: Address, message: Message) -> Receipt:
        """Send one part."""
        return await self._speaker.say(address.chat, message)

    async def edit(self, address: Address, external_id: str, message: Message) -> Receipt:  # noqa: ARG002
        """Refuse: on this platform what is said stays."""
        return Receipt(Outcome.REJECTED, code="edit", reason=phrases.NO_EDITS)

    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        """Write a file that came in to a new file of ours. Raises NotFetched, OSError."""
        await self._downloads.fetch(media.reference, into, most_bytes=most_bytes)

    async def signal(self, update: Update, kind: SignalKind) -> None:
        """Do nothing: this platform shows no typing and acknowledges no press."""

    async def examine(self) -> Sequence[Finding]:
        """Say how grant, package, webhook and quotas stand, within 5 seconds."""
        was_open = self._http.is_open
        await self._http.open()
        try:
            return await findings(
                self._ground, self.account, self._keeper, self._http, route=ROUTE
            )
        finally:
            if not was_open:
                await self._http.close()


def _setting(account: str) -> str:
    """Name the office setting that keeps who the OA is, as Zalo told it."""
    return account.replace("-", "_")


def _secret_key(settings: Settings) -> str:
    key = settings.zalo_oa_secret_key
    return key.get_secret_value() if key else ""


def _secrets(settings: Settings) -> list[str]:
    some = (
        settings.zalo_oa_app_secret,
        settings.zalo_oa_secret_key,
        settings.zalo_oa_refresh_token,
    )
    return [one.get_secret_value() for one in some if one is not None]
