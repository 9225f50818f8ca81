"""The store, the conversation and the runner, with a channel whose files lie on a real host."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from typing_extensions import override

from bot.channels.download import Downloads
from bot.channels.web import WebChat
from bot.settings import Settings
from handlers.conversation import Conversation
from jobs import retention
from jobs.fetch import media_kinds
from jobs.work import Kind, Runner
from knowledge.library import Library
from store import jobs
from store.database import Database
from store.files import Content, Files, measure
from store.messages import Address, Media, Message, Sender, Update, UpdateKind
from store.models import JobRow, MediaRow, OutboxRow
from tests.dialogues import BASE, StoreStage
from tests.test_web import Clock

ACCOUNT = "files:1"
LIBRARY = Library(BASE)
SECONDS = 20


class FileChannel(WebChat):
    """A channel that gives every file under its address, as both Zalo channels do."""

    account = ACCOUNT

    def __init__(self, server: str, seconds: float = 20.0) -> None:
        super().__init__(Settings())
        self.downloads = Downloads([urlsplit(server).netloc], seconds=seconds)

    @override
    async def open(self) -> None:
        await self.downloads.open()

    @override
    async def close(self) -> None:
        await self.downloads.close()

    @override
    async def fetch(self, media: Media, into: Path, *, most_bytes: int) -> None:
        await self.downloads.fetch(media.reference, into, most_bytes=most_bytes)


@dataclass
class MediaStage:
    """Somebody speaks, what follows is kept, and slow work is done when it is asked for."""

    database: Database
    files: Files
    channel: FileChannel
    clock: Clock
    store: StoreStage
    number: int = 0
    heard: list[Message] = field(default_factory=list)

    def runner(self, **kinds: Kind) -> Runner:
        channels = {ACCOUNT: self.channel}
        table = media_kinds(self.database, channels, self.files, self.clock)
        return Runner(self.database, table | kinds, channels, self.clock)

    async def join(self, *, who: str = "Lan") -> None:
        code = await self.store.invite(
            role="officer", unit="Xã Yên Minh, tỉnh Hà Giang", uses=1, now=self.clock()
        )
        await self.say(code, who=who)

    async def say(self, text: str, *, who: str = "Lan") -> Sequence[Message]:
        return await self.hear(self.update("text", who=who, text=text))

    async def photo(self, *urls: str, who: str = "Lan", **more: Any) -> Update:
        media = tuple(Media(url, "image/jpeg") for url in urls)
        update = replace(self.update("photo", who=who), media=media, **more)
        self.heard += await self.hear(update)
        return update

    async def press(self, label: str, among: Sequence[Message], *, who: str) -> list[Message]:
        buttons = [one for message in among for row in message.buttons for one in row]
        (token,) = [one.token for one in buttons if one.label == label]
        return list(await self.hear(replace(self.update("press", who=who), press=token)))

    async def hear(self, update: Update) -> Sequence[Message]:
        self.clock.forward(seconds=1)
        return await self.store.hear(update, now=self.clock())

    def update(self, kind: UpdateKind, *, who: str = "Lan", text: str = "") -> Update:
        self.number += 1
        address, sender = Address(ACCOUNT, who), Sender(ACCOUNT, who, who)
        return Update(str(self.number), address, sender, kind, self.clock(), text)

    async def work(self, **kinds: Kind) -> None:
        """Do all that is due now."""
        runner = self.runner(**kinds)
        async with asyncio.timeout(SECONDS), running(runner):
            await self.rest()

    async def rest(self) -> None:
        """Wait until no job is due or in work."""
        with self.database.signals.listen(jobs.TOPIC) as listener:
            while await self._due():
                await listener.wait(0.05)

    async def _due(self) -> int:
        due = (JobRow.state == "working") | (
            (JobRow.state == "queued")
            & (JobRow.retry_at.is_(None) | (JobRow.retry_at <= self.clock()))
        )
        async with self.database.read() as session:
            return await session.scalar(select(func.count(JobRow.id)).where(due)) or 0

    async def media(self) -> list[MediaRow]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(MediaRow).order_by(MediaRow.created_at, MediaRow.id)
            )
            return list(rows)

    async def jobs(self, kind: str = "fetch") -> list[JobRow]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(JobRow).where(JobRow.kind == kind).order_by(JobRow.id)
            )
            return list(rows)

    async def told(self) -> list[str]:
        """Give what was said by what is no answer: the stage queues no answers."""
        async with self.database.read() as session:
            rows = await session.scalars(select(OutboxRow).order_by(OutboxRow.id))
            return [row.content["text"] for row in rows]

    def on_disk(self) -> list[str]:
        """Give every file below the data folder, by its name."""
        return sorted(p.name for p in self.files.data_dir.rglob("*") if p.is_file())

    def age(self, **span: float) -> None:
        """Let every file be older."""
        then = self.clock().timestamp() - timedelta(**span).total_seconds()
        for path in self.files.data_dir.rglob("*"):
            os.utime(path, (then, then))


@asynccontextmanager
async def running(*runners: Runner) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        for runner in runners:
            group.create_task(runner.run())
        try:
            yield
        finally:
            for runner in runners:
                runner.stop()


@asynccontextmanager
async def open_media_stage(
    database: Database, server: str, folder: Path, **settings: float
) -> AsyncIterator[MediaStage]:
    channel = FileChannel(server, **settings)
    conversation = Conversation(LIBRARY, ask_open=True, zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    store = StoreStage(database, conversation, ACCOUNT)
    await channel.open()
    try:
        yield MediaStage(database, Files(folder / "data"), channel, Clock(), store)
    finally:
        await channel.close()


async def forget(stage: MediaStage) -> None:
    await retention.forget_media(stage.database, stage.files, now=stage.clock())


def place(files: Files, content: bytes) -> Content:
    """Put a file in its place, as a job does before it is done."""
    part = files.part()
    part.write_bytes(content)
    found = measure(part)
    files.place(part, found.sha256)
    return found
