"""A stand-in for api.telegram.org in a process of its own.

`python -m tests.fakes.telegram_server --port 0` prints its port. Every token of the form
`digits:secret` is a bot with its own state. Every request is recorded and held against
`telegram_methods`; what is wrong with it is a violation, which tests ask for. Tests steer it by
`/control/{token}/...`, best through `RemoteTelegram` below:

- `updates` queues updates, for getUpdates or for the webhook with Telegram's retries: one chat's
  updates one after the other, again at once, then after 2, 4, 8 s, or as Retry-After says
  (`--speed 100` makes that a hundred times faster).
- `script` makes the next requests of a method (or of all, `*`; in one chat or in all) fail.
- `settings` sets `limits` (30 messages/s, 20/min in a group, 1/s in a chat after 5) and `latency`.
- `forgive` gives the violations and forgets them.
- `state` tells everything, when asked for counts only once they are reached; `tally` little.
"""

import argparse
import asyncio
import itertools
import json
import random
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.telegram_methods import BadHtml, check, read_form, visible_text

Json = dict[str, Any]
Answer = Callable[[], Awaitable[web.StreamResponse]]
NAME = "danvan_bot"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
DEFAULT_KINDS = {"chat_member", "message_reaction", "message_reaction_count"}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request"
WEBHOOK_IS_ON = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Refusal(Exception):
    """An answer of the API that is not ok."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.answer: Json = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.answer["parameters"] = parameters
        self.status = status


@dataclass
class Pending:
    """An update that is not delivered; `attempts` are those of the webhook."""

    number: int
    content: Any
    queue: str
    expires: float
    attempts: int = 0


@dataclass
class Bot:
    """Everything about one token."""

    token: str
    speed: float
    session: aiohttp.ClientSession
    pending: dict[int, Pending] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    kinds: list[str] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    script: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    sent_at: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    polls: int = 0
    sender: int = 0
    held: list[str] = field(default_factory=list)
    couriers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def user(self) -> Json:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Trợ lý dân vận", "username": NAME}

    async def notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def state(self) -> Json:
        return {
            "requests": self.requests,
            "messages": self.messages,
            "deliveries": self.deliveries,
            "violations": self.violations,
            "pending": [one.number for one in self.pending.values()],
            "webhook": self.webhook,
            "commands": self.commands,
        }

    def reached(self, wanted: Json) -> bool:
        state = self.state()
        return all(
            len(state[name]) <= int(n) if name == "pending" else len(state[name]) >= int(n)
            for name, n in wanted.items()
        )


# What the API does ---------------------------------------------------------------------------


async def get_me(bot: Bot, _: Json) -> Any:
    return bot.user


async def get_updates(bot: Bot, asked: Json) -> Any:
    if bot.webhook:
        raise Refusal(409, WEBHOOK_IS_ON)
    bot.polls += 1
    mine = bot.polls
    await bot.notify()
    if "allowed_updates" in asked:
        bot.kinds = asked["allowed_updates"]
    for number in [n for n in bot.pending if n < asked.get("offset", 0)]:
        del bot.pending[number]
    await bot.notify()
    try:
        async with asyncio.timeout(asked.get("timeout", 0)), bot.changed:
            await bot.changed.wait_for(
                lambda: bool(bot.pending) or bot.polls != mine or bot.webhook
            )
    except TimeoutError:
        return []
    if bot.polls != mine:
        raise Refusal(409, OTHER_POLLER)
    if bot.webhook:
        raise Refusal(409, WEBHOOK_IS_ON)
    return [one.content for one in list(bot.pending.values())[: asked.get("limit", 100)]]


async def set_webhook(bot: Bot, asked: Json) -> Any:
    bot.webhook = dict(asked) if asked["url"] else {}
    if "allowed_updates" in asked:
        bot.kinds = asked["allowed_updates"]
    if asked.get("drop_pending_updates"):
        bot.pending.clear()
    await bot.notify()
    start_couriers(bot)
    return True


async def delete_webhook(bot: Bot, asked: Json) -> Any:
    return await set_webhook(bot, {"url": "", **asked})


async def get_webhook_info(bot: Bot, _: Json) -> Any:
    record = {
        "url": bot.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(bot.pending),
    }
    if bot.webhook:
        record["max_connections"] = bot.webhook.get("max_connections", 40)
        record["allowed_updates"] = bot.kinds
        record |= bot.webhook.get("error", {})
    return record


async def send_message(bot: Bot, asked: Json) -> Any:
    text = _text(asked)
    _keep_limits(bot, str(asked["chat_id"]))
    message = {
        "chat_id": asked["chat_id"],
        "message_id": len(bot.messages) + 1,
        "text": text,
        "html": asked["text"],
        "reply_markup": asked.get("reply_markup"),
        "edits": 0,
        "at": asyncio.get_running_loop().time(),
    }
    bot.messages.append(message)
    await bot.notify()
    return _as_message(bot, message)


async def send_media(bot: Bot, asked: Json) -> Any:
    """Take a photo or a document by its bytes or by an id of ours, which an answer gave before."""
    kind = "photo" if "photo" in asked else "document"
    held = str(asked[kind])
    if held.startswith("<file"):
        bot.held.append(f"{kind}-{len(bot.held) + 1}")
        held = bot.held[-1]
    elif held not in bot.held:
        raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
    caption = {"text": asked["caption"], **asked} if asked.get("caption") else None
    text = _text(caption) if caption else ""
    _keep_limits(bot, str(asked["chat_id"]))
    message = {
        "chat_id": asked["chat_id"],
        "message_id": len(bot.messages) + 1,
        "text": text,
        "html": asked.get("caption", ""),
        "reply_markup": asked.get("reply_markup"),
        "edits": 0,
        "at": asyncio.get_running_loop().time(),
        "file": str(asked[kind]),
    }
    bot.messages.append(message)
    await bot.notify()
    shown = (
        [{"file_id": f"{held}-small"}, {"file_id": held}] if kind == "photo" else {"file_id": held}
    )
    return _as_message(bot, message) | {kind: shown}


async def edit_message_text(bot: Bot, asked: Json) -> Any:
    text = _text(asked)
    key = (str(asked.get("chat_id")), asked.get("message_id"))
    found = [m for m in bot.messages if (str(m["chat_id"]), m["message_id"]) == key]
    if not found:
        raise Refusal(400, "Bad Request: message to edit not found")
    new = {"text": text, "html": asked["text"], "reply_markup": asked.get("reply_markup")}
    if new.items() <= found[0].items():
        raise Refusal(400, NOT_MODIFIED)
    found[0].update(new, edits=found[0]["edits"] + 1)
    await bot.notify()
    return _as_message(bot, found[0])


async def set_my_commands(bot: Bot, asked: Json) -> Any:
    bot.commands = asked["commands"]
    return True


async def say_yes(bot: Bot, _: Json) -> Any:
    return True


async def get_file(bot: Bot, asked: Json) -> Any:
    name = asked["file_id"]
    path = f"files/{name}"
    return {"file_id": name, "file_unique_id": f"u{name}", "file_size": 9, "file_path": path}


ANSWERS = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendPhoto": send_media,
    "sendDocument": send_media,
    "editMessageText": edit_message_text,
    "setMyCommands": set_my_commands,
    "answerCallbackQuery": say_yes,
    "sendChatAction": say_yes,
    "getFile": get_file,
}


def _text(asked: Json) -> str:
    text = str(asked.get("text", ""))
    try:
        text = visible_text(text) if asked.get("parse_mode") == "HTML" else text.strip()
    except BadHtml as error:
        raise Refusal(400, f"Bad Request: {error}") from None
    if not text:
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) > 2 * 4096:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _keep_limits(bot: Bot, chat: str) -> None:
    if not bot.settings.get("limits"):
        return
    now = asyncio.get_running_loop().time()
    chat_rule = (20, 60.0) if chat.startswith("-") else (5, 5.0)
    for key, (count, seconds) in {"": (30, 1.0), chat: chat_rule}.items():
        times = bot.sent_at[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= count:
            wait = int(times[0] + seconds - now) + 1
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        times.append(now)


def _as_message(bot: Bot, message: Json) -> Json:
    number = message["chat_id"]
    kind = "group" if str(number).startswith("-") else "private"
    return {
        "message_id": message["message_id"],
        "from": bot.user,
        "chat": {"id": number, "type": kind},
        "date": 1_790_000_000,
        "text": message["text"],
    }


# How requests reach it -----------------------------------------------------------------------

BOTS = web.AppKey("bots", dict[str, Bot])
SPEED = web.AppKey("speed", float)
SESSION = web.AppKey("session", aiohttp.ClientSession)


def bot_of(request: web.Request) -> Bot:
    token = request.match_info["token"]
    bots = request.app[BOTS]
    if token not in bots:
        bots[token] = Bot(token, request.app[SPEED], request.app[SESSION])
    return bots[token]


async def api(request: web.Request) -> web.StreamResponse:
    if not request.match_info["token"].partition(":")[0].isdigit():
        return web.json_response(Refusal(404, "Not Found").answer, status=404)
    bot, method = bot_of(request), request.match_info["method"]
    asked, form = await _parameters(request)
    wrong = check(method, asked, form=form)
    if form:
        asked = read_form(method, asked)
    bot.requests.append({"method": method, "parameters": asked})
    bot.violations += wrong
    await bot.notify()
    if method == "sendMessage" and request.transport is not None:
        bot.sender = request.transport.get_extra_info("peername")[1]
    await asyncio.sleep(bot.settings.get("latency", 0))
    step = _scripted(bot, method, asked)
    if step is None:
        return await _answer(bot, method, asked)
    return await _misbehave(request, step, lambda: _answer(bot, method, asked))


async def _parameters(request: web.Request) -> tuple[Json, bool]:
    if request.content_type == "application/json":
        return await request.json(), False
    return {name: _plain(value) for name, value in (await request.post()).items()}, True


def _plain(value: Any) -> Any:
    return f"<file {value.filename}>" if isinstance(value, web.FileField) else value


async def _answer(bot: Bot, method: str, asked: Json) -> web.StreamResponse:
    try:
        return web.json_response({"ok": True, "result": await ANSWERS[method](bot, asked)})
    except Refusal as error:
        return web.json_response(error.answer, status=error.status)
    except KeyError as missing:
        return web.json_response(Refusal(400, f"Bad Request: no {missing}").answer, status=400)


def _scripted(bot: Bot, method: str, asked: Json) -> Json | None:
    for step in bot.script:
        if step.get("method", "*") not in ("*", method):
            continue
        if "chat_id" in step and str(step["chat_id"]) != str(asked.get("chat_id")):
            continue
        step["times"] = step.get("times", 1) - 1
        if step["times"] <= 0:
            bot.script.remove(step)
        return step
    return None


async def _misbehave(request: web.Request, step: Json, answer: Answer) -> web.StreamResponse:
    """Do as the script says: status, description, parameters, headers; body, delay, hang, drop.

    With `deliver` the request is carried out before its answer is lost.
    """
    if step.get("deliver"):
        await answer()
    if "delay" in step:
        await asyncio.sleep(step["delay"])
        return await answer()
    transport = request.transport
    while step.get("hang") and transport is not None and not transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    if step.get("drop") and transport is not None:
        transport.abort()
        return web.Response()
    if "body" in step:
        return web.Response(body=step["body"].encode(), status=step.get("status", 200))
    status = step.get("status", 500)
    description = step.get("description", "Internal Server Error")
    refusal = Refusal(status, description, **step.get("parameters", {}))
    return web.json_response(refusal.answer, status=status, headers=step.get("headers"))


async def get_content(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\xff\xd8\xff fake")


# How updates leave it ------------------------------------------------------------------------


def _queue_of(update: Any) -> tuple[str, float]:
    """Give what an update waits behind, and for how many seconds it is kept."""
    if not isinstance(update, dict):
        return "other", 86_400
    for kind in ("message", "edited_message"):
        if isinstance(part := update.get(kind), dict) and isinstance(part.get("chat"), dict):
            return f"chat {part['chat'].get('id')}", 86_400
    if isinstance(part := update.get("callback_query"), dict):
        return f"press {(part.get('from') or {}).get('id')}", 150
    return "other", 86_400


def start_couriers(bot: Bot) -> None:
    if not bot.webhook:
        return
    for queue in {one.queue for one in bot.pending.values()} - set(bot.couriers):
        bot.couriers[queue] = asyncio.create_task(_carry(bot, queue))


async def _carry(bot: Bot, queue: str) -> None:
    """Deliver one chat's updates, oldest first; the next only after the one before has arrived."""
    now = asyncio.get_running_loop().time
    while bot.webhook:
        one = next((one for one in bot.pending.values() if one.queue == queue), None)
        if one is None:
            break
        wait = await _deliver(bot, one) if now() <= one.expires else None
        if wait is None:
            bot.pending.pop(one.number, None)
        await bot.notify()
        if wait:
            await asyncio.sleep(wait / bot.speed)
    del bot.couriers[queue]


