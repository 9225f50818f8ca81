"""Build everything from the settings, start it in order, stop it in reverse.

What sends and answers is stopped after what receives, so that what came in is still answered.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from aiohttp import web

from bot import clock, current
from bot.channels.contract import Ground, Platform
from bot.channels.registry import CHANNELS
from bot.dispatch import Dispatcher
from bot.intake import Intake
from bot.parts import Parts
from bot.pictures import Pictures
from bot.settings import Settings
from bot.ticks import keep_time, make_scheduler
from bot.web.application import make_application
from handlers.conversation import Conversation
from jobs.broadcast_list import list_kinds
from jobs.broadcasting import Broadcasting
from jobs.calendar_files import calendar_kinds
from jobs.delivery import Sender
from jobs.fetch import media_kinds
from jobs.forecast import foreseer
from jobs.importing import import_kinds
from jobs.work import Runner
from knowledge.library import Library
from store import inbox, jobs
from store.database import Database
from store.files import Files
from store.identity import agree
from store.locks import lock_file
from store.upgrade import upgrade

DRAIN_SECONDS = 10
STUMBLE_SECONDS = 5
"""How long a receiver that raised what nobody expected rests before it begins anew."""

log = structlog.get_logger()


@dataclass(slots=True)
class Running:
    """A product that runs: where it can be reached, and how to stop it."""

    parts: Parts
    port: int
    stop: asyncio.Event


@asynccontextmanager
async def running(
    settings: Settings, now: Callable[[], datetime] | None = None
) -> AsyncIterator[Running]:
    """Run the whole product within the block, by the clock `now` if not by this machine's.

    Raises store.locks.Taken when another process works on the same SQLite data directory,
    store.identity.WrongFolder, store.database.Unavailable, store.upgrade.CannotUpgrade, and
    knowledge's BrokenBase.
    """
    now = now or partial(clock.now, settings.zone)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    alone = lock_file(settings.data_dir / "danvan.lock") if database.is_sqlite else nullcontext()
    with alone:
        await upgrade(
            settings.database,
            keep_copy_in=settings.data_dir / "copies",
            now=now(),
        )
        await database.start()
        try:
            await agree(database, settings.data_dir, now=now())
            parts = _parts(settings, database, await _library(settings, database), now)
            async with _working(parts) as port:
                yield Running(parts, port, asyncio.Event())
        finally:
            await database.stop()


async def _library(settings: Settings, database: Database) -> Library:
    async with database.read() as session:
        laid, revision = await current.read_edits(session, settings.zone)
    return Library(settings.knowledge_dir, laid, revision)


def _parts(
    settings: Settings, database: Database, library: Library, now: Callable[[], datetime]
) -> Parts:
    intake = Intake(database, now)
    pictures = Pictures(database, settings.data_dir, settings.public_url, now)
    channels = _channels(Ground(settings, database, pictures, now))
    return Parts(settings, database, library, channels, pictures, intake.take, now)


def _channels(ground: Ground) -> Mapping[str, Platform]:
    made = {name: make(ground) for name, make in CHANNELS.items()}
    return {name: channel for name, channel in made.items() if channel is not None}


@asynccontextmanager
async def _working(parts: Parts) -> AsyncIterator[int]:
    """Everything that moves: web, receivers, dispatcher, senders, clock."""
    alone = parts.database.is_sqlite
    now = parts.now()
    await parts.database.write(lambda s: inbox.release(s, now=now, all_of_them=alone))
    await parts.database.write(lambda s: jobs.release(s, now=now, all_of_them=alone))
    for channel in parts.channels.values():
        await channel.open()
    conversation = Conversation(
        parts.library,
        ask_open=parts.settings.ask_open,
        zone=parts.settings.zone,
        home=parts.settings.home,
        foresee=foreseer(parts.by_account, parts.now, parts.settings.zone),
    )
    dispatcher = Dispatcher(parts.database, parts.channels, conversation, parts.now)
    senders = [
        Sender(
            parts.database,
            channel,
            bulk_rate=parts.settings.broadcast_rate,
            now=parts.now,
            channels=parts.by_account,
            zone=parts.settings.zone,
        )
        for channel in parts.channels.values()
        if not channel.stored_is_sent
    ]
    slow = _slow(parts)
    broadcasting = Broadcasting(parts.database, parts.by_account, parts.settings.zone)
    runner = web.AppRunner(make_application(parts), access_log=None, shutdown_timeout=3)
    scheduler = make_scheduler(parts)
    try:
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(dispatcher.run(), name="dispatcher")]
            workers += [group.create_task(sender.run(), name="sender") for sender in senders]
            workers += [group.create_task(slow.run(), name="jobs")]
            await runner.setup()
            site = web.TCPSite(runner, parts.settings.web_host, parts.settings.web_port)
            await site.start()
            watchers = [group.create_task(current.keep_current(parts), name="base")]
            watchers += [group.create_task(broadcasting.run(parts.now), name="broadcasts")]
            watchers += [
                group.create_task(_receive(parts, channel), name="receiver")
                for channel in parts.channels.values()
            ]
            scheduler.start()
            watchers += [group.create_task(keep_time(scheduler), name="clock")]
            try:
                yield _port(runner)
            finally:
                scheduler.shutdown(wait=False)
                for watcher in watchers:
                    watcher.cancel()
                await runner.cleanup()
                slow.stop()
                await _drain(dispatcher, senders, workers)
    finally:
        for channel in parts.channels.values():
            await channel.close()


def _slow(parts: Parts) -> Runner:
    """Make the runner of all that takes long, with its table of kinds."""
    channels, files = parts.by_account, Files(parts.settings.data_dir)
    kinds = {
        **media_kinds(parts.database, channels, files, parts.now),
        **import_kinds(parts.database, parts.library, files, parts.settings.zone, parts.now),
        **calendar_kinds(parts.database, parts.library, channels, files, parts.now),
        **list_kinds(parts.database, channels, files, parts.settings.zone, parts.now),
    }
    return Runner(parts.database, kinds, channels, parts.now)


async def _receive(parts: Parts, channel: Platform) -> None:
    async def take(raws: Sequence[bytes]) -> None:
        await parts.take(channel, raws)

    while True:
        try:
            return await channel.receive(take)
        except Exception:
            # One platform that surprises us must not take the others with it.
            log.exception("receiver stumbled", channel=channel.account)
        await asyncio.sleep(STUMBLE_SECONDS)


async def _drain(
    dispatcher: Dispatcher, senders: list[Sender], workers: list[asyncio.Task[None]]
) -> None:
    """Let what is in work be finished: first the dispatcher, then the senders of its replies."""
    dispatcher.stop()
    _, late = await asyncio.wait(workers[:1], timeout=DRAIN_SECONDS / 2)
    for sender in senders:
        sender.stop()
    if workers[1:]:
        _, more = await asyncio.wait(workers[1:], timeout=DRAIN_SECONDS / 2)
        late |= more
    for task in late:
        task.cancel()


def _port(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])


async def serve(settings: Settings, started: Callable[[Running], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT; `started` is told once everything is up."""
    async with running(settings) as product:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, product.stop.set)
        await started(product)
        await product.stop.wait()
        log.info("stopping")
