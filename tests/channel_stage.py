"""The whole product, its platforms played by other processes, as a stage for dialogues."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from bot.app import Running, running
from bot.settings import Settings, read_settings
from store import inbox, invitations, outbox
from store.messages import Button, Message, Update
from store.models import ChannelAccount, InboxRow, OutboxRow
from tests.conftest import NOW
from tests.dialogues import BASE, Player
from tests.fakes.telegram_server import RemoteTelegram, remote_telegram
from tests.fakes.zalo_bot_server import RemoteZaloBot, remote_zalo_bot
from tests.fakes.zalo_oa_server import RemoteZaloOa, remote_zalo_oa
from tests.kit_telegram import TelegramKit
from tests.kits import Cannot, Kit, WebKit, ZaloBotKit, ZaloOaKit, number_of
from tests.processes import free_port

Remotes = RemoteTelegram | RemoteZaloBot | RemoteZaloOa | None
CHANNELS = ("web", "telegram", "zalo-bot", "zalo-oa")
SECRET = "the-webhook-secret"
SECONDS = 30


@dataclass
class Clock:
    """The product's clock: it stands until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Let time go by."""
        self.at += timedelta(**span)


@dataclass
class ChannelStage:
    """The product that runs, and one channel on which somebody speaks."""

    product: Running
    clock: Clock
    kit: Kit
    remote: Remotes
    channel: str
    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def invite(self, *, role: str, unit: str, uses: int, now: datetime) -> str:
        async def work(session: AsyncSession) -> str:
            return await invitations.create(session, role=role, unit=unit, uses=uses, now=now)

        return await self.product.parts.database.write(work)

    async def hear(self, update: Update, *, now: datetime) -> Sequence[Message]:
        """Let somebody do something and give what arrived at the chat since."""
        self.clock.at = max(self.clock.at, now)
        before = await self._count()
        await self.ready_for(update)
        await self.kit.say(update)
        await self._rest(before + 1)
        heard = await self.kit.heard(update.address.chat)
        fresh = heard[self.told[update.address.chat] :]
        self.told[update.address.chat] = len(heard)
        return fresh

    async def ready_for(self, update: Update) -> None:
        """Let the platform know who speaks, where it asks that."""
        if isinstance(self.remote, RemoteZaloOa):
            await self.remote.user(str(number_of(update.sender.user)), followed=True)

    async def _count(self) -> int:
        async with self.product.parts.database.read() as session:
            return int(await session.scalar(select(func.count(InboxRow.id))) or 0)

    async def rest(self) -> None:
        """Wait until everything that may be worked and sent now is."""
        await self._rest(0)

    async def _rest(self, updates: int) -> None:
        signals = self.product.parts.database.signals
        signals.wake(outbox.topic(self.channel))
        with signals.listen(inbox.TOPIC) as listener:
            async with asyncio.timeout(SECONDS):
                while await self._count() < updates or await self._open():
                    await listener.wait(0.02)
                    self.clock.forward(seconds=0.5)  # or no rate would ever allow more
                    signals.wake(outbox.topic(self.channel))  # who waits does so in real time

    async def _open(self) -> bool:
        """Say whether anything is in work, or could be: what waits for its time rests."""
        due = or_(OutboxRow.retry_at.is_(None), OutboxRow.retry_at <= self.clock.at)
        held = select(ChannelAccount.id).where(ChannelAccount.held_until > self.clock.at)
        waiting = and_(OutboxRow.state == "queued", due, OutboxRow.channel.not_in(held))
        async with self.product.parts.database.read() as session:
            worked = select(InboxRow.id).where(InboxRow.state.in_(("queued", "working")))
            sent = select(OutboxRow.id).where(or_(OutboxRow.state == "sending", waiting))
            found = [await session.scalar(one.limit(1)) for one in (worked, sent)]
        return any(one is not None for one in found)


