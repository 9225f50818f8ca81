"""What `doctor` says about the Official Account, in Vietnamese words.

Nothing is renewed here: a refresh token that is shown and not kept is lost, and `doctor` may be
stopped at any moment. So Zalo is asked with the token that is at hand, or not at all.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from bot.channels import zalo_oa_phrases as phrases
from bot.channels.contract import Finding, Ground, complaint_of
from bot.channels.zalo_http import Http, NoAnswer, NotSent
from bot.channels.zalo_oa_api import answer_of
from bot.channels.zalo_oa_grant import Keeper, Standing
from bot.channels.zalo_oa_pictures import MOST_UPLOADS
from bot.channels.zalo_values import clean
from jobs.watch import WARN_AT
from store import office, usage
from store.database import Database, Unavailable
from store.usage import LEFT, UPLOADS, Used

SECONDS: Final = 4.0
"""For all looks together; `doctor` itself waits for 5."""
GET_OA: Final = "/v2.0/oa/getoa"
WARN_DAYS: Final = 30
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_LONGEST: Final = 100


async def findings(
    ground: Ground, account: str, keeper: Keeper, http: Http, *, route: str
) -> list[Finding]:
    """Look at the grant, the OA, what the product complains of, the counts and the settings."""
    grant, complaints, used = await asyncio.gather(
        of_grant(ground, keeper, http),
        of_complaint(ground.database, account),
        of_usage(ground.database, account, now=ground.now()),
    )
    return [
        Finding("ok", phrases.configured(ground.settings.zalo_oa_app_id)),
        *grant,
        *complaints,
        *used,
        *of_settings(ground, route),
        Finding("note", phrases.UNPROVED),
    ]


async def of_grant(ground: Ground, keeper: Keeper, http: Http) -> list[Finding]:
    """Say how the grant stands and, where a token is at hand, what Zalo says of the OA."""
    if not await _is_there(ground.database):
        return [Finding("warning", phrases.STORE_EMPTY)]
    try:
        async with asyncio.timeout(SECONDS / 2):
            standing = await keeper.standing()
    except TimeoutError:
        return [Finding("warning", phrases.STORE_AWAY)]
    found = [_of_standing(standing, ground)]
    if standing.access_token:
        found += await _of_oa(ground, http, standing.access_token)
    return found


def _of_standing(standing: Standing, ground: Ground) -> Finding:
    if standing.state in {"none", "unknown"}:
        return Finding("warning", phrases.grant_missing(standing.reason))
    if standing.state == "lost" or standing.expires_at is None:
        return Finding("wrong", phrases.grant_missing(standing.reason))
    until = standing.expires_at.astimezone(ground.settings.zone)
    if not standing.access_token:
        return Finding("warning", phrases.grant_waits(until))
    return Finding("ok", phrases.granted(until))


async def _of_oa(ground: Ground, http: Http, token: str) -> list[Finding]:
    url = ground.settings.zalo_oa_api_url + GET_OA
    headers = {"access_token": token}
    try:
        reply = await http.ask("GET", url, seconds=SECONDS / 2, headers=headers)
    except (NotSent, NoAnswer) as error:
        return [Finding("warning", phrases.out_of_reach(str(error)))]
    answer = answer_of(reply, hidden=lambda text: http.hidden(text, token))
    if answer.code != 0:
        why = phrases.refused(str(answer.code), answer.words)
        return [Finding("warning", why)]
    oa_id, name = identity_in(answer.result)
    is_verified = answer.result.get("is_verified") is True
    return [
        Finding("ok", phrases.oa_known(name, oa_id)),
        Finding("ok", phrases.CONFIRMED)
        if is_verified
        else Finding("warning", phrases.NOT_CONFIRMED),
        _of_package(answer.result, ground.now().date()),
    ]


def identity_in(result: Mapping[str, Any]) -> tuple[str, str]:
    """Read the OA's id and name from what getoa gives, '' for what is not there."""
    told = next((result[key] for key in ("oaid", "oa_id") if result.get(key)), "")
    oa_id = str(told) if type(told) in {str, int} else ""
    name = result.get("name")
    return (
        oa_id if oa_id.isascii() and oa_id.isdecimal() and len(oa_id) <= _LONGEST else "",
        clean(name)[:_LONGEST] if isinstance(name, str) else "",
    )


def _of_package(result: Mapping[str, Any], today: date) -> Finding:
    name = result.get("package_name")
    name = clean(name)[:_LONGEST] if isinstance(name, str) else ""
    last_day = _day_in(result.get("package_valid_through_date"))
    if last_day is None:
        return Finding("ok", phrases.package(name, None))
    days = (last_day - today).days
    if days < 0:
        return Finding("warning", phrases.package_over(name, last_day))
    if days <= WARN_DAYS:
        return Finding("warning", phrases.package_ends(name, last_day, days))
    return Finding("ok", phrases.package(name, last_day))


def _day_in(value: object) -> date | None:
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    with suppress(ValueError):
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    return None


async def of_complaint(database: Database, account: str) -> list[Finding]:
    """Say what the running product, another process, has put down about what comes in."""
    if not await _is_there(database):
        return []
    try:
        async with asyncio.timeout(SECONDS), database.read() as session:
            told = await office.find(session, complaint_of(account)) or {}
    except (Unavailable, DBAPIError, OSError, TimeoutError):
        return []
    said = told.get("said")
    return [Finding("wrong", phrases.complained(said))] if said else []


async def of_usage(database: Database, account: str, *, now: datetime) -> list[Finding]:
    """Say what Zalo last told of its quotas, and how many pictures went up this month."""
    if not await _is_there(database):
        return []
    try:
        async with asyncio.timeout(SECONDS), database.read() as session:
            used = await usage.used(session, account, now=now)
    except (Unavailable, DBAPIError, OSError, TimeoutError):
        return []
    return [_of_count(one) for one in used if one.kind == UPLOADS or one.kind.startswith(LEFT)]


def _of_count(one: Used) -> Finding:
    if one.kind == UPLOADS:
        near = one.count >= WARN_AT * MOST_UPLOADS
        return Finding("warning" if near else "ok", phrases.uploads(one.count, MOST_UPLOADS))
    return Finding("ok", phrases.left(one.kind.removeprefix(LEFT), one.count))


async def _is_there(database: Database) -> bool:
    """Tell whether there is a database yet: to read a file that is not there is to make it."""
    if not database.is_sqlite:
        return True
    return await asyncio.to_thread(Path(database.url.database or "").is_file)


def of_settings(ground: Ground, route: str) -> Sequence[Finding]:
    """Say what must be entered in Zalo's console, and what is still to be set."""
    public_url = ground.settings.public_url
    if public_url.startswith("https://"):
        webhook = Finding("ok", phrases.webhook(public_url + route))
    else:
        webhook = Finding("warning", phrases.NO_PUBLIC_URL)
    if ground.settings.zalo_site_verification:
        return [webhook, Finding("ok", phrases.SITE_PROVED)]
    return [webhook, Finding("warning", phrases.SITE_NOT_PROVED)]
