"""Calls of the Official Account API: with a token that lives, and answers in one shape.

Zalo says no over HTTP 200 as well, so what counts is `error` in the body. A token that it refuses
is looked up and renewed once, and the call made once more: who asked sees the second answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot.channels.zalo_http import Http, Reply
from bot.channels.zalo_values import clean

TOKEN_REFUSED: Final = frozenset({-216, -220, -124})
"""The codes for a token that is wrong or no more; sources disagree about which says what."""
REASON_LIMIT: Final = 300
_LEFT: Final = "X-RateLimit-Remain"

Content = Callable[[], Mapping[str, Any]]
"""Makes what a request carries, as aiohttp has it: anew for each try, a form serves only once."""


class Grants(Protocol):
    """Gives access tokens (bot/channels/zalo_oa_grant.py)."""

    async def token(self) -> str:
        """Give a token that may be used. Raises NoGrant."""

    async def renewed(self, refused: str) -> str:
        """Give another one than that which the platform has refused. Raises NoGrant."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Zalo said.

    `code` is 0 for a yes, None where the body has none. `exhausted` where no request is left for
    now. `words` are the platform's, without secrets.
    """

    status: int
    code: int | None
    words: str
    result: Mapping[str, Any]
    exhausted: bool = False


class Api:
    """The API, as one OA may use it."""

    def __init__(self, http: Http, grants: Grants, base_url: str) -> None:
        self._http = http
        self._grants = grants
        self._base = base_url

    async def ask(self, method: str, path: str, content: Content = dict) -> Answer:
        """Make a request. Raises NoGrant, NotSent and NoAnswer."""
        token = await self._grants.token()
        answer = await self._once(method, path, content, token)
        if answer.code in TOKEN_REFUSED:
            token = await self._grants.renewed(token)
            answer = await self._once(method, path, content, token)
        return answer

    async def _once(self, method: str, path: str, content: Content, token: str) -> Answer:
        reply = await self._http.ask(
            method, self._base + path, headers={"access_token": token}, **content()
        )
        return answer_of(reply, hidden=lambda text: self._http.hidden(text, token))


def answer_of(reply: Reply, *, hidden: Callable[[str], str]) -> Answer:
    """Read an envelope; whatever is not as it should be counts as missing.

    `hidden` takes the secrets out of a text.
    """
    words, result = reply.content.get("message"), reply.content.get("data")
    words = hidden(clean(words)) if isinstance(words, str) else ""
    return Answer(
        status=reply.status,
        code=_integer(reply.content.get("error")),
        words=words[:REASON_LIMIT],
        result=result if isinstance(result, dict) else {},
        exhausted=_integer(reply.headers.get(_LEFT)) == 0,
    )


def _integer(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal():
        return int(value) if len(value) <= 20 else None
    return value if type(value) is int else None
