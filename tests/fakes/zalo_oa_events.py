"""The webhook side of an Official Account: signed events, the same bytes again when they fail."""

import hashlib
import json
import secrets
import time
from typing import Any

from aiohttp import web

from tests.fakes.zalo_control import Json, Parcel, account_of, carry, post_parcel
from tests.fakes.zalo_oa_answers import App

SIGNATURE = "X-ZEvent-Signature"
RETRY = "num_retry"
DELAYS = (30.0, 300.0, 900.0, 1800.0, 3600.0)


def mac(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Hash as it is documented: one after the other, plain SHA-256 and no HMAC."""
    return hashlib.sha256(
        app_id.encode() + body + timestamp.encode() + secret.encode()
    ).hexdigest()


def encode(event: Json, style: str) -> str:
    """Write JSON in one of the dresses in which it has been seen."""
    if style == "escaped":
        return json.dumps(event, separators=(",", ":")).replace("/", "\\/")
    if style == "pretty":
        return json.dumps(event, indent=2, ensure_ascii=False)
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def event(name: str, user: str = "2512523625412515", /, **fields: Any) -> Json:
    """Make an event of a user; what the app and the OA are is filled in when it is pushed."""
    return {"event_name": name, "sender": {"id": user}, **fields}


def user_text(user: str, text: str, **message: Any) -> Json:
    told = {"msg_id": secrets.token_hex(10), "text": text, **message}
    return event("user_send_text", user, message=told)


def user_image(user: str, *urls: str, **message: Any) -> Json:
    pictures = [{"type": "image", "payload": {"url": url, "thumbnail": url}} for url in urls]
    told = {"msg_id": secrets.token_hex(10), "attachments": pictures, **message}
    return event("user_send_image", user, message=told)


def follow(user: str, name: str = "follow") -> Json:
    return {"event_name": name, "follower": {"id": user}, "source": "oa_profile"}


def _filled(app: App, told: Json) -> Json:
    shared = {"app_id": app.key, "user_id_by_app": "552177279717587730"}
    if "follower" in told:
        shared["oa_id"] = app.settings["oa_id"]
    else:
        told = {"recipient": {"id": app.settings["oa_id"]}, **told}
    return {**shared, **told, "timestamp": told.get("timestamp", str(int(time.time() * 1000)))}


def _remember(app: App, told: Any) -> None:
    """Keep that a user has interacted: it opens the window in which we may write."""
    if not isinstance(told, dict):
        return
    name = str(told.get("event_name", ""))
    user = (told.get("follower") or told.get("sender") or {}).get("id")
    if name == "unfollow" and user in app.users:
        app.users[user]["followed"] = False
    elif user and name.startswith(("user_send_", "follow", "user_submit_info")):
        app.touch(user)


async def push(request: web.Request) -> web.StreamResponse:
    """Push events; a text goes out as it is. Gives the bodies."""
    app: App = account_of(request.app, request.match_info["key"])
    asked = await request.json()
    bodies = []
    for given in asked["events"]:
        raw = isinstance(given, str)
        told = given if raw else _filled(app, given)
        body = given if raw else encode(told, app.settings["style"])
        bodies.append(body)
        _remember(app, told)
        _send_off(app, body, asked)
    await app.notify()
    return web.json_response({"bodies": bodies})


def _send_off(app: App, body: str, asked: Json) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    told = _parsed(body)
    message = told.get("message")
    note = {"event_name": told.get("event_name"), "body": body}
    note["msg_id"] = message.get("msg_id") if isinstance(message, dict) else None
    if app.webhook["disabled"] or not app.webhook["url"]:
        app.lost.append(note)
        return
    headers = dict(asked.get("headers", {}))
    if asked.get("sign", True):
        secret = asked.get("secret") or app.settings["oa_secret"]
        app_id = asked.get("app_id") or app.key
        given = mac(app_id, raw, str(told.get("timestamp", "")), secret)
        headers.setdefault(SIGNATURE, f"{app.settings['mac_prefix']}{given}")
    sender = told.get("sender")
    parcel = Parcel(
        app.webhook["url"],
        raw,
        headers,
        note,
        queue=str(sender.get("id")) if isinstance(sender, dict) else "",
        delays=DELAYS[: app.settings["retries"]],
        within=app.settings["answer_within"],
        retry_header=RETRY,
        accepted=(200,),
        wanted=lambda: not app.webhook["disabled"],
    )
    app.start(_carry(app, parcel))


def _parsed(body: str) -> Json:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


async def _carry(app: App, parcel: Parcel) -> None:
    """Deliver; a call that has failed to the end disables the webhook, as it does with Zalo."""
    if not await carry(app, parcel):
        app.lost.append(parcel.note)
        if app.settings["disables"]:
            app.webhook["disabled"] = True
        await app.notify()


async def control_webhook(request: web.Request) -> web.StreamResponse:
    """Set the URL, which also enables it; with `probe` the console's unsigned {} is posted."""
    app: App = account_of(request.app, request.match_info["key"])
    asked = await request.json()
    if "url" in asked:
        app.webhook = {"url": asked["url"], "disabled": False}
    if not asked.get("probe"):
        return web.json_response(app.webhook)
    parcel = Parcel(app.webhook["url"], b"{}", {}, {}, within=app.settings["answer_within"])
    return web.json_response(await post_parcel(app, parcel))
