"""The one request to Zalo's OAuth host: a refresh token, or a code, becomes a new pair of tokens.

What was shown works once, so what became of the request is told apart: `zalo_http.NotSent` it
never left; `zalo_http.NoAnswer` it may have been carried out, the pair is not here; `Refused` the
host says no. It says so with HTTP 200 too: only a body with an access token is a success.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.zalo_http import Http, NoAnswer, Reply
from bot.settings import Settings

PATH: Final = "/v4/oa/access_token"
MOST_SECONDS: Final = 20.0
"""For the whole request, whatever the client's own limit: a lease must outlive it."""
LIFE_SECONDS: Final = 90_000
"""How long an access token lives where the answer does not say so legibly."""
_TOKEN: Final = re.compile(r"[!-~]{1,8192}")
_CODE: Final = re.compile(r"-?\w{1,40}", re.ASCII)
_OF_OUR_SETTINGS: Final = frozenset({"-14002", "-14003"})
"""The app is not active, the redirect is not the one saved: no word about what was shown."""
_OF_THE_SECRET: Final = re.compile(r"secret", re.IGNORECASE)
"""No public source has the number for a wrong app secret, so its words are looked at."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What the host gave; `seconds` is how long the access token lives."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int


class Refused(Exception):
    """The host says no; `of_settings` when it is about our app and not about what was shown."""

    def __init__(self, code: str, *, of_settings: bool) -> None:
        super().__init__(code)
        self.code = code
        self.of_settings = of_settings


async def exchange(http: Http, settings: Settings, grant_type: str, **shown: str) -> Granted:
    """Make the request. Raises NotSent, NoAnswer, Refused; none of them repeats what was shown."""
    secret = settings.zalo_oa_app_secret.get_secret_value() if settings.zalo_oa_app_secret else ""
    form = {"app_id": settings.zalo_oa_app_id, "grant_type": grant_type, **shown}
    try:
        async with asyncio.timeout(MOST_SECONDS):
            reply = await http.ask(
                "POST",
                settings.zalo_oa_oauth_url + PATH,
                data=form,
                headers={"secret_key": secret},
            )
    except TimeoutError:
        raise NoAnswer("TimeoutError") from None
    # A code is told to people: one that repeats what was shown is none.
    code = http.hidden(str(reply.content.get("error") or ""), secret, *shown.values())
    # A host that does not replace the refresh token lets the old one live on.
    return _read(reply, code, shown.get("refresh_token", ""))


def _read(reply: Reply, code: str, old: str) -> Granted:
    content = reply.content
    access, refresh = _token(content, "access_token"), _token(content, "refresh_token") or old
    if access and refresh:
        return Granted(access, refresh, _seconds(content.get("expires_in")))
    if access or not _CODE.fullmatch(code) or reply.status == 429 or reply.status >= 500:
        raise NoAnswer(f"HTTP {reply.status} without a pair", reply.status)
    raise Refused(code, of_settings=code in _OF_OUR_SETTINGS or _names_the_secret(content))


def _token(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def _names_the_secret(content: Mapping[str, Any]) -> bool:
    words = (content.get(name) for name in ("error_name", "error_reason", "error_description"))
    return any(isinstance(one, str) and _OF_THE_SECRET.search(one) for one in words)


def _seconds(value: object) -> int:
    """Read `expires_in`, which comes as a number and as text."""
    try:
        seconds = int(str(value))
    except ValueError:
        return LIFE_SECONDS
    return seconds if 0 < seconds <= 100 * LIFE_SECONDS else LIFE_SECONDS
