"""People who chat with products that run in processes of their own, on two platforms at once."""

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from store.messages import Address, Button, Message, Sender, Update, UpdateKind
from tests.dialogues import BASE
from tests.fakes.telegram_server import remote_telegram
from tests.fakes.telegram_server import running_server as running_telegram
from tests.fakes.zalo_bot_server import remote_zalo_bot
from tests.fakes.zalo_bot_server import running_server as running_zalo_bot
from tests.kit_telegram import TelegramKit
from tests.kits import ZaloBotKit
from tests.processes import ROOT, Product, environment, free_port, product

SECONDS = 30
NUMBERS = itertools.count(1)
TELEGRAM_TOKEN = "123456:learning-test-token-of-35-characters"
ZALO_TOKEN = "123456:learning-test-token"
SECRET = "secret-of-the-learning-test"


@dataclass
class Chat:
    """One person on one platform: what they do, and what they read."""

    kit: TelegramKit | ZaloBotKit
    channel: str
    who: str
    read: int = 0
    buttons: list[Button] = field(default_factory=list)

    async def say(self, text: str, *hears: str) -> Sequence[Message]:
        """Say something and wait until all that is due was heard."""
        await self.kit.say(self._update("text", text=text))
        return await self.hear(*hears)

    async def ask(self, text: str, answer: str, *, most: int) -> Message:
        """Say something until it is answered so, at most so many times."""
        for _ in range(most - 1):
            if found := _with(answer, await self.say(text, "")):
                return found[0]
        return _with(answer, await self.say(text, answer))[0]

    async def press(self, label: str, *hears: str) -> Sequence[Message]:
        """Press the newest button of that label, or type its number where there are no buttons."""
        found = [one for one in self.buttons if one.label == label]
        assert found, f"{self.who} sees no {label!r} but {[one.label for one in self.buttons]}"
        await self.kit.say(self._update("press", press=found[-1].token))
        return await self.hear(*hears)

    async def hear(self, *parts: str) -> Sequence[Message]:
        """Wait for messages with these parts, in this order, and read all that has come."""
        fresh: Sequence[Message] = ()
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    seen = len((await self.kit.remote.state())["messages"])
                    fresh = (await self.kit.heard(self.who))[self.read :]
                    if _has_all(fresh, parts):
                        break
                    await self.kit.remote.state(seconds=2 * SECONDS, messages=seen + 1)
        except TimeoutError:
            told = "\n".join(_whole(one) for one in fresh)
            raise AssertionError(f"{self.who} did not hear {parts} but:\n{told}") from None
        self.read += len(fresh)
        self.buttons += [one for message in fresh for row in message.buttons for one in row]
        return fresh

    def _update(self, kind: UpdateKind, *, text: str = "", press: str = "") -> Update:
        return Update(
            id=str(next(NUMBERS)),
            address=Address(self.channel, self.who),
            sender=Sender(self.channel, self.who, self.who),
            kind=kind,
            at=datetime.now(UTC),
            text=text,
            press=press,
        )


def _whole(message: Message) -> str:
    return "\n".join((message.title, message.text, message.source))


def _with(part: str, messages: Sequence[Message]) -> list[Message]:
    return [one for one in messages if part in _whole(one)]


def _has_all(fresh: Sequence[Message], parts: Sequence[str]) -> bool:
    """Say whether each part stands in a message, the later ones in none before."""
    left = iter(fresh)
    return all(any(part in _whole(one) for one in left) for part in parts)


@dataclass
class Office:
    """Products over one database, and the platforms that they speak on."""

    products: Sequence[Product]
    kits: Mapping[str, TelegramKit | ZaloBotKit]
    settings: dict[str, object]

    def chat(self, channel: str, who: str) -> Chat:
        return Chat(self.kits[channel], channel, who)

    async def invite(self, role: str) -> str:
        """Make a code as the operator does, beside the products."""
        asked = ("invite", "--role", role, "--unit", "Tỉnh Hà Giang", "--json")
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *asked),
            cwd=ROOT,
            env=environment(**self.settings),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await made.communicate()
        return str(json.loads(told)["code"])


@asynccontextmanager
async def office(folder: Path, database: str = "") -> AsyncIterator[Office]:
    """Give an office that is not started yet.

    It is one product that polls; or, over the database of that URL, two that the platforms' calls
    reach by turns.
    """
    async with AsyncExitStack() as stack:
        telegram_url = stack.enter_context(running_telegram())
        zalo_url = stack.enter_context(running_zalo_bot())
        settings: dict[str, object] = {
            "KNOWLEDGE_DIR": BASE,
            "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_API_URL": telegram_url,
            "ZALO_BOT_TOKEN": ZALO_TOKEN,
            "ZALO_BOT_API_URL": zalo_url,
        }
        if database:
            made = await stack.enter_async_context(_two(folder, settings, database))
        else:
            made = [stack.enter_context(product(folder, **settings))]
        telegram = remote_telegram(telegram_url, TELEGRAM_TOKEN)
        zalo = remote_zalo_bot(zalo_url, ZALO_TOKEN)
        kits: dict[str, TelegramKit | ZaloBotKit] = {
            "telegram": TelegramKit(await stack.enter_async_context(telegram)),
            "zalo-bot": ZaloBotKit(await stack.enter_async_context(zalo)),
        }
        where = {"DATABASE_URL": database} if database else {}
        yield Office(made, kits, {"DATA_DIR": folder / "data", **where})


@asynccontextmanager
async def _two(
    folder: Path, settings: Mapping[str, object], database: str
) -> AsyncIterator[list[Product]]:
    """Give two products behind one address, where each call reaches another one that runs."""
    port = free_port()
    more = {
        "DATABASE_URL": database,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "ZALO_BOT_MODE": "webhook",
        "ZALO_BOT_WEBHOOK_SECRET": SECRET,
    }
    async with AsyncExitStack() as stack:
        made = [stack.enter_context(product(folder, **settings, **more)) for _ in range(2)]
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def pass_on(request: web.Request) -> web.Response:
            up = [one for one in made if one.runs]
            one = up[next(NUMBERS) % len(up)]
            body, headers = await request.read(), {**request.headers}
            async with session.post(one.url + request.path, data=body, headers=headers) as told:
                return web.Response(status=told.status, body=await told.read())

        front = web.Application()
        front.router.add_post("/{path:.*}", pass_on)
        runner = web.AppRunner(front)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield made
