"""The scheduler is only an alarm: a wall clock that is set back does not put it to sleep."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import clock
from bot.ticks import wake_early

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)


def rest() -> None:
    """Do nothing."""


async def test_ticks_that_would_sleep_until_the_clock_is_as_late_again_are_woken():
    now = clock.now(ZONE)
    scheduler = AsyncIOScheduler(timezone=ZONE)
    for name, ahead in (("asleep", DAY), ("soon", timedelta(seconds=20))):
        scheduler.add_job(rest, IntervalTrigger(seconds=30), id=name, next_run_time=now + ahead)
    scheduler.start(paused=True)
    try:
        wake_early(scheduler, now)
        due: dict[str, datetime] = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown(wait=False)
    assert due == {"asleep": now, "soon": now + timedelta(seconds=20)}
