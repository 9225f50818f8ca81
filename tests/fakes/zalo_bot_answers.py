"""What the Zalo Bot API answers, and how it pushes: the state and the rules of one bot."""

import asyncio
import ipaddress
import json
import secrets
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from typing_extensions import override

from tests.fakes.zalo_control import Account, Json, Parcel, carry, gone, post_parcel

SECRET_HEADER = "X-Bot-Api-Secret-Token"
USER_AGENT = "Java/17"
SETTINGS: Json = {
    "known_only": False,
    "quota": None,
    "revoked": False,
    "idle_after": None,
    "idle_code": True,
    "latency": 0,
    "retries": 3,
    "at_once": False,
    "probe": False,
    "me": {},
}


class Refusal(Exception):
    """An answer that is not ok, over HTTP 200 like everything of this API."""

    def __init__(self, error_code: int | None, description: str) -> None:
        super().__init__(description)
        self.answer: Json = {"ok": False, "description": description}
        if error_code is not None:
            self.answer["error_code"] = error_code


@dataclass
class Bot(Account):
    """Everything about one token."""

    pending: deque[Any] = field(default_factory=deque)
    webhook: Json = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    pollers: list[Json] = field(default_factory=list)

    @override
    def state(self) -> Json:
        waiting = [{"message_id": _id_of(one)} for one in self.pending]
        told = super().state() | {"webhook": self.webhook, "known": sorted(self.known)}
        return told | {"pending": waiting + self.underway}


def _id_of(update: Any) -> str:
    message = update.get("message") if isinstance(update, dict) else None
    return str(message.get("message_id", "")) if isinstance(message, dict) else ""


def now_ms() -> int:
    return int(time.time() * 1000)


def _headers(bot: Bot) -> dict[str, str]:
    return {SECRET_HEADER: bot.webhook["secret_token"], "User-Agent": USER_AGENT}


def send_off(bot: Bot) -> None:
    """Give what waits to the webhook, when there is one."""
    url, delays = bot.webhook.get("url"), [n / 2 for n in range(bot.settings["retries"])]

    def wanted() -> bool:
        return bool(bot.webhook.get("url") == url)

    while url and bot.pending:
        update = bot.pending.popleft()
        body, note = update, {"message_id": _id_of(update)}
        if not isinstance(update, str):
            body = json.dumps({"ok": True, "result": update}, ensure_ascii=False)
            note["event_name"] = update.get("event_name")
        parcel = Parcel(url, body.encode(), _headers(bot), note, chat_of(update), delays)
        parcel.wanted = wanted
        bot.start(carry(bot, parcel))


def chat_of(update: Any) -> str:
    message = update.get("message") if isinstance(update, dict) else None
    return str(message["chat"].get("id", "")) if message and "chat" in message else ""


async def get_me(bot: Bot, _: Json, __: web.Request) -> Any:
    name = f"bot.{bot.key[:4]}"
    told = {"account_name": name, "account_type": "BASIC", "can_join_groups": False}
    return {"id": bot.key.partition(":")[0], **told, **bot.settings["me"]}


async def get_updates(bot: Bot, asked: Json, request: web.Request) -> Any:
    seconds = float(asked.get("timeout", 30))
    if bot.settings["idle_after"] is not None:
        seconds = min(seconds, bot.settings["idle_after"])
    others = [one for one in bot.pollers if not gone(one["request"])]
    mine: Json = {"request": request, "answered": False}
    bot.pollers.append(mine)
    try:
        if others:
            # One that has just been given up is no second poller: it takes a moment to be seen.
            await asyncio.sleep(0.1)
        if any(one["answered"] or not gone(one["request"]) for one in others):
            bot.violations.append("getUpdates: two at once")
        update = await _next_update(bot, request, seconds)
        mine["answered"] = True
        return update
    finally:
        bot.pollers.remove(mine)


async def _next_update(bot: Bot, request: web.Request, seconds: float) -> Any:
    now = asyncio.get_running_loop().time
    end = now() + seconds
    while True:
        if bot.webhook:
            raise Refusal(400, "Bad Request: getUpdates does not work while a webhook is set")
        if bot.pending and not gone(request):
            update = bot.pending.popleft()
            await bot.notify()
            return update
        if now() >= end or gone(request):
            raise Refusal(408 if bot.settings["idle_code"] else None, "Request timeout")
        with suppress(TimeoutError):
            async with asyncio.timeout(min(0.05, max(0.0, end - now()))), bot.changed:
                await bot.changed.wait()