async def _deliver(bot: Bot, one: Pending) -> float | None:
    """Post one update; None when it arrived, otherwise the seconds until the next attempt."""
    headers = {SECRET_HEADER: bot.webhook.get("secret_token", "")}
    timeout = aiohttp.ClientTimeout(total=60)
    told: float | None = None
    try:
        async with bot.session.post(
            bot.webhook["url"], json=one.content, headers=headers, timeout=timeout
        ) as response:
            status = response.status
            after = response.headers.get("Retry-After", "")
            told = min(float(after), 3600.0) if after.isdigit() else None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        status = 0
        what = type(error).__name__
    else:
        what = f"Wrong response from the webhook: {status}"
    bot.deliveries.append({"update_id": one.number, "status": status})
    if 200 <= status < 300:
        return None
    if bot.webhook:
        bot.webhook["error"] = {"last_error_date": 1_790_000_000, "last_error_message": what}
    one.attempts += 1
    if told is not None:
        return told
    return 0.0 if one.attempts == 1 else min(2.0 ** (one.attempts - 1), random.uniform(60, 120))


# How tests steer it --------------------------------------------------------------------------


async def push(request: web.Request) -> web.StreamResponse:
    """Queue updates: those without a number get the next; with `raw` each goes out as it is."""
    bot, given = bot_of(request), await request.json()
    now = asyncio.get_running_loop().time()
    numbers = []
    for update in given["updates"]:
        number = next(bot.numbers)
        content = update
        if not given.get("raw"):
            number = update.get("update_id", number)
            content = {"update_id": number, **update}
        kind = (
            next((k for k in update if k != "update_id"), "") if isinstance(update, dict) else ""
        )
        unwanted = kind not in bot.kinds if bot.kinds else kind in DEFAULT_KINDS
        if unwanted and not given.get("raw"):
            continue
        queue, keep = _queue_of(update)
        bot.pending[number] = Pending(number, content, queue, now + keep)
        numbers.append(number)
    await bot.notify()
    start_couriers(bot)
    return web.json_response({"update_ids": numbers})


