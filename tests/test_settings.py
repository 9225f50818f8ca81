"""Settings: all problems at once, from environment, file and secret files, never with a secret."""

import itertools
import re
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot.environment import PREFIX
from bot.settings import SECRETS, SHIPPED_BASE, Settings, WrongSettings, read_settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ROOT = Path(__file__).parent.parent


def read(env_file: Path | None = None, **values: str) -> Settings:
    return read_settings(
        {PREFIX + name.upper(): value for name, value in values.items()}, env_file=env_file
    )


def problems(env_file: Path | None = None, **values: str) -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        read(env_file, **values)
    assert str(wrong.value) == "\n".join(wrong.value.problems)
    return wrong.value.problems


def test_nothing_set_is_the_whole_product_on_this_machine():
    settings = read()
    assert settings.database == f"sqlite+aiosqlite:///{Path('data').resolve()}/danvan.db"
    assert settings.knowledge_dir == SHIPPED_BASE
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.zone.key == "Asia/Ho_Chi_Minh"
    assert settings.ask_open
    assert settings.telegram_token is None
    assert settings.zalo_bot_token is None
    assert settings.zalo_oa_app_id == ""
    assert settings.media_hosts == (".zdn.vn", ".zadn.vn")


def test_only_what_is_given_is_read(monkeypatch):
    monkeypatch.setenv("DANVAN_WEB_PORT", "9")
    assert read().web_port == 8080
    assert read_settings(env_file=None).web_port == 9


def test_all_problems_are_said_at_once(tmp_path):
    env_file = tmp_path / ".env"
    env_file.write_text("DANVAN_ASK_OPEN=perhaps\nnonsense\n")
    found = problems(
        env_file,
        web_port="99999",
        timezone="Asia/Ha_Noi",
        public_url="example.vn",
        database_url="postgresql://u@h/d",
        broadcast_rate="0",
        telegram_mode="webhook",
        telegram_token="no",
        web_prot="1",
        surprise="x",
    )
    named = [one.split(": ")[0].removeprefix(PREFIX) for one in found]
    assert sorted(named) == sorted(
        [
            *(f"{env_file}:2", "WEB_PORT", "TIMEZONE", "PUBLIC_URL", "DATABASE_URL"),
            *("BROADCAST_RATE", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "WEB_PROT"),
            *("SURPRISE", "ASK_OPEN"),
        ]
    )
    assert "DANVAN_WEB_PROT: there is no such setting; did you mean DANVAN_WEB_PORT?" in found
    assert all("\n" not in one for one in found)


def test_a_webhook_needs_its_address_and_its_secret():
    found = problems(telegram_token=TOKEN, telegram_mode="webhook")
    assert [one.split(":")[0] for one in found] == [
        "DANVAN_PUBLIC_URL",
        "DANVAN_TELEGRAM_WEBHOOK_SECRET",
    ]
    assert read(telegram_mode="webhook").telegram_token is None
    assert (
        read(
            telegram_token=TOKEN,
            telegram_mode="webhook",
            public_url="https://tro-ly.example.vn/",
            telegram_webhook_secret="abc_DEF-1",
        ).public_url
        == "https://tro-ly.example.vn"
    )


def test_what_zalo_needs_is_said():
    bot = problems(zalo_bot_token="12:a-b_C", zalo_bot_mode="webhook")
    assert [one.split(":")[0] for one in bot] == [
        "DANVAN_PUBLIC_URL",
        "DANVAN_ZALO_BOT_WEBHOOK_SECRET",
    ]
    oa = problems(zalo_oa_app_id="1234567890123456789")
    assert [one.split(":")[0] for one in oa] == [
        "DANVAN_ZALO_OA_APP_SECRET",
        "DANVAN_ZALO_OA_SECRET_KEY",
    ]
    (found,) = problems(zalo_oa_app_id="app-1", zalo_oa_app_secret="a", zalo_oa_secret_key="b")
    assert found.startswith("DANVAN_ZALO_OA_APP_ID: ")


