"""The contract of a channel: one class of tests, run over every channel that there is.

Each runs the whole product with the platform's stand-in beside it. A new channel needs its kit
(tests/kits.py), its settings (tests/channel_stage.py) and a line in the tables below.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot.channels.contract import Platform
from jobs.channel import NotFetched
from store import channel_accounts, outbox
from store.messages import Address as Place
from store.messages import Button, Media, Message, Outcome, Priority, Sender, Update
from store.models import Address, InboxRow, OutboxRow
from tests.channel_stage import CHANNELS, ChannelStage, open_stage
from tests.dialogues import Player
from tests.fakes import telegram_server, zalo_bot_server, zalo_oa_server

SERVERS = {
    "telegram": telegram_server.running_server,
    "zalo-bot": zalo_bot_server.running_server,
    "zalo-oa": zalo_oa_server.running_server,
}
SENDS = {"telegram": "sendMessage", "zalo-bot": "sendMessage", "zalo-oa": "cs"}
"""What the stand-in calls the sending of a text."""
BLOCKED: dict[str, dict[str, Any]] = {
    "telegram": {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    "zalo-oa": {"error": -217},
}
"""How a platform says that somebody does not want us; the others never say so."""
REFUSED: dict[str, dict[str, Any]] = {
    "telegram": {"status": 401, "description": "Unauthorized"},
    "zalo-bot": {"error_code": 401, "description": "Unauthorized"},
    "zalo-oa": {"error": -209},
}
"""How it says that it is our own account that it refuses."""
BY_ADDRESS = ("web", "zalo-bot", "zalo-oa")
"""Where a file that came in is named by an address; Telegram names it by an id of its API."""
QUESTION = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"
ANSWER = "31/12/2026"
SECRETS = ("secretsecretsecret", "test-token-of-35", "app-secret", "oa-secret-key", "the-webhook")


@pytest.fixture(scope="module")
def urls() -> Iterator[Mapping[str, str]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(run()) for name, run in SERVERS.items()}


@pytest.fixture(params=CHANNELS)
async def stage(
    request: pytest.FixtureRequest, urls: Mapping[str, str], tmp_path: Path
) -> AsyncIterator[ChannelStage]:
    async with open_stage(request.param, tmp_path, urls) as opened:
        yield opened


def name_of(stage: ChannelStage) -> str:
    return next(n for n, c in stage.product.parts.channels.items() if c.account == stage.channel)


def channel_of(stage: ChannelStage) -> Platform:
    return stage.product.parts.channels[name_of(stage)]


async def ask(stage: ChannelStage, said: str = QUESTION, heard: Any = ANSWER) -> Player:
    """Let Lan say something to which one message is said, or as many as `heard` has."""
    player = Player(stage, stage.clock.at)
    player.number = int(time.monotonic() * 1000) % 1_000_000_000
    await player.take({"said": said, "heard": heard})
    return player


async def address_of(session: AsyncSession, stage: ChannelStage) -> Address:
    return (await session.execute(select(Address).where(Address.channel == stage.channel))).one()[
        0
    ]


async def enqueue(stage: ChannelStage, message: Message, key: str = "test") -> None:
    """Say something to the one address there is, unasked."""
    channel = channel_of(stage)

    async def work(session: AsyncSession) -> None:
        address = await address_of(session, stage)
        await outbox.enqueue(
            session,
            address,
            channel.split(message),
            key=key,
            now=stage.clock.at,
            priority=Priority.REMINDER,
            stored_is_sent=channel.stored_is_sent,
        )

    await stage.product.parts.database.write(work)
    await stage.rest()


async def deliveries(stage: ChannelStage, key: str = "test") -> list[OutboxRow]:
    async with stage.product.parts.database.read() as session:
        rows = await session.scalars(
            select(OutboxRow).where(OutboxRow.key.startswith(key)).order_by(OutboxRow.id)
        )
        return list(rows)


def lan(stage: ChannelStage, kind: Any = "text") -> Update:
    place = Place(stage.channel, "Lan")
    return Update("1", place, Sender(stage.channel, "Lan"), kind, stage.clock.at)


class TestEveryChannel:
    """What the rest of the product may rely on, whatever the platform."""

    async def test_a_question_is_answered_with_its_source(self, stage: ChannelStage) -> None:
        player = await ask(stage, heard=[ANSWER, "12 tháng"])
        assert "Nguồn: Kế hoạch 12/KH-UBND" in "\n".join(player.transcript)

    async def test_the_same_update_again_says_nothing_more(self, stage: ChannelStage) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        database, channel = stage.product.parts.database, channel_of(stage)
        async with database.read() as session:
            raw = (await session.scalars(select(InboxRow.raw))).one()
        for _ in range(10):
            await stage.product.parts.take(channel, [raw])
        await stage.rest()
        assert len(await stage.kit.heard("Lan")) == 1

    async def test_what_makes_no_sense_blocks_nobody(self, stage: ChannelStage) -> None:
        channel = channel_of(stage)
        for raw in (b"", b"{", b"[]", b"nul", b'{"a":1}', b"\xff\xfe", b"[" * 100_000):
            await stage.product.parts.take(channel, [raw])
            assert channel.update_id(raw)
            assert channel.conversation(raw) == ""
        await stage.rest()
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        async with stage.product.parts.database.read() as session:
            states = (await session.scalars(select(InboxRow.state))).all()
        assert set(states) == {"dead", "done"}

    async def test_nobody_else_can_bring_updates_in(self, stage: ChannelStage) -> None:
        channel = channel_of(stage)
        body = b'{"event_name":"user_send_text","message":{"text":"x"},"update_id":1}'
        for headers in ({}, {"X-Bot-Api-Secret-Token": "x", "X-ZEvent-Signature": "mac=00"}):
            assert channel.admit(headers, body) == 401

    async def test_a_long_message_arrives_whole_and_in_order(self, stage: ChannelStage) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        text = "\n".join(f"{n}) Nội dung cần nhớ & <làm> theo kế hoạch 👍." for n in range(300))
        await enqueue(stage, Message(text, title="Kế hoạch", source="Nguồn: 12/KH"))
        heard = (await stage.kit.heard("Lan"))[1:]
        said = "\n".join("\n".join((one.title, one.text, one.source)) for one in heard)
        assert said.split() == f"Kế hoạch\n{text}\nNguồn: 12/KH".split()
        assert {one.state for one in await deliveries(stage)} == {"sent"}

    async def test_choices_reach_the_person_however_many_there_are(
        self, stage: ChannelStage
    ) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        channel = channel_of(stage)
        rows = tuple((Button(f"Văn bản số {n}", token=f"t{n}"),) for n in range(1, 9))
        for part in channel.split(Message("Chọn văn bản", buttons=rows)):
            place = await self._place(stage)
            assert (await channel.send(place, part)).outcome is Outcome.SENT
        if not channel.stored_is_sent:
            heard = (await stage.kit.heard("Lan"))[1:]
            labels = [b.label for one in heard for row in one.buttons for b in row]
            assert labels == [f"Văn bản số {n}" for n in range(1, 9)]

    @staticmethod
    async def _place(stage: ChannelStage) -> Place:
        async with stage.product.parts.database.read() as session:
            address = await address_of(session, stage)
        return Place(address.channel, address.chat)

    @pytest.mark.parametrize("stage", BLOCKED, indirect=True)
    async def test_who_blocks_us_is_left_alone_until_they_write_again(
        self, stage: ChannelStage
    ) -> None:
        step = BLOCKED[name_of(stage)]
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        assert stage.remote is not None
        await stage.remote.script({**step, "method": SENDS[name_of(stage)]})
        await enqueue(stage, Message("Nhắc việc"))
        assert [one.state for one in await deliveries(stage)] == ["failed"]
        async with stage.product.parts.database.read() as session:
            assert (await address_of(session, stage)).state == "blocked"
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        async with stage.product.parts.database.read() as session:
            assert (await address_of(session, stage)).state == "open"

    @pytest.mark.parametrize("stage", SENDS, indirect=True)
    async def test_an_answer_that_is_lost_is_sent_again(self, stage: ChannelStage) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        assert stage.remote is not None
        await stage.remote.script({"drop": True, "deliver": True, "method": SENDS[name_of(stage)]})
        await enqueue(stage, Message("Nhắc việc"))
        stage.clock.forward(minutes=1)
        await stage.rest()
        assert [one.state for one in await deliveries(stage)] == ["sent"]
        heard = [one.text for one in await stage.kit.heard("Lan")]
        assert heard.count("Nhắc việc") == 2

    @pytest.mark.parametrize("stage", REFUSED, indirect=True)
    async def test_an_account_that_is_refused_rests_and_says_why(
        self, stage: ChannelStage
    ) -> None:
        step = REFUSED[name_of(stage)]
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        assert stage.remote is not None
        await stage.remote.script({**step, "method": SENDS[name_of(stage)]})
        await enqueue(stage, Message("Nhắc việc"))
        assert [one.state for one in await deliveries(stage)] == ["queued"]
        async with stage.product.parts.database.read() as session:
            stopped = await channel_accounts.stopped(session)
        assert [one.id for one in stopped] == [stage.channel]
        assert stopped[0].stopped_reason
        stage.clock.forward(hours=1)
        await stage.rest()
        assert [one.state for one in await deliveries(stage)] == ["sent"]
        async with stage.product.parts.database.read() as session:
            assert await channel_accounts.stopped(session) == []

    async def test_an_edit_replaces_or_is_refused_and_never_raises(
        self, stage: ChannelStage
    ) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        channel, place = channel_of(stage), await self._place(stage)
        sent = await channel.send(place, Message("Đang gửi 1/3"))
        edited = await channel.edit(place, sent.external_id, Message("Đã gửi 3/3"))
        assert edited.outcome in {Outcome.SENT, Outcome.REJECTED}
        if not channel.stored_is_sent:
            texts = [one.text for one in await stage.kit.heard("Lan")]
            assert ("Đã gửi 3/3" in texts) == (edited.outcome is Outcome.SENT)

    async def test_signals_never_raise(self, stage: ChannelStage) -> None:
        await ask(stage, "trợ giúp", "dữ liệu của tôi")
        if stage.remote is not None:
            await stage.remote.script({"drop": True, "method": "sendChatAction"})
        channel = channel_of(stage)
        for _ in range(2):
            await channel.signal(lan(stage), "typing")
            await channel.signal(lan(stage, "press"), "pressed")

    @pytest.mark.parametrize("stage", BY_ADDRESS, indirect=True)
    async def test_no_file_is_fetched_from_where_it_may_not(
        self, stage: ChannelStage, tmp_path: Path
    ) -> None:
        for place in ("http://127.0.0.1:1/a.jpg", "https://localhost/a.jpg", "file:///etc/passwd"):
            with pytest.raises(NotFetched):
                await channel_of(stage).fetch(
                    Media(place, "image/jpeg"), tmp_path / "new", most_bytes=1000
                )

    async def test_the_doctor_is_told_in_words_and_in_time(self, stage: ChannelStage) -> None:
        found = await asyncio.wait_for(channel_of(stage).examine(), 8)
        assert found
        assert {one.state for one in found} <= {"ok", "note", "warning"}
        if stage.remote is not None:
            await stage.remote.script({"hang": True, "times": 20})
            slow = await asyncio.wait_for(channel_of(stage).examine(), 8)
            assert any(one.state == "warning" for one in slow)

    async def test_what_it_may_is_said_in_numbers(self, stage: ChannelStage) -> None:
        channel, place = channel_of(stage), Place(stage.channel, "Lan")
        assert 0 < channel.rate <= channel.reply_rate
        assert channel.reach(place, stage.clock.at, now=stage.clock.at) == "open"
        assert channel.reach(place, None, now=stage.clock.at) in {"open", "paid"}

    async def test_no_secret_is_seen_anywhere(self, stage: ChannelStage) -> None:
        with capture_logs() as logs:
            if stage.remote is not None:
                await stage.remote.script(
                    {"status": 500, "method": SENDS[name_of(stage)]}, {"html": True}
                )
            for _ in range(2):
                await channel_of(stage).send(Place(stage.channel, "Lan"), Message("x"))
            seen = f"{channel_of(stage)!r} {await channel_of(stage).examine()}"
        assert not [secret for secret in SECRETS if secret in f"{logs} {seen}"]
