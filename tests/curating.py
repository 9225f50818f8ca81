"""A curator's turns of a dialogue, and how the store stands afterwards."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.current import read_edits
from handlers.conversation import Conversation
from knowledge.library import Library
from store import edits
from store.models import Question
from tests.dialogues import BASE, Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MARKET = "Chợ phiên của xã họp vào ngày nào?"
GOLD = "Giá vàng hôm nay bao nhiêu?"
HELD = "Chợ phiên họp vào Chủ nhật hằng tuần."
SAVE = "✅ Lưu và báo người hỏi"
FASTER = "vừa được người khác xử lý"
AN_GIANG = "Kế hoạch 34/KH-UBND, An Giang 2026"
HA_GIANG = "Kế hoạch 12/KH-UBND, Hà Giang 2026"


def conversation(folder=BASE, laid=(), revision=None):
    return Conversation(Library(folder, laid, revision), ask_open=True, zone=ZONE)


async def learned(database):
    """Give a conversation over the base with the office's edits on it, as after a restart."""
    async with database.read() as session:
        laid, revision = await read_edits(session, ZONE)
    return conversation(laid=laid, revision=revision)


async def player_on(database, now):
    """Give a player on a stage with a curator, Hoa, and two questions of Lan's that wait."""
    player = Player(StoreStage(database, conversation()), now)
    await join(player, "Hoa")
    await player.take({"who": "Lan", "said": MARKET, "heard": ["", ""]})
    await player.take({"said": GOLD})
    return player


async def join(player, who, *, role="curator", unit="Tỉnh Hà Giang"):
    code = await player.stage.invite(role=role, unit=unit, uses=1, now=player.now)
    await player.take({"who": who, "said": code, "heard": ["Chào đồng chí", "12 tháng"]})


async def look(player, who="Hoa", question=MARKET):
    await player.take({"who": who, "said": "câu hỏi", "heard": f"“{question}"})


async def read_back(player, *, who="Hoa", source="Ghi chú chung", words=HELD):
    """Come as far as the answer to the first question that waits is read back."""
    await look(player, who)
    await player.take({"press": "Trả lời"})
    if source != "Ghi chú chung":
        await player.take({"press": "Văn bản khác"})
    await player.take({"press": source, "heard": "gõ câu trả lời"})
    await player.take({"said": words, "heard": f"Trả lời: {words}"})


async def states(database):
    async with database.read() as session:
        rows = await session.execute(select(Question.text, Question.state).order_by(Question.id))
        return [tuple(row) for row in rows]


async def laid(database):
    async with database.read() as session:
        return {one.key: one.content for one in await edits.current(session)}
