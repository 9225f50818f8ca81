"""Who links what, as turns of a dialogue; and how it stands in the store afterwards."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from handlers.conversation import Conversation
from knowledge.library import Library
from store.models import Account, Person, Role
from tests.dialogues import BASE, Player, StoreStage

OA, BOT = "zalo-oa:1", "zalo-bot:1"
JOINED = ["Chào đồng chí", "12 tháng"]
CODE_HEARD = ["dưới đây", ""]
UNKNOWN = "Mã không đúng"
CONVERSATION = Conversation(Library(BASE), ask_open=True, zone=ZoneInfo("Asia/Ho_Chi_Minh"))


def player_on(database, now, channel=OA):
    return Player(StoreStage(database, CONVERSATION, channel=channel), now)


async def join(player, who, *, role="officer", on=OA, unit="Tỉnh Hà Giang"):
    code = await player.stage.invite(role=role, unit=unit, uses=1, now=player.now)
    await player.take({"who": who, "said": code, "heard": JOINED, "on": on})


async def get_code(player, who, *, on=OA, name="MA"):
    await player.take({"who": who, "said": "liên kết", "on": on})
    await player.take({"said": "lấy mã liên kết", "heard": CODE_HEARD, "code": name, "on": on})
    return player.codes[name]


async def link(player, who, whose, *, on=BOT):
    """Link an account of nobody to a person who speaks on the OA."""
    await get_code(player, whose)
    await player.take({"who": who, "said": "{MA}", "heard": "Đã liên kết", "on": on})


async def scalar(database, asked):
    async with database.read() as session:
        return await session.scalar(asked)


async def owners(database):
    async with database.read() as session:
        rows = await session.execute(select(Account.channel, Account.user, Account.person_id))
        return {(channel, user): person for channel, user, person in rows}


async def roles(database):
    async with database.read() as session:
        rows = await session.execute(select(Role.person_id, Role.role).order_by(Role.role))
        return [tuple(row) for row in rows]


async def person(database, number):
    async with database.read() as session:
        return await session.get_one(Person, number)


async def prepared(player, who, said, on=BOT):
    """Decide about words without keeping the decision yet."""
    player.who = who
    return await player.stage.load(player.update({"said": said, "on": on}), now=player.now)
