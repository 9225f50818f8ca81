"""What the clock does: a table of ticks. APScheduler is the alarm; a tick may run twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import clock
from bot.channels.contract import complaint_of
from bot.parts import Parts
from jobs import alerts, answers, daily, digest, reminding, retention, watch
from store import inbox, jobs, office, outbox
from store.database import Unavailable
from store.files import Files

CLOCK_SECONDS = 30
"""How often the wall clock is looked at."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that is done again and again."""

    name: str
    every: timedelta
    do: Callable[[Parts], Awaitable[None]]
    at_once: bool = False
    """Whether it is done at the start too, so that what an outage delayed waits no longer."""


async def _return_leases(parts: Parts) -> None:
    now = parts.now()
    await parts.database.write(lambda s: inbox.release(s, now=now))
    await parts.database.write(lambda s: jobs.release(s, now=now))
    await parts.database.write(lambda s: outbox.recover(s, now=now))
    await parts.database.write(lambda s: outbox.expire(s, now=now))


async def _note_names(parts: Parts) -> None:
    """Keep the names that platforms told, for links made by other processes (`invite`)."""
    now = parts.now()
    for route, channel in parts.channels.items():
        if channel.name:
            name = {"name": channel.name}
            keep = partial(office.put, name=f"{route}_name", value=name, now=now)
            await parts.database.write(keep)


async def _hear_complaints(parts: Parts) -> None:
    """Tell the admins, once a day and elsewhere, where nothing comes in; keep it for `doctor`."""
    now = parts.now()
    for account, channel in parts.by_account.items():
        said = channel.complaint
        if said is None:
            continue
        keep = partial(office.put, name=complaint_of(account), value={"said": said}, now=now)
        await parts.database.write(keep)
        if said:
            others = {name: one for name, one in parts.by_account.items() if name != account}
            key = f"{complaint_of(account)}:{now.astimezone(parts.settings.zone):%Y-%m-%d}"
            await alerts.tell(parts.database, others, "admin", said, key=key, now=now)


async def _watch(parts: Parts) -> None:
    await watch.watch(parts.database, parts.by_account, now=parts.now())


async def _forget(parts: Parts) -> None:
    await retention.forget(parts.database, now=parts.now())
    await retention.forget_media(parts.database, Files(parts.settings.data_dir), now=parts.now())


async def _merge_alike(parts: Parts) -> None:
    merged = await answers.merge_alike(parts.database, now=parts.now())
    if merged:
        log.info("questions merged", pairs=merged)


async def _tell_curators(parts: Parts) -> None:
    await digest.morning(
        parts.database,
        parts.by_account,
        parts.library.base,
        now=parts.now(),
        zone=parts.settings.zone,
    )


async def _tell_day(parts: Parts) -> None:
    await daily.tell_day(
        parts.database,
        parts.by_account,
        parts.library.base,
        now=parts.now(),
        zone=parts.settings.zone,
    )


async def _remind(parts: Parts) -> None:
    zone = parts.settings.zone
    await reminding.remind(parts.database, parts.by_account, now=parts.now(), zone=zone)


TICKS = (
    Tick("leases", timedelta(seconds=30), _return_leases),
    Tick("names", timedelta(seconds=30), _note_names),
    Tick("complaints", timedelta(seconds=60), _hear_complaints),
    Tick("watch", timedelta(seconds=60), _watch),
    Tick("merging", timedelta(seconds=60), _merge_alike),
    Tick("morning", timedelta(seconds=60), _tell_curators),
    Tick("daily", timedelta(seconds=5), _tell_day, at_once=True),
    Tick("reminding", timedelta(seconds=5), _remind, at_once=True),
    Tick("retention", timedelta(hours=6), _forget),
)


def make_scheduler(parts: Parts) -> AsyncIOScheduler:
    """Give a scheduler with every tick, not yet started."""
    scheduler = AsyncIOScheduler(
        timezone=parts.settings.zone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for tick in TICKS:
        every = IntervalTrigger(seconds=int(tick.every.total_seconds()))
        first = {"next_run_time": clock.now(parts.settings.zone)} if tick.at_once else {}
        scheduler.add_job(_run, every, (tick, parts), id=tick.name, **first)
    return scheduler


async def keep_time(scheduler: AsyncIOScheduler) -> None:
    """Look at the wall clock again and again, until cancelled: it may have been set back, and the
    scheduler would sleep until it is again as late as it was.
    """
    while True:
        await asyncio.sleep(CLOCK_SECONDS)
        wake_early(scheduler, clock.now(scheduler.timezone))


def wake_early(scheduler: AsyncIOScheduler, now: datetime) -> None:
    """Let every tick that would rest for longer than it ever does be done now."""
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.interval:
            job.modify(next_run_time=now)


async def _run(tick: Tick, parts: Parts) -> None:
    try:
        await tick.do(parts)
    except Unavailable as error:
        log.warning("store unavailable", where=tick.name, reason=str(error))
