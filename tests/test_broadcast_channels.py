"""A broadcast on every channel, from a leader's first word to the final list."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import broadcasts
from store.messages import Message
from store.models import Address, Person
from tests.channel_stage import CHANNELS, ChannelPlayer, ChannelStage, open_stage
from tests.fakes import telegram_server, zalo_bot_server, zalo_oa_server
from tests.kits import Cannot

SERVERS = {
    "telegram": telegram_server.running_server,
    "zalo-bot": zalo_bot_server.running_server,
    "zalo-oa": zalo_oa_server.running_server,
}
SECONDS = 30
TEXT = "Mời họp giao ban lúc 14 giờ tại hội trường."
UNIT = "Xã Tân Trào, tỉnh Tuyên Quang"
OFFICERS = ("Minh", "Hoa", "Tâm", "Bình")


@pytest.fixture(scope="module")
def urls() -> Iterator[Mapping[str, str]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(run()) for name, run in SERVERS.items()}


class Office:
    """People who talk to the product at their own pace; what comes meanwhile is heard as well."""

    def __init__(self, stage: ChannelStage) -> None:
        self.stage = stage
        self.player = ChannelPlayer(stage, stage.clock.at)

    async def join(self, who: str, role: str) -> None:
        """Let somebody join by a code, under their name on every platform."""
        code = await self.stage.invite(role=role, unit=UNIT, uses=1, now=self.stage.clock.at)
        await self.say(who, code, "Chào đồng chí")

        async def name(session: AsyncSession) -> None:
            last = select(func.max(Person.id)).scalar_subquery()
            await session.execute(update(Person).where(Person.id == last).values(name=who))

        await self.stage.product.parts.database.write(name)

    async def say(self, who: str, text: str, *parts: str) -> Message:
        return await self.act({"who": who, "said": text}, *parts)

    async def press(self, who: str, label: str, *parts: str) -> Message:
        return await self.act({"who": who, "press": label}, *parts)

    async def act(self, turn: Mapping[str, str], *parts: str) -> Message:
        """Do something, and wait until a message with these parts has come since."""
        self.player.who = turn["who"]
        told = self.player.update(turn)
        self.stage.told[told.address.chat] = len(await self.stage.kit.heard(told.address.chat))
        said = await self.stage.hear(told, now=self.stage.clock.at)
        return await self.wait(turn["who"], *parts, said=list(said))

    async def wait(self, who: str, *parts: str, said: list[Message] | None = None) -> Message:
        """Wait for a message with these parts; what is heard on the way can be pressed."""
        heard = said or []
        try:
            async with asyncio.timeout(SECONDS):
                while not (found := self._note(who, heard, parts)):
                    heard = await self._more(who)
        except TimeoutError:
            raise AssertionError(self.player.failed(f"{who} never heard {parts}")) from None
        return found[-1]

    def _note(self, who: str, heard: list[Message], parts: tuple[str, ...]) -> list[Message]:
        for message in heard:
            self.player.seen[who] += [one for row in message.buttons for one in row]
            self.player.transcript.append(f"{who} < {message.text}")
        return [one for one in heard if all(part in one.text for part in parts)]

    async def _more(self, who: str) -> list[Message]:
        """Let the clock of broadcasts strike, and give what came since."""
        signals = self.stage.product.parts.database.signals
        with signals.listen(broadcasts.TOPIC) as listener:
            signals.wake(broadcasts.TOPIC)
            await listener.wait(0.05)
        await self.stage.rest()
        every = await self.stage.kit.heard(who)
        fresh = list(every[self.stage.told[who] :])
        self.stage.told[who] = len(every)
        return fresh

    async def close(self, who: str) -> None:
        """Let somebody block the assistant; where the platform does not say so, it found out."""
        self.player.who = who
        try:
            told = self.player.update({"kind": "left"})
            await self.stage.hear(told, now=self.stage.clock.at)
        except Cannot:

            async def work(session: AsyncSession) -> None:
                own = Address.chat == who
                await session.execute(update(Address).where(own).values(state="blocked"))

            await self.stage.product.parts.database.write(work)

    async def count(self, who: str, text: str) -> int:
        return sum(text in one.text for one in await self.stage.kit.heard(who))


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_broadcast_from_the_first_word_to_the_last_name(
    name: str, urls: Mapping[str, str], tmp_path: Path
) -> None:
    async with open_stage(name, tmp_path, urls) as stage:
        office = Office(stage)
        await office.join("Lan", "leader")
        for who in OFFICERS:
            await office.join(who, "officer")
        await office.close("Bình")

        await office.say("Lan", "thong bao", "gửi nội dung thông báo")
        await office.say("Lan", TEXT, "Gửi cho ai?")
        await office.press("Lan", "👤 Cán bộ", "3 người nhận được, 1 không:", "• Bình", "đã chặn")
        await office.press("Lan", "⬜ Cần xác nhận đã nhận", "Có nút “✅ Đã nhận”")
        await office.press("Lan", "✅ Gửi ngay", "Đã xếp gửi, mã TB1: 3 người.")
        for who in OFFICERS[:3]:
            await office.wait(who, TEXT)
        report = await office.wait(
            "Lan", "TB1 đã gửi xong", "Đã gửi: 3/4 người", "Bình", "đã chặn"
        )
        assert "Minh" not in report.text

        await office.press("Minh", "✅ Đã nhận", "Đã ghi nhận, cảm ơn đồng chí.")
        await office.say("Hoa", "da nhan", "Đã ghi nhận, cảm ơn đồng chí.")
        await office.say("Hoa", "đã nhận", "không còn thông báo nào cần xác nhận")
        await office.say("Lan", "đã nhận", "không còn thông báo nào cần xác nhận")

        await office.say("Lan", "thông báo đã gửi", "đã gửi xong", "xong 4/4", "đã xác nhận 2")
        await office.press("Lan", "TB1", "TB1 “Mời họp")
        names = await office.press("Lan", "📄 Ai chưa xác nhận", "• Tâm")
        assert not any(who in names.text for who in ("Minh", "Hoa", "Bình"))
        for who in OFFICERS:
            assert await office.count(who, TEXT) == (who != "Bình")
