"""`zalo-oa`: give the product the right to act for the Official Account, and see how it stands."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import click

from bot.commands import fail, print_json, settings_or_fail
from bot.commands.db import run_or_fail, upgraded, written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.channels.zalo_oa_grant import Keeper, Standing
    from bot.settings import Settings

T = TypeVar("T")
STATES = {
    "none": "chưa có quyền",
    "good": "có quyền",
    "lost": "mất quyền",
    "unknown": "không rõ",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """What an admin needs for the consent, in the console and in the browser."""

    callback_url: str
    code_challenge: str
    consent_url: str


@click.group("zalo-oa")
def zalo_oa() -> None:
    """Give and see the right to act for the Zalo Official Account."""


@zalo_oa.command()
@click.option("--code", help="The code from the address at which the browser ended.")
@click.option("--callback", metavar="URL", help="That whole address; the code is taken out of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and ask nothing.")
def login(code: str | None, callback: str | None, *, as_json: bool) -> None:
    """Exchange an admin's consent for tokens; without a code, say what to do and ask for it.

    Works while the product runs, which then goes on with the new tokens.
    """
    if code and callback:
        raise click.UsageError("--code and --callback are two ways to say the same: give one")
    settings = _settings()
    code = code_in(callback) if callback else code
    if code is None:
        ways = _ways(settings)
        if as_json:
            print_json(
                {
                    "callback_url": ways.callback_url,
                    "code_challenge": ways.code_challenge,
                    "consent_url": ways.consent_url,
                }
            )
            return
        _explain(ways)
        code = code_in(click.prompt("Địa chỉ sau khi đồng ý"))
    standing = _log_in(settings, code)
    if as_json:
        print_json(_told(standing))
    else:
        click.echo(f"Đã được cấp quyền, token dùng đến {_until(settings, standing.expires_at)}.")
        click.echo("Chương trình tự gia hạn từ nay, không cần làm lại.")


@zalo_oa.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(*, as_json: bool) -> None:
    """Say whether there are tokens, until when, and what is wrong. Asks Zalo nothing."""
    settings = _settings()
    standing = run_or_fail(_with_keeper(settings, lambda keeper: keeper.standing()))
    if as_json:
        print_json(_told(standing))
        return
    click.echo(f"Zalo OA {settings.zalo_oa_app_id}: {STATES[standing.state]}")
    if standing.expires_at is not None:
        click.echo(f"Token dùng đến {_until(settings, standing.expires_at)}")
    if standing.reason:
        click.echo(standing.reason)


def _settings() -> "Settings":
    settings = settings_or_fail()
    if not settings.zalo_oa_app_id:
        fail("DANVAN_ZALO_OA_APP_ID is not set: there is no Official Account to log in to.")
    return settings


def code_in(given: str) -> str:
    """Take the code out of an address; what is no address is taken for the code itself."""
    given = given.strip()
    if "=" not in given and "/" not in given:
        return given
    codes = parse_qs(urlsplit(given).query).get("code", [])
    if len(codes) != 1:
        fail("Trong địa chỉ này không có code=...: hãy chép cả địa chỉ ở thanh trình duyệt.")
    return codes[0]


def _ways(settings: "Settings") -> Ways:
    from bot.channels.zalo_oa import ROUTE  # noqa: PLC0415

    if not settings.public_url:
        fail("DANVAN_PUBLIC_URL is not set: Zalo sends the browser back there after the consent.")
    verifier = run_or_fail(_verifier(settings))
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    # The webhook's page says 200 to a browser as well, and leads nowhere else.
    callback = settings.public_url + ROUTE
    asked = {
        "app_id": settings.zalo_oa_app_id,
        "redirect_uri": callback,
        "code_challenge": challenge,
    }
    consent = f"{settings.zalo_oa_oauth_url}/v4/oa/permission?{urlencode(asked)}"
    return Ways(callback, challenge, consent)


async def _verifier(settings: "Settings") -> str:
    """Give the office's one verifier: the console keeps its challenge, so it never changes."""
    from bot import clock  # noqa: PLC0415
    from store import office  # noqa: PLC0415

    async def work(session: "AsyncSession") -> str:
        kept = await office.get_or_make(
            session,
            f"zalo_oa_pkce:{settings.zalo_oa_app_id}",
            lambda: {"verifier": secrets.token_urlsafe(32)},
            now=clock.now(settings.zone),
        )
        return str(kept["verifier"])

    return await written(settings, work)


def _explain(ways: Ways) -> None:
    click.echo("1. Mở developers.zalo.me, chọn ứng dụng, mục Official Account, phần thiết lập:")
    click.echo(f"   Official Account Callback Url: {ways.callback_url}")
    click.echo(f"   Code challenge: {ways.code_challenge}")
    click.echo("   Lưu lại. Chỉ làm lần đầu: đổi địa chỉ này thì phải cấp quyền lại.")
    click.echo("2. Đăng nhập Zalo của người quản trị OA, mở đường dẫn này, chọn OA rồi đồng ý:")
    click.echo(f"   {ways.consent_url}")
    click.echo("3. Trang hiện ra sau đó có thể trống. Chép cả địa chỉ của nó (có code=...) vào")
    click.echo("   đây trong 10 phút; mã chỉ dùng được một lần.")


def _log_in(settings: "Settings", code: str) -> "Standing":
    from bot.channels.zalo_oa_grant import NoGrant  # noqa: PLC0415

    async def use(keeper: "Keeper") -> "Standing":
        return await keeper.log_in(code, verifier)

    verifier = run_or_fail(_verifier(settings))
    try:
        return run_or_fail(_with_keeper(settings, use))
    except NoGrant as error:
        fail(error.reason)


async def _with_keeper(settings: "Settings", use: "Callable[[Keeper], Awaitable[T]]") -> T:
    from functools import partial  # noqa: PLC0415

    from bot import clock  # noqa: PLC0415
    from bot.channels.contract import Ground  # noqa: PLC0415
    from bot.channels.zalo_http import Http  # noqa: PLC0415
    from bot.channels.zalo_oa_grant import Keeper, account_of  # noqa: PLC0415
    from bot.pictures import Pictures  # noqa: PLC0415
    from store.database import Database  # noqa: PLC0415

    await upgraded(settings)
    database = Database(settings.database)
    now = partial(clock.now, settings.zone)
    pictures = Pictures(database, settings.data_dir, settings.public_url, now)
    ground = Ground(settings, database, pictures, now)
    http = Http(settings.zalo_oa_oauth_url)
    await database.start()
    await http.open()
    try:
        return await use(Keeper(ground, account_of(settings), http))
    finally:
        await http.close()
        await database.stop()


def _told(standing: "Standing") -> dict[str, object]:
    ends = standing.expires_at
    return {
        "state": standing.state,
        "expires_at": ends.isoformat() if ends else None,
        "reason": standing.reason,
    }


def _until(settings: "Settings", at: datetime | None) -> str:
    return f"{at.astimezone(settings.zone):%H:%M ngày %d/%m/%Y}" if at else "không rõ lúc nào"