async def script(request: web.Request) -> web.StreamResponse:
    bot_of(request).script += await request.json()
    return web.json_response({})


async def forgive(request: web.Request) -> web.StreamResponse:
    bot = bot_of(request)
    forgiven, bot.violations = bot.violations, []
    return web.json_response({"violations": forgiven})


async def settings(request: web.Request) -> web.StreamResponse:
    bot_of(request).settings |= await request.json()
    return web.json_response({})


async def state(request: web.Request) -> web.StreamResponse:
    """Tell everything, once each `name=count` is reached (`pending`: has sunk to it)."""
    bot, wanted = bot_of(request), dict(request.query)
    seconds = float(wanted.pop("seconds", 20))
    try:
        async with asyncio.timeout(seconds), bot.changed:
            await bot.changed.wait_for(lambda: bot.reached(wanted))
    except TimeoutError:
        return web.json_response({**bot.state(), "waited_in_vain_for": wanted}, status=408)
    return web.json_response(bot.state())


async def tally(request: web.Request) -> web.StreamResponse:
    """Tell how many messages came, and from which port the last did."""
    bot = bot_of(request)
    return web.json_response({"messages": len(bot.messages), "port": bot.sender})


def application(speed: float, session: aiohttp.ClientSession) -> web.Application:
    app = web.Application(client_max_size=64 * 2**20)
    app[BOTS], app[SPEED], app[SESSION] = {}, speed, session
    app.router.add_post("/control/{token}/updates", push)
    app.router.add_post("/control/{token}/script", script)
    app.router.add_post("/control/{token}/settings", settings)
    app.router.add_post("/control/{token}/forgive", forgive)
    app.router.add_get("/control/{token}/state", state)
    app.router.add_get("/control/{token}/tally", tally)
    app.router.add_route("*", "/bot{token}/{method}", api)
    app.router.add_get("/file/bot{token}/{path:.+}", get_content)
    return app