def test_media_hosts_are_a_list():
    given = read(zalo_media_hosts="127.0.0.1:9000, .ZDN.vn,a-b.example.org,[::1]:80")
    assert given.media_hosts == ("127.0.0.1:9000", ".zdn.vn", "a-b.example.org", "[::1]:80")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zalo_bot_token", "abc:def"),
        ("zalo_bot_token", "123"),
        ("zalo_bot_webhook_secret", "seven77"),
        ("zalo_bot_webhook_secret", "có dấu và cách"),
        ("zalo_oa_api_url", "openapi.zalo.me"),
        ("zalo_oa_paid", "perhaps"),
        ("zalo_media_hosts", "https://zdn.vn"),
        ("zalo_media_hosts", "a,,b"),
        ("zalo_media_hosts", "a:99999"),
        ("zalo_media_hosts", "*.zdn.vn"),
        ("zalo_site_verification", "zalo_verifierX.html"),
        ("telegram_webhook_secret", "dấu cách và dấu"),
        ("telegram_webhook_secret", "x" * 257),
        ("telegram_token", "123:"),
        ("telegram_token", "bot123:abc"),
        ("telegram_token", f"{TOKEN} {TOKEN}"),
        ("database_url", "sqlite+aiosqlite://"),
        ("database_url", "sqlite+aiosqlite:///:memory:"),
        ("database_url", "mysql://u:secret@h/d"),
        ("broadcast_rate", "inf"),
        ("broadcast_rate", "nan"),
        ("public_url", "https://"),
        ("telegram_api_url", "ftp://x"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "Asia"),
        ("web_port", "80a"),
    ],
)
def test_values_that_cannot_work_are_refused(name, value):
    (found,) = problems(**{name: value})
    assert found.startswith(f"{PREFIX}{name.upper()}: ")


def test_empty_means_not_set(tmp_path):
    env_file = tmp_path / ".env"
    env_file.write_text("DANVAN_WEB_PORT=9\nDANVAN_PUBLIC_URL=\n")
    assert read(env_file, web_port="", telegram_token=" ").web_port == 9


def test_the_environment_goes_before_the_file(tmp_path):
    env_file = tmp_path / ".env"
    env_file.write_text("danvan_web_port=9\nDANVAN_WEB_HOST=0.0.0.0\n")
    settings = read(env_file, web_port="10")
    assert (settings.web_port, settings.web_host) == (10, "0.0.0.0")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DANVAN_WEB_HOST=a.vn", "a.vn"),
        ("export DANVAN_WEB_HOST = a.vn", "a.vn"),
        ('DANVAN_WEB_HOST="a.vn" # the house', "a.vn"),
        ("DANVAN_WEB_HOST='a # b'", "a # b"),
        ("DANVAN_WEB_HOST=a.vn   # the house", "a.vn"),
        ("DANVAN_WEB_HOST=a#b", "a#b"),
        ("DANVAN_WEB_HOST=# nothing", "127.0.0.1"),
        ("\ufeffDANVAN_WEB_HOST=a.vn\r", "a.vn"),
        ("# DANVAN_WEB_HOST=a.vn", "127.0.0.1"),
        ("OTHER=1", "127.0.0.1"),
        ("DANVAN_WEB_HOST=a=b", "a=b"),
    ],
)
def test_lines_of_the_env_file(tmp_path, line, value):
    (tmp_path / ".env").write_text(f"\n{line}\n" if line[0] != "\ufeff" else line)
    assert read(tmp_path / ".env").web_host == value


def test_an_env_file_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / ".env").write_bytes("DANVAN_WEB_HOST=Hà".encode("utf-16"))
    assert problems(tmp_path / ".env") == [f"{tmp_path}/.env: is not in UTF-8"]
    assert problems(tmp_path, web_port="x")[0] == f"{tmp_path}: cannot be read (Is a directory)"
    assert read(tmp_path / "none").web_port == 8080


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    settings = read(telegram_token_file=str(tmp_path / "token"))
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    (tmp_path / "url").write_text("postgresql+asyncpg://u:p@h/d")
    assert read(database_url_file=str(tmp_path / "url")).database == "postgresql+asyncpg://u:p@h/d"