@dataclass
class ChannelPlayer(Player):
    """Plays a case on a channel; what its platform has no word for is passed over."""

    prefix: str = ""
    """Makes the people of one case others than those of the next."""
    names: bool = True
    cannot: int = 0

    @override
    def update(self, turn: Mapping[str, Any]) -> Update:
        made = super().update(turn)
        return replace(
            made,
            address=replace(made.address, chat=self.prefix + made.address.chat),
            sender=replace(made.sender, user=self.prefix + made.sender.user),
        )

    @override
    def button(self, label: str, whose: str) -> Button:
        """Give the newest of a label; Cannot where what offers it was passed over."""
        if self.cannot and label not in {one.label for one in self.seen[whose]}:
            raise Cannot
        return super().button(label, whose)

    @override
    def judge(self, turn: Mapping[str, Any], said: Sequence[Message]) -> None:
        """Hold what was said against the case; names only where the platform tells them."""
        if not self.names and "heard" in turn:
            heard = [turn["heard"]] if isinstance(turn["heard"], str) else turn["heard"]
            turn = {**turn, "heard": [_nameless(one, self.who) for one in heard]}
        super().judge(turn, said)

    @override
    async def take(self, turn: Mapping[str, Any]) -> Sequence[Message]:
        try:
            return await super().take(turn)
        except Cannot:
            self.cannot += 1
            self.transcript.append("  (nothing like it on this platform)")
            return ()


def _nameless(heard: str, who: str) -> str:
    """Say to nobody by name what the case says to somebody."""
    for you in ("đồng chí", "anh/chị", "Tên:"):
        heard = heard.replace(f"{you} {who}", "Tên: không có" if you == "Tên:" else you)
    return heard


@asynccontextmanager
async def open_stage(
    name: str, folder: Path, urls: Mapping[str, str], **more: str
) -> AsyncIterator[ChannelStage]:
    """Run the product with one platform's fake beside it. `urls` are the fakes' by channel."""
    clock, port = Clock(), free_port()
    base = f"http://127.0.0.1:{port}"
    settings = {
        "DATA_DIR": str(folder / "data"),
        "KNOWLEDGE_DIR": str(BASE),
        "WEB_PORT": str(port),
        "PUBLIC_URL": base,
        **more,
    }
    async with AsyncExitStack() as stack:
        remote = await _remote(stack, name, urls, settings)
        product = await stack.enter_async_context(running(_read(settings), clock))
        if isinstance(remote, RemoteZaloOa):
            await remote.webhook(f"{base}/webhooks/zalo-oa")
        kit = _kit(remote, product)
        yield ChannelStage(product, clock, kit, remote, product.parts.channels[name].account)


def _kit(remote: Remotes, product: Running) -> Kit:
    match remote:
        case RemoteTelegram():
            return TelegramKit(remote)
        case RemoteZaloBot():
            return ZaloBotKit(remote)
        case RemoteZaloOa():
            return ZaloOaKit(remote)
    return WebKit(product.parts)


def _read(settings: Mapping[str, str]) -> Settings:
    return read_settings(
        {f"DANVAN_{name}": value for name, value in settings.items()}, env_file=None
    )


async def _remote(
    stack: AsyncExitStack, name: str, urls: Mapping[str, str], settings: dict[str, str]
) -> Remotes:
    """Steer the platform's fake for an account of our own, and set what the product needs."""
    number = str(free_port()) + str(number_of(str(settings["DATA_DIR"])))
    url = urls.get(name, "")
    if name == "telegram":
        token = f"{number}:test-token-of-35-characters-or-so-xyz"
        settings |= {
            "TELEGRAM_TOKEN": token,
            "TELEGRAM_API_URL": url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
        return await stack.enter_async_context(remote_telegram(url, token))
    if name == "zalo-bot":
        token = f"{number}:secretsecretsecret"
        settings |= {
            "ZALO_BOT_TOKEN": token,
            "ZALO_BOT_API_URL": url,
            "ZALO_BOT_MODE": "webhook",
            "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        }
        return await stack.enter_async_context(remote_zalo_bot(url, token))
    if name == "zalo-oa":
        remote = await stack.enter_async_context(remote_zalo_oa(url, number))
        pair = await remote.issue()
        settings |= {
            "ZALO_OA_APP_ID": number,
            "ZALO_OA_APP_SECRET": "app-secret",
            "ZALO_OA_SECRET_KEY": "oa-secret-key",
            "ZALO_OA_REFRESH_TOKEN": pair["refresh_token"],
            "ZALO_OA_API_URL": url,
            "ZALO_OA_OAUTH_URL": url,
        }
        return remote
    return None
