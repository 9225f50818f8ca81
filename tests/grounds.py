"""What a channel stands on, for tests that need one channel and no product."""

from collections.abc import Callable
from datetime import datetime

from bot.channels.contract import Ground
from bot.pictures import Pictures
from bot.settings import Settings
from store.database import Database
from tests.conftest import NOW


def ground(
    settings: Settings,
    database: Database | None = None,
    now: Callable[[], datetime] = lambda: NOW,
) -> Ground:
    """Give the ground of a channel; without a database, one that nobody opens."""
    database = database or Database(settings.database)
    pictures = Pictures(database, settings.data_dir, settings.public_url, now)
    return Ground(settings, database, pictures, now)
