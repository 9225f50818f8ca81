"""Every dialogue of cases/dialogues, played on the bare store."""

from zoneinfo import ZoneInfo

import pytest

from handlers.conversation import Conversation
from knowledge.library import Library
from tests.dialogues import BASE, Player, StoreStage, cases

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIBRARY = Library(BASE)
CASES = cases()


@pytest.mark.parametrize("name", CASES)
async def test_dialogue(name, database, now):
    case = CASES[name]
    conversation = Conversation(LIBRARY, ask_open=case.get("ask_open", True), zone=ZONE)
    await Player(StoreStage(database, conversation), now).play(case)