def _public(url: str) -> bool:
    """Tell whether it is an https address; tests may also have http to this machine."""
    parts = urlsplit(url)
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        host = parts.hostname or ""
        return host == "localhost" or (parts.scheme == "https" and "." in host)
    return address.is_loopback or (parts.scheme == "https" and address.is_global)


async def set_webhook(bot: Bot, asked: Json, _: web.Request) -> Any:
    if not asked["secret_token"]:
        raise Refusal(400, "Bad Request: The secret_token must not be empty")
    if not 8 <= len(asked["secret_token"]) <= 256:
        raise Refusal(400, "Bad Request: secret_token must have 8 to 256 characters")
    if not _public(asked["url"]):
        raise Refusal(400, "Bad Request: url must be a public https address")
    bot.webhook = {**asked, "updated_at": now_ms()}
    verification = {"ok": True, "url": asked["url"], "outcome": "webhook.ok", "hint": "Fine."}
    if bot.settings["probe"]:
        verification = await _probe(bot)
    await bot.notify()
    send_off(bot)
    told = {"url": asked["url"], "updated_at": bot.webhook["updated_at"]}
    return {**told, "verification": verification}


async def examine_webhook(bot: Bot, _: Json, __: web.Request) -> Any:
    if not bot.webhook:
        raise Refusal(400, "Bad Request: no webhook is set")
    return await _probe(bot)


async def _probe(bot: Bot) -> Json:
    content = json.dumps({"ok": True, "result": {}}).encode()
    parcel = Parcel(bot.webhook["url"], content, _headers(bot), {}, within=10)
    status = (await post_parcel(bot, parcel))["status"]
    outcome = "webhook.ok" if status == 200 else f"webhook.http.{status}"
    if status == 0:
        outcome = "webhook.err.unreachable"
    return {"ok": status == 200, "url": parcel.url, "outcome": outcome, "hint": "See above."}


async def delete_webhook(bot: Bot, _: Json, __: web.Request) -> Any:
    bot.webhook = {}
    await bot.notify()
    return {"url": "", "updated_at": now_ms()}


async def get_webhook_info(bot: Bot, _: Json, __: web.Request) -> Any:
    return {"url": bot.webhook.get("url", ""), "updated_at": bot.webhook.get("updated_at", 0)}


async def send_message(bot: Bot, asked: Json, _: web.Request) -> Any:
    return await _sent(bot, asked, {"text": asked["text"]})


async def send_photo(bot: Bot, asked: Json, _: web.Request) -> Any:
    """Fetch the picture as often as Zalo does: what is not there each time is seen as black."""
    seen = [await _look_at(bot, asked["photo"]) for _ in range(3)]
    bot.violations += [f"sendPhoto.photo: GET gave {one}" for one in seen if one != "image"]
    told = {"photo": asked["photo"], "caption": asked.get("caption", "")}
    return await _sent(bot, asked, {**told, "black": seen != ["image"] * 3})


async def _look_at(bot: Bot, url: str) -> str:
    if not _public(url):
        return "nothing: not a public https address"
    try:
        async with bot.session.get(
            url, timeout=aiohttp.ClientTimeout(total=10), allow_redirects=False
        ) as response:
            kind, size = response.content_type, len(await response.read())
            good = response.status == 200 and kind.startswith("image/") and size
            return "image" if good else f"{response.status}, {kind}, {size} bytes"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__


async def _sent(bot: Bot, asked: Json, content: Json) -> Any:
    if bot.settings["known_only"] and asked["chat_id"] not in bot.known:
        raise Refusal(400, "Bad Request: chat_id is not valid")
    if bot.settings["quota"] is not None:
        if bot.settings["quota"] <= 0:
            raise Refusal(429, "Quota exceeded")
        bot.settings["quota"] -= 1
    message = {"chat_id": asked["chat_id"], "message_id": secrets.token_hex(10), **content}
    bot.messages.append(message)
    await bot.notify()
    return {"message_id": message["message_id"], "date": now_ms()}


async def send_chat_action(bot: Bot, _: Json, __: web.Request) -> Any:
    return None


ANSWERS = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "testWebhook": examine_webhook,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
}
