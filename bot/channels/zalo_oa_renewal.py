"""One attempt to renew the Official Account's grant, and what is put down of how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import zalo_oa_grant_phrases as phrases
from bot.channels.contract import Ground
from bot.channels.zalo_http import Http, NoAnswer, NotSent
from bot.channels.zalo_oauth import Granted, Refused, exchange
from store import grants
from store.database import Unavailable
from store.grants import Held, Pair

T = TypeVar("T")
AGAIN_SECONDS: Final = 1.0

log = structlog.get_logger()


class Renewal:
    """Shows a refresh token, or a code, to the platform, and keeps what it gives."""

    def __init__(self, ground: Ground, account: str, http: Http) -> None:
        self._settings = ground.settings
        self._database = ground.database
        self._now = ground.now
        self._account = account
        self._http = http

    async def refresh(self, held: Held, *, owner: str, shown_at: datetime, stops: bool) -> str:
        """Renew a grant that is owned. Give why there is no pair for now, '' when that is settled.

        Settled is also what is lost. With `stops` nothing can be sent until there is a pair.
        """
        try:
            given = await exchange(
                self._http, self._settings, "refresh_token", refresh_token=held.refresh_token
            )
        except NotSent:
            why, spent_at = phrases.AWAY, held.spent_at
        except NoAnswer as error:
            log.warning("zalo_oa_grant_unanswered", why=str(error))
            why, spent_at = phrases.NO_ANSWER, shown_at
        except Refused as error:
            if not error.of_settings:
                await self._lose(held, owner, error.code)
                return ""
            why, spent_at = phrases.wrong_settings(code=error.code), held.spent_at
        else:
            await self._keep(held, given)
            return ""
        now = self._now()
        await self._put(
            lambda session: grants.pause(
                session, held, owner=owner, reason=why, spent_at=spent_at, stops=stops, now=now
            )
        )
        return why

    async def log_in(self, code: str, verifier: str) -> str:
        """Exchange a code that a person brought. Give why there is no pair, '' when it is kept."""
        try:
            given = await exchange(
                self._http, self._settings, "authorization_code", code=code, code_verifier=verifier
            )
        except NotSent:
            return phrases.LOGIN_AWAY
        except NoAnswer:
            return phrases.LOGIN_NO_ANSWER
        except Refused as error:
            say = phrases.wrong_settings if error.of_settings else phrases.code_refused
            return say(code=error.code)
        now = self._now()
        pair = _pair(given, now)
        await self._put(lambda session: grants.replace(session, self._account, pair, now=now))
        return ""

    async def _lose(self, held: Held, owner: str, code: str) -> None:
        if held.spent_at is not None:
            why = phrases.LOST_ON_THE_WAY
        elif not held.access_token:
            why = phrases.seed_refused(code=code)
        else:
            why = phrases.refused(code=code)
        log.error("zalo_oa_grant_lost", code=code, doubted=held.spent_at is not None)
        now = self._now()
        await self._put(
            lambda session: grants.lose(session, held, owner=owner, reason=why, now=now)
        )

    async def _keep(self, held: Held, given: Granted) -> None:
        now = self._now()
        pair = _pair(given, now)
        if await self._put(lambda session: grants.keep(session, held, pair, now=now)):
            log.info("zalo_oa_grant_renewed", until=pair.expires_at.isoformat())
        else:
            # A login came in between, or a commit of ours that was not told to us.
            log.warning("zalo_oa_grant_changed_meanwhile", generation=held.generation)

    async def _put(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Commit, however long that takes: what is in hand is nowhere else.

        Also what the database refuses is tried again: it may have ended a deadlock so.
        """
        while True:
            try:
                return await self._database.write(work, priority=0)
            except (Unavailable, DBAPIError) as error:
                # By its kind only: a driver may repeat the row, and that holds the tokens.
                log.warning(
                    "store unavailable", where="zalo_oa_grant", reason=type(error).__name__
                )
                await asyncio.sleep(AGAIN_SECONDS)


def _pair(given: Granted, now: datetime) -> Pair:
    ends = now + timedelta(seconds=given.seconds)
    return Pair(given.access_token, given.refresh_token, ends)
