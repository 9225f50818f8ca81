"""Webhook bodies that nobody should send: real shapes, damaged in every way, most of them proved.

What is not proved is refused before it is read, so nine of ten carry the right secret or the right
signature of the damaged bytes.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.web.application import LARGEST_BODY

APP_ID, OA_ID = "360846524940903967", "388613280878808645"
OA_KEY, SECRET = "the-oa-secret-key", "the-webhook-secret"
AT = 1_795_309_200

Json = Any


@dataclass(frozen=True)
class Request:
    """One call of a webhook."""

    path: str
    headers: dict[str, str]
    body: bytes


def _telegram() -> list[Json]:
    chat = {"id": 42, "type": "private", "first_name": "Mây"}
    message = {
        "message_id": 7,
        "date": AT,
        "chat": chat,
        "from": {"id": 42, "is_bot": False, "first_name": "Mây"},
        "text": "/trogiup",
    }
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9, "file_size": 10}]
    member = {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": "member"}
    return [
        {"update_id": 1, "message": message},
        {"update_id": 1, "message": {**message, "text": "15/10 là ngày gì? 👍🏻"}},
        {"update_id": 1, "message": {**message, "photo": photo, "caption": "Ra quân"}},
        {"update_id": 1, "edited_message": {**message, "edit_date": AT}},
        {
            "update_id": 1,
            "callback_query": {
                "id": "5",
                "from": message["from"],
                "message": message,
                "data": "x",
            },
        },
        {
            "update_id": 1,
            "my_chat_member": {
                "chat": chat,
                "from": message["from"],
                "date": AT,
                "old_chat_member": {**member, "status": "kicked"},
                "new_chat_member": member,
            },
        },
    ]


def _zalo_bot() -> list[Json]:
    message = {
        "from": {"id": "6ede9a", "display_name": "Mây", "is_bot": False},
        "chat": {"id": "6ede9a", "chat_type": "PRIVATE"},
        "message_id": "2d758c",
        "date": AT * 1000,
    }
    picture = {"message_type": "CHAT_PHOTO", "photo_url": "https://f21-zpc.zdn.vn/jpg/1/a.jpg"}
    bare = [
        {"event_name": "message.text.received", "message": {**message, "text": "trợ giúp"}},
        {"event_name": "message.image.received", "message": {**message, **picture}},
        {"event_name": "message.sticker.received", "message": {**message, "sticker": "s"}},
        {"event_name": "message.unsupported.received"},
    ]
    return [*bare, *({"ok": True, "result": one} for one in bare)]


def _zalo_oa() -> list[Json]:
    def event(name: str, **more: Json) -> Json:
        shared = {"app_id": APP_ID, "event_name": name, "timestamp": str(AT * 1000)}
        who = {"sender": {"id": "2512523625412515"}, "recipient": {"id": OA_ID}}
        return {**shared, **who, "user_id_by_app": "552177279717587730", **more}

    picture = {"type": "image", "payload": {"url": "https://f6.zdn.vn/a.jpg", "thumbnail": "b"}}
    place = {"coordinates": {"latitude": "22.8", "longitude": "104.9"}}
    return [
        event("user_send_text", message={"msg_id": "m1", "text": "trợ giúp 👍🏻 https://a.vn/x"}),
        event("user_send_text", message={"msg_id": "m2", "text": "#dv-abcdefghijabcdefghij"}),
        event("user_send_image", message={"msg_id": "m3", "attachments": [picture, picture]}),
        event(
            "user_send_location",
            message={"msg_id": "m4", "attachments": [{"type": "location", "payload": place}]},
        ),
        event("user_submit_info", info={"name": "A", "phone": "84912345678"}),
        event("user_send_group_text", group={"id": "g1"}, message={"msg_id": "m5", "text": "x"}),
        {
            "app_id": APP_ID,
            "oa_id": OA_ID,
            "event_name": "follow",
            "follower": {"id": "24684588352919792"},
            "timestamp": str(AT * 1000),
        },
    ]


SEEDS = {"telegram": _telegram(), "zalo-bot": _zalo_bot(), "zalo-oa": _zalo_oa()}
STRANGE: list[Json] = [
    *(None, True, False, 0, -1, 1.5, 2**53 + 1, 2**63, -(2**63), 10**400, "", " ", "\0", "\u202e"),
    *("\ud83d", "a\u0301" * 40, "x" * 70_000, "../../etc/passwd", "<script>", "{}", "1e999"),
    *([], {}, [[]], [None], {"id": {}}, {"": ""}, "1970-01-01", "-9" * 20, "٣", "²"),
]
RARE_HEADERS: list[dict[str, str]] = [
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "deflate"},
    {"Content-Encoding": "br"},
    {"Content-Encoding": "zstd"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "text/plain; charset=nonsense"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://["},
    {"Cookie": 'danvan_chat="; =;;'},
    {"X-Forwarded-For": "not an address"},
    {"num_retry": "five"},
    {"Expect": "200-ok"},
]


def requests(platform: str, count: int, seed: int = 1) -> Iterator[Request]:
    """Give so many requests to a platform's webhook, the same for the same seed."""
    chance = random.Random(f"{platform}-{seed}")
    for _ in range(count):
        body = _damaged(chance, chance.choice(SEEDS[platform]))
        headers = {"Content-Type": "application/json"}
        if chance.random() < 0.9:
            headers |= _proof(platform, body)
        elif chance.random() < 0.5:
            headers |= {name: value[::-1] for name, value in _proof(platform, b"x").items()}
        if chance.random() < 0.02:
            headers |= chance.choice(RARE_HEADERS)
        yield Request(f"/webhooks/{platform}", headers, body)


