"""Calls of the Zalo Bot API: a yes is `ok: true` and nothing else, whatever the HTTP status."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.channels.zalo_http import Http, NoAnswer, NotSent, Reply

REASON_LIMIT: Final = 300


class Refused(Exception):
    """The platform said no: its code (0 where it gave none) and its words, without secrets."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


PROBLEMS: Final = (Refused, NotSent, NoAnswer)
"""Everything that a call raises."""


class Call(Protocol):
    """Calls one method of the Bot API."""

    async def __call__(
        self, method: str, parameters: Mapping[str, Any], *, seconds: float | None = None
    ) -> Reply:
        """Give the platform's yes. Raises Refused, NotSent and NoAnswer."""


class BotApi:
    """The API of one bot. The address of every call holds the token, so none is ever shown."""

    def __init__(self, token: str, *, api_url: str, seconds: float, most: int) -> None:
        """Take the seconds for a whole call, and how many may be under way."""
        self._http = Http(
            api_url, hide=(token, token.partition(":")[2]), seconds=seconds, most=most
        )
        self._base = f"{api_url}/bot{token}"

    @property
    def is_open(self) -> bool:
        """Tell whether calls can be made."""
        return self._http.is_open

    async def open(self) -> None:
        """Open the session."""
        await self._http.open()

    async def close(self) -> None:
        """Close the session."""
        await self._http.close()

    async def call(
        self, method: str, parameters: Mapping[str, Any], *, seconds: float | None = None
    ) -> Reply:
        """Call a method, as `Call` has it."""
        url = f"{self._base}/{method}"
        reply = await self._http.ask("POST", url, seconds=seconds, json=dict(parameters))
        ok = reply.content.get("ok")
        if ok is True:
            return reply
        if ok is not False:
            raise NoAnswer("the answer says neither yes nor no", reply.status)
        description = reply.content.get("description")
        words = self._http.hidden(description) if isinstance(description, str) else ""
        raise Refused(_code(reply), words[:REASON_LIMIT])


def result_of(reply: Reply) -> Mapping[str, Any]:
    """Give the object of a yes, empty where there is none."""
    result = reply.content.get("result")
    return result if isinstance(result, dict) else {}


def _code(reply: Reply) -> int:
    """Read the code of a refusal; one method writes it in another way."""
    for key in ("error_code", "errorCode"):
        code = reply.content.get(key)
        if type(code) is int:
            return code
    return reply.status if reply.status >= 400 else 0
