"""An Official Account on its stand-in, for tests that need the channel and no product."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from bot.channels.contract import Ground
from bot.channels.zalo_oa import ZaloOa
from bot.pictures import NoPicture, Pictures
from bot.settings import read_settings
from store.database import Database
from tests.conftest import NOW
from tests.fakes.zalo_oa_server import RemoteZaloOa
from tests.grounds import ground

SECRETS = ("app-secret", "oa-secret-key")
USER = "8123456789012345678"
JPEG = b"\xff\xd8\xff\xe0 a picture"


class Shelf(Pictures):
    """Pictures by their ids, and how often each was asked for."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        super().__init__(database, data_dir, "", lambda: NOW)
        self.asked: list[str] = []

    @override
    async def jpeg(self, media_id: str, *, most_bytes: int) -> bytes:
        self.asked.append(media_id)
        if not media_id.startswith("m"):
            raise NoPicture(media_id)
        if media_id == "m-disk":
            raise OSError("the disk is gone")
        return JPEG


async def on_ground(
    remote: RemoteZaloOa,
    tmp_path: Path,
    database: Database,
    now: Callable[[], datetime] = lambda: NOW,
    **given: str,
) -> Ground:
    """Give the ground of the OA, with a grant to begin with; `given` are more settings."""
    names = {
        "DATA_DIR": str(tmp_path),
        "ZALO_OA_APP_ID": remote.key,
        "ZALO_OA_APP_SECRET": SECRETS[0],
        "ZALO_OA_SECRET_KEY": SECRETS[1],
        "ZALO_OA_REFRESH_TOKEN": str((await remote.issue())["refresh_token"]),
        "ZALO_OA_API_URL": remote.url,
        "ZALO_OA_OAUTH_URL": remote.url,
        **given,
    }
    settings = read_settings(
        {f"DANVAN_{name}": value for name, value in names.items()}, env_file=None
    )
    made = ground(settings, database, now)
    return replace(made, pictures=Shelf(database, tmp_path))


@asynccontextmanager
async def opened(stands_on: Ground, *, seconds: float = 2.0) -> AsyncIterator[ZaloOa]:
    """Open the channel for a while."""
    made = ZaloOa(stands_on, seconds=seconds)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
