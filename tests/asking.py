"""People who ask, and what becomes of their questions in the store."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from handlers.conversation import Conversation
from knowledge.library import Library
from knowledge.overlay import as_content
from store import answers
from store.database import Database
from store.models import Question
from tests.dialogues import BASE, Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORWARD = "Gửi câu hỏi cho người phụ trách"
UNKNOWN = "Ai giữ sổ vàng của thôn Nà Lạn?"
OTHER = "Hội làng Bản Pho mở ngày nào?"
ANSWERED = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"


def player_of(database: Database, now: datetime, library: Library | None = None) -> Player:
    conversation = Conversation(library or Library(BASE), ask_open=True, zone=ZONE)
    return Player(StoreStage(database, conversation), now)


async def ask(player: Player, who: str, text: str, *presses: str, **more: Any) -> int:
    """Let somebody ask and press what is offered; give the question's number."""
    is_first = who not in player.seen
    await player.take({"who": who, "said": text, **more, "heard": ["", ""] if is_first else [""]})
    ref = f"{more.get('on', player.stage.channel)}/{player.number}"
    for label in presses:
        await player.take({"press": label, "heard": ""})
    assert isinstance(player.stage, StoreStage)
    async with player.stage.database.read() as session:
        number = await session.scalar(select(Question.id).where(Question.ref == ref))
    assert number is not None
    return number


def content(text: str = "Trưởng thôn giữ.", *wordings: str, doc: str | None = None) -> Any:
    return as_content(doc=doc, section="", wordings=wordings or (UNKNOWN,), answer=text)


async def answer(
    database: Database, number: int, now: datetime, text: str = "Trưởng thôn giữ.", **more: Any
) -> bool:
    said = content(text, *more.pop("wordings", ()), doc=more.pop("doc", None))
    return await database.write(
        lambda s: answers.answer(s, number, said, person_id=None, now=now, **more)
    )


async def merge(database: Database, number: int, into: int, now: datetime) -> bool:
    return await database.write(lambda s: answers.merge(s, number, into, now=now))


async def erase(player: Player, who: str) -> None:
    """Let somebody erase all that is kept of them."""
    await player.take({"who": who, "said": "/dulieu"})
    await player.take({"press": "Xóa dữ liệu"})
    await player.take({"press": "✅ Xóa", "heard": "Đã xóa"})


async def waiting(database: Database) -> list[answers.Waiting]:
    async with database.read() as session:
        return await answers.waiting(session, limit=100)


async def states(database: Database) -> dict[int, str]:
    async with database.read() as session:
        rows = await session.execute(select(Question.id, Question.state))
        return {row[0]: row[1] for row in rows}


async def untold(database: Database) -> list[answers.Untold]:
    async with database.read() as session:
        return await answers.untold(session, limit=100)
