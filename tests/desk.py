"""The operator's desk: commands as they are typed, and people who ask meanwhile."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import cli
from store.database import Database
from tests.asking import ask, player_of
from tests.dialogues import BASE


class Desk:
    """A folder with a product on SQLite in it, and its command line."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.now = now
        self.url = f"sqlite+aiosqlite:///{folder}/data/desk.db"
        self.set = {
            "DANVAN_DATABASE_URL": self.url,
            "DANVAN_DATA_DIR": str(folder / "data"),
            "DANVAN_KNOWLEDGE_DIR": str(BASE),
        }
        assert self.run("db", "upgrade").exit_code == 0

    def run(self, *words: object) -> Result:
        cleared = {name: None for name in os.environ if name.startswith("DANVAN_")}
        return CliRunner().invoke(cli, [str(one) for one in words], env={**cleared, **self.set})

    def json(self, *words: object) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refused(self, *words: object) -> str:
        """Give the one line that says why something was not done."""
        result = self.run(*words)
        assert result.exit_code == 1, result.output
        assert result.stderr.count("\n") == 1, result.stderr
        return result.stderr.strip()

    def with_database(self, work: Callable[[Database], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            database = Database(self.url)
            await database.start()
            try:
                return await work(database)
            finally:
                await database.stop()

        return asyncio.run(inside())

    def asked(self, *asked: tuple[str, ...]) -> list[int]:
        """Let people ask, each as (name, text, presses...); give the questions' numbers."""

        async def work(database: Database) -> list[int]:
            player = player_of(database, self.now)
            return [await ask(player, *one) for one in asked]

        numbers: list[int] = self.with_database(work)
        return numbers

    def reply(self, text: str) -> Any:
        return self.json("ask", text, "--today", self.now.date().isoformat())
