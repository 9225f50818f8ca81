"""The keeper of the Official Account's tokens: one pair for all processes, renewed ahead of time.

A refresh token works once and its answer can be lost, so the row (store/grants.py) leads and this
follows: who shows the token owns the row, a new pair is used once it is committed. A token that
was shown without an answer is shown once more: either it works, or the grant is lost and said so.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import zalo_oa_grant_phrases as phrases
from bot.channels.contract import Ground
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa_renewal import Renewal
from bot.settings import Settings
from store import grants
from store.database import Unavailable
from store.grants import Held, Seed

LOOK_SECONDS: Final = 180.0
AHEAD: Final = 5
"""A pair is renewed in the last fifth of its life: 5 of 25 hours."""
MARGIN: Final = timedelta(seconds=60)
"""A token that ends so soon has ended: a request takes its time, and clocks differ."""
PATIENCE_SECONDS: Final = 25.0
POLL_SECONDS: Final = 0.2
WAITS: Final = (2.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds before the next attempt, after so many failures in a row."""

log = structlog.get_logger()


class NoGrant(Exception):
    """There is no token to use now; `lost` when only a person can change that.

    `reason` says in Vietnamese what is wrong and what to do, without tokens.
    """

    def __init__(self, reason: str, *, lost: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Standing:
    """How the grant stands; `reason` is Vietnamese, '' where nothing is wrong.

    `access_token` is the one at hand, '' where there is none that still lives.
    """

    state: Literal["none", "good", "lost", "unknown"]
    expires_at: datetime | None = None
    reason: str = ""
    access_token: str = field(default="", repr=False)


def account_of(settings: Settings) -> str:
    """Name the channel account of the Official Account, known by its app."""
    return f"zalo-oa:{settings.zalo_oa_app_id}"


class Keeper:
    """Gives out the access token, and is the only part that ever renews it."""

    def __init__(
        self,
        ground: Ground,
        account: str,
        http: Http,
        *,
        waits: Sequence[float] = WAITS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Take the client for the OAuth host; it is opened and closed by whoever made it."""
        self._database = ground.database
        self._now = ground.now
        self._account = account
        self._renewal = Renewal(ground, account, http)
        self._waits = waits
        self._look_seconds = look_seconds
        self._seed = _seed_of(ground.settings)
        self._held: Held | None = None
        self._refused = ""
        self._alone = asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._why = ""

    async def token(self) -> str:
        """Give the access token to use now, renewed first where it has ended. Raises NoGrant."""
        if self._held is not None and self._is_alive(self._held):
            return self._held.access_token
        return (await self._renew()).access_token

    async def renewed(self, refused: str) -> str:
        """Give another token than this one, which the platform has refused. Raises NoGrant."""
        self._refused = refused
        return (await self._renew()).access_token

    async def keep_fresh(self) -> None:
        """Renew ahead of expiry until cancelled; what goes wrong is logged and tried again."""
        while True:
            try:
                await self._renew(ahead=True)
            except NoGrant as error:
                log.warning("zalo_oa_grant", lost=error.lost, why=error.reason)
            except Exception:
                log.exception("zalo_oa_grant_stumbled")
            await asyncio.sleep(self._look_seconds)

    async def standing(self) -> Standing:
        """Say how the grant stands, from the row alone."""
        try:
            async with self._database.read() as session:
                held = await grants.find(session, self._account)
                known = self._seed is not None and await grants.is_known(session, self._seed)
        except (Unavailable, DBAPIError):
            return Standing("unknown", reason=phrases.NO_DATABASE)
        if held is None:
            unused = self._seed is not None and not known
            why = phrases.RESTORED if known else phrases.NEVER
            return Standing("none", reason=phrases.PLANTED if unused else why)
        if held.state == "lost":
            return Standing("lost", held.expires_at, held.reason)
        at_hand = held.access_token if self._is_alive(held) else ""
        return Standing("good", held.expires_at, held.reason, at_hand)

    async def log_in(self, code: str, verifier: str) -> Standing:
        """Exchange a code that a person brought, and keep the pair. Raises NoGrant."""
        why = await self._renewal.log_in(code, verifier)
        if why:
            raise NoGrant(why)
        return await self.standing()

    async def close(self) -> None:
        """Let a renewal that is under way finish: its answer must not be lost."""
        if self._under_way is not None:
            await asyncio.wait([self._under_way], timeout=PATIENCE_SECONDS)

    # How it is renewed ----------------------------------------------------------------------

    def _is_alive(self, held: Held) -> bool:
        return (
            held.access_token not in {"", self._refused}
            and held.expires_at is not None
            and held.expires_at - self._now() > MARGIN
        )

    def _is_fresh(self, held: Held) -> bool:
        if held.expires_at is None or not self._is_alive(held):
            return False
        return held.expires_at - self._now() > (held.expires_at - held.changed_at) / AHEAD

    async def _renew(self, *, ahead: bool = False) -> Held:
        """Give the grant with a token that serves: the row's, or a new one. Raises NoGrant."""
        serves = self._is_fresh if ahead else self._is_alive
        clock = asyncio.get_running_loop().time
        patience = clock() + PATIENCE_SECONDS
        tried: Held | None = None
        async with self._alone:
            while True:
                held = self._held = await self._look()
                if held.state == "lost":
                    raise NoGrant(held.reason, lost=True)
                if serves(held) or _is_newer(held, tried):
                    return held
                if self._why and (tried is not None or clock() < self._not_before):
                    raise NoGrant(self._why)
                if await self._try(held):
                    tried = held
                    continue
                if ahead and self._is_alive(held):
                    return held
                if clock() > patience:
                    raise NoGrant(phrases.ANOTHER)
                await asyncio.sleep(POLL_SECONDS)

    async def _look(self) -> Held:
        """Read the row; where there is none, or a lost one, begin with a seed never used before.

        Raises NoGrant while the database is away, or refuses.
        """
        seed = self._seed
        try:
            while True:
                async with self._database.read() as session:
                    held = await grants.find(session, self._account)
                    known = seed is None or await grants.is_known(session, seed)
                if held is not None and (held.state != "lost" or known):
                    return held
                await self._database.write(self._begun(seed, known=known))
        except (Unavailable, DBAPIError):
            raise NoGrant(phrases.NO_DATABASE) from None

    def _begun(
        self, seed: Seed | None, *, known: bool
    ) -> Callable[[AsyncSession], Awaitable[object]]:
        now = self._now()
        if seed is not None and not known:
            return lambda session: grants.plant(session, self._account, seed, now=now)
        why = phrases.NEVER if seed is None else phrases.RESTORED
        return lambda session: grants.miss(session, self._account, reason=why, now=now)

    async def _try(self, held: Held) -> bool:
        """Own the row and renew; False when another owns it.

        Whoever waits for it may be cancelled, the renewal goes on: it has a pair to keep.
        """
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        now = self._now()
        try:
            taken = await self._database.write(
                lambda session: grants.take(session, held, owner=owner, now=now), priority=0
            )
        except (Unavailable, DBAPIError):
            raise NoGrant(phrases.NO_DATABASE) from None
        if taken:
            loop = asyncio.get_running_loop()
            self._under_way = loop.create_task(self._attempt(held, owner, now), name="grant")
            await asyncio.shield(self._under_way)
        return taken

    async def _attempt(self, held: Held, owner: str, now: datetime) -> None:
        stops = not self._is_alive(held)
        self._why = await self._renewal.refresh(held, owner=owner, shown_at=now, stops=stops)
        self._failures = self._failures + 1 if self._why else 0
        if self._why:
            wait = self._waits[min(self._failures, len(self._waits)) - 1]
            self._not_before = asyncio.get_running_loop().time() + wait


def _is_newer(held: Held, tried: Held | None) -> bool:
    """Say whether a pair came of an attempt: then it is used, however soon it may end."""
    return tried is not None and held.generation > tried.generation and held.access_token != ""


def _seed_of(settings: Settings) -> Seed | None:
    token = settings.zalo_oa_refresh_token
    if token is None:
        return None
    return Seed(f"zalo_oa_seed:{settings.zalo_oa_app_id}", token.get_secret_value())
