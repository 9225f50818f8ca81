"""A stand-in for the Official Account OpenAPI and its OAuth host in a process of its own.

`python -m tests.fakes.zalo_oa_server --port 0` prints its port; OAuth is at /v4/oa/access_token.
Every app_id is an app with one OA and its own state; a token tells to which app it belongs. What
is wrong with a request is a violation, which tests ask for. `RemoteZaloOa` steers it. Settings:

- `app_secret` (header secret_key), `oa_secret` (signs the webhook), `oa_id`, `getoa` (fields of
  the answer of getoa; None leaves one out), `expires_in` (any JSON).
- `latency_before`, `latency_after` (seconds before and after a refresh token is spent),
  `hang_after_rotate`; `latency` of the API.
- `rate` (requests in `rate_window` seconds, then -32), `upload_limit` (bytes, then -200).
- `reply_quota` (free replies in 48 h after each interaction; None: no limit, 8 is told),
  `purchase_quota` (what else may be sent within 7 days, then -211), `groups` (ids; None: any).
- `style` of the webhook's JSON (`plain`, `escaped`, `pretty`), `mac_prefix`, `retries` (of 5),
  `answer_within` (2 s), `disables` (the webhook after the last retry), `at_once`.

A step of the script has `method` (oauth, cs, group, upload, quota, getoa, detail), `to` (a user or
group), `times`, `skip`, and one of `error` (with `message`, over HTTP 200), `status` (an HTML
page), `html`, `body`, `answer` (any JSON), `hang`, `drop`, `delay`; with `deliver` the request is
carried out before its answer is lost.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes import zalo_control
from tests.fakes.zalo_cdn import add_cdn
from tests.fakes.zalo_control import ACCOUNTS, Json, account_of, misbehave
from tests.fakes.zalo_oa_answers import RULES, App, Refusal, Rule, body_of, data_of
from tests.fakes.zalo_oa_events import control_webhook, push, user_image, user_text
from tests.fakes.zalo_oa_tokens import control_tokens, oauth
from tests.fakes.zalo_remote import Remote, running

SETTINGS: Json = {
    "app_secret": "app-secret",
    "oa_secret": "oa-secret-key",
    "oa_id": "388613280878808645",
    "getoa": {},
    "expires_in": "90000",
    "latency_before": 0,
    "latency_after": 0,
    "hang_after_rotate": False,
    "latency": 0,
    "rate": 4000,
    "rate_window": 60,
    "upload_limit": 1_000_000,
    "reply_quota": None,
    "purchase_quota": 500,
    "groups": None,
    "style": "plain",
    "mac_prefix": "mac=",
    "retries": 5,
    "answer_within": 2.0,
    "disables": True,
    "at_once": False,
}
LIMIT, REMAIN = "X-RateLimit-Limit", "X-RateLimit-Remain"


async def api(request: web.Request) -> web.StreamResponse:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = request.headers.get("access_token", "")
    app = _owner(request, token or bearer)
    name, rule = RULES.get((request.method, request.path), ("", None))
    if app is None:
        return web.json_response(Refusal(-216).answer, headers={LIMIT: "4000", REMAIN: "3999"})
    refusal, asked = None, None
    try:
        asked = await _parameters(request, name)
    except Refusal as error:
        refusal = error
    shown = {"file": "..."} if name == "upload" else asked
    app.requests.append({"method": name, "path": request.path, "parameters": shown})
    if bearer:
        app.violations.append(f"{request.path}: Authorization instead of access_token")
    await app.notify()
    await asyncio.sleep(app.settings["latency"])
    remain = _remaining(app)

    async def answer() -> web.StreamResponse:
        if remain < 0:
            return web.json_response(Refusal(-32).answer)
        if error := app.knows("" if bearer else token):
            return web.json_response(Refusal(error).answer)
        return await _answer(app, request, rule, asked, refusal)

    step = _scripted(app, name, asked)
    response = await answer() if step is None else await misbehave(request, step, answer)
    response.headers[LIMIT] = str(app.settings["rate"])
    response.headers[REMAIN] = str(max(0, remain))
    return response


def _owner(request: web.Request, token: str) -> App | None:
    parts = token.split(".")
    found = request.app[ACCOUNTS].get(parts[1]) if parts[0] in ("at", "rt") and parts[1:] else None
    return found if isinstance(found, App) else None


async def _parameters(request: web.Request, name: str) -> Any:
    if name == "upload":
        # Read now: whatever happens next, the connection must be fit for another request.
        await request.post()
        return request
    return data_of(request) if request.method == "GET" else await body_of(request)


def _scripted(app: App, name: str, asked: Any) -> Json | None:
    step = app.scripted(name, _recipient(asked))
    if step is not None and "error" in step:
        told = Refusal(step["error"], step.get("message", "")).answer
        return {**step, "answer": told}
    return step


def _recipient(asked: Any) -> Any:
    recipient = asked.get("recipient") if isinstance(asked, dict) else None
    if isinstance(recipient, dict):
        return recipient.get("user_id", recipient.get("group_id"))
    return asked.get("user_id") if isinstance(asked, dict) else None


def _remaining(app: App) -> int:
    """Count a request; gives how many more there may be, below 0 when it is one too many."""
    now = time.monotonic()
    app.called_at = [at for at in app.called_at if at > now - app.settings["rate_window"]]
    if len(app.called_at) >= app.settings["rate"]:
        return -1
    app.called_at.append(now)
    return int(app.settings["rate"]) - len(app.called_at)


async def _answer(
    app: App, request: web.Request, rule: Rule | None, asked: Any, refusal: Refusal | None
) -> web.StreamResponse:
    try:
        if refusal is not None:
            raise refusal
        if rule is None:
            return _unknown(app, request)
        data = await rule(app, asked)
    except Refusal as error:
        if error.wrong:
            app.violations.append(error.wrong)
        await app.notify()
        return web.json_response(error.answer)
    await app.notify()
    return web.json_response({"data": data, "error": 0, "message": "Success"})


def _unknown(app: App, request: web.Request) -> web.StreamResponse:
    app.violations.append(f"{request.method} {request.path}: not an address that we use")
    if request.path == "/v2.0/oa/message":
        return web.json_response(Refusal(-240).answer)
    return web.Response(status=404, text="<html>404 Not Found</html>", content_type="text/html")


async def control_user(request: web.Request) -> web.StreamResponse:
    """Let a user have interacted some time ago, and set fields of it (name, blocked, followed)."""
    app: App = account_of(request.app, request.match_info["key"])
    asked = await request.json()
    app.touch(asked.pop("user"), asked.pop("ago"), **asked)
    return web.json_response({})


async def control_uploads(request: web.Request) -> web.StreamResponse:
    """Let all uploads be older by so many seconds."""
    app: App = account_of(request.app, request.match_info["key"])
    seconds = (await request.json())["seconds"]
    for one in app.uploads:
        one["at"] -= seconds
    return web.json_response({})


def build(speed: float, session: aiohttp.ClientSession) -> web.Application:
    app = zalo_control.application(
        speed, session, lambda key: App(key, speed, session, {**SETTINGS})
    )
    app.router.add_post("/control/{key}/events", push)
    app.router.add_post("/control/{key}/tokens", control_tokens)
    app.router.add_post("/control/{key}/webhook", control_webhook)
    app.router.add_post("/control/{key}/user", control_user)
    app.router.add_post("/control/{key}/uploads", control_uploads)
    app.router.add_route("*", "/v4/oa/access_token", oauth)
    add_cdn(app)
    app.router.add_route("*", "/{version:v[0-9.]+}/{path:.+}", api)
    return app


# For tests -----------------------------------------------------------------------------------


class RemoteZaloOa(Remote):
    """One app of the server with its OA; the app_id is `key`."""

    async def push(self, *events: Json | str, **how: Any) -> list[str]:
        """Push events to the webhook; a text is sent as it is. Gives the bodies.

        `sign=False` leaves out the signature; `secret` and `app_id` sign otherwise; `headers`.
        """
        return list((await self.post("events", {"events": events, **how}))["bodies"])

    async def say(self, text: str, user: str = "2512523625412515", **message: Any) -> str:
        """Push a text message; gives its msg_id."""
        made = user_text(user, text, **message)
        await self.push(made)
        return str(made["message"]["msg_id"])

    async def photo(self, *urls: str, user: str = "2512523625412515", **message: Any) -> str:
        """Push one message with these pictures; gives its msg_id."""
        made = user_image(user, *urls, **message)
        await self.push(made)
        return str(made["message"]["msg_id"])

    async def webhook(self, url: str) -> None:
        """Set the webhook's URL, which also enables it again."""
        await self.post("webhook", {"url": url})

    async def probe(self) -> Json:
        """Post the console's unsigned {}: `status` (0: no answer) and `seconds`."""
        return await self.post("webhook", {"probe": True})

    async def user(self, user: str, ago: float = 0, **fields: Any) -> None:
        """Let a user have interacted so many seconds ago; fields: name, blocked, followed."""
        await self.post("user", {"user": user, "ago": ago, **fields})

    async def issue(self) -> Json:
        """Make a new live pair, as the API Explorer does; gives it as OAuth answers it."""
        return await self.post("tokens", {"do": "issue"})

    async def code(self, verifier: str | None = None) -> str:
        """Make an authorization code; with `verifier` the exchange must give the same."""
        return str((await self.post("tokens", {"do": "code", "verifier": verifier}))["code"])

    async def expire(self) -> None:
        """Let the live access token expire; its refresh token stays good."""
        await self.post("tokens", {"do": "expire"})

    async def revoke(self) -> None:
        """Take back the grant: both live tokens are dead."""
        await self.post("tokens", {"do": "revoke"})

    async def age_uploads(self, seconds: float) -> None:
        await self.post("uploads", {"seconds": seconds})


def running_server(*arguments: str) -> AbstractContextManager[str]:
    return running("tests.fakes.zalo_oa_server", *arguments)


def remote_zalo_oa(url: str, app_id: str) -> AbstractAsyncContextManager[RemoteZaloOa]:
    return RemoteZaloOa.steer(url, app_id)


if __name__ == "__main__":
    zalo_control.main("A stand-in for Zalo's Official Account API.", build)
