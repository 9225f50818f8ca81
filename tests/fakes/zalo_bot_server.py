"""A stand-in for the Zalo Bot Platform in a process of its own.

`python -m tests.fakes.zalo_bot_server --port 0` prints its port. Every token `digits:secret` is a
bot with its own state. What is wrong with a request is a violation, which tests ask for.
`RemoteZaloBot` steers it. The settings (`remote.set(...)`):

- `known_only`: only chats of which an update was pushed may be written to.
- `quota`: so many messages, then 429. `revoked`: the token is not known any more (401).
- `idle_after`: the longest that getUpdates waits, whatever it asks; `idle_code`: False leaves out
  the number 408 of the answer that there is nothing. `latency`: seconds before each answer.
- `retries`: how often a webhook call is tried again (0, 0.5, 1 ... s divided by `--speed`).
- `at_once`: webhook calls of one chat overlap. `probe`: setWebhook calls the URL to verify it.
- `me`: fields that getMe gives otherwise.

A step of the script has `method`, `to`, `times`, `skip`, and one of `error_code` (with
`description`, over HTTP 200), `status` (an HTML page), `html`, `body`, `answer` (any JSON),
`hang`, `drop`, `delay`; with `deliver` the request is carried out before its answer is lost.
"""

import asyncio
import secrets
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes import zalo_control
from tests.fakes.zalo_bot_answers import ANSWERS, SETTINGS, Bot, Refusal, chat_of, now_ms, send_off
from tests.fakes.zalo_bot_methods import check
from tests.fakes.zalo_cdn import add_cdn
from tests.fakes.zalo_control import Json, account_of, misbehave
from tests.fakes.zalo_remote import Remote, running

# How requests reach it -----------------------------------------------------------------------


async def api(request: web.Request) -> web.StreamResponse:
    key, method = request.match_info["key"], request.match_info["method"]
    number, _, secret = key.partition(":")
    if not number.isdigit() or len(secret) < 8:
        return web.json_response(Refusal(401, "Unauthorized").answer)
    bot: Bot = account_of(request.app, key)
    asked, wrong = await _parameters(request)
    if bot.settings["revoked"]:
        return web.json_response(Refusal(401, "Unauthorized").answer)
    wrong = wrong or check(method, asked)
    bot.requests.append({"method": method, "parameters": asked})
    bot.violations += wrong
    await bot.notify()
    await asyncio.sleep(bot.settings["latency"])

    async def answer() -> web.StreamResponse:
        return await _answer(bot, request, asked, wrong)

    step = bot.scripted(method, asked.get("chat_id"))
    if step is None:
        return await answer()
    if "error_code" in step:
        refusal = Refusal(step["error_code"], step.get("description", "scripted"))
        step = {**step, "answer": refusal.answer}
    return await misbehave(request, step, answer)


async def _answer(
    bot: Bot, request: web.Request, asked: Json, wrong: list[str]
) -> web.StreamResponse:
    method = request.match_info["method"]
    if method not in ANSWERS:
        return web.json_response(Refusal(404, "Not Found").answer)
    if wrong:
        return web.json_response(Refusal(400, f"Bad Request: {wrong[0]}").answer)
    try:
        result = await ANSWERS[method](bot, asked, request)
    except Refusal as error:
        return web.json_response(error.answer)
    if isinstance(result, str):
        return web.Response(text=result, content_type="application/json")
    return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})


async def _parameters(request: web.Request) -> tuple[Json, list[str]]:
    if request.method == "GET":
        return dict(request.query), []
    if request.content_type != "application/json":
        return dict(await request.post()), []
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    return (asked, []) if isinstance(asked, dict) else ({}, ["the body is not a JSON object"])


async def push(request: web.Request) -> web.StreamResponse:
    """Queue updates; one that is a text goes out as it is, as the whole body."""
    bot: Bot = account_of(request.app, request.match_info["key"])
    for update in (await request.json())["updates"]:
        bot.known |= {chat_of(update)} - {""}
        bot.pending.append(update)
    await bot.notify()
    send_off(bot)
    return web.json_response({})


def build(speed: float, session: aiohttp.ClientSession) -> web.Application:
    app = zalo_control.application(
        speed, session, lambda key: Bot(key, speed, session, {**SETTINGS})
    )
    app.router.add_post("/control/{key}/updates", push)
    app.router.add_route("*", "/bot{key}/{method}", api)
    add_cdn(app)
    return app


# For tests -----------------------------------------------------------------------------------


def update(chat: str = "c0ffee", kind: str = "text", **fields: Any) -> Json:
    """Make an update; fields of the message replace those here (None leaves them out)."""
    message = {
        "from": {"id": chat, "display_name": "Nguyễn Thị Mơ", "is_bot": False},
        "chat": {"id": chat, "chat_type": "PRIVATE"},
        "message_id": secrets.token_hex(10),
        "date": now_ms(),
        **fields,
    }
    message = {name: value for name, value in message.items() if value is not None}
    return {"event_name": f"message.{kind}.received", "message": message}


class RemoteZaloBot(Remote):
    """One bot of the server; its token is `key`."""

    async def push(self, *updates: Json | str) -> None:
        """Queue updates for getUpdates or the webhook; a text is sent as the whole body."""
        await self.post("updates", {"updates": updates})

    async def say(self, text: str, chat: str = "c0ffee", **fields: Any) -> str:
        """Push a text message; gives its message_id."""
        made = update(chat, text=text, **fields)
        await self.push(made)
        return str(made["message"]["message_id"])

    async def photo(self, url: str, chat: str = "c0ffee", **fields: Any) -> str:
        """Push a picture in the shape that was seen live; gives its message_id."""
        kind = {"message_type": "CHAT_PHOTO", "photo_url": url}
        made = update(chat, "image", **kind, **fields)
        await self.push(made)
        return str(made["message"]["message_id"])


def running_server(*arguments: str) -> AbstractContextManager[str]:
    return running("tests.fakes.zalo_bot_server", *arguments)


def remote_zalo_bot(url: str, token: str) -> AbstractAsyncContextManager[RemoteZaloBot]:
    return RemoteZaloBot.steer(url, token)


if __name__ == "__main__":
    zalo_control.main("A stand-in for the Zalo Bot Platform.", build)
