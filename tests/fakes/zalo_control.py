"""What both stand-ins for Zalo share: accounts and their records, scripts, couriers, controls.

Every account (a bot's token, an app's id) has a state of its own; tests steer it from another
process by `/control/{key}/...`, best through `zalo_remote.Remote` and what is made of it.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

Json = dict[str, Any]
Answer = Callable[[], Awaitable[web.StreamResponse]]
PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass
class Account:
    """Everything about one bot or app."""

    key: str
    speed: float
    session: aiohttp.ClientSession
    settings: Json = field(default_factory=dict)
    requests: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    script: list[Json] = field(default_factory=list)
    underway: list[Json] = field(default_factory=list)
    queues: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def state(self) -> Json:
        return {
            "requests": self.requests,
            "messages": self.messages,
            "deliveries": self.deliveries,
            "violations": self.violations,
            "pending": self.underway,
            "settings": self.settings,
        }

    def reached(self, wanted: Json) -> bool:
        state = self.state()
        return all(
            len(state[name]) <= int(n) if name == "pending" else len(state[name]) >= int(n)
            for name, n in wanted.items()
        )

    def scripted(self, method: str, to: Any) -> Json | None:
        for step in self.script:
            if step.get("method", "*") not in ("*", method):
                continue
            if "to" in step and str(step["to"]) != str(to):
                continue
            if step.get("skip", 0) > 0:
                step["skip"] -= 1
                continue
            step["times"] = step.get("times", 1) - 1
            if step["times"] <= 0:
                self.script.remove(step)
            return step
        return None

    def start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def gone(request: web.Request) -> bool:
    """Tell whether the client has closed its connection."""
    return request.transport is None or request.transport.is_closing()


async def hang(request: web.Request) -> web.StreamResponse:
    while not gone(request):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return web.Response()


async def misbehave(request: web.Request, step: Json, answer: Answer) -> web.StreamResponse:
    """Do as the script says; with `deliver` the request is carried out all the same."""
    given = await answer() if step.get("deliver") else None
    await asyncio.sleep(step.get("delay", 0))
    status, headers = step.get("status", 200), step.get("headers")
    if step.get("hang"):
        return await hang(request)
    if step.get("drop") and request.transport is not None:
        request.transport.abort()
        return web.Response()
    if "answer" in step:
        return web.json_response(step["answer"], status=status, headers=headers)
    if "body" in step or step.get("html") or "status" in step:
        body = step.get("body", PROXY_PAGE).encode()
        return web.Response(body=body, status=status, headers=headers, content_type="text/html")
    return given if given is not None else await answer()


@dataclass
class Parcel:
    """One webhook call: the same bytes at each attempt, `delays` before those after the first."""

    url: str
    body: bytes
    headers: dict[str, str]
    note: Json
    queue: str = ""
    delays: Sequence[float] = ()
    within: float = 60.0
    retry_header: str = ""
    accepted: Sequence[int] = range(200, 300)
    wanted: Callable[[], bool] = lambda: True


async def post_parcel(account: Account, parcel: Parcel, attempt: int = 0) -> Json:
    """Post it once; status 0 says that no answer came in time."""
    headers = {"Content-Type": "application/json", **parcel.headers}
    if attempt and parcel.retry_header:
        headers[parcel.retry_header] = str(attempt)
    now = asyncio.get_running_loop().time
    began = now()
    timeout = aiohttp.ClientTimeout(total=parcel.within)
    try:
        async with account.session.post(
            parcel.url, data=parcel.body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            await response.read()
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        status = 0
    return {**parcel.note, "status": status, "attempt": attempt, "seconds": now() - began}


async def carry(account: Account, parcel: Parcel) -> bool:
    """Deliver it; calls of one queue do not overlap, but what failed does not hold up the rest."""
    account.underway.append(parcel.note)
    try:
        for attempt, wait in enumerate((0.0, *parcel.delays)):
            await asyncio.sleep(wait / account.speed)
            alone = account.queues[parcel.queue]
            async with nullcontext() if account.settings.get("at_once") else alone:
                if not parcel.wanted():
                    return False
                told = await post_parcel(account, parcel, attempt)
            account.deliveries.append(told)
            await account.notify()
            if told["status"] in parcel.accepted:
                return True
        return False
    finally:
        account.underway[:] = [one for one in account.underway if one is not parcel.note]
        await account.notify()


def describe(value: Any, kinds: type | tuple[type, ...]) -> str:
    """Say what is wrong with the type of a value, nothing when it is right."""
    allowed = kinds if isinstance(kinds, tuple) else (kinds,)
    if isinstance(value, allowed) and (not isinstance(value, bool) or bool in allowed):
        return ""
    return f"{type(value).__name__} for {'|'.join(kind.__name__ for kind in allowed)}"


def units(text: str) -> int:
    """Count as Java does, in UTF-16: no other way of counting gives more characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# How tests steer it --------------------------------------------------------------------------

ACCOUNTS = web.AppKey("accounts", dict[str, Any])
MAKE: web.AppKey[Callable[[str], Any]] = web.AppKey("make")
SESSION = web.AppKey("session", aiohttp.ClientSession)
SPEED = web.AppKey("speed", float)


def account_of(app: web.Application, key: str) -> Any:
    accounts = app[ACCOUNTS]
    if key not in accounts:
        accounts[key] = app[MAKE](key)
    return accounts[key]


def _asked(request: web.Request) -> Account:
    account: Account = account_of(request.app, request.match_info["key"])
    return account


async def script(request: web.Request) -> web.StreamResponse:
    _asked(request).script += await request.json()
    return web.json_response({})


async def forgive(request: web.Request) -> web.StreamResponse:
    account = _asked(request)
    forgiven, account.violations = account.violations, []
    return web.json_response({"violations": forgiven})


async def settings(request: web.Request) -> web.StreamResponse:
    """Change settings; a name that is none is a mistake of the test."""
    account, given = _asked(request), await request.json()
    if unknown := given.keys() - account.settings.keys():
        return web.json_response({"no such settings": sorted(unknown)}, status=400)
    account.settings |= given
    await account.notify()
    return web.json_response(account.settings)


async def state(request: web.Request) -> web.StreamResponse:
    """Tell everything, once each `name=count` is reached (`pending`: has sunk to it)."""
    account, wanted = _asked(request), dict(request.query)
    seconds = float(wanted.pop("seconds", 20))
    try:
        async with asyncio.timeout(seconds), account.changed:
            await account.changed.wait_for(lambda: account.reached(wanted))
    except TimeoutError:
        return web.json_response({**account.state(), "waited_in_vain_for": wanted}, status=408)
    return web.json_response(account.state())


def application(
    speed: float, session: aiohttp.ClientSession, make: Callable[[str], Any]
) -> web.Application:
    app = web.Application(client_max_size=64 * 2**20)
    app[ACCOUNTS], app[MAKE], app[SESSION], app[SPEED] = {}, make, session, speed
    app.router.add_post("/control/{key}/script", script)
    app.router.add_post("/control/{key}/settings", settings)
    app.router.add_post("/control/{key}/forgive", forgive)
    app.router.add_get("/control/{key}/state", state)
    return app


def main(title: str, build: Callable[[float, aiohttp.ClientSession], web.Application]) -> None:
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="divides webhook retry delays")
    options = parser.parse_args()

    async def serve() -> None:
        # A connection for each call: one kept open would fail once when our side starts anew.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            runner = web.AppRunner(build(options.speed, session), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, options.host, options.port).start()
            sys.stdout.write(f"{runner.addresses[0][1]}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
