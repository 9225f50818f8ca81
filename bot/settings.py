"""Settings from the environment or `.env`, prefix DANVAN_; every problem is said at once."""

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.environment import PREFIX, gather

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound
SHIPPED_BASE = Path(__file__).parent.parent / "knowledge" / "content"

_TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ZALO_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_ZALO_SECRET = re.compile(r"[!-~]{8,256}")
_PLAIN = re.compile(r"[A-Za-z0-9_-]*")
_HOST = re.compile(
    r"\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?"
)


def _is_host(text: str) -> bool:
    port = text.rpartition(":")[2]
    return bool(_HOST.fullmatch(text)) and (not port.isdigit() or 0 < int(port) <= 65535)


class WrongSettings(Exception):
    """The settings cannot be used; `problems` has one line for each, none with a secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that an office can set. Names and meanings: docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    knowledge_dir: Path = SHIPPED_BASE
    timezone: str = "Asia/Ho_Chi_Minh"
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    ask_open: bool = True
    broadcast_rate: float = Field(default=25, gt=0, allow_inf_nan=False)

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None

    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: SecretStr | None = None
    zalo_bot_name: str = ""

    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr | None = None
    zalo_oa_secret_key: SecretStr | None = None
    zalo_oa_refresh_token: SecretStr | None = None
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_oa_paid: bool = False
    zalo_media_hosts: str = ".zdn.vn,.zadn.vn"
    zalo_site_verification: str = ""

    @property
    def home(self) -> str:
        """Give where our own pages are: the public address, else that of this machine."""
        host = "127.0.0.1" if self.web_host in ANYWHERE else self.web_host
        return self.public_url or f"http://{host}:{self.web_port}"

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is given: `read_settings` alone looks at the environment."""
        return (init_settings,)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no time zone of the IANA list") from error
        return value

    @field_validator(
        "public_url",
        "telegram_api_url",
        "zalo_bot_api_url",
        "zalo_oa_api_url",
        "zalo_oa_oauth_url",
    )
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("must start with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        scheme, _, place = url.partition("://")
        if url and scheme not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
            raise ValueError("must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
        if scheme == "sqlite+aiosqlite" and (len(place) < 2 or ":memory:" in place):
            raise ValueError("must name a file: sqlite+aiosqlite:////srv/danvan/danvan.db")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _looks_like_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            bot, _, secret = value.get_secret_value().partition(":")
            if not (bot.isascii() and bot.isdigit() and _TELEGRAM_SECRET.fullmatch(secret)):
                raise ValueError("must look like 123456:ABC..., as @BotFather gives it")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TELEGRAM_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 letters, digits, _ and -: Telegram takes no others")
        return value

    @field_validator("zalo_bot_token")
    @classmethod
    def _looks_like_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _ZALO_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("must look like 1234567890:ABC..., as Zalo Bot Manager gives it")
        return value

    @field_validator("zalo_bot_webhook_secret")
    @classmethod
    def _zalo_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _ZALO_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 8 to 256 visible ASCII characters: Zalo takes no others")
        return value

    @field_validator("zalo_oa_app_id")
    @classmethod
    def _is_number(cls, value: str) -> str:
        if value and not (value.isascii() and value.isdigit()):
            raise ValueError("must be the number that the developer console shows")
        return value

    @field_validator("zalo_site_verification")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if not _PLAIN.fullmatch(value):
            raise ValueError("must be the letters and digits of `zalo_verifier...html` alone")
        return value

    @field_validator("zalo_media_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        wrong = [one for one in value.split(",") if not _is_host(one.strip())]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no host, host:port or .domain")
        return value

    @cached_property
    def media_hosts(self) -> tuple[str, ...]:
        """Give the hosts from which Zalo's media are fetched; a leading dot means subdomains."""
        return tuple(one.strip().lower() for one in self.zalo_media_hosts.split(","))

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the office's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """Give the address of the database, with its password; where none is set, SQLite's."""
        default = f"sqlite+aiosqlite:///{self.database_file}"
        return self.database_url.get_secret_value() or default

    @property
    def database_file(self) -> Path:
        """Give the file of the database where none is set."""
        return self.data_dir.resolve() / "danvan.db"


def read_settings(
    environment: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")
) -> Settings:
    """Read the settings. Raises WrongSettings with all problems at once."""
    problems: list[str] = []
    ours = gather(environment, env_file, secrets=SECRETS, problems=problems)
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(ours.keys() - known):
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        problems.append(f"{name}: there is no such setting{meant}")
    fields: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value for name, value in ours.items() if name in known
    }
    problems += _missing(fields)
    try:
        settings = Settings.model_validate(fields)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False, include_context=False):
            name = PREFIX + "_".join(str(part) for part in one["loc"]).upper()
            problems.append(f"{name}: {one['msg'].removeprefix('Value error, ')}")
    if problems:
        raise WrongSettings(problems)
    return settings


def _missing(fields: Mapping[str, str]) -> list[str]:
    """Say what a setting needs beside it."""
    return [
        f"{PREFIX}{name.upper()}: needed where {PREFIX}{said}"
        for said, is_so, names in NEEDED
        if is_so(fields)
        for name in names
        if not fields.get(name)
    ]


NEEDED: tuple[tuple[str, Callable[[Mapping[str, str]], bool], tuple[str, ...]], ...] = (
    (
        "TELEGRAM_MODE=webhook",
        lambda f: bool(f.get("telegram_token")) and f.get("telegram_mode") == "webhook",
        ("public_url", "telegram_webhook_secret"),
    ),
    (
        "ZALO_BOT_MODE=webhook",
        lambda f: bool(f.get("zalo_bot_token")) and f.get("zalo_bot_mode") == "webhook",
        ("public_url", "zalo_bot_webhook_secret"),
    ),
    (
        "ZALO_OA_APP_ID is set",
        lambda f: bool(f.get("zalo_oa_app_id")),
        ("zalo_oa_app_secret", "zalo_oa_secret_key"),
    ),
)
"""What is said, when it holds, and what must be set then."""


SECRETS = frozenset(
    PREFIX + name.upper()
    for name, one in Settings.model_fields.items()
    if "SecretStr" in str(one.annotation)
)
"""The settings that may also be given as `..._FILE`."""