async def serve(host: str, port: int, speed: float) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40)) as session:
        runner = web.AppRunner(application(speed, session), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        sys.stdout.write(f"{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


# For tests -----------------------------------------------------------------------------------


@contextmanager
def running_server(*arguments: str) -> Iterator[str]:
    """Run the server as a process of its own; gives the URL to set as TELEGRAM_API_URL."""
    command = [sys.executable, "-m", "tests.fakes.telegram_server", *arguments]
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


class RemoteTelegram:
    """The server's controls for one bot, from another process."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    async def push(self, *updates: Any, raw: bool = False) -> list[int]:
        """Queue updates; gives their numbers."""
        given = await self._post("updates", {"updates": updates, "raw": raw})
        return list(given["update_ids"])

    async def script(self, *steps: Json) -> None:
        """Let the next requests fail, each step once or `times`."""
        await self._post("script", list(steps))

    async def set(self, **settings: Any) -> None:
        """Set limits=True or latency=seconds."""
        await self._post("settings", settings)

    async def state(self, seconds: float = 20, **counts: int) -> Json:
        """Wait until the counts are reached, then tell everything."""
        url = f"{self.url}/control/{self.token}/state"
        query = {"seconds": str(seconds), **{name: str(n) for name, n in counts.items()}}
        async with self._session.get(url, params=query) as response:
            told: Json = await response.json()
            assert response.status == 200, told
            return told

    async def tally(self) -> tuple[int, int]:
        """Give how many messages came, and the port of the connection that the last came by."""
        async with self._session.get(f"{self.url}/control/{self.token}/tally") as response:
            told = await response.json()
            return told["messages"], told["port"]

    async def forgive(self) -> list[str]:
        """Take the violations that were meant, so that they do not fail the test."""
        return list((await self._post("forgive", {}))["violations"])

    async def calls(self, method: str, count: int = 0) -> list[Json]:
        """Give the parameters of the requests of one method."""
        told = await self.state(requests=count)
        return [one["parameters"] for one in told["requests"] if one["method"] == method]

    async def _post(self, what: str, content: Any) -> Json:
        url = f"{self.url}/control/{self.token}/{what}"
        async with self._session.post(url, data=json.dumps(content)) as response:
            assert response.status == 200, await response.text()
            told: Json = await response.json()
            return told


@asynccontextmanager
async def remote_telegram(url: str, token: str) -> AsyncIterator[RemoteTelegram]:
    """Steer one bot of a running server; at the end its requests must all have been right."""
    async with aiohttp.ClientSession() as session:
        remote = RemoteTelegram(url, token, session)
        yield remote
        assert (await remote.state())["violations"] == []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for api.telegram.org.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="divides webhook retry delays")
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(options.host, options.port, options.speed))
