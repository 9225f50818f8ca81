"""What the OpenAPI of Official Accounts answers: whom it lets us write to, and what."""

import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from typing_extensions import override

from tests.fakes.zalo_control import Json, describe, units
from tests.fakes.zalo_oa_tokens import TokenKeeper

HOUR = 3600
BUTTONS = {"oa.open.url", "oa.query.show", "oa.query.hide"}
PAIRS = {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
ERRORS = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Upload media failed",
    -201: "Parameter is invalid",
    -210: "Parameter is over the limit",
    -211: "Out of quota",
    -213: "User has not followed the OA",
    -216: "Access token is invalid",
    -217: "User has blocked the invitation",
    -220: "access_token is expired or removed",
    -230: "User has not interacted with the OA in the past 7 days",
    -237: "Group is disabled",
    -240: "MessageV2 has been shut down",
}


class Refusal(Exception):
    """An error of the API, over HTTP 200; `wrong` says what we did that we should not."""

    def __init__(self, error: int, message: str = "", *, wrong: str = "") -> None:
        super().__init__(wrong or message)
        self.wrong = wrong
        self.answer: Json = {"error": error, "message": message or ERRORS.get(error, "Error")}


@dataclass
class App(TokenKeeper):
    """Everything about one app and its Official Account."""

    users: dict[str, Json] = field(default_factory=dict)
    uploads: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=lambda: {"url": "", "disabled": False})
    lost: list[Json] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)

    @override
    def state(self) -> Json:
        more = {"users": self.users, "uploads": self.uploads, "webhook": self.webhook}
        return super().state() | more | {"lost": self.lost}

    def touch(self, user: str, ago: float = 0, **fields: Any) -> None:
        """Let a user interact, now or so many seconds ago."""
        known = self.users.setdefault(user, {"name": f"Người dùng {user[-3:]}", "blocked": False})
        known.update(last=time.time() - ago, replies=0, followed=True)
        known.update(fields)


def _need(values: Any, where: str, **kinds: Any) -> Json:
    """Give the object when its fields are these and of these types; `may_` ones may be missing."""
    if not isinstance(values, dict):
        raise Refusal(-201, f"{where} is invalid", wrong=f"{where}: not an object")
    names = {name.removeprefix("may_"): name for name in kinds}
    wrong = [f"{where}.{name}: unknown" for name in values if name not in names]
    for name, asked in names.items():
        if name in values and (said := describe(values[name], kinds[asked])):
            wrong.append(f"{where}.{name}: {said}")
        elif name not in values and not asked.startswith("may_"):
            wrong.append(f"{where}.{name}: missing")
    if wrong:
        raise Refusal(-201, f"{wrong[0].partition(':')[0]} is invalid", wrong="; ".join(wrong))
    return values


