"""Every dialogue of cases/dialogues, played on the bare store."""

from zoneinfo import ZoneInfo

import pytest

from handlers.conversation import Conversation
from jobs.forecast import foreseer
from knowledge.library import Library
from store.messages import Button, Message
from store.talks import Decision
from tests.channels import Pipe
from tests.dialogues import BASE, Player, StoreStage, cases

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIBRARY = Library(BASE)
CASES = cases()


@pytest.mark.parametrize("name", CASES)
async def test_dialogue(name, database, now):
    case = CASES[name]
    conversation = Conversation(
        LIBRARY,
        ask_open=case.get("ask_open", True),
        zone=ZONE,
        foresee=foreseer({"telegram:1": Pipe("telegram:1")}, lambda: now, ZONE),
    )
    await Player(StoreStage(database, conversation), now).play(case)


async def test_what_two_buttons_are_called_chooses_neither(database, now):
    stage = StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE))
    player = Player(stage, now)
    talk, _ = await stage.load(player.update({"said": "chào"}), now=now)
    buttons = tuple((Button(f"✅ {label}", ("erase",)),) for label in ("Một", "Hai"))
    await stage.keep(talk, Decision((Message("Chọn", buttons=buttons),)), now=now)
    await player.take({"said": "✅", "heard": "chưa thấy câu hỏi"})
    await player.take({"said": "hai", "heard": "không khôi phục được"})
