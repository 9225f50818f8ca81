"""The one place that reads the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo


def now(zone: ZoneInfo) -> datetime:
    """Give the time now, aware."""
    return datetime.now(zone)
