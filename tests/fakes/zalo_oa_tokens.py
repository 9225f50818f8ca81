"""The OAuth host for Official Accounts: refresh tokens that can be used once, and the rest of it.

The numbers of its errors are guesses beyond -14002 and -14003: no public source has them.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from typing_extensions import override

from tests.fakes.zalo_control import ACCOUNTS, Account, Json, account_of, hang, misbehave

FIELDS = {
    "refresh_token": {"refresh_token", "app_id", "grant_type"},
    "authorization_code": {"code", "app_id", "grant_type", "code_verifier"},
}
ERRORS = {
    -14001: "Invalid request",
    -14002: "Invalid appId",
    -14004: "Invalid secret key",
    -14013: "Invalid authorization code",
    -14014: "Invalid refresh token",
}


@dataclass
class Pair:
    """An access token and the refresh token that came with it."""

    access_token: str
    refresh_token: str
    expired: bool = False


class NoToken(Exception):
    """A refusal of the OAuth host, over HTTP 200."""

    def __init__(self, error: int, reason: str = "") -> None:
        super().__init__(reason)
        name = ERRORS.get(error, "Error")
        told = {"error_name": name, "error_reason": reason, "error_description": f"{name}."}
        self.answer: Json = {"error": error, **told, "ref_doc": "https://developers.zalo.me/docs"}


@dataclass
class TokenKeeper(Account):
    """The part of an app that is about its grant: at most one pair is alive."""

    live: Pair | None = None
    issued: list[Pair] = field(default_factory=list)
    codes: dict[str, Json] = field(default_factory=dict)
    refreshes: list[Json] = field(default_factory=list)
    spent_uses: list[Json] = field(default_factory=list)

    def issue(self) -> Pair:
        """Make a new pair; at once the old one is dead, both tokens of it."""
        number, noise = len(self.issued) + 1, secrets.token_urlsafe(24)
        self.live = Pair(f"at.{self.key}.{number}.{noise}", f"rt.{self.key}.{number}.{noise}")
        self.issued.append(self.live)
        return self.live

    def given(self, pair: Pair) -> Json:
        return {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "expires_in": self.settings["expires_in"],
        }

    @override
    def state(self) -> Json:
        tokens: Json = {"access_token": None, "refresh_token": None, "expired": None}
        if self.live is not None:
            tokens = dict(vars(self.live))
        return super().state() | {
            "tokens": tokens,
            "issued": len(self.issued),
            "refreshes": self.refreshes,
            "spent_uses": self.spent_uses,
        }

    def knows(self, access_token: str) -> int:
        """Give the error that an access token deserves, 0 for the one that is alive."""
        if self.live is not None and access_token == self.live.access_token:
            return -220 if self.live.expired else 0
        old = any(access_token == one.access_token for one in self.issued)
        return -220 if old else -216


async def oauth(request: web.Request) -> web.StreamResponse:
    form = {name: str(value) for name, value in (await request.post()).items()}
    app = request.app[ACCOUNTS].get(form.get("app_id", ""))
    if not isinstance(app, TokenKeeper):
        return web.json_response(NoToken(-14002, "App is not known").answer)
    kept = {n: v for n, v in form.items() if n in ("app_id", "grant_type")}
    app.requests.append({"method": "oauth", "path": request.path, "parameters": kept})
    app.violations += _wrong(request, form)
    await app.notify()

    async def answer() -> web.StreamResponse:
        return await _grant(app, request, form)

    step = app.scripted("oauth", None)
    if step is None:
        return await answer()
    if "error" in step:
        refusal = NoToken(step["error"], step.get("message", "scripted")).answer
        step = {**step, "answer": refusal}
    return await misbehave(request, step, answer)


def _wrong(request: web.Request, form: dict[str, str]) -> list[str]:
    wrong = []
    if request.method != "POST":
        wrong.append(f"{request.method} for POST")
    if request.content_type != "application/x-www-form-urlencoded":
        wrong.append(f"Content-Type {request.content_type}")
    if request.query_string:
        wrong.append("parameters in the URL")
    fields = FIELDS.get(form.get("grant_type", ""))
    if fields is None:
        return [f"oauth: {one}" for one in [*wrong, f"grant_type {form.get('grant_type')!r}"]]
    wrong += [f"{name}: unknown" for name in sorted(form.keys() - fields)]
    wrong += [f"{name}: missing" for name in sorted(fields - form.keys() - {"code_verifier"})]
    return [f"oauth: {one}" for one in wrong]


async def _grant(
    app: TokenKeeper, request: web.Request, form: dict[str, str]
) -> web.StreamResponse:
    await asyncio.sleep(app.settings["latency_before"])
    try:
        pair = _rotate(app, request, form)
    except NoToken as refusal:
        await app.notify()
        return web.json_response(refusal.answer)
    await app.notify()
    await asyncio.sleep(app.settings["latency_after"])
    if app.settings["hang_after_rotate"]:
        return await hang(request)
    return web.json_response(app.given(pair))


def _rotate(app: TokenKeeper, request: web.Request, form: dict[str, str]) -> Pair:
    """Spend what was given and make a new pair, in one step: of two at once one gets nothing."""
    if request.headers.get("secret_key") != app.settings["app_secret"]:
        raise NoToken(-14004, "secret_key is not that of the app")
    grant = form.get("grant_type")
    if grant == "refresh_token":
        token = form.get("refresh_token", "")
        if app.live is None or token != app.live.refresh_token:
            known: Any = [n for n, one in enumerate(app.issued, 1) if one.refresh_token == token]
            if known:
                app.spent_uses.append({"pair": known[0]})
            raise NoToken(-14014, "Refresh token is expired or was used")
    elif grant == "authorization_code":
        code = app.codes.pop(form.get("code", ""), None)
        if code is None or code["verifier"] not in (None, form.get("code_verifier")):
            raise NoToken(-14013, "Code is expired or was used")
    else:
        raise NoToken(-14001, "grant_type")
    app.refreshes.append({"grant_type": grant, "pair": len(app.issued) + 1})
    return app.issue()


async def control_tokens(request: web.Request) -> web.StreamResponse:
    """Change the grant: `issue` a pair, make a `code`, `expire` the access token, `revoke` all."""
    app: TokenKeeper = account_of(request.app, request.match_info["key"])
    asked = await request.json()
    told: Json = {}
    match asked["do"]:
        case "issue":
            told = app.given(app.issue())
        case "code":
            told = {"code": f"code-{secrets.token_hex(8)}"}
            app.codes[told["code"]] = {"verifier": asked.get("verifier")}
        case "expire" if app.live is not None:
            app.live.expired = True
        case "revoke":
            app.live = None
    await app.notify()
    return web.json_response(told)