def test_problems_of_secret_files(tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    both = problems(telegram_token=TOKEN, telegram_token_file=str(tmp_path / "token"))
    assert both == [
        "DANVAN_TELEGRAM_TOKEN_FILE: DANVAN_TELEGRAM_TOKEN is set as well; keep one of them"
    ]
    for name, why in (
        ("none", "cannot be read (No such file or directory)"),
        ("empty", "is empty"),
        ("bytes", "is not in UTF-8"),
    ):
        found = problems(telegram_token_file=str(tmp_path / name))
        assert found == [f"DANVAN_TELEGRAM_TOKEN_FILE: the file {why}"]
    assert "no such setting" in problems(web_host_file=str(tmp_path / "token"))[0]


def test_a_secret_is_never_shown():
    password = "hunter2hunter2"
    settings = read(
        database_url=f"postgresql+asyncpg://u:{password}@h/d",
        telegram_token=TOKEN,
        telegram_webhook_secret=password,
    )
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert password not in shown
    assert TOKEN not in shown
    assert TOKEN.partition(":")[2] not in shown


SECRET_TEXT = st.text(string.ascii_letters + string.digits + " :/@ẩ%", min_size=12)


@pytest.mark.parametrize("name", sorted(SECRETS))
@given(secret=SECRET_TEXT.filter(str.strip))
@how(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_refused_secret_is_never_told(name, secret):
    try:
        settings = read_settings({name: secret, "DANVAN_WEB_PORT": "x"}, env_file=None)
    except WrongSettings as wrong:
        error: BaseException | None = wrong
        while error is not None:
            assert secret.strip() not in f"{error!r} {error}"
            error = error.__cause__ or error.__context__
    else:
        raise AssertionError(settings)


def test_every_setting_has_its_line_in_the_docs_and_the_example():
    docs = (ROOT / "docs" / "settings.md").read_text()
    example = (ROOT / ".env.example").read_text()
    told = re.findall(r"^\| `(DANVAN_[A-Z_]+)`", docs, re.MULTILINE)
    commented = re.findall(r"^# ?(DANVAN_[A-Z_]+)=", example, re.MULTILINE)
    names = [PREFIX + name.upper() for name in Settings.model_fields]
    assert sorted(told) == sorted(names)
    assert sorted(commented) == sorted(names)
    rows = {row.split("`")[1]: row for row in docs.splitlines() if row.startswith("| `DANVAN_")}
    for name, row in rows.items():
        assert ("yes" in row.split("|")[4]) == (name in SECRETS), row
        assert len([cell for cell in row.split("|") if cell.strip()]) == 4, row


def test_the_example_is_read_without_a_problem(tmp_path):
    example = (ROOT / ".env.example").read_text()
    assert read(ROOT / ".env.example") == read()
    live = re.sub(r"^# ?(DANVAN_)", r"\1", example, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(live)
    settings = read(tmp_path / ".env")
    assert settings.telegram_mode == "webhook"
    for one in itertools.chain(SECRETS):
        assert one in live


def test_the_container_holds_every_package_and_no_secret():
    import yaml

    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    dockerfile = (ROOT / "Dockerfile").read_text()
    sent = (ROOT / ".dockerignore").read_text().split()
    assert set(re.findall(r"^COPY (\w+) \./\1$", dockerfile, re.MULTILINE)) == packages
    assert packages <= {name.removeprefix("!") for name in sent}
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER [1-9]", dockerfile, re.MULTILINE)

    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for service in compose["services"].values():
        assert service["user"]
        assert service.get("volumes")
        for name, value in service.get("environment", {}).items():
            assert not re.search("PASSWORD|SECRET|TOKEN", name) or value.startswith(
                "/run/secrets/"
            )
    product = compose["services"]["product"]["environment"]
    assert (
        read_settings({**product, "DANVAN_DATABASE_URL_FILE": ""}, env_file=None).web_port == 8080
    )
