"""Polls that end in no good way: what they take with them is said, and none is kept for ever."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import zalo_bot_receive
from bot.channels.zalo_bot_receive import Poller
from bot.channels.zalo_http import Reply
from tests.zalo_bot.bots import Inbox, receiving


async def test_a_poll_that_outlasts_the_stop_is_said_to_be_lost(remote, make, monkeypatch):
    monkeypatch.setattr(zalo_bot_receive, "LEAVE_SECONDS", -4.8)
    inbox, bot = Inbox(), make()
    await remote.script({"method": "getUpdates", "deliver": True, "delay": 3})
    await remote.say("đã lấy ra khỏi Zalo")
    with capture_logs() as logs:
        async with receiving(bot, inbox) as task:
            await remote.state(requests=3, pending=0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert inbox.stored == []
    [said] = logs
    assert (said["event"], said["log_level"]) == ("zalo_bot_update_lost", "error")
    assert "poll" in said["why"]


async def test_a_poll_that_fails_in_a_way_of_its_own_is_not_kept_for_ever(pauses):
    inbox = Inbox()
    answers: list[Any] = [OSError("no more files"), {"event_name": "message.text.received"}]

    async def call(method: str, *_: Any, **__: Any) -> Reply:
        if method != "getUpdates":
            return Reply(200, {}, {"ok": True})
        if not answers:
            await asyncio.Event().wait()
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(200, {}, {"ok": True, "result": answer}, b"came")

    async def wanted() -> bool:
        return not inbox.stored

    poller = Poller(call, inbox.take, seconds=1, pause=pauses)
    with pytest.raises(OSError, match="no more files"):
        await poller.run(wanted)
    await poller.run(wanted)
    assert inbox.stored == [b"came"]
