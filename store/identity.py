"""Database and data folder belong together: both carry the same id, or the start refuses."""

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from store import office
from store.database import Database

NAME = "store_id"
FILE = "store-id"


class WrongFolder(Exception):
    """The data folder belongs to another database."""


async def agree(database: Database, folder: Path, *, now: datetime) -> None:
    """See that database and folder carry the same id; a new folder takes the database's.

    Raises WrongFolder: then files that rows speak of would be sought in the wrong place.
    """
    path = folder / FILE
    in_folder = path.read_text(encoding="utf-8").strip() if path.exists() else ""

    async def work(session: AsyncSession) -> str:
        def make() -> dict[str, str]:
            if in_folder:
                raise WrongFolder(
                    f"{folder} belongs to another database ({in_folder}), this one is new or was "
                    f"emptied; restore a backup into a new place, or remove {path} to start anew."
                )
            return {"id": secrets.token_hex(8)}

        return str((await office.get_or_make(session, NAME, make, now=now))["id"])

    in_database = await database.write(work)
    if not in_folder:
        path.write_text(in_database + "\n", encoding="utf-8")
    elif in_folder != in_database:
        raise WrongFolder(
            f"{folder} belongs to another database ({in_folder}, not {in_database}); "
            "set DATA_DIR and DATABASE_URL to two that belong together."
        )
