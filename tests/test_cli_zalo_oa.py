"""`danvan zalo-oa`: what an admin types to give the product its right, and to see how it is."""

import base64
import hashlib
import json
import os
import re
import secrets
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from bot.channels import zalo_oa_grant_phrases as phrases
from bot.cli import cli
from tests.fakes.zalo_oa_server import running_server
from tests.processes import free_port

pytestmark = pytest.mark.xdist_group("zalo-oa-grant")

PUBLIC = "https://tro-ly.example.vn"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


class Shop:
    """A folder with a product in it, its command line, and its app at the fake."""

    def __init__(self, folder: Path, url: str, fake: str) -> None:
        self.fake, self.app_id = fake, str(secrets.randbelow(10**18))
        self.set = {
            "DANVAN_DATABASE_URL": url,
            "DANVAN_DATA_DIR": str(folder / "data"),
            "DANVAN_PUBLIC_URL": PUBLIC,
            "DANVAN_ZALO_OA_APP_ID": self.app_id,
            "DANVAN_ZALO_OA_APP_SECRET": "app-secret",
            "DANVAN_ZALO_OA_SECRET_KEY": "oa-secret-key",
            "DANVAN_ZALO_OA_OAUTH_URL": fake,
        }
        self.control("settings", {})

    def run(self, *words: str, typed: str | None = None) -> Result:
        cleared = {name: None for name in os.environ if name.startswith("DANVAN_")}
        env = {**cleared, **self.set}
        return CliRunner().invoke(cli, ["zalo-oa", *words], env=env, input=typed)

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def control(self, what: str, content: Any = None) -> Any:
        given = None if content is None else json.dumps(content).encode()
        url = f"{self.fake}/control/{self.app_id}/{what}"
        with urllib.request.urlopen(url, given) as answer:  # noqa: S310
            return json.loads(answer.read())

    def code(self, verifier: str | None = None) -> str:
        """Consent in the browser."""
        return str(self.control("tokens", {"do": "code", "verifier": verifier})["code"])


@pytest.fixture
def shop(
    database_url: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path, database_url, server)
    yield made
    assert made.control("state")["violations"] == []


@pytest.fixture
def small(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Give a product on SQLite, for what does not depend on the kind of database."""
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/small.db", server)


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def verifier_in(shop: Shop) -> str:
    """Read the office's verifier as a new process would."""
    import asyncio

    from store import office
    from store.database import Database

    async def read() -> Any:
        database = Database(shop.set["DANVAN_DATABASE_URL"])
        async with database.read() as session:
            kept = await office.find(session, f"zalo_oa_pkce:{shop.app_id}")
        await database.stop()
        return kept

    return str(asyncio.run(read())["verifier"])


def test_the_way_to_a_consent_is_the_same_every_time(shop):
    ways = shop.json("login")
    assert ways == shop.json("login")
    verifier = verifier_in(shop)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier)
    assert ways["code_challenge"] == challenge_of(verifier)
    link = urlsplit(ways["consent_url"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{shop.fake}/v4/oa/permission"
    assert parse_qs(link.query) == {
        "app_id": [shop.app_id],
        "redirect_uri": [ways["callback_url"]],
        "code_challenge": [ways["code_challenge"]],
    }
    assert ways["callback_url"].startswith(PUBLIC + "/")
    assert verifier not in json.dumps(ways)


def test_a_login_by_what_is_typed_keeps_the_pair(shop):
    shop.json("login")
    code = shop.code(verifier_in(shop))
    typed = f"{PUBLIC}/webhooks/zalo-oa?oa_id=388613280878808645&code={code}\n"
    result = shop.run("login", typed=typed)
    assert result.exit_code == 0, result.output
    assert "code_challenge=" in result.output
    assert re.search(r"token dùng đến \d\d:\d\d ngày \d\d/\d\d/\d{4}", result.output)
    told = shop.control("state")["tokens"]
    assert not [
        one for one in (told["access_token"], told["refresh_token"]) if one in result.output
    ]
    assert shop.json("status")["state"] == "good"


@pytest.mark.parametrize("way", ["--code", "--callback"])
def test_a_login_by_an_option(shop, way):
    shop.json("login")
    code = shop.code(verifier_in(shop))
    given = code if way == "--code" else f"{PUBLIC}/?code={code}&oa_id=1"
    told = shop.json("login", way, given)
    assert (told["state"], told["reason"]) == ("good", "")
    assert told == shop.json("status")
    assert "có quyền" in shop.run("status").output


def test_a_login_before_anything_else_was_ever_run(small):
    assert small.json("login", "--code", small.code())["state"] == "good"


def test_a_code_that_is_too_old_fails_in_one_line_that_says_so(small):
    result = small.run("login", "--code", "code-of-yesterday")
    assert result.exit_code == 1
    assert "10 phút" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "code-of-yesterday" not in result.output
    assert small.json("status")["state"] == "none"


def test_a_code_is_good_for_one_login(small):
    code = small.code()
    assert small.run("login", "--code", code).exit_code == 0
    assert small.run("login", "--code", code).exit_code == 1
    assert small.json("status")["state"] == "good"


@pytest.mark.parametrize("address", [f"{PUBLIC}/?error=1", f"{PUBLIC}/?code=a&code=b", PUBLIC])
def test_an_address_without_a_code_is_not_sent_anywhere(small, address):
    result = small.run("login", "--callback", address)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert small.control("state")["requests"] == []


def test_zalo_that_is_away_is_said_in_one_line(small):
    small.set["DANVAN_ZALO_OA_OAUTH_URL"] = f"http://127.0.0.1:{free_port()}"
    result = small.run("login", "--code", "any")
    assert (result.exit_code, result.stderr) == (1, phrases.LOGIN_AWAY + "\n")


def test_wrong_usage_and_settings_that_are_missing(small):
    assert small.run("login", "--code", "a", "--callback", "b").exit_code == 2
    assert small.run("login", typed="").exit_code == 1
    del small.set["DANVAN_PUBLIC_URL"]
    result = small.run("login")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "DANVAN_PUBLIC_URL" in result.stderr
    for name in ("APP_ID", "APP_SECRET", "SECRET_KEY"):
        del small.set[f"DANVAN_ZALO_OA_{name}"]
    for words in (["login"], ["status"]):
        result = small.run(*words)
        assert result.exit_code == 1
        assert "DANVAN_ZALO_OA_APP_ID" in result.stderr


def test_the_status_says_what_to_do_where_there_is_nothing(small):
    told = small.run("status")
    assert told.exit_code == 0
    assert "danvan zalo-oa login" in told.output
    small.set["DANVAN_ZALO_OA_REFRESH_TOKEN"] = "rt.seed.secret"
    told = small.run("status")
    assert phrases.PLANTED in told.output
    assert "rt.seed.secret" not in told.output
    assert small.control("state")["requests"] == []