def fresh_connections(url: str) -> aiohttp.ClientSession:
    """Give a session that never uses a connection twice: after too large a body it is cut off."""
    return aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(force_close=True))


async def status_of(session: aiohttp.ClientSession, one: Request) -> int:
    """Give the status; who sends too much may be cut off while still sending."""
    try:
        async with session.post(one.path, data=one.body, headers=one.headers) as answer:
            return answer.status
    except aiohttp.ClientOSError:
        if len(one.body) <= LARGEST_BODY:
            raise
        return 413


def _proof(platform: str, body: bytes) -> dict[str, str]:
    if platform == "telegram":
        return {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    if platform == "zalo-bot":
        return {"X-Bot-Api-Secret-Token": SECRET}
    at = ""
    try:
        content = json.loads(body)
        at = str(content.get("timestamp", "")) if isinstance(content, dict) else ""
    except (ValueError, RecursionError):
        pass
    given = APP_ID.encode() + body + at.encode("utf-8", "surrogatepass") + OA_KEY.encode()
    return {"X-ZEvent-Signature": f"mac={hashlib.sha256(given).hexdigest()}"}


def _damaged(chance: random.Random, seed: Json) -> bytes:
    value = json.loads(json.dumps(seed))
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        value = _replaced(chance, value)
    as_ascii = chance.random() < 0.5
    body = json.dumps(value, ensure_ascii=as_ascii).encode("utf-8", "surrogatepass")
    return _broken(chance, body) if chance.random() < 0.3 else body


def _places(value: Json) -> Iterator[tuple[Json, Json]]:
    """Give every place inside: what holds it, and its key."""
    if not isinstance(value, dict | list):
        return
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        yield from _places(value[key])


def _replaced(chance: random.Random, value: Json) -> Json:
    """Replace, take away or double something at some depth."""
    places = list(_places(value))
    if not places or chance.random() < 0.02:
        return deepcopy(chance.choice(STRANGE))
    holder, key = chance.choice(places)
    what = chance.random()
    if what < 0.6:
        holder[key] = deepcopy(chance.choice(STRANGE))
    elif what < 0.8:
        del holder[key]
    elif isinstance(holder, dict):
        holder[f"{key}{chance.choice('s_ é')}"] = holder.pop(key)
    else:
        holder.append(holder[key])
    return value


BREAKS: list[Callable[[random.Random, bytes, int], bytes]] = [
    lambda _, body, at: body[:at],
    lambda chance, body, at: body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
    lambda chance, body, at: body[:at] + b"[" * chance.choice((10, 1000, 100_000)) + body[at:],
    lambda chance, body, _: body * chance.choice((2, 3)),
    lambda *_: b'{"a":' * 5000 + b"1" + b"}" * 5000,
    lambda _, body, __: gzip.compress(body),
    lambda chance, body, _: body + b" " * chance.choice((1, 262_144)),
    lambda chance, *_: chance.choice((b"", b"{}", b" {} ", b"null", b"\xef\xbb\xbf{}", b"NaN")),
    lambda _, body, __: body.replace(b'"', b"'"),
    lambda *_: b'{"ok":true,"result":{}}',
]


def _broken(chance: random.Random, body: bytes) -> bytes:
    """Break the bytes themselves."""
    return chance.choice(BREAKS)(chance, body, chance.randrange(len(body) + 1))