async def body_of(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Refusal(-201, wrong=f"{request.path}: Content-Type {request.content_type}")
    try:
        return await request.json()
    except ValueError:
        raise Refusal(-201, wrong=f"{request.path}: the body is not JSON") from None


# Sending -------------------------------------------------------------------------------------


async def send_cs(app: App, asked: Any) -> Json:
    told = _need(asked, "body", recipient=dict, message=dict)
    user = _need(told["recipient"], "recipient", user_id=str)["user_id"]
    content = _message(app, told["message"])
    quota = _take_quota(app, user)
    return _kept(app, {"user_id": user, **content}) | {"user_id": user, "quota": quota}


async def send_group(app: App, asked: Any) -> Json:
    told = _need(asked, "body", recipient=dict, message=dict)
    group = _need(told["recipient"], "recipient", group_id=str)["group_id"]
    content = _message(app, told["message"])
    if app.settings["groups"] is not None and group not in app.settings["groups"]:
        raise Refusal(-237)
    return _kept(app, {"group_id": group, **content}) | {"group_id": group}


def _kept(app: App, message: Json) -> Json:
    number = secrets.token_hex(10)
    app.messages.append({"message_id": number, **message})
    return {"message_id": number, "sent_time": str(int(time.time() * 1000))}


def _take_quota(app: App, user: str) -> Json:
    if not user.isdigit():
        raise Refusal(-201, "user_id is invalid")
    known = app.users.get(user)
    if known is None or not known["followed"]:
        raise Refusal(-213)
    if known["blocked"]:
        raise Refusal(-217)
    age = time.time() - known["last"]
    if age > 7 * 24 * HOUR:
        raise Refusal(-230)
    total = app.settings["reply_quota"]
    if age <= 48 * HOUR and (total is None or known["replies"] < total):
        known["replies"] += 1
        remain = 8 if total is None else total - known["replies"]
        return {"quota_type": "reply", "remain": remain}
    if app.settings["purchase_quota"] <= 0:
        raise Refusal(-211)
    app.settings["purchase_quota"] -= 1
    return {"quota_type": "purchase_quota", "remain": app.settings["purchase_quota"]}


def _message(app: App, message: Any) -> Json:
    told = _need(message, "message", may_text=str, may_attachment=dict)
    text = told.get("text")
    if text is not None and not 1 <= units(text.strip()) <= units(text) <= 2000:
        raise Refusal(-210, "text is over the limit", wrong=f"text: {units(text)} characters")
    if "attachment" not in told:
        if text is None:
            raise Refusal(-201, wrong="message: neither text nor attachment")
        return {"text": text, "attachment_id": None, "buttons": []}
    attachment = _need(told["attachment"], "attachment", type=str, payload=dict)
    if attachment["type"] != "template":
        raise Refusal(-201, wrong=f"attachment.type: {attachment['type']!r}")
    payload = _need(
        attachment["payload"],
        "payload",
        may_template_type=str,
        may_elements=list,
        may_buttons=list,
    )
    buttons = _buttons(payload.get("buttons", []))
    picture = None
    if "template_type" in payload or "elements" in payload:
        picture = _picture(app, payload)
    elif text is None or not buttons:
        raise Refusal(-201, wrong="payload: buttons need a text, and there must be some")
    return {"text": text, "attachment_id": picture, "buttons": buttons}


def _buttons(buttons: list[Any]) -> list[Any]:
    if len(buttons) > 5:
        raise Refusal(-210, wrong=f"buttons: {len(buttons)} of at most 5")
    for one in buttons:
        told = _need(one, "button", title=str, type=str, payload=(dict, str))
        if not 1 <= units(told["title"].strip()) <= units(told["title"]) <= 100:
            raise Refusal(-210, wrong=f"button.title: {units(told['title'])} of 1 to 100")
        if told["type"] not in BUTTONS:
            raise Refusal(-201, wrong=f"button.type: {told['type']!r}")
        if told["type"] == "oa.open.url":
            url = _need(told["payload"], "button.payload", url=str)["url"]
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise Refusal(-201, wrong=f"button.payload.url: {url!r}")
        elif not isinstance(told["payload"], str) or not 1 <= units(told["payload"]) <= 1000:
            raise Refusal(-210, wrong="button.payload: not a text of 1 to 1000 characters")
    return buttons


def _picture(app: App, payload: Json) -> str:
    if payload.get("template_type") != "media" or len(payload.get("elements", [])) != 1:
        raise Refusal(-201, wrong="payload: not a media template of one element")
    element = _need(payload["elements"][0], "element", media_type=str, attachment_id=str)
    if element["media_type"] != "image":
        raise Refusal(-201, wrong=f"element.media_type: {element['media_type']!r}")
    number = str(element["attachment_id"])
    found = [one for one in app.uploads if one["attachment_id"] == number]
    if not found or time.time() - found[0]["at"] > 7 * 24 * HOUR:
        raise Refusal(-100)
    return number


# Uploading and reading -----------------------------------------------------------------------


async def upload(app: App, request: web.Request) -> Json:
    if request.content_type != "multipart/form-data":
        raise Refusal(-201, wrong=f"upload: Content-Type {request.content_type}")
    fields = await request.post()
    file = fields.get("file")
    if list(fields) != ["file"] or not isinstance(file, web.FileField):
        raise Refusal(-201, wrong=f"upload: {list(fields)} instead of one file")
    name, content = file.filename, file.file.read()
    end = name[name.rfind(".") :].lower() if "." in name else ""
    if not end:
        app.violations.append(f"upload: the file name {name!r} has no extension")
        return {}
    if end not in PAIRS or not content.startswith(PAIRS[end]) or len(name) > 200:
        raise Refusal(-201, "file is invalid", wrong=f"upload: {name!r}, {content[:8]!r}")
    if len(content) > app.settings["upload_limit"]:
        raise Refusal(-200)
    kept = {"attachment_id": secrets.token_urlsafe(24), "name": name, "size": len(content)}
    app.uploads.append({**kept, "sha256": hashlib.sha256(content).hexdigest(), "at": time.time()})
    return {"attachment_id": kept["attachment_id"]}


async def quota(app: App, asked: Any) -> Json:
    if isinstance(asked, dict) and "user_id" not in asked:
        _need(asked, "body", quota_owner=str, product_type=str, quota_type=str)
        return {"remain": app.settings["purchase_quota"], "total": 500}
    known = app.users.get(_need(asked, "body", user_id=str)["user_id"])
    if known is None:
        raise Refusal(-213)
    total = 8 if app.settings["reply_quota"] is None else app.settings["reply_quota"]
    recent = time.time() - known["last"] <= 48 * HOUR
    used = 0 if app.settings["reply_quota"] is None else known["replies"]
    return {
        "last_interaction": str(int(known["last"] * 1000)),
        "cs_reply": {"remain": total - used if recent else 0, "total": total},
    }


async def detail(app: App, asked: Any) -> Json:
    user = _need(asked, "data", user_id=str)["user_id"]
    known = app.users.get(user)
    if known is None:
        raise Refusal(-213)
    return {
        "user_id": user,
        "display_name": known["name"],
        "user_alias": known["name"],
        "is_sensitive": False,
        "user_is_follower": known["followed"],
        "user_last_interaction_date": datetime.fromtimestamp(known["last"], UTC).strftime(
            "%d/%m/%Y"
        ),
    }


async def getoa(app: App, _: Any) -> Json:
    told = {
        "oa_id": app.settings["oa_id"],
        "name": "Ban Dân vận",
        "is_verified": True,
        "oa_type": 4,
        "package_name": "Growth",
        "package_valid_through_date": "31/12/2027",
        **app.settings["getoa"],
    }
    return {name: value for name, value in told.items() if value is not None}


Rule = Callable[[App, Any], Awaitable[Json]]
RULES: dict[tuple[str, str], tuple[str, Rule]] = {
    ("POST", "/v3.0/oa/message/cs"): ("cs", send_cs),
    ("POST", "/v3.0/oa/group/message"): ("group", send_group),
    ("POST", "/v2.0/oa/upload/image"): ("upload", upload),
    ("POST", "/v3.0/oa/quota/message"): ("quota", quota),
    ("GET", "/v2.0/oa/getoa"): ("getoa", getoa),
    ("GET", "/v3.0/oa/user/detail"): ("detail", detail),
}


def data_of(request: web.Request) -> Any:
    """Give the parameters of a GET: one JSON object in `data`."""
    try:
        return json.loads(request.query.get("data", "{}"))
    except ValueError:
        raise Refusal(-201, wrong=f"{request.path}: data is not JSON") from None
