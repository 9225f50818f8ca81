"""The HTTP transport under PTB's Bot, over aiohttp: httpx is nine tenths of the cost of a send.

What a sender must know of a failure is its type, never its text:

- `NotSent`: no connection was made, or none was free in time. The request was surely not sent.
- `NoAnswer`: it was written, and no whole answer came back. It may have arrived.
- `Flood`: told to wait, and for how long.
- `OddAnswer`: an HTTP status that PTB has no error type for, or one that is not the Bot API's own
  words (a proxy, a redirect). It carries the status.

Everything else that the API answers (400, 401, 403, 404, 409) is left to PTB to turn into its
own types. The URL holds the token and aiohttp's errors hold the URL, so none of them is chained
to what is raised here, and nothing here logs one.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

_OURS: Final = BaseRequest.DEFAULT_NONE
_BEFORE_WRITING: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_LEFT_TO_PTB: Final = frozenset({400, 401, 403, 404, 409})
_MAX_BYTES: Final = 32 * 2**20  # a file may have 20 MB, a batch of 100 updates a few
_LONGEST_WAIT: Final = 7 * 24 * 3600  # seconds; a longer ban is none that we wait out
_HEADERS: Final = {"User-Agent": BaseRequest.USER_AGENT, "Accept-Encoding": "identity"}
_JSON_HEADERS: Final = {**_HEADERS, "Content-Type": "application/json"}


class NotSent(NetworkError):
    """The request surely never left: there was no connection to the platform."""


class PoolBusy(NotSent):
    """The request surely never left: every connection was in use for too long."""


class NoAnswer(TimedOut):
    """The request was written and no answer can be read: it may have arrived."""


class Flood(RetryAfter):
    """The API's 429: nothing was sent, and nothing of this bot will be for a while."""

    @property
    @override
    def retry_after(self) -> timedelta:
        """Give the time to wait; PTB's own property warns of a change to what this already is."""
        return self._retry_after


class OddAnswer(NetworkError):
    """An HTTP status without an error type of its own."""

    def __init__(self, status: int, description: str = "") -> None:
        super().__init__(description or f"HTTP {status}")
        self.status = status


class AiohttpRequest(BaseRequest):
    """A complete `BaseRequest`; timeouts in seconds, None waits for ever, as PTB has it.

    `hide` is the token, which no refusal may repeat; `trust_env` obeys the proxy settings around.
    """

    def __init__(
        self,
        connection_pool_size: int = 32,
        *,
        connect_timeout: float | None = 5.0,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        upload_timeout: float | None = 20.0,
        pool_timeout: float | None = 1.0,
        max_bytes: int = _MAX_BYTES,
        trust_env: bool = False,
        hide: str = "",
    ) -> None:
        self._pool_size = connection_pool_size
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._upload_timeout = upload_timeout
        self._pool_timeout = pool_timeout
        self._max_bytes = max_bytes
        self._trust_env = trust_env
        self._hidden = hide.encode()
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(connection_pool_size)

    @property
    @override
    def read_timeout(self) -> float | None:
        """Give the read timeout that holds where a call names none."""
        return self._read_timeout

    @property
    def is_open(self) -> bool:
        """Tell whether requests can be made."""
        return self._session is not None

    @override
    async def initialize(self) -> None:
        """Open the session; never talks to the network."""
        if self._session is None:
            self._free = asyncio.Semaphore(self._pool_size)
            self._session = aiohttp.ClientSession(
                # the semaphore limits, so that waiting for a connection is told from making one
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=15),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._trust_env,
            )

    @override
    async def shutdown(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _OURS,
        write_timeout: ODVInput[float] = _OURS,
        connect_timeout: ODVInput[float] = _OURS,
        pool_timeout: ODVInput[float] = _OURS,
    ) -> tuple[int, bytes]:
        """Make one request; raises NotSent, NoAnswer or OddAnswer, or gives what PTB can map."""
        session = self._session
        if session is None:
            raise NotSent("the transport is not open")
        read = _chosen(read_timeout, self._read_timeout)
        timeout = aiohttp.ClientTimeout(
            total=None, connect=_chosen(connect_timeout, self._connect_timeout), sock_read=read
        )
        has_files = request_data is not None and request_data.contains_files
        write = _chosen(write_timeout, self._upload_timeout if has_files else self._write_timeout)
        # aiohttp's read timeout starts when the body is written; only an upload takes long
        deadline = write + read if has_files and write is not None and read is not None else None
        body, headers = _body(request_data, has_files=has_files)
        await self._wait_for_free(_chosen(pool_timeout, self._pool_timeout))
        failure: NetworkError
        try:
            async with (
                asyncio.timeout(deadline),
                session.request(
                    method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
                ) as response,
            ):
                payload = await self._read(response)
                if 200 <= response.status < 300:
                    return response.status, payload
                return _judged(response.status, self._without_secret(payload))
        except _BEFORE_WRITING as error:
            failure = NotSent(f"no connection ({type(error).__name__})")
        except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
            failure = NoAnswer(f"no answer ({type(error).__name__})")
        finally:
            self._free.release()
        raise failure  # out of the handlers, so that the cause with its URL is not chained

    async def _wait_for_free(self, seconds: float | None) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise PoolBusy("every connection is in use") from None

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        chunks, size = [], 0
        while chunk := await response.content.readany():
            size += len(chunk)
            if size > self._max_bytes:
                raise NoAnswer("the answer is too large")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _without_secret(self, payload: bytes) -> bytes:
        """Hide the token in a refusal: a proxy may quote the URL, and reasons are kept."""
        return payload.replace(self._hidden, b"[token]") if self._hidden else payload

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; one that is not the API's form is none, told here or on use."""
        content = _read_object(payload)
        if content is None:
            raise NoAnswer("the answer is not of the Bot API's form")
        return _Answer(content)


class _Answer(dict[str, Any]):
    """An answer of the API; a missing `result` is an unreadable answer and not a KeyError."""

    def __missing__(self, key: str) -> Any:
        raise NoAnswer(f"the answer has no {key}")


def _chosen(value: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _body(
    request_data: RequestData | None, *, has_files: bool
) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str]]:
    if request_data is None:
        return None, _HEADERS
    if not has_files:
        return json.dumps(request_data.parameters, separators=(",", ":")).encode(), _JSON_HEADERS
    form = aiohttp.FormData(quote_fields=False)  # names of files as they are, not as %E1%BA%A1
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form, _HEADERS


def _judged(status: int, payload: bytes) -> tuple[int, bytes]:
    """Let through the refusals that PTB maps without loss; anything else is odd."""
    content = _read_object(payload) or {}
    description, parameters = content.get("description"), content.get("parameters", {})
    if not isinstance(description, str):
        raise OddAnswer(status)
    if not isinstance(parameters, dict) or any(type(n) is not int for n in parameters.values()):
        raise OddAnswer(status, description)
    if status == 429 and 0 < parameters.get("retry_after", 0) <= _LONGEST_WAIT:
        raise Flood(parameters["retry_after"])
    if status not in _LEFT_TO_PTB or "retry_after" in parameters:
        raise OddAnswer(status, description)
    return status, payload


def _read_object(payload: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
